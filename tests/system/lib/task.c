/* SPDX-License-Identifier: MIT */
/*
 * Second tasks: the same image at the same addresses, so every function and variable of a test
 * is there, too. Page by page, since the segments have different rights; the pages were all
 * touched when the program started.
 */
#include "internal.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>

enum {
    TASKS = 8,
};

extern char __executable_start[] __attribute__((weak));
extern char _end[];

#define IMAGE_START 0x240000UL

static struct task tasks[TASKS];
static unsigned used;

void tasks_init(void)
{
    for (l4_addr_t a = IMAGE_START; a < (l4_addr_t)_end; a += L4_PAGESIZE)
        (void)*(const volatile char *)a;
}

void tasks_forget(void)
{
    used = 0;
}

static void map_image(struct task *t)
{
    l4_addr_t end = l4_round_page((l4_addr_t)_end);

    for (l4_addr_t a = IMAGE_START; a < end;) {
        unsigned order = l4_fpage_max_order(L4_PAGESHIFT, a, IMAGE_START, end - 1, a);

        ASSERT_EQ(l4_error(l4_task_map(t->cap, L4_BASE_TASK_CAP, l4_fpage(a, order, L4_FPAGE_RWX),
                                       l4_map_control(a, 0, L4_MAP_ITEM_MAP))),
                  0);
        a += 1UL << order;
    }
}

struct task *task_create(void)
{
    l4_fpage_t utcbs = l4_fpage(TASK_KUMEM, L4_PAGESHIFT + 2, L4_FPAGE_RW);
    struct task *t = &tasks[used];

    ASSERT_TRUE(used < TASKS);
    used++;
    *t = (struct task){ .cap = cap_slot() };
    ASSERT_EQ(l4_error(l4_factory_create_task(TEST_FACTORY, t->cap, &utcbs)), 0);
    ASSERT_EQ(l4_fpage_memaddr(utcbs), TASK_KUMEM);
    map_image(t);
    task_give_at(t, SEL(FAULT_GATE_SLOT), SEL(TASK_FAULT_SLOT), L4_CAP_FPAGE_RWS);
    return t;
}

void task_give_at(struct task *t, l4_cap_idx_t cap, l4_cap_idx_t there, unsigned rights)
{
    ASSERT_EQ(
        l4_error(l4_task_map(t->cap, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, (unsigned char)rights),
                             l4_map_obj_control(there, L4_FPAGE_C_OBJ_RIGHTS))),
        0);
}

void task_give(struct task *t, l4_cap_idx_t cap, unsigned rights)
{
    task_give_at(t, cap, cap, rights);
}
