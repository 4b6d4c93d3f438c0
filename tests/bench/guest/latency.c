/* SPDX-License-Identifier: MIT */
/*
 * How late is the most important thread, whatever the others do? (Rows L2 and L3 of the contract.)
 *
 * It lives in a task of its own. By timer: it sleeps until a time and looks how far the counter has
 * gone on. By IRQ: another thread sleeps in the same manner and then triggers an IRQ object.
 */
#include "load.h"

#include <l4/sys/irq.h>
#include <l4/sys/kip.h>
#include <l4/sys/task.h>

enum {
    PERIOD_US = 19,   /* at least; up to PERIOD_MASK more */
    PERIOD_MASK = 15, /* uneven periods meet a regular load everywhere */
};

static volatile bool stop;
static volatile uint64_t triggered;
static unsigned dice;

static uint64_t next_time(void)
{
    dice = dice * 1103515245U + 12345U;
    return now_us() + PERIOD_US + ((dice >> 16) & PERIOD_MASK);
}

static void sleep_until(uint64_t when)
{
    (void)l4_ipc_receive(L4_INVALID_CAP, l4_utcb(),
                         l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(when, 8)));
}

static void woken_by_timer(struct worker *w)
{
    (void)w;
    while (!stop) {
        uint64_t when = next_time();

        sleep_until(when);
        series_put(ticks() - ticks_at(when));
    }
}

static void woken_by_irq(struct worker *w)
{
    l4_umword_t label;

    (void)w;
    for (;;) {
        (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
        series_add(triggered, ticks());
    }
}

static void trigger(struct worker *w)
{
    while (!stop) {
        sleep_until(next_time());
        triggered = ticks();
        (void)l4_irq_trigger((l4_cap_idx_t)w->arg);
    }
}

static struct task *quiet_task(void)
{
    struct task *t = task_create();
    l4_addr_t kip = (l4_addr_t)l4_kip();

    ASSERT_EQ(
        l4_error(l4_task_map(t->cap, L4_BASE_TASK_CAP, l4_fpage(kip, L4_PAGESHIFT, L4_FPAGE_RX),
                             l4_map_control(kip, 0, L4_MAP_ITEM_MAP))),
        0);
    return t;
}

static void watch_by_irq(void)
{
    l4_cap_idx_t irq = new_irq();
    struct task *t = quiet_task();
    struct worker *top = worker_run_in(t, woken_by_irq, NULL, PRIO_TOP);

    ASSERT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, top->cap, 0x40)), 0);
    task_give(t, irq, L4_CAP_FPAGE_RWS);
    (void)worker_run_in(t, trigger, (void *)irq, PRIO_TRIGGER);
}

static void under_load(const char *name, const struct load *load, bool by_irq)
{
    stop = false;
    dice = 1;
    series_begin(name);
    if (by_irq)
        watch_by_irq();
    else
        (void)worker_run_in(quiet_task(), woken_by_timer, NULL, PRIO_TOP);
    if (load->prepare)
        load->prepare();
    for (unsigned i = 0; i < load->steps; i++)
        load->step();
    if (load->finish)
        load->finish();
    stop = true;
    let_others_run(1000);
    series_end();
}

#define LOAD(name_)                                                                                \
    SYSTEST(latency, timer_##name_)                                                                \
    {                                                                                              \
        under_load("latency.timer." #name_, &load_##name_, false);                                 \
    }                                                                                              \
    SYSTEST(latency, irq_##name_)                                                                  \
    {                                                                                              \
        under_load("latency.irq." #name_, &load_##name_, true);                                    \
    }

LOAD(none)
LOAD(ipc)
LOAD(unmap)
LOAD(objects)
LOAD(senders)
LOAD(kill)
LOAD(modify)
LOAD(timeouts)
LOAD(quota)
LOAD(fault)
LOAD(caps)
