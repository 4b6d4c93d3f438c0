/* SPDX-License-Identifier: MIT */
#include "patient.h"
#include "witness.h"

#include <l4/re/env.h>
#include <l4/re/msg.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>
#include <stdio.h>
#include <stdlib.h>

/* A living witness answers within this time, in microseconds. */
enum {
    PATIENCE = 5 * 1000 * 1000,
};

static long witness_call(unsigned op, l4_umword_t x, l4_umword_t *answer)
{
    l4_cap_idx_t witness = l4re_env_get_cap("witness");
    l4_timeout_t patience = L4_IPC_NEVER;
    l4_utcb_t *u = l4_utcb();
    struct l4re_msg m;
    l4_msgtag_t tag;
    long err;

    l4_rcv_timeout(l4_timeout_from_us(PATIENCE), &patience);
    l4_snd_timeout(l4_timeout_from_us(PATIENCE), &patience);
    l4re_msg_write(&m, l4_utcb_mr_u(u)->mr);
    l4re_msg_put_u32(&m, op);
    l4re_msg_put_uword(&m, x);
    tag = l4_ipc_call(witness, u, l4re_msg_tag(&m, WITNESS_PROTO, 0), patience);
    err = l4_error_u(tag, u);
    if (err < 0)
        return err;
    l4re_msg_read(&m, l4_utcb_mr_u(u)->mr, tag);
    l4re_msg_get_uword(&m, answer);
    return m.err;
}

int visitor_ask(void)
{
    l4_umword_t answer = 0;
    long err = witness_call(WITNESS_ASK, 41, &answer);

    if (err < 0 || answer != 42) {
        printf("the witness does not answer: %s\n", l4sys_errtostr(err));
        return EXIT_FAILURE;
    }
    return EXIT_SUCCESS;
}

int visitor_report(void)
{
    l4_umword_t answered = 0;
    long err = witness_call(WITNESS_REPORT, 0, &answered);

    return err < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
