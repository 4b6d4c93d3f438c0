/* SPDX-License-Identifier: MIT */
/* The waiting side of an unbound gate; its operations are in the object room. */
#include <ipc/gate.h>

#include <ipc/ipc.h>
#include <l4/sys/ipc_err.h>
#include <sched/sched.h>
#include <sync/micro.h>

static void gate_leave(struct gate *g, struct thread *self)
{
    micro_leave();
    helplock_acquire(&g->lock, &self->party);
    if (prioq_queued(&self->sender))
        prioq_remove(&g->waiters, &self->sender);
    helplock_release(&g->lock, &self->party);
    kobj_put(&g->obj);
    micro_enter();
}

unsigned gate_wait(struct gate *g, struct thread *self, uint64_t until)
{
    enum party_cause cause;
    uint64_t seen;

    if (!kobj_get(&g->obj))
        return L4_IPC_ENOT_EXISTENT;
    micro_leave();
    helplock_acquire(&g->lock, &self->party);
    micro_enter();
    prioq_insert(&g->waiters, &self->sender, self->own.prio);
    self->ipc.at = &g->obj;
    seen = party_wait_send(&self->party);
    atomic_fence_seq_cst();
    helplock_release_irqoff(&g->lock, &self->party);

    /* Bound or deleted while we came: whoever did that may not have seen us. */
    if ((g->thread || !kobj_alive(&g->obj)) && party_unwait(&self->party, seen))
        cause = CAUSE_NONE;
    else
        cause = ipc_sleep(self, seen, until);
    self->ipc.at = NULL;
    gate_leave(g, self);

    switch (cause) {
    case CAUSE_NONE: return 0;
    case CAUSE_TIMEOUT: return L4_IPC_SETIMEOUT;
    case CAUSE_GONE: return L4_IPC_ENOT_EXISTENT;
    case CAUSE_DELIVERED:
    case CAUSE_CUT:
    case CAUSE_ABORTED:
    case CAUSE_CANCELLED:
    case CAUSE_KILLED: break;
    }
    return L4_IPC_SECANCELED;
}

static bool wake_one(struct gate *g, struct sync_party *me, enum party_cause cause)
{
    struct prioq_node *n;

    helplock_acquire(&g->lock, me);
    n = prioq_best(&g->waiters);
    if (n) {
        struct thread *t = container_of(n, struct thread, sender);
        uint64_t state;

        prioq_remove(&g->waiters, n);
        micro_enter();
        state = party_load(&t->party);
        if (party_phase_of(state) == PARTY_SEND && party_wake(&t->party, state, cause))
            sched_ready(t);
        micro_leave_noresched();
    }
    helplock_release(&g->lock, me);
    return n;
}

void gate_wake_all(struct gate *g, bool gone)
{
    struct sync_party *me = &current()->party;

    while (wake_one(g, me, gone ? CAUSE_GONE : CAUSE_NONE))
        ;
}
