/* SPDX-License-Identifier: MIT */
/* IPC gate: the operations a server may do on it (protocol -10, needs the server right). */
#include <ipc/gate.h>

#include <cap/kcall.h>
#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <object/gate.h>
#include <object/invoke.h>
#include <object/thread.h>
#include <sched/sched.h>
#include <sync/micro.h>

struct kobj *gate_create(struct kobj_payer *p, struct thread *t, l4_umword_t label)
{
    struct kobj *o = kobj_alloc(&gate_type, p);
    struct gate *g;

    if (!o)
        return NULL;
    g = gate_of(o);
    helplock_init(&g->lock, IPC_RANK_GATE);
    prioq_init(&g->waiters);
    g->label = label;
    g->thread = t && kobj_get(t->obj) ? t : NULL;
    return o;
}

/* Replace thread and label; the old thread's reference is dropped. */
static void rebind(struct gate *g, struct thread *t, l4_umword_t label)
{
    struct thread *old;

    micro_enter();
    old = g->thread;
    g->thread = t;
    g->label = label;
    micro_leave();
    if (old)
        kobj_put(old->obj);
}

static long op_bind(struct gate *g, struct kcall *c)
{
    l4_umword_t label = kcall_word(c, 1);
    struct thread *t;
    long err;

    if (c->words < 2)
        return -L4_EMSGTOOSHORT;
    t = thread_arg_to_bind(c, &err);
    if (!t)
        return err;
    if (label & L4_IPC_LABEL_RIGHTS) {
        kobj_put(t->obj);
        return -L4_EINVAL;
    }

    /* -- no errors below this line -- */
    rebind(g, t, label); /* takes the reference over */
    gate_wake_all(g, false);
    return 0;
}

static long op_dec_refcnt(struct gate *g, struct kcall *c)
{
    l4_umword_t n = kcall_word(c, 1);
    bool last;

    if (c->words < 2)
        return -L4_EINVAL;
    /* Zero is no end here: a server lowers the count before it gives the first capability away.
     * The gate goes when the last of those is dropped. */
    last = kobj_uncount(&g->obj, n > UINT32_MAX ? UINT32_MAX : (uint32_t)n);
    c->out[0] = last ? 0 : atomic_u32_load_relaxed(&g->obj.counted);
    c->out_words = 1;
    return 0;
}

static long gate_op(struct kobj *o, struct kcall *c)
{
    struct gate *g = gate_of(o);

    if (!c->words)
        return -L4_EINVAL;
    switch (kcall_word(c, 0)) {
    case L4_KOBJECT_OP_DEC_REFCNT: return op_dec_refcnt(g, c);
    case L4_IPC_GATE_BIND_OP: return op_bind(g, c);
    case L4_IPC_GATE_GET_INFO_OP:
        c->out[0] = g->label;
        c->out_words = 1;
        return 0;
    default: return -L4_ENOSYS;
    }
}

static void gate_invoke(struct kobj *o, struct kcall *c)
{
    kcall_finish(c, gate_op(o, c));
}

static void gate_destroy(struct kobj *o)
{
    struct gate *g = gate_of(o);

    micro_enter();
    if (g->thread && g->thread->del_irq)
        irqobj_hit(container_of(g->thread->del_irq, struct irqobj, obj), true);
    micro_leave();
    gate_wake_all(g, true);
    rebind(g, NULL, 0);
}

const struct kobj_type gate_type = {
    .name = "gate",
    .invoke = gate_invoke,
    .destroy = gate_destroy,
    .free = kobj_keep,
};
