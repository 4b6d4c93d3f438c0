/* SPDX-License-Identifier: MIT */
/*
 * A CPU, as the kernel above arch sees it. Everything here is private to the CPU: touched in
 * its micro-sections only.
 */
#pragma once

#include <arch/cpu.h>
#include <arch/time.h>
#include <lib/bitmap256.h>
#include <lib/list.h>
#include <sched/thread.h>
#include <sync/cpu.h>
#include <time/timeq.h>

struct cpu {
    struct arch_cpu arch; /* first: assembly knows it */
    struct sync_cpu sync;

    struct sched_ctx *ctx; /* the context that pays now; idle context if none */
    unsigned cur_prio;     /* priority of what runs now */
    bool resched;          /* something more important became ready */
    struct thread *prev;   /* whom we left; its claim is freed by who comes next */
    struct thread *bank;   /* whose user bank is live in the registers, or NULL */
    struct space *space;   /* whose address space is loaded, or NULL */
    uint64_t since;        /* ticks of the last switch of threads */
    uint64_t slice_end;    /* ticks */
    uint64_t timer_at;     /* what the timer is set to, UINT64_MAX off */

    struct bitmap256 ready_map; /* priorities with queued contexts */
    struct list ready[256];
    struct timeq timeq;

    struct thread *idle;
};

static inline struct cpu *this_cpu(void)
{
    return container_of(arch_this_cpu(), struct cpu, arch);
}

static inline struct thread *current(void)
{
    return thread_of_arch(arch_current());
}

/*
 * Priority that a context gives to what runs on it. While it helps a lock owner, it counts for
 * the one it serves.
 */
static inline unsigned sched_prio_of(const struct sched_ctx *c)
{
    const struct thread *t = c->serves;

    return t->own.serves == t && t->own.prio > c->prio ? t->own.prio : c->prio;
}

/* `c`, so far used by `from`, is used by `to` now. */
static inline void sched_lend(struct sched_ctx *c, const struct thread *from, struct thread *to)
{
    c->serves = to;
    c->runs = to;
    if (c != &to->own) {
        to->donor = c;
        to->donor_from = from;
    }
}

/* Give a context back to who lent it. Who had lent it to that one is noted there still. */
static inline void sched_return(struct sched_ctx *c, struct thread *to)
{
    c->serves = to;
    c->runs = to;
    if (c != &to->own)
        to->donor = c;
}

/* Charge the time since the last switch of threads to `t`, who ran. */
static inline void sched_charge(struct cpu *cpu, struct thread *t)
{
    uint64_t now = arch_ticks();

    t->consumed += now - cpu->since;
    cpu->since = now;
}

/* The area of CPU `id`, or NULL. */
struct cpu *cpu_of(uint32_t id);
