/* SPDX-License-Identifier: MIT */
/* The thread object: operations of protocol -12. */
#include <object/thread.h>

#include <arch/cpu.h>
#include <arch/impl/seg.h>
#include <cap/kcall.h>
#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <object/invoke.h>
#include <sched/sched.h>
#include <sched/stack.h>
#include <sync/micro.h>
#include <time/clock.h>

static struct thread *self_of(struct kobj *o)
{
    return thread_of_obj(o);
}

/* ---- control --------------------------------------------------------------------------- */

static long bind_to(struct thread *t, struct kcall *c, uaddr utcb)
{
    unsigned rights;
    long err;
    struct kobj *o = kcall_cap_arg(c, 0, &rights, &err);

    if (!o)
        return err;
    if (o->type != &task_type)
        err = -L4_EINVAL;
    else if (!(rights & CAP_S))
        err = -L4_EPERM;
    else
        err = thread_bind(t, task_of(o), utcb);
    kobj_put(o);
    return err;
}

static long op_control(struct kobj *o, struct kcall *c)
{
    struct thread *t = self_of(o);
    l4_umword_t flags = kcall_word(c, L4_THREAD_CONTROL_MR_IDX_FLAGS);
    l4_umword_t pager = kcall_word(c, L4_THREAD_CONTROL_MR_IDX_PAGER);
    l4_umword_t exc = kcall_word(c, L4_THREAD_CONTROL_MR_IDX_EXC_HANDLER);
    l4_umword_t utcb = kcall_word(c, L4_THREAD_CONTROL_MR_IDX_BIND_UTCB);

    if (!(c->rights & CAP_S))
        return -L4_EPERM;
    if (c->words < L4_THREAD_CONTROL_WORDS)
        return -L4_EINVAL;
    if (flags & L4_THREAD_CONTROL_ALIEN)
        return -L4_ENOSYS;
    if (flags & L4_THREAD_CONTROL_BIND_TASK) {
        long err = bind_to(t, c, utcb);

        if (err || c->ipc_error)
            return err;
    }

    /* -- no errors below this line -- */
    c->out[1] = t->pager & L4_CAP_MASK;
    c->out[2] = t->exc_handler & L4_CAP_MASK;
    c->out_words = 3;
    if (flags & L4_THREAD_CONTROL_SET_PAGER)
        t->pager = pager;
    if (flags & L4_THREAD_CONTROL_SET_EXC_HANDLER)
        t->exc_handler = exc;
    return 0;
}

/* ---- ex_regs --------------------------------------------------------------------------- */

static long op_ex_regs(struct kobj *o, struct kcall *c)
{
    struct thread *t = self_of(o);
    l4_umword_t flags = kcall_word(c, 0);
    l4_umword_t ip = kcall_word(c, 1);
    l4_umword_t sp = kcall_word(c, 2);
    struct arch_frame *f = t->arch.frame;

    if (c->words != 3 || (flags & L4_THREAD_EX_REGS_ARCH_MASK) || !t->space)
        return -L4_EINVAL;

    micro_enter(); /* with one CPU, being here is holding the claim */
    c->out[0] = frame_flags(f);
    c->out[1] = frame_ip(f);
    c->out[2] = frame_sp(f);
    c->out_words = 3;
    if (flags & L4_THREAD_EX_REGS_CANCEL) {
        party_ask(&t->party, REQ_CANCEL);
        if (t != c->self)
            ipc_interrupt(t, CAUSE_CANCELLED);
    }
    if (!t->in_exception || (flags & L4_THREAD_EX_REGS_CANCEL)) {
        if (flags & L4_THREAD_EX_REGS_TRIGGER_EXCEPTION)
            t->trigger = true;
        if (ip != ~0ul)
            frame_set_ip(f, ip);
        if (sp != ~0ul)
            frame_set_sp(f, sp);
        if (!t->started) {
            t->started = true;
            sched_ready(t);
        }
    }
    micro_leave();
    return 0;
}

/* ---- switch, statistics ---------------------------------------------------------------- */

static long op_switch(struct kobj *o, struct kcall *c)
{
    (void)c;
    micro_enter();
    sched_switch_to(self_of(o));
    micro_leave();
    return 0;
}

static long op_stats(struct kobj *o, struct kcall *c)
{
    micro_enter();
    c->out[0] = clock_ticks_to_us(sched_consumed(self_of(o)));
    micro_leave();
    c->out_words = 1;
    return 0;
}

/* ---- deletion IRQ ---------------------------------------------------------------------- */

static long op_register_delete_irq(struct kobj *o, struct kcall *c)
{
    struct thread *t = self_of(o);
    unsigned rights;
    long err;
    struct kobj *irq = kcall_cap_arg(c, 0, &rights, &err);

    if (!irq)
        return err;
    err = 0;
    micro_enter();
    if (irq->type != &irq_type)
        err = -L4_EINVAL;
    else if (!(rights & CAP_W))
        err = -L4_EPERM;
    else if (t->del_irq && kobj_alive(t->del_irq))
        err = -L4_EBUSY;
    if (!err) {
        struct kobj *old = t->del_irq;

        t->del_irq = irq;
        irq = old; /* a dead one is dropped below */
    }
    micro_leave();
    if (irq)
        kobj_put(irq);
    return err;
}

/* ---- modify senders -------------------------------------------------------------------- */

#define RULE_WORDS 4u /* mask, match, delete, add */

