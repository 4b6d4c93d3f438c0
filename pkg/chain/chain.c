/* SPDX-License-Identifier: MIT */
#include "chain.h"

#include <l4/re/msg.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>
#include <string.h>

long chain_pass(l4_cap_idx_t next, char text[CHAIN_TEXT_MAX])
{
    l4_utcb_t *u = l4_utcb();
    struct l4re_msg m;
    const char *answer;
    l4_msgtag_t tag;
    long err;

    l4re_msg_write(&m, l4_utcb_mr_u(u)->mr);
    l4re_msg_put_str(&m, text);
    tag = l4_ipc_call(next, u, l4re_msg_tag(&m, CHAIN_PROTO, 0), L4_IPC_NEVER);
    err = l4_error_u(tag, u);
    if (err < 0)
        return err;
    l4re_msg_read(&m, l4_utcb_mr_u(u)->mr, tag);
    answer = l4re_msg_get_str(&m);
    if (!answer)
        return m.err;
    if (strlen(answer) >= CHAIN_TEXT_MAX)
        return -L4_EMSGTOOLONG;
    strcpy(text, answer);
    return 0;
}

long chain_add(char text[CHAIN_TEXT_MAX], const char *word)
{
    if (strlen(text) + 1 + strlen(word) >= CHAIN_TEXT_MAX)
        return -L4_EMSGTOOLONG;
    strcat(text, " ");
    strcat(text, word);
    return 0;
}
