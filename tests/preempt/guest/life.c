/* SPDX-License-Identifier: MIT */
/* Paths through making and deleting objects. */
#include "preempt.h"

#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    SMALL_QUOTA = 4096,
    BLOCK_ORDER = 6,
    STACK = 2048,
};

#define SPARE_UTCB (0xb3000000UL + 60 * L4_UTCB_OFFSET) /* behind those of workers */

static l4_cap_idx_t slot, factory, block;
static unsigned char stack[STACK] __attribute__((aligned(16)));
static struct task *task;

/* ---- a thread ---------------------------------------------------------------------------------
 */

static _Noreturn void live(void)
{
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

static void slot_prepare(struct worker *low)
{
    (void)low;
    slot = cap_slot();
}

static bool thread_run(void)
{
    l4_sched_param_t sp = l4_sched_param(PRIO_HIGH, 0);
    bool ok = l4_error(l4_factory_create_thread(TEST_FACTORY, slot)) == 0;

    l4_thread_control_start();
    l4_thread_control_bind((l4_utcb_t *)SPARE_UTCB, L4_BASE_TASK_CAP);
    ok &= l4_error(l4_thread_control_commit(slot)) == 0;
    ok &= l4_error(l4_thread_ex_regs(slot, (l4_addr_t)live, (l4_addr_t)stack + STACK - 8, 0)) == 0;
    ok &= l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, slot, &sp)) == 0;
    return ok & (l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, slot)) == 0);
}

static void slot_delete(void)
{
    (void)l4_task_delete_obj(L4_BASE_TASK_CAP, slot);
}

PATH(make_and_kill_a_thread, .prepare = slot_prepare, .run = thread_run, .disturb = slot_delete)

/* ---- a task -----------------------------------------------------------------------------------
 */

static void task_prepare(struct worker *low)
{
    (void)low;
    task = task_create();
    (void)worker_run_in(task, path_sleep, NULL, PRIO_HIGH);
    (void)worker_run_in(task, path_drain, NULL, PRIO_HIGH);
    slot = new_semaphore();
    task_give(task, slot, L4_CAP_FPAGE_RWS);
}

static bool task_end_run(void)
{
    return l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task->cap)) == 0;
}

static void task_delete_too(void)
{
    (void)l4_task_delete_obj(L4_BASE_TASK_CAP, task->cap);
}

static bool task_make_run(void)
{
    l4_fpage_t utcbs = l4_fpage(TASK_KUMEM, L4_PAGESHIFT, L4_FPAGE_RW);

    return l4_error(l4_factory_create_task(TEST_FACTORY, slot, &utcbs)) == 0;
}

PATH(delete_a_task, .prepare = task_prepare, .run = task_end_run, .disturb = task_delete_too)
PATH(make_a_task, .prepare = slot_prepare, .run = task_make_run, .disturb = slot_delete)

/* ---- a factory --------------------------------------------------------------------------------
 */

static void factory_prepare(struct worker *low)
{
    (void)low;
    factory = new_factory(SMALL_QUOTA);
    block = cap_block(BLOCK_ORDER);
}

/* Fill it, empty it. */
static bool factory_run(void)
{
    l4_fpage_t all = l4_obj_fpage(block, BLOCK_ORDER, L4_CAP_FPAGE_RWSD);
    l4_cap_idx_t c = block;
    long err;

    do {
        err = l4_error(l4_factory_create(factory, L4_PROTO_SEMAPHORE, c));
        c += 1UL << L4_CAP_SHIFT;
    } while (err == 0 && c < block + ((1UL << BLOCK_ORDER) << L4_CAP_SHIFT));
    return err == -L4_ENOMEM &&
           l4_error(l4_task_unmap(L4_BASE_TASK_CAP, all, L4_FP_DELETE_OBJ)) == 0 &&
           l4_error(l4_factory_create(factory, L4_PROTO_SEMAPHORE, block)) == 0;
}

static void factory_delete(void)
{
    cap_delete(factory);
}

PATH(exhaust_a_factory, .prepare = factory_prepare, .run = factory_run, .disturb = factory_delete)

/* The last one. */
SYSTEST(preempt, every_hang_was_reported)
{
    path_report_hang();
}
