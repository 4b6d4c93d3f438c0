/* SPDX-License-Identifier: MIT */
/* Threads: what their words say, where they stand, whom they belong to. */
#include <debug/check.h>

#include <ipc/irqobj.h>
#include <ipc/task.h>
#include <sched/check.h>
#include <sched/sched.h>
#include <sched/stack.h>

/* The first of these that holds is the answer. */
#define WRONG_IF(condition, text)                                                                  \
    do {                                                                                           \
        if (condition)                                                                             \
            return text;                                                                           \
    } while (0)

static const char *check_words(const struct thread *t)
{
    uint64_t state = party_load(&t->party);
    enum party_phase phase = party_phase_of(state);
    uint32_t asked = party_asked(&t->party);

    WRONG_IF(phase > PARTY_WOKEN, "a thread in no phase");
    WRONG_IF(t == current() && phase != PARTY_RUN, "the running thread waits");
    WRONG_IF(party_claimed(&t->party) != (t == current()), "a claim without its thread");
    WRONG_IF(t->party.locks > PARTY_LOCKS, "too many locks");
    if (t->gone)
        return NULL;
    WRONG_IF(party_waits(state) && t->ready, "waits, but is ready");
    WRONG_IF(party_waits(state) && t->party.locks, "sleeps with a lock");
    WRONG_IF(party_waits(state) && (asked & REQ_KILL), "killed, but still waits");
    WRONG_IF(!t->ready && t->started && t->homed && !(asked & REQ_STOP) &&
                 (phase == PARTY_RUN || phase == PARTY_WOKEN),
             "may run, but is not ready");
    WRONG_IF(party_waits(state) && tevent_queued(&t->timeout) &&
                 t->timeout_seq != party_seq_of(state),
             "the timeout of another wait");
    return NULL;
}

/* Its place in a queue: a sender, or somebody at an unbound gate or a semaphore. */
static const char *check_place(const struct thread *t)
{
    uint64_t state = party_load(&t->party);

    WRONG_IF(prioq_queued(&t->sender) && !t->ipc.to && !t->ipc.at, "queued nowhere");
    WRONG_IF(t->ipc.to && t->ipc.at, "queued at two places");
    WRONG_IF(prioq_queued(&t->sender) && t->gone, "left for ever, but queued");
    WRONG_IF(party_phase_of(state) == PARTY_SEND && !prioq_queued(&t->sender),
             "sends, but stands in no queue");
    WRONG_IF(t->ipc.to && !t->ipc.to->obj, "queued at a thread that is no more");
    return NULL;
}

static const char *check_senders(const struct thread *t, unsigned *queued)
{
    WRONG_IF(!prioq_empty(&t->sendq) && list_empty(&t->sendq.all), "a queue with a lost ring");
    list_for_each (&t->sendq.all, n) {
        const struct prioq_node *p = container_of(n, struct prioq_node, all);

        WRONG_IF(n->next->prev != n, "a broken ring of senders");
        if (!p->serial)
            continue; /* a cursor */
        WRONG_IF(!p->queued, "a sender that is not queued");
        WRONG_IF(container_of(p, struct thread, sender)->ipc.to != t, "a sender to somebody else");
        ++*queued;
    }
    list_for_each (&t->irqs_seen, n) {
        const struct irqobj *i = container_of(n, struct irqobj, seen);

        WRONG_IF(n->next->prev != n, "a broken list of interrupts");
        WRONG_IF(i->thread != t || !i->queued, "the interrupt of somebody else");
    }
    return NULL;
}

static const char *check_task(const struct thread *t)
{
    const struct task *k = t->task ? task_of(t->task) : NULL;
    unsigned n = 0;

    if (!k)
        return NULL;
    WRONG_IF(!atomic_u32_load_relaxed(&t->task->refs), "a thread of a task that is no more");
    WRONG_IF(t->space != k->space, "a thread in another space than its task's");
    if (helplock_owner(&k->lock))
        return NULL;
    WRONG_IF(!list_linked(&t->in_task), "a thread its task does not know");
    if (list_first(&k->threads) != &t->in_task)
        return NULL; /* the list is looked at once */
    list_for_each (&k->threads, m) {
        WRONG_IF(container_of(m, struct thread, in_task)->task != t->task,
                 "a task with the thread of another one");
        n++;
    }
    WRONG_IF(n != k->nthreads, "a task has miscounted its threads");
    return NULL;
}

static const char *check_thread(struct thread *t, unsigned *queued)
{
    const char *bad;

    if (!t->obj)
        return NULL; /* the idle thread, or one that is being made */
    WRONG_IF(t->obj->type != &thread_type || thread_of_obj(t->obj) != t, "the header of another");
    WRONG_IF(!atomic_u32_load_relaxed(&t->obj->refs), "a thread without references");
    bad = check_words(t);
    bad = bad ?: check_place(t);
    bad = bad ?: check_senders(t, queued);
    return bad ?: check_task(t);
}

const char *debug_check_threads(void)
{
    unsigned stand = 0, listed = 0;
    const char *bad = NULL;
    struct thread *t;

    for (uint32_t i = 0; !bad && (t = thread_next(&i));) {
        bad = check_thread(t, &listed);
        stand += t->ipc.to && prioq_queued(&t->sender);
    }
    if (!bad && stand != listed)
        bad = "a sender is in no queue";
    return bad;
}

const char *debug_check(bool still)
{
    const char *bad = sched_check();

    bad = bad ?: debug_check_threads();
    bad = bad ?: debug_check_caps();
    return bad ?: debug_check_spaces(still);
}
