/* SPDX-License-Identifier: MIT */
/*
 * Semaphore: a counter, and threads that wait for it by priority. Also the target of an
 * interrupt line, so the queue can not have a lock: `busy` marks who is at it, for the few
 * instructions of a micro-section; whoever finds it marked leaves the work to that one, who
 * looks again after clearing it.
 *
 * Pairs:  (A) count added, fence, busy looked at  <->  busy cleared, fence, count looked at
 */
#include <cap/kcall.h>
#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/opcodes.h>
#include <object/invoke.h>
#include <object/irq.h>
#include <sched/sched.h>
#include <sync/micro.h>

struct semaphore {
    struct kobj obj;
    struct irq_sink sink;
    uint32_t line;          /* [m] IRQ_NONE: none */
    struct atomic_u32 busy; /* [a] somebody is at the queue, in a micro-section */
    struct atomic_u64 count;
    struct prioq waiters; /* [busy] */
};

_Static_assert(sizeof(struct semaphore) <= KOBJ_HEADER_SIZE, "lives in its header");

static const struct kobj_type semaphore_type;

static struct semaphore *sem_of(struct kobj *o)
{
    return container_of(o, struct semaphore, obj);
}

static bool sem_take_count(struct semaphore *s)
{
    uint64_t n = atomic_u64_load_acquire(&s->count);

    while (n) {
        if (atomic_u64_cas_acq_rel(&s->count, &n, n - 1))
            return true;
    }
    return false;
}

static bool sem_enter(struct semaphore *s)
{
    return !atomic_u32_swap_seq_cst(&s->busy, 1);
}

static void sem_leave(struct semaphore *s)
{
    atomic_u32_store_release(&s->busy, 0);
    atomic_fence_seq_cst(); /* (A) */
}

/* End the wait of the best waiter with `cause`. False if nobody waits. Marked busy. */
static bool wake_best(struct semaphore *s, enum party_cause cause)
{
    struct prioq_node *n = prioq_best(&s->waiters);
    struct thread *t;
    uint64_t state;

    if (!n)
        return false;
    prioq_remove(&s->waiters, n);
    t = container_of(n, struct thread, sender);
    state = party_load(&t->party);
    if (party_phase_of(state) == PARTY_RECV && party_wake(&t->party, state, cause))
        sched_ready(t);
    else if (cause == CAUSE_DELIVERED)
        atomic_u64_fetch_add_acq_rel(&s->count, 1); /* it was too late for this one */
    return true;
}

/*
 * Match counts with waiters. One pair per count added, so one round is enough for what we
 * added; a second one serves an `up` that found us busy. More CPUs than that at once find the
 * semaphore free in between. Context: micro-section, also interrupt.
 */
static void sem_match(struct semaphore *s)
{
    for (unsigned round = 0; round < 2; round++) {
        if (!sem_enter(s))
            return; /* (A) */
        if (!prioq_empty(&s->waiters) && sem_take_count(s))
            (void)wake_best(s, CAUSE_DELIVERED);
        sem_leave(s);
        if (!atomic_u64_load_seq_cst(&s->count))
            return;
    }
}

static void sem_up(struct semaphore *s)
{
    atomic_u64_fetch_add_seq_cst(&s->count, 1); /* (A) */
    sem_match(s);
}

static void sink_hit(struct irq_sink *sink, bool level)
{
    (void)level;
    sem_up(container_of(sink, struct semaphore, sink));
}

/* ---- down ------------------------------------------------------------------------------ */

static void leave_queue(struct semaphore *s, struct thread *t)
{
    while (!sem_enter(s)) /* another CPU, for a few instructions */
        arch_pause();
    if (prioq_queued(&t->sender))
        prioq_remove(&s->waiters, &t->sender);
    sem_leave(s);
}

static enum party_cause wait(struct semaphore *s, struct thread *t, uint64_t until)
{
    enum party_cause cause;
    uint64_t seen;

