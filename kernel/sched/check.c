/* SPDX-License-Identifier: MIT */
/* See <sched/check.h>. */
#include <sched/check.h>

#include <sched/sched.h>
#include <sched/stack.h>

/* The first of these that holds is the answer. */
#define WRONG_IF(condition, text)                                                                  \
    do {                                                                                           \
        if (condition)                                                                             \
            return text;                                                                           \
    } while (0)

static const char *check_context(const struct cpu *cpu, const struct sched_ctx *c)
{
    WRONG_IF(c->queued != list_linked(&c->rq) && c->rq.next, "queued, but in no list");
    WRONG_IF(c->queued && !bitmap256_test(&cpu->ready_map, c->prio), "queued, but not in the map");
    WRONG_IF(c->queued && c == cpu->ctx, "RQ4: the context that pays is queued");
    WRONG_IF(c->queued && !c->serves->ready, "RQ2: queued for a thread that is not ready");
    WRONG_IF(c->queued && c->runs != c->serves, "RQ2: queued while it helps");
    WRONG_IF(c->runs != c->serves && c != cpu->ctx, "helps, but does not pay");
    WRONG_IF(c->serves != c->home && c->serves->donor != c, "serves a thread that knows nothing");
    return NULL;
}

static const char *check_usable(const struct cpu *cpu, const struct thread *t,
                                const struct sched_ctx *c)
{
    WRONG_IF(!t->ready && c->queued, "RQ3: a context of a blocked thread is queued");
    WRONG_IF(t->ready && t != current() && c != cpu->ctx && !c->queued,
             "RQ1: a context of a ready thread is not queued");
    return NULL;
}

static const char *check_thread(const struct cpu *cpu, const struct thread *t)
{
    const char *bad = check_context(cpu, &t->own);

    if (!bad && t->own.serves == t && t != cpu->idle)
        bad = check_usable(cpu, t, &t->own);
    if (!bad && t->donor)
        bad = check_usable(cpu, t, t->donor);
    if (bad)
        return bad;
    WRONG_IF(t->donor && t->donor->serves != t, "has a donor that serves somebody else");
    WRONG_IF(t->donor == &t->own, "its own donor");
    WRONG_IF(t->ready && t->dead && t != current() && cpu->ctx->runs != t && !t->own.queued &&
                 !t->donor,
             "dying, and nothing would run it");
    return NULL;
}

static const char *check_cpu(const struct cpu *cpu)
{
    int best = bitmap256_highest(&cpu->ready_map);
    unsigned above = cpu->cur_prio - (cpu->ctx->serves != cpu->ctx->home);
    uint64_t when;

    WRONG_IF(cpu->ctx->runs != current(), "what runs is not what the context runs");
    WRONG_IF(cpu->cur_prio != sched_prio_of(cpu->ctx), "cur_prio is not that of the context");
    WRONG_IF(best > (int)cpu->cur_prio && !cpu->resched, "somebody more important has to wait");
    WRONG_IF(cpu->slice_end < cpu->timer_at && !cpu->resched, "the timer misses the slice's end");
    WRONG_IF(!cpu->resched && timeq_next_above(&cpu->timeq, (uint8_t)above, &when) &&
                 when < cpu->timer_at,
             "the timer misses a timeout");
    for (unsigned p = 0; p < array_size(cpu->ready); p++)
        WRONG_IF(list_empty(&cpu->ready[p]) == bitmap256_test(&cpu->ready_map, (uint8_t)p),
                 "the map and a list differ");
    return NULL;
}

const char *sched_check(void)
{
    const struct cpu *cpu = this_cpu();
    const char *bad = check_cpu(cpu);
    struct thread *t;
    uint32_t index = 0;

    while (!bad && (t = thread_next(&index)))
        bad = check_thread(cpu, t);
    return bad;
}
