/* SPDX-License-Identifier: MIT */
/* The server loop: a second thread serves, this one asks. */
#include <stdio.h>
#include <string.h>

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/re/server.h>
#include <l4/re/thread.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/task.h>

#include "check.h"

enum {
    PROTO = 0x7001,
    OP_ADD = 0,    /* u64, u64 -> u64 */
    OP_MAKE = 1,   /* -> capability of a new object */
    OP_DEATHS = 2, /* -> u64 */
    OP_KEEP = 3,   /* capability -> */
    OP_SILENT = 4, /* no answer */
};

static struct l4re_server srv;
static l4_cap_idx_t ready;
static l4_cap_idx_t thread;
static unsigned long deaths;

static int child_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    (void)o;
    l4re_msg_put_uword(&m->out, 77);
    return 0;
}

static void child_release(struct l4re_srv_obj *o)
{
    o->flags = 0;
    deaths++;
}

static struct l4re_srv_obj child[4];

static int make_child(struct l4re_srv_msg *m)
{
    for (int i = 0; i < 4; i++) {
        if (child[i].flags)
            continue;
        child[i].dispatch = child_dispatch;
        child[i].release = child_release;
        if (l4re_server_register(&srv, &child[i]))
            return -L4_ENOMEM;
        l4re_srv_give(m, &child[i], L4_CAP_FPAGE_RWS, 1);
        return 0;
    }
    return -L4_ENOMEM;
}

static int root_dispatch(struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    static l4_cap_idx_t kept = L4_INVALID_CAP;
    l4_uint64_t a, b;
    l4_uint32_t op;

    (void)o;
    if (l4re_srv_proto(m) != PROTO)
        return -L4_EBADPROTO;
    l4re_msg_get_u32(&m->in, &op);
    if (m->in.err)
        return m->in.err;
    switch (op) {
    case OP_ADD:
        l4re_msg_get_u64(&m->in, &a);
        l4re_msg_get_u64(&m->in, &b);
        if (m->in.err)
            return m->in.err;
        l4re_msg_put_u64(&m->out, a + b);
        return 0;
    case OP_MAKE: return make_child(m);
    case OP_DEATHS: l4re_msg_put_u64(&m->out, deaths); return 0;
    case OP_KEEP: kept = l4re_srv_take_cap(m, 0); return l4_is_valid_cap(kept) ? 0 : -L4_EINVAL;
    case OP_SILENT: return -L4_ENOREPLY;
    default: return -L4_ENOSYS;
    }
}

static struct l4re_srv_obj root = { .dispatch = root_dispatch };

static void server(void *arg)
{
    (void)arg;
    l4re_server_init(&srv, thread, l4re_env()->factory);
    l4re_server_gc_enable(&srv);
    l4re_server_register(&srv, &root);
    l4_semaphore_up(ready);
    l4re_server_loop(&srv);
}

static long ask(l4_cap_idx_t to, unsigned op, unsigned words, l4_cap_idx_t rcv)
{
    l4_utcb_mr()->mr[0] = op;
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = l4_is_valid_cap(rcv) ? rcv | L4_RCV_ITEM_SINGLE_CAP : 0;
    return l4_error(l4_ipc_call(to, l4_utcb(), l4_msgtag(PROTO, words, 0, 0),
                                l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(1000000))));
}

static unsigned long deaths_now(void)
{
    return ask(root.gate, OP_DEATHS, 1, L4_INVALID_CAP) ? ~0UL : l4_utcb_mr()->mr[0];
}

static void children(void)
{
    l4_cap_idx_t c = slot();

    check_eq(ask(root.gate, OP_MAKE, 1, c), 0, "a server can make objects");
    check_eq(ask(c, 0, 1, L4_INVALID_CAP) ?: (long)l4_utcb_mr()->mr[0], 77, "they answer");
    check_eq((long)deaths_now(), 0, "they live as long as somebody holds them");
    l4re_util_cap_release(c);
    check_eq((long)deaths_now(), 1, "and are released with the last capability");
    check(ask(root.gate, OP_MAKE, 1, L4_INVALID_CAP) < 0, "without a slot no object arrives");
    check_eq((long)deaths_now(), 2, "nor stays behind");
    l4re_util_cap_free(c);
}

static void caps(void)
{
    l4_cap_idx_t irq = slot();

    l4_factory_create_irq(l4re_env()->factory, irq);
    l4_utcb_mr()->mr[0] = OP_KEEP;
    l4_utcb_mr()->mr[1] = L4_ITEM_MAP;
    l4_utcb_mr()->mr[2] = l4_obj_fpage(irq, 0, L4_CAP_FPAGE_RWS).raw;
    check_eq(l4_error(l4_ipc_call(root.gate, l4_utcb(), l4_msgtag(PROTO, 1, 1, 0), L4_IPC_NEVER)),
             0, "a server can keep a capability");
    check_eq(ask(root.gate, OP_KEEP, 1, L4_INVALID_CAP), -L4_EINVAL, "if one was sent");
    l4re_util_cap_free_um(irq);
}

void test_server(void)
{
    ready = slot();
    l4_factory_create_semaphore(l4re_env()->factory, ready);
    check_eq(l4re_thread_create(&thread, server, NULL, NULL), 0, "a server thread can be made");
    l4_semaphore_down(ready, L4_IPC_NEVER);

    l4_utcb_mr()->mr[1] = 40;
    l4_utcb_mr()->mr[2] = 2;
    check_eq(ask(root.gate, OP_ADD, 3, L4_INVALID_CAP) ?: (long)l4_utcb_mr()->mr[0], 42,
             "it answers");
    check_eq(ask(root.gate, OP_ADD, 2, L4_INVALID_CAP), -L4_EMSGTOOSHORT, "not to half a request");
    check_eq(ask(root.gate, 9, 1, L4_INVALID_CAP), -L4_ENOSYS, "nor to an unknown one");
    check_eq(ask(root.gate, OP_SILENT, 1, L4_INVALID_CAP), -(L4_EIPC_LO + L4_IPC_RETIMEOUT),
             "it may be silent");
    children();
    caps();
}