/*
 * The first rule that matches changes the label. The rules stay in the caller's UTCB: any
 * value is a legal label, so a caller that changes them meanwhile harms only its own.
 */
static l4_umword_t rules_apply(const struct kcall *c, l4_umword_t label)
{
    for (unsigned i = 1; i + RULE_WORDS <= c->words; i += RULE_WORDS) {
        if ((label & kcall_word(c, i)) == kcall_word(c, i + 1))
            return (label & ~kcall_word(c, i + 2)) | kcall_word(c, i + 3);
    }
    return label;
}

static void modify_irqs(struct thread *t, const struct kcall *c)
{
    /* The posts were taken out of the mailbox by the holder of the lock; so are these. */
    list_for_each (&t->irqs_seen, n) {
        struct irqobj *i = container_of(n, struct irqobj, seen);

        i->label = rules_apply(c, i->label);
    }
}

/* Whoever waits for the queue gets it between two senders. */
static void modify_threads(struct thread *t, const struct kcall *c)
{
    struct sync_party *me = &c->self->party;
    struct prioq_cursor cur;
    struct prioq_node *n;
    enum prioq_step step;

    prioq_walk_begin(&t->sendq, &cur);
    do {
        step = prioq_walk_step(&t->sendq, &cur, &n);
        if (step == PRIOQ_STEP_NODE) {
            struct thread *s = container_of(n, struct thread, sender);

            s->ipc.label = rules_apply(c, s->ipc.label);
        }
        helplock_release(&t->sendq_lock, me);
        helplock_acquire(&t->sendq_lock, me);
    } while (step != PRIOQ_STEP_END);
}

static long op_modify_sender(struct kobj *o, struct kcall *c)
{
    struct sync_party *me = &c->self->party;
    struct thread *t = self_of(o);

    if (c->words < 1 + RULE_WORDS)
        return 0;

    helplock_acquire(&t->sendq_lock, me);
    irqobj_see_all(t);
    modify_irqs(t, c);
    modify_threads(t, c);
    helplock_release(&t->sendq_lock, me);
    return 0;
}

/* ---- segments -------------------------------------------------------------------------- */

static bool live(const struct thread *t)
{
    return this_cpu()->bank == t;
}

static long op_set_segment_base(struct kobj *o, struct kcall *c)
{
    struct thread *t = self_of(o);
    l4_umword_t seg = (kcall_word(c, 0) >> 16) & 0xffff;
    l4_umword_t base = kcall_word(c, 1);

    if (c->words < 2)
        return -L4_EMSGTOOSHORT;
    if (seg > L4_AMD64_SEGMENT_GS || !x86_is_canonical(base))
        return -L4_EINVAL;

    micro_enter();
    if (seg == L4_AMD64_SEGMENT_FS)
        arch_set_fs_base(&t->arch, live(t), base);
    else
        arch_set_gs_base(&t->arch, live(t), base);
    micro_leave();
    return 0;
}

static long op_get_segment_info(struct kobj *o, struct kcall *c)
{
    (void)o;
    c->out[0] = X86_SEL_USER_DS;
    c->out[1] = X86_SEL_USER_CS64;
    c->out[2] = X86_SEL_USER_CS32;
    c->out_words = 3;
    return 0;
}

struct thread *thread_arg_to_bind(struct kcall *c, long *err)
{
    unsigned rights;
    struct kobj *o = kcall_cap_arg(c, 0, &rights, err);

    if (!o)
        return NULL;
    *err = 0;
    if (o->type != &thread_type)
        *err = -L4_EINVAL;
    else if (!(rights & CAP_S) || !(c->rights & CAP_S))
        *err = -L4_EPERM;
    if (!*err)
        return thread_of_obj(o);
    kobj_put(o);
    return NULL;
}

/* ---- dispatch -------------------------------------------------------------------------- */

static long thread_op(struct kobj *o, struct kcall *c)
{
    if (!c->words)
        return -L4_EMSGTOOSHORT;
    switch (kcall_word(c, 0) & L4_THREAD_OPCODE_MASK) {
    case L4_THREAD_CONTROL_OP: return op_control(o, c);
    case L4_THREAD_EX_REGS_OP: return op_ex_regs(o, c);
    case L4_THREAD_SWITCH_OP: return op_switch(o, c);
    case L4_THREAD_STATS_OP: return op_stats(o, c);
    case L4_THREAD_REGISTER_DELETE_IRQ_OP: return op_register_delete_irq(o, c);
    case L4_THREAD_MODIFY_SENDER_OP: return op_modify_sender(o, c);
    case L4_THREAD_AMD64_SET_SEGMENT_BASE_OP: return op_set_segment_base(o, c);
    case L4_THREAD_AMD64_GET_SEGMENT_INFO_OP: return op_get_segment_info(o, c);
    default: return -L4_ENOSYS;
    }
}

static void thread_invoke(struct kobj *o, struct kcall *c)
{
    kcall_finish(c, thread_op(o, c));
}

static void thread_destroy(struct kobj *o)
{
    thread_kill(self_of(o));
}

static void thread_free(struct kobj *o)
{
    struct thread *t = self_of(o);

    if (t->del_irq) /* registered after its death */
        kobj_put(t->del_irq);
    thread_memory_free(t, &o->payer->quota);
}

const struct kobj_type thread_type = {
    .name = "thread",
    .invoke = thread_invoke,
    .destroy = thread_destroy,
    .free = thread_free,
};
