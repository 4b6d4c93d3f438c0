/* SPDX-License-Identifier: MIT */
/*
 * Epochs: when has every CPU forgotten what it saw?
 *
 * Read side: in a micro-section, between epoch_enter() and epoch_leave(), pointers to shared
 * objects stay good without a reference. The word is odd inside. Both are idempotent; a switch
 * of threads leaves the epoch, so pointers are never carried over one.
 *
 * Grace period: each CPU is outside, or has moved since it was first seen inside. It ends at
 * most one micro-section after the slowest CPU; no ticks, no IPIs. CONFIG_MP=n: always over,
 * and everything here compiles to nothing.
 *
 * Progress: enter and leave wait-free; epoch_wait_over() <= 4 CPUs per call, never waits.
 * Pairs:    (E) epoch_leave release <-> look in epoch_wait_over acquire
 *           (F) epoch_enter seq-cst <-> seq-cst fence in epoch_wait_begin
 */
#pragma once

#include <lib/base.h>
#include <sync/cpu.h>

#if enabled(CONFIG_MP)
#define EPOCH_CPUS CONFIG_MAX_CPUS
#else
#define EPOCH_CPUS 1
#endif

/* One grace period somebody waits for. */
struct epoch_wait {
    cpu_id next;               /* CPUs below are known to have moved on */
    cpu_id cpus;               /* CPUs there are */
    uint64_t seen[EPOCH_CPUS]; /* words at the beginning */
};

/* Context: micro-section on CPU `c`. */
static inline void epoch_enter(struct sync_cpu *c)
{
    if (!enabled(CONFIG_MP))
        return;

    uint64_t now = atomic_u64_load_relaxed(&c->epoch);
    if (!(now & 1))
        atomic_u64_swap_seq_cst(&c->epoch, now + 1); /* (F) */
}

static inline void epoch_leave(struct sync_cpu *c)
{
    if (!enabled(CONFIG_MP))
        return;

    uint64_t now = atomic_u64_load_relaxed(&c->epoch);
    if (now & 1)
        atomic_u64_store_release(&c->epoch, now + 1); /* (E) */
}

static inline bool epoch_inside(const struct sync_cpu *c)
{
    return !enabled(CONFIG_MP) || (atomic_u64_load_relaxed(&c->epoch) & 1);
}

/*
 * Begin to wait for a grace period: what was unhooked before this call is unseen when the
 * period is over. Cost: one load per CPU; preemptible.
 */
void epoch_wait_begin(struct epoch_wait *w);

/* Is it over? Looks at up to 4 CPUs; ask again later if not. Context: any. */
bool epoch_wait_over(struct epoch_wait *w) must_check;
