/* SPDX-License-Identifier: MIT */
/*
 * What kernel/sync keeps for each CPU; embedded in the scheduler's struct cpu.
 *
 *   [I] immutable after init   [a] atomic   [c] this CPU only, in micro-sections
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

struct helplock;

/* A thread holds two helping locks at most, so a chain of waiters has two hops. */
#define SYNC_WANTS 2

struct sync_cpu {
    cpu_id id;                         /* [I] */
    struct atomic_u64 epoch;           /* [a] odd: in a read-side section (epoch.h) */
    struct helplock *want[SYNC_WANTS]; /* [c] locks in which this CPU's bit is set */
};

static inline void sync_cpu_init(struct sync_cpu *c, cpu_id id)
{
    *c = (struct sync_cpu){ .id = id };
}
