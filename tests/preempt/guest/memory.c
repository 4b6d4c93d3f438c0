/* SPDX-License-Identifier: MIT */
/* Paths through mapping, revoking and page faults. */
#include "preempt.h"

#include <l4/sys/task.h>

enum {
    PAGES = 4,
    ORDER = L4_PAGESHIFT + 2,
    PAGER_LABEL = 0xfa0,
};

#define HERE TEST_AREA
#define THERE (TEST_AREA + 0x100000UL)

static struct task *a, *b;
static l4_addr_t pages;

static bool map(l4_cap_idx_t to, l4_cap_idx_t from, l4_addr_t what, l4_addr_t at)
{
    return l4_error(l4_task_map(to, from, l4_fpage(what, ORDER, L4_FPAGE_RW),
                                l4_map_control(at, 0, L4_MAP_ITEM_MAP))) == 0;
}

static void tasks_prepare(struct worker *low)
{
    (void)low;
    for (unsigned i = 0; i < PAGES; i++)
        (void)test_page(i);
    pages = (l4_addr_t)test_page(0);
    a = task_create();
    b = task_create();
}

static bool map_run(void)
{
    return map(a->cap, L4_BASE_TASK_CAP, pages, HERE);
}

static void revoke(void)
{
    unmap_mem(L4_BASE_TASK_CAP, pages, ORDER, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
}

static void map_too(void)
{
    (void)map(a->cap, L4_BASE_TASK_CAP, pages, HERE);
    (void)map(b->cap, a->cap, HERE, THERE);
}

static void task_delete(void)
{
    cap_delete(a->cap);
}

PATH(map, .prepare = tasks_prepare, .run = map_run, .disturb = revoke)
PATH(map_twice, .prepare = tasks_prepare, .run = map_run, .disturb = map_too)
PATH(map_into_a_dying_task, .prepare = tasks_prepare, .run = map_run, .disturb = task_delete)

/* ---- a tree: ours -> a -> b -------------------------------------------------------------------
 */

static void tree_prepare(struct worker *low)
{
    tasks_prepare(low);
    EXPECT_TRUE(map(a->cap, L4_BASE_TASK_CAP, pages, HERE));
    EXPECT_TRUE(map(b->cap, a->cap, HERE, THERE));
    EXPECT_TRUE(map(b->cap, a->cap, HERE, HERE));
}

static bool unmap(unsigned char rights)
{
    return l4_error(l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(pages, ORDER, rights),
                                  L4_FP_OTHER_SPACES)) == 0;
}

static bool unmap_run(void)
{
    return unmap(L4_FPAGE_RWX);
}

static bool narrow_run(void)
{
    return unmap(L4_FPAGE_W);
}

static bool tree_end_run(void)
{
    return l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, a->cap)) == 0;
}

PATH(unmap_a_tree, .prepare = tree_prepare, .run = unmap_run, .disturb = revoke)
PATH(unmap_while_mapping, .prepare = tree_prepare, .run = unmap_run, .disturb = map_too)
PATH(narrow_rights, .prepare = tree_prepare, .run = narrow_run, .disturb = revoke)
PATH(delete_a_mapping_task, .prepare = tree_prepare, .run = tree_end_run, .disturb = revoke)

/* ---- faults -----------------------------------------------------------------------------------
 */

static _Noreturn void pager_main(struct worker *w)
{
    l4_msgtag_t t = path_next(NULL);

    for (;; w->steps++) {
        t = l4_msgtag(0, 0, 0, 0);
        (void)l4_sndfpage_add(l4_fpage(pages, L4_PAGESHIFT, L4_FPAGE_RW),
                              l4_map_control(HERE, 0, L4_MAP_ITEM_MAP), &t);
        t = path_next(&t);
    }
}

static void fault_prepare(struct worker *low)
{
    struct worker *pager;
    l4_cap_idx_t gate;

    pages = (l4_addr_t)test_page(0);
    pager = worker_run(pager_main, NULL, PRIO_HIGH);
    gate = new_gate(pager->cap, PAGER_LABEL);
    worker_handlers(low, gate, gate);
}

static bool fault_run(void)
{
    *(volatile uint64_t *)HERE = 7;
    return true;
}

static void fault_revoke(void)
{
    unmap_mem(L4_BASE_TASK_CAP, HERE, L4_PAGESHIFT, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
}

PATH(page_fault, .prepare = fault_prepare, .run = fault_run, .disturb = fault_revoke)
