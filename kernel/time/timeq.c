/* SPDX-License-Identifier: MIT */
/* See <time/timeq.h> for the contract. Invariant: first[p] is the smallest key of heap[p]. */
#include <time/timeq.h>

void timeq_init(struct timeq *q)
{
    for (unsigned p = 0; p < TIMEQ_PRIOS; p++)
        heap_init(&q->heap[p]);
    tourney_init(&q->first);
}

static struct tevent *first_of(const struct timeq *q, unsigned prio)
{
    struct heap_node *n = heap_min(&q->heap[prio]);

    return n ? container_of(n, struct tevent, node) : NULL;
}

static void note_first(struct timeq *q, uint8_t prio)
{
    const struct tevent *ev = first_of(q, prio);
    uint64_t when = ev ? tevent_when(ev) : TOURNEY_NONE;

    if (tourney_get(&q->first, prio) != when)
        tourney_set(&q->first, prio, when);
}

void timeq_insert(struct timeq *q, struct tevent *ev, uint8_t prio, uint64_t when)
{
    kassert(!tevent_queued(ev) && when != TOURNEY_NONE);
    ev->prio = prio;
    heap_insert(&q->heap[prio], &ev->node, when);
    note_first(q, prio);
}

void timeq_remove(struct timeq *q, struct tevent *ev)
{
    if (!tevent_queued(ev))
        return;
    heap_remove(&q->heap[ev->prio], &ev->node);
    note_first(q, ev->prio);
}

bool timeq_next_above(const struct timeq *q, uint8_t prio, uint64_t *when)
{
    *when = tourney_min_above(&q->first, prio);
    return *when != TOURNEY_NONE;
}

struct tevent *timeq_due_any(const struct timeq *q, uint64_t now)
{
    int prio = tourney_due(&q->first, now);

    return prio < 0 ? NULL : first_of(q, (unsigned)prio);
}

struct tevent *timeq_due(const struct timeq *q, uint8_t prio, uint64_t now)
{
    struct tevent *ev = timeq_due_any(q, now);

    return ev && ev->prio > prio ? ev : NULL;
}
