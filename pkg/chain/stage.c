/* SPDX-License-Identifier: MIT */
/*
 * chain-stage WORD: one link. It serves the gate "here" and holds, unless it is the last link, the
 * gate "next". It can reach nobody else.
 */
#include "chain.h"

#include <l4/re/env.h>
#include <l4/re/server.h>
#include <l4/sys/err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stage {
    struct l4re_srv_obj obj;
    const char *word;
    l4_cap_idx_t next; /* invalid in the last link */
};

/* There; and, if there is a next one, on and back. */
static long stage_handle(const struct stage *s, char text[CHAIN_TEXT_MAX])
{
    long err = chain_add(text, s->word);

    if (err < 0 || l4_is_invalid_cap(s->next))
        return err;
    err = chain_pass(s->next, text);
    if (err < 0)
        return err;
    return chain_add(text, s->word);
}

static int stage_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    const struct stage *s = (struct stage *)(void *)o;
    char text[CHAIN_TEXT_MAX];
    const char *in;
    long err;

    if (l4re_srv_proto(m) != CHAIN_PROTO)
        return -L4_EBADPROTO;
    in = l4re_msg_get_str(&m->in);
    if (!in)
        return m->in.err;
    if (strlen(in) >= sizeof(text))
        return -L4_EMSGTOOLONG;
    strcpy(text, in);

    err = stage_handle(s, text);
    if (err < 0)
        return (int)err;
    printf("the request passed me\n");
    l4re_msg_put_str(&m->out, text);
    return 0;
}

int main(int argc, char **argv)
{
    static struct l4re_server server;
    static struct stage stage = { .obj.dispatch = stage_dispatch };
    int err;

    if (argc != 2) {
        printf("usage: chain-stage word\n");
        return EXIT_FAILURE;
    }
    stage.word = argv[1];
    stage.next = l4re_env_get_cap("next");
    err = l4re_server_init(&server, l4re_env()->main_thread, l4re_env()->factory);
    if (!err)
        err = l4re_server_register_name(&server, &stage.obj, "here");
    if (err < 0) {
        printf("cannot serve at 'here': %s\n", l4sys_errtostr(err));
        return EXIT_FAILURE;
    }
    l4re_server_loop(&server);
}
