/* SPDX-License-Identifier: MIT */
/*
 * What happens later, on one CPU: events by priority and time.
 *
 *   priority 255   heap of events ---- earliest ----+
 *        ...                                        +-- tournament tree
 *   priority 0     heap of events ---- earliest ----+
 *
 * A thousand low events that are due together cost a high thread nothing: it asks for those
 * above its priority only. One leftist heap per priority, one tournament tree of the 256
 * earliest times. Cost of insert and remove: <= 3 * 17 heap steps (2^17 events) and 8 tree
 * steps; of a question: 8 steps.
 *
 * Context: micro-sections of the CPU that owns the queue. Times are ticks.
 */
#pragma once

#include <lib/base.h>
#include <lib/heap.h>
#include <lib/tourney.h>

#define TIMEQ_PRIOS TOURNEY_SIZE

/* Embedded in what is to happen. Who queues it also takes it out again; firing does not. */
struct tevent {
    struct heap_node node;
    uint8_t prio; /* valid while queued */
};

struct timeq {
    struct heap heap[TIMEQ_PRIOS];
    struct tourney first;
};

void timeq_init(struct timeq *q);

static inline void tevent_init(struct tevent *ev)
{
    *ev = (struct tevent){ 0 };
}

static inline bool tevent_queued(const struct tevent *ev)
{
    return heap_queued(&ev->node);
}

/* When it is due, in ticks; valid while queued. */
static inline uint64_t tevent_when(const struct tevent *ev)
{
    return ev->node.key;
}

/* Queue an event that is in no queue; `when` < CLOCK_NEVER. */
void timeq_insert(struct timeq *q, struct tevent *ev, uint8_t prio, uint64_t when);

/* Take an event out; harmless if it is in no queue. */
void timeq_remove(struct timeq *q, struct tevent *ev);

/* The earliest time of all events, CLOCK_NEVER if there is none. Cost: one load. */
static inline uint64_t timeq_earliest(const struct timeq *q)
{
    return q->first.key[1];
}

/*
 * The earliest time among the events of a priority above `prio`, due or not.
 * Returns: false if there is none.
 */
bool timeq_next_above(const struct timeq *q, uint8_t prio, uint64_t *when) must_check;

/*
 * A due event of the highest priority above `prio` that has one: the earliest there.
 * It stays in the queue. Returns: NULL if none is due.
 */
struct tevent *timeq_due(const struct timeq *q, uint8_t prio, uint64_t now) must_check;

/* The same among all priorities, 0 included. */
struct tevent *timeq_due_any(const struct timeq *q, uint64_t now) must_check;
