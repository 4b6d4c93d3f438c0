/* SPDX-License-Identifier: MIT */
/*
 * Rendezvous: two threads meet and exchange a message, or stop waiting.
 *
 *        S sends                                   R receives
 *   R waits and accepts S?                    interrupt posted? sender queued?
 *     yes: catch R, transfer, wake R            yes: catch S, transfer, wake S
 *     no:  queue at R, look again, sleep        no:  publish, look again, sleep
 *
 * The one who comes second is the active party: it does the work of both, while the passive
 * one is in XFER. Few words are copied in the micro-section; many words and typed items with
 * interrupts on, step by step, while the passive party names its mover. Whoever needs a thread
 * out of XFER marks it (req) and helps the mover, who looks at the marks between steps.
 *
 * Ranks: above those of kernel/space.
 */
#pragma once

#include <sched/thread.h>

#define IPC_RANK_SENDQ 111u
#define IPC_RANK_GATE 113u

struct gate;

struct ipc_send {
    struct thread *to; /* NULL: the gate is unbound */
    struct gate *gate; /* the gate it goes through, or NULL */
    bool reply;        /* only to the wait `reply_seq` of `to` */
    uint64_t reply_seq;
    l4_msgtag_t tag;
    l4_umword_t label;
    unsigned rights;  /* of the capability used */
    uint16_t timeout; /* ABI encoding */
    bool call;        /* a closed receive from the same partner follows, if `to` is known */
};

struct ipc_recv {
    bool open;
    struct kobj *from; /* closed: header of a thread or IRQ; of oneself: sleep */
    uint64_t from_serial;
    struct reply_cap *slot;
    uint16_t timeout;
    bool light; /* the caller needs nothing of its stack after this wait: thread.ipc has it all */
};

/* What a system call returns. */
struct ipc_result {
    l4_msgtag_t tag;
    l4_umword_t label;
    bool has_label; /* a message was received */
    unsigned error; /* TCR, valid if the tag has L4_MSGTAG_ERROR */
};

/*
 * One IPC of the current thread: send phase, if `s`, then receive phase, if `r`.
 * A call through an unbound gate finds its partner, and so the closed receive, when bound.
 * Context: micro-section; returns in one. May sleep, may be preempted in between.
 */
void ipc_do(struct thread *self, const struct ipc_send *s, struct ipc_recv *r,
            struct ipc_result *res);

/*
 * Finish a receive phase that was begun on the fast path and ended by somebody else; `sent` is
 * the tag of the system call. Context: micro-section; may sleep again.
 */
void ipc_woken(struct thread *self, l4_msgtag_t sent, struct ipc_result *res);

/* Initialise the fields of a new thread that belong to this room. */
void ipc_thread_init(struct thread *t);

/* The ABI's timeout as a tick; absolute ones from the thread's UTCB. */
uint64_t ipc_until(const struct thread *t, uint16_t timeout);

/*
 * Sleep in a wait that was published (party_wait_*), until somebody ends it or the timeout.
 * The kill point before sleeping is in here. Returns: how it ended.
 * Context: micro-section.
 */
enum party_cause ipc_sleep(struct thread *self, uint64_t seen, uint64_t until);

/* End the wait of `t` from outside, whatever it is (after its req bit was set). Context:
 * micro-section. */
void ipc_interrupt(struct thread *t, enum party_cause cause);

/*
 * Wake, one by one, everybody who is queued at `t`, because it dies; give up the caller noted
 * in its implicit reply slot. Context: preemptible.
 */
void ipc_flush(struct thread *t);

/* Callback of the scheduler (sched_set_timeout_handler). Context: micro-section. */
void ipc_timeout(struct thread *t, uint64_t seq);

/* Does r, who waits in RECV, wait for this sender, a thread or an IRQ? Micro-section. */
static inline bool ipc_wants(const struct thread *r, const struct kobj *sender)
{
    return r->ipc.open || (r->ipc.from == sender &&
                           r->ipc.from_serial == atomic_u64_load_relaxed(&sender->serial));
}

/* Is the reply capability good: does its caller wait for just this answer? Micro-section. */
static inline struct thread *reply_cap_caller(const struct reply_cap *rc)
{
    struct thread *t;

    if (!rc->caller || atomic_u64_load_acquire(&rc->caller->serial) != rc->serial)
        return NULL;
    t = thread_of_obj(rc->caller);
    return party_load(&t->party) == party_state(PARTY_RECV, CAUSE_NONE, rc->seq) ? t : NULL;
}
