/* SPDX-License-Identifier: MIT */
/*
 * Helping lock: who finds it taken runs the owner until it is free.
 *
 *   63      61 60                 29 28      24 23                    0
 *   [  unused ][ want: a bit per CPU ][  last   ][ owner: thread, 0 free ]
 *
 * want: CPUs at work for a waiter. last: CPU of the latest owner. A free lock goes to the first
 * CPU behind `last`, cyclically, whose bit is set: so nobody is passed over twice by the same
 * CPU. Above 32 CPUs two share a bit, which only weakens the order.
 *
 * Progress: helping. A waiter, while not preempted, is bypassed at most once per other CPU.
 *           Uncontended: one CAS to take, one fetch-and to release.
 * Rules:    an owner never sleeps; at most two at once, ranks strictly falling; a section is
 *           bounded (<= 1500 instructions), with interrupts on. Interrupt handlers take none.
 *           Under a lock only the kernel half of the address space is touched.
 *
 *   [I] immutable after init   [a] atomic
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>
#include <sync/cpu.h>
#include <sync/party.h>

struct helplock {
    struct atomic_u64 word; /* [a] */
    uint32_t rank;          /* [I] room number * 10 + n; debug builds check the order */
};

#define HELPLOCK_INIT(r)                                                                           \
    {                                                                                              \
        .rank = (r)                                                                                \
    }

static inline void helplock_init(struct helplock *l, uint32_t rank)
{
    *l = (struct helplock)HELPLOCK_INIT(rank);
}

/*
 * Take the lock for the current thread `me`.
 * Context: preemptible; holds at most one other lock, of higher rank. Never fails.
 */
void helplock_acquire(struct helplock *l, struct sync_party *me);

/*
 * Take the lock if nobody has it or waits for it.
 * Context: as above, or a micro-section.
 */
bool helplock_try(struct helplock *l, struct sync_party *me) must_check;

/*
 * Release the innermost lock held. If the caller is being helped it goes back to its own
 * context here.
 * Context: locked.
 */
void helplock_release(struct helplock *l, struct sync_party *me);

/*
 * The same for a section that ends in a micro-section: no look at borrowed contexts, the
 * dispatcher sees to it when the micro-section ends. Context: micro-section.
 */
void helplock_release_irqoff(struct helplock *l, struct sync_party *me);

/* Index of the owner, 0 if free. Context: any; a moment's truth unless the caller owns it. */
uint32_t helplock_owner(const struct helplock *l);

bool helplock_is_owner(const struct helplock *l, const struct sync_party *p);

/*
 * A context leaves CPU c by preemption: forget what it wants there. The waiting loops set
 * their bits again when they go on.
 * Context: micro-section on that CPU. Cost: <= 2 fetch-and.
 */
void helplock_withdraw(struct sync_cpu *c);

/*
 * CPU c switches back to `lender`, on the lender's own context, because the thread it helped
 * has released. The lender may have got its lock on another CPU meanwhile, helped there for the
 * sake of one it held; then this CPU does not want anything any more.
 * Context: micro-section on that CPU, with the lender's claim.
 */
void helplock_return(struct sync_cpu *c, const struct sync_party *lender);
