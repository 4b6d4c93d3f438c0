/* SPDX-License-Identifier: MIT */
/*
 * IRQ sender: bind to a thread, detach, trigger, end of interrupt.
 *
 * A bound line keeps a kernel reference on the object until it is detached; the line is
 * detached first when the object dies, so no interrupt ever meets a dead one.
 */
#include <ipc/irqobj.h>

#include <cap/kcall.h>
#include <ipc/ipc.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <object/invoke.h>
#include <object/irq.h>
#include <object/thread.h>
#include <sched/sched.h>
#include <sync/micro.h>

static void sink_hit(struct irq_sink *s, bool level)
{
    irqobj_hit(container_of(s, struct irqobj, sink), !level);
}

struct kobj *irq_create(struct kobj_payer *p)
{
    struct kobj *o = kobj_alloc(&irq_type, p);
    struct irqobj *i;

    if (!o)
        return NULL;
    i = irqobj_of(o);
    i->sink.hit = sink_hit;
    i->label = ~0ul;
    i->line = IRQ_NONE;
    i->masked = true;
    list_node_init(&i->seen);
    return o;
}

/* Take the pending post away from thread t (NULL: unbound). Returns: was there one? */
static bool recall_post(struct irqobj *i, struct thread *t, struct sync_party *me)
{
    bool was;

    if (t)
        helplock_acquire(&t->sendq_lock, me);
    micro_enter();
    was = i->queued && i->thread == t;
    if (was && !t)
        i->queued = false;
    micro_leave_noresched();
    if (was && t)
        irqobj_unpost(i);
    if (t)
        helplock_release(&t->sendq_lock, me);
    return was;
}

/*
 * Bind to `t` (whose reference is taken over) or to nobody; *pending: something was posted.
 * Starts over if somebody else does the same, or an interrupt is posted, in between.
 */
static void rebind(struct irqobj *i, struct thread *t, l4_umword_t label, bool *pending)
{
    struct sync_party *me = &current()->party;
    struct thread *old;
    bool done;

    *pending = false;
    do {
        micro_enter();
        old = i->thread;
        if (old && !kobj_get(old->obj)) /* i has a reference: it can be taken */
            panic("an IRQ is bound to nobody's thread");
        micro_leave();
        *pending |= recall_post(i, old, me);
        micro_enter();
        done = i->thread == old && !i->queued;
        if (done) {
            i->thread = t;
            i->label = label;
        }
        micro_leave();
        if (old)
            kobj_put(old->obj);
    } while (!done);
    if (old)
        kobj_put(old->obj); /* the reference i had */
}

static long op_bind(struct irqobj *i, struct kcall *c)
{
    l4_umword_t label = kcall_word(c, 1);
    struct thread *t;
    bool pending;
    long err;

    if (c->words < 2)
        return -L4_EMSGTOOSHORT;
    t = thread_arg_to_bind(c, &err);
    if (!t)
        return err;
    if (i->thread == t) {
        kobj_put(t->obj);
        i->label = label;
        return 0;
    }

    /* -- no errors below this line -- */
    rebind(i, t, label, &pending);
    if (pending) {
        micro_enter();
        irqobj_hit(i, true);
        micro_leave();
    }
    return 0;
}

static long op_detach(struct irqobj *i, struct kcall *c)
{
    bool pending;

    if (!(c->rights & CAP_S))
        return -L4_EPERM;
    if (!i->thread)
        return -L4_ENOENT;

    /* -- no errors below this line -- */
    micro_enter();
    i->masked = true;
    if (i->line != IRQ_NONE)
        irq_line_mask(i->line);
    micro_leave();
    rebind(i, NULL, i->label, &pending);
    return pending;
}

static void unmask(struct irqobj *i)
{
    micro_enter();
    i->masked = false;
    if (i->line != IRQ_NONE) {
        if (i->queued)
            i->unmask_on_delivery = true; /* when the message was received */
        else
            irq_line_unmask(i->line);
    }
    micro_leave();
}

static long irq_proto(struct irqobj *i, struct kcall *c)
{
    l4_umword_t op = c->words ? kcall_word(c, 0) & 0xffff : (l4_umword_t)L4_IRQ_OP_TRIGGER;

    switch (op) {
    case L4_IRQ_OP_TRIGGER:
        micro_enter();
        irqobj_hit(i, true);
        micro_leave();
        return kcall_no_reply(c, &i->obj);
    case L4_IRQ_OP_EOI: unmask(i); return kcall_no_reply(c, &i->obj);
    default: return -L4_ENOSYS;
    }
}

static long irq_op(struct kobj *o, struct kcall *c)
{
    struct irqobj *i = irqobj_of(o);

    switch (l4_msgtag_label(c->tag)) {
    case L4_PROTO_IRQ: return irq_proto(i, c);
    case L4_PROTO_KOBJECT:
        if (!c->words)
            return -L4_EINVAL;
        return kcall_word(c, 0) == L4_RCV_EP_BIND_OP ? op_bind(i, c) : -L4_ENOSYS;
    case L4_PROTO_IRQ_SENDER:
        if (!c->words)
            return -L4_EINVAL;
        return (kcall_word(c, 0) & 0xffff) == L4_IRQ_SENDER_OP_DETACH ? op_detach(i, c)
                                                                      : -L4_ENOSYS;
    default: return -L4_EBADPROTO;
    }
}

static void irq_invoke(struct kobj *o, struct kcall *c)
{
    kcall_finish(c, irq_op(o, c));
}

static void irq_destroy(struct kobj *o)
{
    struct irqobj *i = irqobj_of(o);
    bool pending;

    irq_line_release(&i->sink, &i->line);
    rebind(i, NULL, 0, &pending);
}

const struct kobj_type irq_type = {
    .name = "irq",
    .invoke = irq_invoke,
    .destroy = irq_destroy,
    .free = kobj_keep,
};
