/* SPDX-License-Identifier: MIT */
/* Threads of low priority that keep the kernel busy, each in its own way, for ever. */
#include "latency.h"

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/irq.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/task.h>
#include <string.h>

enum {
    PAGES = 256,
    SLEEPERS = 4,
    SLEEP_US = 50,
};

#define FAR 0x40000000UL /* where nothing is, in a task that we make */

static unsigned char pages[PAGES][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

/* ---- messages of 63 words, there and back ---------------------------------------------------- */

static l4_cap_idx_t gate;

static void answer(void *arg)
{
    l4_umword_t label;

    (void)arg;
    (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    for (;;)
        (void)l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 63, 0, 0), &label, L4_IPC_NEVER);
}

static void ask(void *arg)
{
    (void)arg;
    for (;;)
        (void)l4_ipc_call(gate, l4_utcb(), l4_msgtag(0, 63, 0, 0), L4_IPC_NEVER);
}

static void ipc_start(void)
{
    gate = gate_new(thread_new(answer, NULL, LOAD_PRIO), 0);
    (void)thread_new(ask, NULL, LOAD_PRIO);
}

/* ---- pages, mapped to another task and taken away together ----------------------------------- */

static void map_and_unmap(void *arg)
{
    l4_cap_idx_t task = l4re_util_cap_alloc();
    l4_fpage_t none = l4_fpage_invalid();

    (void)arg;
    must(l4_error(l4_factory_create_task(l4re_env()->factory, task, &none)), "a task to map to");
    for (;;) {
        for (unsigned i = 0; i < PAGES; i++)
            (void)l4_task_map(task, L4_BASE_TASK_CAP,
                              l4_fpage((l4_addr_t)pages[i], L4_PAGESHIFT, L4_FPAGE_RW),
                              l4_map_control(FAR + i * L4_PAGESIZE, 0, L4_MAP_ITEM_MAP));
        (void)l4_task_unmap(task, l4_fpage(FAR, L4_PAGESHIFT + 8, L4_FPAGE_RWX), L4_FP_ALL_SPACES);
    }
}

static void map_start(void)
{
    memset(pages, 1, sizeof(pages));
    (void)thread_new(map_and_unmap, NULL, LOAD_PRIO);
}

/* ---- page faults, answered by the region map ------------------------------------------------- */

static unsigned char lost[PAGES][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

static void touch_and_lose(void *arg)
{
    (void)arg;
    for (;;) {
        for (unsigned i = 0; i < PAGES; i++) {
            volatile unsigned char *p = lost[i];

            *p = 1;
            (void)l4_task_unmap(L4_BASE_TASK_CAP,
                                l4_fpage((l4_addr_t)p, L4_PAGESHIFT, L4_FPAGE_RWX),
                                L4_FP_ALL_SPACES);
        }
    }
}

static void fault_start(void)
{
    (void)thread_new(touch_and_lose, NULL, LOAD_PRIO);
}

/* ---- timeouts -------------------------------------------------------------------------------- */

static void sleep_shortly(void *arg)
{
    (void)arg;
    for (;;) {
        uint64_t now = clock_us();

        clock_sleep_until(now - now % SLEEP_US + SLEEP_US); /* all together */
    }
}

static void timer_start(void)
{
    for (unsigned i = 0; i < SLEEPERS; i++)
        (void)thread_new(sleep_shortly, NULL, LOAD_PRIO + 1);
}

/* ---- IRQ objects ----------------------------------------------------------------------------- */

static l4_cap_idx_t irq;

static void wait_for_irqs(void *arg)
{
    l4_umword_t label;

    (void)arg;
    for (;;)
        (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
}

static void trigger_irqs(void *arg)
{
    (void)arg;
    for (;;)
        (void)l4_irq_trigger(irq);
}

static void irq_start(void)
{
    l4_cap_idx_t waiter = thread_new(wait_for_irqs, NULL, LOAD_PRIO + 1);

    irq = object_new(L4_PROTO_IRQ_SENDER);
    must(l4_error(l4_rcv_ep_bind_thread(irq, waiter, 0)), "an IRQ for the load");
    (void)thread_new(trigger_irqs, NULL, LOAD_PRIO);
}

/* ---- by name --------------------------------------------------------------------------------- */

static const struct load {
    const char *name;
    void (*start)(void);
} loads[] = {
    { "ipc", ipc_start },     { "map", map_start }, { "fault", fault_start },
    { "timer", timer_start }, { "irq", irq_start },
};

const char *load_names(void)
{
    return "none ipc map fault timer irq all";
}

bool load_start(const char *name)
{
    bool known = strcmp(name, "none") == 0;

    for (unsigned i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
        if (strcmp(name, loads[i].name) != 0 && strcmp(name, "all") != 0)
            continue;
        loads[i].start();
        known = true;
    }
    return known;
}
