/* SPDX-License-Identifier: MIT */
/*
 * What kernel/sync asks of the scheduler. sync declares, kernel/sched defines.
 */
#pragma once

#include <lib/base.h>

struct helplock;
struct sync_cpu;
struct sync_party;

/*
 * A micro-section ends: reschedule if that is due.
 *
 * Context: interrupts off, called as the last thing before they go on again; may switch to
 *          other threads, returns with interrupts off when the caller runs again.
 */
void sched_micro_leave(void);

/* This CPU's part of kernel/sync. Context: micro-section. */
struct sync_cpu *sched_sync_cpu(void);

/* The same of another CPU, and how many there are. Context: any. */
struct sync_cpu *sched_sync_cpu_of(cpu_id cpu);
cpu_id sched_cpus(void);

/* The CPU the caller runs on, or ran on a moment ago. For hints only. Context: any. */
cpu_id sched_cpu_hint(void);

/*
 * The thread with this index, NULL if there is none.
 * Context: micro-section with the epoch held; the answer is good until one of them ends.
 */
struct sync_party *sched_party_of(uint32_t index);

/*
 * Run the owner of `l` in place of the caller: claim it if its claim is FREE, look again with
 * helplock_is_owner() (else free the claim and return true), leave the epoch, switch to it on
 * the caller's scheduling context. Return when the caller runs again.
 *
 * Context: micro-section with the epoch held; returns in a micro-section, possibly on another
 *          CPU, epoch left.
 * Returns: false if the owner was claimed by somebody else, so that nothing could be done.
 */
bool sched_help(struct sync_party *owner, struct helplock *l) must_check;

/*
 * The current thread has released a helping lock: if it runs on a borrowed context (it is
 * being helped), switch at once to the thread that lent it; helplock_return() comes before the
 * switch. If that thread is claimed elsewhere its context leaves the CPU (helplock_withdraw).
 * Context: preemptible.
 */
void sched_helped_release(void);
