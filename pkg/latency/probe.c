/* SPDX-License-Identifier: MIT */
/*
 * The threads that are measured. In the modes irq and ipc each has a companion, one priority below,
 * which sleeps in its place and then wakes it.
 */
#include "latency.h"

#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/irq.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/semaphore.h>
#include <l4/util/rdtsc.h>
#include <stdlib.h>
#include <string.h>

enum {
    WARM = 8, /* the first samples see memory that was never touched */
    SPREAD_US = 7,
};

struct probe {
    const struct options *o;
    unsigned number;
    l4_cap_idx_t done;
    l4_cap_idx_t wake; /* what the companion triggers or calls */
    volatile uint64_t woken;
    uint32_t *samples;
    unsigned taken; /* with the warm ones */
    unsigned overruns;
};

static void note(struct probe *p, uint64_t ns)
{
    if (p->taken >= WARM)
        p->samples[p->taken - WARM] = ns > UINT32_MAX ? UINT32_MAX : (uint32_t)ns;
    p->taken++;
}

static bool complete(const struct probe *p)
{
    return p->taken == p->o->loops + WARM;
}

static void finish(struct probe *p)
{
    (void)l4_semaphore_up(p->done);
}

static uint64_t first_time(const struct probe *p)
{
    return clock_us() + p->o->interval_us + p->number * SPREAD_US;
}

/* What comes after `when`. */
static uint64_t next_time(struct probe *p, uint64_t when)
{
    uint64_t now = clock_us();

    when += p->o->interval_us;
    if (when > now)
        return when;
    p->overruns++;
    return now + p->o->interval_us;
}

static void by_timer(void *arg)
{
    struct probe *p = arg;

    for (uint64_t when = first_time(p); !complete(p); when = next_time(p, when)) {
        clock_sleep_until(when);
        note(p, clock_late_ns(when));
    }
    finish(p);
}

static void by_irq(void *arg)
{
    struct probe *p = arg;
    l4_umword_t label;

    while (!complete(p)) {
        (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
        note(p, clock_passed_ns(p->woken, l4_rdtsc()));
    }
    finish(p);
}

static void by_call(void *arg)
{
    l4_msgtag_t const answer = l4_msgtag(0, 0, 0, 0);
    struct probe *p = arg;
    l4_umword_t label;

    (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    for (;;) {
        note(p, clock_passed_ns(p->woken, l4_rdtsc()));
        if (complete(p))
            break;
        (void)l4_ipc_reply_and_wait(l4_utcb(), answer, &label, L4_IPC_NEVER);
    }
    finish(p);
    (void)l4_ipc_reply(l4_utcb(), answer, L4_IPC_NEVER);
}

static void companion(void *arg)
{
    struct probe *p = arg;

    for (uint64_t when = first_time(p); !complete(p); when = next_time(p, when)) {
        clock_sleep_until(when);
        p->woken = l4_rdtsc();
        if (p->o->mode == MODE_IRQ)
            (void)l4_irq_trigger(p->wake);
        else
            (void)l4_ipc_call(p->wake, l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
    }
}

struct probe *probe_start(const struct options *o, unsigned number, l4_cap_idx_t done)
{
    static void (*const body[])(void *) = { by_timer, by_irq, by_call };
    unsigned prio = o->prio - 2 * number;
    struct probe *p = calloc(1, sizeof(*p));
    l4_cap_idx_t thread;

    must(p ? 0 : -L4_ENOMEM, "memory");
    p->samples = malloc(o->loops * sizeof(p->samples[0]));
    must(p->samples ? 0 : -L4_ENOMEM, "memory for the samples");
    memset(p->samples, 0xff, o->loops * sizeof(p->samples[0])); /* no page fault later */
    p->o = o;
    p->number = number;
    p->done = done;
    thread = thread_new(body[o->mode], p, prio);
    if (o->mode == MODE_TIMER)
        return p;
    if (o->mode == MODE_IRQ) {
        p->wake = object_new(L4_PROTO_IRQ_SENDER);
        must(l4_error(l4_rcv_ep_bind_thread(p->wake, thread, 0)), "an IRQ for the thread");
    } else {
        p->wake = gate_new(thread, 0);
    }
    (void)thread_new(companion, p, prio - 1);
    return p;
}

uint32_t *probe_samples(struct probe *p)
{
    return p->samples;
}

unsigned probe_overruns(const struct probe *p)
{
    return p->overruns;
}
