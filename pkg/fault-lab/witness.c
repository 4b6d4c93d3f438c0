/* SPDX-License-Identifier: MIT */
/* Serves "witness": what happens to the other tasks must not reach it. */
#include "witness.h"

#include <l4/re/env.h>
#include <l4/re/server.h>
#include <l4/sys/err.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long answered;

static int witness_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    l4_uint32_t op;
    l4_umword_t x;

    (void)o;
    if (l4re_srv_proto(m) != WITNESS_PROTO)
        return -L4_EBADPROTO;
    l4re_msg_get_u32(&m->in, &op);
    if (m->in.err)
        return m->in.err;
    switch (op) {
    case WITNESS_ASK:
        l4re_msg_get_uword(&m->in, &x);
        if (m->in.err)
            return m->in.err;
        answered++;
        l4re_msg_put_uword(&m->out, x + 1);
        return 0;
    case WITNESS_REPORT:
        printf("I am alive and answered %lu questions.\n", answered);
        l4re_msg_put_uword(&m->out, answered);
        return 0;
    default: return -L4_ENOSYS;
    }
}

int main(void)
{
    static struct l4re_server server;
    static struct l4re_srv_obj witness = { .dispatch = witness_dispatch };
    int err;

    err = l4re_server_init(&server, l4re_env()->main_thread, l4re_env()->factory);
    if (!err)
        err = l4re_server_register_name(&server, &witness, "witness");
    if (err < 0) {
        printf("cannot serve at 'witness': %s\n", l4sys_errtostr(err));
        return EXIT_FAILURE;
    }
    l4re_server_loop(&server);
}
