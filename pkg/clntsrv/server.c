/* SPDX-License-Identifier: MIT */
/* A calculator behind the gate that the environment calls "calc". */
#include "calc.h"

#include <l4/re/env.h>
#include <l4/re/server.h>
#include <l4/sys/err.h>
#include <stdio.h>
#include <stdlib.h>

/* Words are computed with wrap-around, so no operand is an error. */
static int calc_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    l4_umword_t a, b = 0;
    l4_uint32_t op;

    (void)o;
    if (l4re_srv_proto(m) != CALC_PROTO)
        return -L4_EBADPROTO;

    l4re_msg_get_u32(&m->in, &op);
    if (!m->in.err && op > CALC_NEG)
        return -L4_ENOSYS;
    l4re_msg_get_uword(&m->in, &a);
    if (op != CALC_NEG)
        l4re_msg_get_uword(&m->in, &b);
    if (m->in.err)
        return m->in.err;

    switch ((enum calc_op)op) {
    case CALC_ADD: l4re_msg_put_uword(&m->out, a + b); break;
    case CALC_SUB: l4re_msg_put_uword(&m->out, a - b); break;
    case CALC_NEG: l4re_msg_put_uword(&m->out, 0 - a); break;
    }
    return 0;
}

int main(void)
{
    static struct l4re_server server;
    static struct l4re_srv_obj calc = { .dispatch = calc_dispatch };
    int err;

    err = l4re_server_init(&server, l4re_env()->main_thread, l4re_env()->factory);
    if (!err)
        err = l4re_server_register_name(&server, &calc, "calc");
    if (err < 0) {
        printf("cannot serve at 'calc': %s; pass caps = { calc = gate:svr() }\n",
               l4sys_errtostr(err));
        return EXIT_FAILURE;
    }
    printf("The calculator is ready.\n");
    l4re_server_loop(&server);
}