    while (!sem_enter(s))
        arch_pause();
    prioq_insert(&s->waiters, &t->sender, t->own.prio);
    t->ipc.open = false;
    t->ipc.from = NULL;
    t->ipc.at = &s->obj;
    seen = party_wait_recv(&t->party);
    sem_leave(s);
    if ((atomic_u64_load_seq_cst(&s->count) || !kobj_alive(&s->obj)) &&
        party_unwait(&t->party, seen))
        cause = CAUSE_NONE;
    else
        cause = ipc_sleep(t, seen, until);
    leave_queue(s, t);
    t->ipc.at = NULL;
    return cause;
}

static long op_down(struct semaphore *s, struct kcall *c)
{
    struct thread *t = c->self;
    enum party_cause cause = CAUSE_NONE;
    uint64_t until;

    if (!(c->rights & CAP_S))
        return -L4_EPERM;
    micro_enter();
    until = ipc_until(t, (uint16_t)c->timeout);
    while (cause == CAUSE_NONE) {
        if (!kobj_alive(&s->obj))
            cause = CAUSE_GONE;
        else if (sem_take_count(s))
            cause = CAUSE_DELIVERED;
        else if (!until)
            cause = CAUSE_TIMEOUT;
        else if (party_asked(&t->party) & (REQ_KILL | REQ_CANCEL))
            cause = CAUSE_CANCELLED;
        else
            cause = wait(s, t, until);
    }
    micro_leave();

    switch (cause) {
    case CAUSE_DELIVERED: c->utcb->tcr.error = 0; return 0;
    case CAUSE_TIMEOUT: return kcall_ipc_error(c, L4_IPC_RETIMEOUT);
    case CAUSE_GONE: return kcall_ipc_error(c, L4_IPC_ENOT_EXISTENT);
    case CAUSE_NONE:
    case CAUSE_CUT:
    case CAUSE_ABORTED:
    case CAUSE_CANCELLED:
    case CAUSE_KILLED: break;
    }
    return kcall_ipc_error(c, L4_IPC_RECANCELED);
}

/* ---- dispatch -------------------------------------------------------------------------- */

static long sem_op(struct kobj *o, struct kcall *c)
{
    struct semaphore *s = sem_of(o);

    switch (l4_msgtag_label(c->tag)) {
    case L4_PROTO_IRQ:
        if (c->words && (kcall_word(c, 0) & 0xffff) != L4_SEMAPHORE_OP_UP)
            return -L4_ENOSYS;
        micro_enter();
        sem_up(s);
        micro_leave();
        return kcall_no_reply(c, NULL);
    case L4_PROTO_SEMAPHORE:
        if (!c->words)
            return -L4_EINVAL;
        return (kcall_word(c, 0) & 0xffff) == L4_SEMAPHORE_OP_DOWN ? op_down(s, c) : -L4_ENOSYS;
    default: return -L4_EBADPROTO;
    }
}

static void sem_invoke(struct kobj *o, struct kcall *c)
{
    kcall_finish(c, sem_op(o, c));
}

static void sem_destroy(struct kobj *o)
{
    struct semaphore *s = sem_of(o);
    bool more = true;

    irq_line_release(&s->sink, &s->line);
    while (more) {
        micro_enter();
        while (!sem_enter(s))
            arch_pause();
        more = wake_best(s, CAUSE_GONE);
        sem_leave(s);
        micro_leave();
    }
}

static const struct kobj_type semaphore_type = {
    .name = "semaphore",
    .invoke = sem_invoke,
    .destroy = sem_destroy,
    .free = kobj_keep,
};

struct kobj *semaphore_create(struct kobj_payer *p)
{
    struct kobj *o = kobj_alloc(&semaphore_type, p);
    struct semaphore *s;

    if (!o)
        return NULL;
    s = sem_of(o);
    s->sink.hit = sink_hit;
    s->line = IRQ_NONE;
    prioq_init(&s->waiters);
    return o;
}

struct irq_sink *irq_target(struct kobj *o, uint32_t **line, bool *masked)
{
    if (o->type == &semaphore_type) {
        struct semaphore *s = sem_of(o);

        *line = &s->line;
        *masked = false;
        return &s->sink;
    }
    if (o->type == &irq_type) {
        struct irqobj *i = irqobj_of(o);

        *line = &i->line;
        *masked = i->masked;
        return &i->sink;
    }
    return NULL;
}
