/* SPDX-License-Identifier: MIT */
/* Threads and tasks: made, run, destroyed. */
#include <bench/bench.h>

#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    ROUNDS = 200,
    UTCB_AREA_ORDER = L4_PAGESHIFT,
    STACK = 2048,
};

#define KUMEM 0xb5000000UL

static unsigned char stack[STACK] __attribute__((aligned(16)));
static volatile unsigned ran;

/* Within one page, since that is all a new task gets of the text. */
static _Noreturn __attribute__((aligned(256))) void live(void)
{
    ran++;
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

/* A thread of the task with this UTCB, which runs at once until it sleeps. */
static void thread_start(l4_cap_idx_t thread, l4_cap_idx_t task, l4_utcb_t *utcb)
{
    l4_sched_param_t sp = l4_sched_param(PRIO_HIGH, 0);

    (void)l4_factory_create_thread(TEST_FACTORY, thread);
    l4_thread_control_start();
    l4_thread_control_bind(utcb, task);
    (void)l4_thread_control_commit(thread);
    (void)l4_thread_ex_regs(thread, (l4_addr_t)live, (l4_addr_t)stack + STACK - 8, 0);
    (void)l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &sp);
}

SYSTEST(life, a_thread_is_made_runs_and_dies)
{
    l4_fpage_t area = l4_fpage(KUMEM, UTCB_AREA_ORDER, L4_FPAGE_RW);
    l4_cap_idx_t thread = cap_slot();

    EXPECT_EQ(l4_error(l4_task_add_ku_mem(L4_BASE_TASK_CAP, &area)), 0);
    ran = 0;
    MEASURE("life.thread", ROUNDS, {
        thread_start(thread, L4_BASE_TASK_CAP, (l4_utcb_t *)KUMEM);
        (void)l4_task_delete_obj(L4_BASE_TASK_CAP, thread);
    });
    EXPECT_EQ(ran, ROUNDS + MEASURE_WARM);
}

SYSTEST(life, a_task_is_made_and_dies)
{
    l4_cap_idx_t task = cap_slot();

    MEASURE("life.task", ROUNDS, {
        l4_fpage_t area = l4_fpage(KUMEM, UTCB_AREA_ORDER, L4_FPAGE_RW);

        (void)l4_factory_create_task(TEST_FACTORY, task, &area);
        (void)l4_task_delete_obj(L4_BASE_TASK_CAP, task);
    });
}

/* Code and data of this image, as far as live() needs them. */
static void image_map(l4_cap_idx_t task, l4_addr_t what, unsigned char rights)
{
    l4_addr_t at = l4_trunc_page(what);

    (void)l4_task_map(task, L4_BASE_TASK_CAP, l4_fpage(at, L4_PAGESHIFT, rights),
                      l4_map_control(at, 0, L4_MAP_ITEM_MAP));
}

SYSTEST(life, a_task_with_a_thread_is_made_runs_and_dies)
{
    l4_cap_idx_t task = cap_slot();
    l4_cap_idx_t thread = cap_slot();

    ran = 0;
    MEASURE("life.process", ROUNDS, {
        l4_fpage_t area = l4_fpage(KUMEM, UTCB_AREA_ORDER, L4_FPAGE_RW);

        (void)l4_factory_create_task(TEST_FACTORY, task, &area);
        image_map(task, (l4_addr_t)live, L4_FPAGE_RX);
        image_map(task, (l4_addr_t)stack, L4_FPAGE_RW);
        image_map(task, (l4_addr_t)&ran, L4_FPAGE_RW);
        thread_start(thread, task, (l4_utcb_t *)KUMEM);
        (void)l4_task_delete_obj(L4_BASE_TASK_CAP, task);
        (void)l4_task_delete_obj(L4_BASE_TASK_CAP, thread);
    });
    EXPECT_EQ(ran, ROUNDS + MEASURE_WARM);
}
