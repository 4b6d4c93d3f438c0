/* SPDX-License-Identifier: MIT */
/* A thousand threads with stacks of half a kilobyte. */
#include "load.h"

#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    STACK = 512,
    AREA_ORDER = 17, /* 128 UTCBs */
    AREA_UTCBS = (1 << AREA_ORDER) / L4_UTCB_OFFSET,
};

#define BIG_QUOTA (96UL << 20)
#define CROWD_KUMEM 0xc0000000UL

static unsigned char stacks[CROWD][STACK] __attribute__((aligned(16)));

void big_make(void)
{
    ASSERT_EQ(l4_error(l4_factory_create_factory(L4_BASE_FACTORY_CAP, BIG, BIG_QUOTA)), 0);
}

void big_delete(void)
{
    cap_delete(BIG);
}

void many_delete(void)
{
    EXPECT_EQ(l4_error(l4_task_unmap(L4_BASE_TASK_CAP,
                                     l4_obj_fpage(LOAD_SLOT(SLOT_MANY), 10, L4_CAP_FPAGE_RWSD),
                                     L4_FP_DELETE_OBJ)),
              0);
}

struct task *crowd_start(unsigned n, void (*fn)(void))
{
    struct task *t = task_create();

    for (unsigned i = 0; i < n; i++) {
        l4_cap_idx_t thread = LOAD_SLOT(SLOT_MANY + i);
        l4_sched_param_t sp = l4_sched_param(PRIO_LOAD, 0);

        if (i % AREA_UTCBS == 0) {
            l4_fpage_t area = l4_fpage(CROWD_KUMEM + i * L4_UTCB_OFFSET, AREA_ORDER, L4_FPAGE_RW);

            ASSERT_EQ(l4_error(l4_task_add_ku_mem(t->cap, &area)), 0);
        }
        ASSERT_EQ(l4_error(l4_factory_create_thread(BIG, thread)), 0);
        l4_thread_control_start();
        l4_thread_control_exc_handler((l4_cap_idx_t)TASK_FAULT_SLOT << L4_CAP_SHIFT);
        l4_thread_control_pager((l4_cap_idx_t)TASK_FAULT_SLOT << L4_CAP_SHIFT);
        l4_thread_control_bind((l4_utcb_t *)(CROWD_KUMEM + i * L4_UTCB_OFFSET), t->cap);
        ASSERT_EQ(l4_error(l4_thread_control_commit(thread)), 0);
        (void)l4_thread_ex_regs(thread, (l4_addr_t)fn, (l4_addr_t)stacks[i] + STACK - 8, 0);
        (void)l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &sp);
    }
    return t;
}

void crowd_end(void)
{
    many_delete();
}
