/* SPDX-License-Identifier: MIT */
/* Asks the calculator "calc" a few questions and checks every answer. */
#include "calc.h"

#include <l4/re/env.h>
#include <l4/re/msg.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static l4_cap_idx_t calc;

/* One question. Returns: 0 and the answer in *result, or the server's error. */
static long calc_call(unsigned op, unsigned operands, long a, long b, long *result)
{
    l4_utcb_t *u = l4_utcb();
    struct l4re_msg m;
    l4_umword_t value;
    l4_msgtag_t tag;
    long err;

    l4re_msg_write(&m, l4_utcb_mr_u(u)->mr);
    l4re_msg_put_u32(&m, op);
    if (operands > 0)
        l4re_msg_put_uword(&m, (l4_umword_t)a);
    if (operands > 1)
        l4re_msg_put_uword(&m, (l4_umword_t)b);

    tag = l4_ipc_call(calc, u, l4re_msg_tag(&m, CALC_PROTO, 0), L4_IPC_NEVER);
    err = l4_error_u(tag, u);
    if (err < 0)
        return err;
    l4re_msg_read(&m, l4_utcb_mr_u(u)->mr, tag);
    l4re_msg_get_uword(&m, &value);
    *result = (long)value;
    return m.err;
}

/* What we ask, and what must come back: a number, or an error. */
static const struct question {
    const char *text;
    unsigned op, operands;
    long a, b;
    long answer;
    long err;
} questions[] = {
    { "3 + 4", CALC_ADD, 2, 3, 4, 7, 0 },
    { "3 - 4", CALC_SUB, 2, 3, 4, -1, 0 },
    { "-(42)", CALC_NEG, 1, 42, 0, -42, 0 },
    { "operation 99", 99, 2, 1, 1, 0, -L4_ENOSYS },
    { "3 + nothing", CALC_ADD, 1, 3, 0, 0, -L4_EMSGTOOSHORT },
};

static bool ask(const struct question *q)
{
    long result = 0;
    long err = calc_call(q->op, q->operands, q->a, q->b, &result);

    if (err < 0)
        printf("%s? %s\n", q->text, l4sys_errtostr(err));
    else
        printf("%s = %ld\n", q->text, result);
    return err == q->err && result == q->answer;
}

int main(void)
{
    unsigned wrong = 0;

    calc = l4re_env_get_cap("calc");
    if (l4_is_invalid_cap(calc)) {
        printf("no capability 'calc'; pass caps = { calc = gate }\n");
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]); i++)
        wrong += !ask(&questions[i]);
    if (wrong)
        printf("%u answers are wrong.\n", wrong);
    else
        printf("All answers are right.\n");
    return wrong ? EXIT_FAILURE : EXIT_SUCCESS;
}
