/* SPDX-License-Identifier: MIT */
/* Threads of tests. Stacks lie in the image, UTCBs in kernel-user memory of the worker's task. */
#include "internal.h"

#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    WORKERS = 40,
    STACK = 8192,
    UTCB_AREA_ORDER = 16, /* 64 UTCBs */
    SLEEPS = 8,
};

#define UTCB_AREA 0xb3000000UL

static struct worker workers[WORKERS];
static unsigned char stacks[WORKERS][STACK] __attribute__((aligned(16)));
static unsigned used;

void workers_init(void)
{
    l4_fpage_t area = l4_fpage(UTCB_AREA, UTCB_AREA_ORDER, L4_FPAGE_RW);

    (void)l4_task_add_ku_mem(L4_BASE_TASK_CAP, &area);
}

void workers_forget(void)
{
    used = 0;
}

_Noreturn void worker_main(struct worker *w)
{
    w->state = WORKER_RUNS;
    w->fn(w);
    w->state = WORKER_DONE;
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

/* The next free one, its stack prepared for worker_entry. */
static struct worker *worker_take(struct task *t, void (*fn)(struct worker *self), void *arg)
{
    struct worker *w = &workers[used];
    unsigned char *top = stacks[used] + STACK - 16;

    ASSERT_TRUE(used < WORKERS);
    *w = (struct worker){ .task = t, .fn = fn, .arg = arg, .stack_top = top - sizeof(w) };
    *(struct worker **)(void *)w->stack_top = w;
    if (t) {
        ASSERT_TRUE(t->utcbs_used < TASK_UTCBS);
        w->utcb = (l4_utcb_t *)(TASK_KUMEM + t->utcbs_used++ * L4_UTCB_OFFSET);
    } else {
        w->utcb = (l4_utcb_t *)(UTCB_AREA + used * L4_UTCB_OFFSET);
    }
    used++;
    return w;
}

struct worker *worker_create_in(struct task *t, void (*fn)(struct worker *self), void *arg)
{
    struct worker *w = worker_take(t, fn, arg);
    l4_cap_idx_t fault = t ? SEL(TASK_FAULT_SLOT) : SEL(FAULT_GATE_SLOT);

    w->cap = new_thread();
    l4_thread_control_start();
    l4_thread_control_pager(t ? fault : L4_BASE_PAGER_CAP);
    l4_thread_control_exc_handler(fault);
    l4_thread_control_bind(w->utcb, t ? t->cap : L4_BASE_TASK_CAP);
    ASSERT_EQ(l4_error(l4_thread_control_commit(w->cap)), 0);
    return w;
}

struct worker *worker_create(void (*fn)(struct worker *self), void *arg)
{
    return worker_create_in(NULL, fn, arg);
}

void worker_start(struct worker *w, unsigned prio)
{
    ASSERT_EQ(
        l4_error(l4_thread_ex_regs(w->cap, (l4_addr_t)worker_entry, (l4_addr_t)w->stack_top, 0)),
        0);
    prio_set(w->cap, prio);
}

struct worker *worker_run_in(struct task *t, void (*fn)(struct worker *self), void *arg,
                             unsigned prio)
{
    struct worker *w = worker_create_in(t, fn, arg);

    worker_start(w, prio);
    return w;
}

struct worker *worker_run(void (*fn)(struct worker *self), void *arg, unsigned prio)
{
    return worker_run_in(NULL, fn, arg, prio);
}

void worker_handlers(struct worker *w, l4_cap_idx_t pager, l4_cap_idx_t exc_handler)
{
    l4_thread_control_start();
    l4_thread_control_pager(pager);
    l4_thread_control_exc_handler(exc_handler);
    ASSERT_EQ(l4_error(l4_thread_control_commit(w->cap)), 0);
}

void worker_cancel(struct worker *w)
{
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL, L4_THREAD_EX_REGS_CANCEL)), 0);
}

void worker_delete(struct worker *w)
{
    cap_delete(w->cap);
    if (w != &workers[used - 1])
        return;
    used--;
    if (w->task)
        w->task->utcbs_used--;
}

void prio_set(l4_cap_idx_t thread, unsigned prio)
{
    l4_sched_param_t sp = l4_sched_param(prio, 0);

    ASSERT_EQ(l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &sp)), 0);
}

void let_others_run(unsigned us)
{
    /* An emulator may stop for longer than one of these sleeps, hardly in each of them. */
    for (unsigned i = 0; i < SLEEPS; i++)
        (void)l4_ipc_sleep_us(us / SLEEPS + 1);
}
