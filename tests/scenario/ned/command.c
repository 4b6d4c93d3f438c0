/* SPDX-License-Identifier: MIT */
/* Sends lines of Lua to the gate "ned" and prints the answers, one line each. */
#include <l4/re/env.h>
#include <l4/re/msg.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>
#include <stdio.h>
#include <string.h>

enum {
    OP_EXECUTE = 0,
    ANSWER_MAX = 500,
};

/* Returns: 0 with the first line of the answer in `answer`, or the error. */
static long command(unsigned op, const char *line, char answer[ANSWER_MAX])
{
    l4_utcb_t *u = l4_utcb();
    l4_uint16_t len = 0;
    struct l4re_msg m;
    const char *text;
    l4_msgtag_t tag;
    long err;

    l4re_msg_write(&m, l4_utcb_mr_u(u)->mr);
    l4re_msg_put_u32(&m, op);
    l4re_msg_put_str(&m, line);
    tag = l4_ipc_call(l4re_env_get_cap("ned"), u, l4re_msg_tag(&m, L4_PROTO_NONE, 0), L4_IPC_NEVER);
    err = l4_error_u(tag, u);
    if (err < 0)
        return err;
    l4re_msg_read(&m, l4_utcb_mr_u(u)->mr, tag);
    l4re_msg_get_u16(&m, &len);
    text = l4re_msg_get_bytes(&m, len);
    if (m.err || len >= ANSWER_MAX)
        return m.err ? m.err : -L4_EMSGTOOLONG;
    memcpy(answer, text, len);
    answer[len] = 0;
    answer[strcspn(answer, "\n")] = 0;
    for (char *tab = answer; (tab = strchr(tab, '\t'));)
        *tab = ' ';
    return 0;
}

static void execute(const char *line)
{
    char answer[ANSWER_MAX];
    long err = command(OP_EXECUTE, line, answer);

    printf("%s -> %s\n", line, err < 0 ? l4sys_errtostr(err) : answer);
}

int main(void)
{
    char answer[ANSWER_MAX];

    execute("1 + 1");
    execute("counter = counter + 5");
    execute("counter, \"x\"");
    execute("nothing.at.all");
    execute("1 +");
    printf("operation 7 -> %s\n", l4sys_errtostr(command(7, "", answer)));
    execute("L4 = require 'L4'");
    execute("L4.default_loader:start({}, 'rom/hello'):exit_handler("
            "function() L4.Env.icu:system_shutdown(0) end)");
    return 0;
}
