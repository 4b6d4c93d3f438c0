/* SPDX-License-Identifier: MIT */
/*
 * IPC gate: a label and a thread. Messages to the gate go to the thread and carry the label.
 * While it is unbound, senders queue here; binding lets them try again.
 */
#pragma once

#include <cap/kobj.h>
#include <l4/sys/types.h>
#include <lib/prioq.h>
#include <sched/thread.h>
#include <sync/helplock.h>

struct gate {
    struct kobj obj;
    struct thread *thread; /* [m] micro-section; referenced; NULL: unbound */
    l4_umword_t label;     /* [m] low two bits zero */
    struct helplock lock;  /* queue of senders */
    struct prioq waiters;  /* threads that found the gate unbound */
};

_Static_assert(sizeof(struct gate) <= KOBJ_HEADER_SIZE, "a gate lives in its header");

extern const struct kobj_type gate_type;

static inline struct gate *gate_of(struct kobj *o)
{
    return container_of(o, struct gate, obj);
}

/*
 * Sleep at an unbound gate. Context: micro-section; returns in one.
 * Returns: 0 look again, or the TCR of the error.
 */
unsigned gate_wait(struct gate *g, struct thread *self, uint64_t until);

/* Wake all senders: they look again, or (`gone`) fail. Context: preemptible. */
void gate_wake_all(struct gate *g, bool gone);
