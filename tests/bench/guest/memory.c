/* SPDX-License-Identifier: MIT */
/* Page faults, mapping and unmapping. */
#include <bench/bench.h>

#include <l4/sys/task.h>
#include <systest/memory.h>

enum {
    PAGES = 512,
    BLOCK_ORDER = L4_PAGESHIFT + 6, /* 64 pages */
    PAGER_SLOT = 0x1e8,
    SHARED = 0xf, /* a page of ours that others hold */
};

static unsigned char *source; /* 2 MiB of ours */

/* ---- faults ---------------------------------------------------------------------------------- */

/* Answers faults in TEST_AREA with the page of `source` at the same offset. */
static void serve_faults(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    l4_umword_t label;

    (void)w;
    (void)l4_ipc_wait(u, &label, L4_IPC_NEVER);
    for (;;) {
        l4_addr_t at = l4_trunc_page(l4_utcb_mr_u(u)->mr[0]);
        l4_addr_t from = (l4_addr_t)source + (at - TEST_AREA);

        l4_utcb_mr_u(u)->mr[0] = l4_map_control(at, 0, L4_MAP_ITEM_MAP);
        l4_utcb_mr_u(u)->mr[1] = l4_fpage(from, L4_PAGESHIFT, L4_FPAGE_RW).raw;
        (void)l4_ipc_reply_and_wait(u, l4_msgtag(0, 0, 1, 0), &label, L4_IPC_NEVER);
    }
}

static void touch_pages(struct worker *w)
{
    (void)w;
    for (unsigned i = 0; i < PAGES; i++) {
        const volatile unsigned char *p = (const void *)(TEST_AREA + i * L4_PAGESIZE);
        uint64_t start = ticks();

        (void)*p;
        series_add(start, ticks());
    }
}

SYSTEST(memory, a_page_fault_answered_by_the_own_pager)
{
    struct worker *pager = worker_run(serve_faults, NULL, PRIO_HIGH + 1);
    struct task *t = task_create();
    struct worker *w = worker_create_in(t, touch_pages, NULL);

    source = test_superpage();
    task_give_at(t, new_gate(pager->cap, 0x40), (l4_cap_idx_t)PAGER_SLOT << L4_CAP_SHIFT,
                 L4_CAP_FPAGE_RWS);
    worker_handlers(w, (l4_cap_idx_t)PAGER_SLOT << L4_CAP_SHIFT,
                    (l4_cap_idx_t)TASK_FAULT_SLOT << L4_CAP_SHIFT);
    series_begin("mem.fault");
    worker_start(w, PRIO_HIGH);
    EXPECT_EQ(w->state, WORKER_DONE);
    series_end();
}

/* ---- map and unmap --------------------------------------------------------------------------- */

static void map_to(l4_cap_idx_t task, const void *from, l4_addr_t to, unsigned order)
{
    (void)l4_task_map(task, L4_BASE_TASK_CAP,
                      l4_fpage((l4_addr_t)from, (unsigned char)order, L4_FPAGE_RW),
                      l4_map_control(to, 0, L4_MAP_ITEM_MAP));
}

static void unmap_from(l4_cap_idx_t task, l4_addr_t at, unsigned order, unsigned mask)
{
    (void)l4_task_unmap(task, l4_fpage(at, (unsigned char)order, L4_FPAGE_RWX), mask);
}

/* Map 2 MiB to another task in blocks, then take each block away. */
static void measure_blocks(const char *map, const char *unmap, unsigned order)
{
    unsigned n = 1U << (L4_SUPERPAGESHIFT - order);
    struct task *t = task_create();

    source = test_superpage();
    series_begin(map);
    for (unsigned i = 0; i < n; i++) {
        uint64_t start = ticks();

        map_to(t->cap, source + ((size_t)i << order), TEST_AREA + ((l4_addr_t)i << order), order);
        series_add(start, ticks());
    }
    series_end();
    series_begin(unmap);
    for (unsigned i = 0; i < n; i++) {
        uint64_t start = ticks();

        unmap_from(t->cap, TEST_AREA + ((l4_addr_t)i << order), order, L4_FP_ALL_SPACES);
        series_add(start, ticks());
    }
    series_end();
}

SYSTEST(memory, map_and_unmap_a_page)
{
    measure_blocks("mem.map.1", "mem.unmap.1", L4_PAGESHIFT);
}

SYSTEST(memory, map_and_unmap_64_pages)
{
    measure_blocks("mem.map.64", "mem.unmap.64", BLOCK_ORDER);
}

/* Take a page away from n places in another task. */
static void measure_revoke(const char *name, unsigned n, unsigned rounds)
{
    const unsigned char *page = test_page(SHARED);
    struct task *t = task_create();

    series_begin(name);
    for (unsigned r = 0; r < rounds; r++) {
        for (unsigned i = 0; i < n; i++)
            map_to(t->cap, page, TEST_AREA + i * L4_PAGESIZE, L4_PAGESHIFT);
        uint64_t start = ticks();

        unmap_from(L4_BASE_TASK_CAP, (l4_addr_t)page, L4_PAGESHIFT, L4_FP_OTHER_SPACES);
        series_add(start, ticks());
    }
    series_end();
}

SYSTEST(memory, revoke_copies)
{
    /* The first one also takes the page from this second image, at its own address. */
    measure_revoke("mem.revoke.1", 1, 100);
    measure_revoke("mem.revoke.10", 10, 100);
    measure_revoke("mem.revoke.100", 100, 20);
    measure_revoke("mem.revoke.1000", 1000, 10);
}
