/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <l4/sys/err.h>
#include <moe/heap.h>
#include <moe/pages.h>
#include <moe/quota.h>
#include <utest/utest.h>

enum {
    ARENA_ORDER = 20, /* 256 pages */
};

static struct pages p;
static uint8_t meta[1 << (ARENA_ORDER - PAGE_ORDER)];
static uintptr_t arena;

static void setup(void)
{
    arena = (uintptr_t)aligned_alloc((size_t)1 << ARENA_ORDER, (size_t)1 << ARENA_ORDER);
    pages_init(&p, meta, arena, arena + ((uintptr_t)1 << ARENA_ORDER));
    pages_add(&p, arena, ARENA_ORDER);
}

UTEST(pages, a_block_is_aligned_to_its_size)
{
    setup();
    EXPECT_NE(pages_alloc(&p, 12), 0);
    for (unsigned order = 12; order < 18; order++) {
        uintptr_t a = pages_alloc(&p, order);

        ASSERT_NE(a, 0);
        EXPECT_EQ(a & (((uintptr_t)1 << order) - 1), 0);
    }
}

UTEST(pages, all_memory_can_be_taken_and_comes_back_as_one_block)
{
    uintptr_t got[256];

    setup();
    for (int i = 0; i < 256; i++) {
        got[i] = pages_alloc(&p, 12);
        ASSERT_NE(got[i], 0);
    }
    EXPECT_EQ(pages_alloc(&p, 12), 0);
    EXPECT_EQ(p.available, 0);
    EXPECT_EQ(pages_largest(&p), -1);
    for (int i = 0; i < 256; i++)
        pages_free(&p, got[(i * 37) & 255], 12);
    EXPECT_EQ(p.available, (size_t)1 << ARENA_ORDER);
    EXPECT_EQ(pages_largest(&p), ARENA_ORDER);
}

UTEST(pages, a_range_wastes_no_page)
{
    uintptr_t a;

    setup();
    a = pages_alloc_range(&p, 5 * PAGE_BYTES + 1, 0);
    ASSERT_NE(a, 0);
    EXPECT_EQ(p.available, ((size_t)1 << ARENA_ORDER) - 6 * PAGE_BYTES);
    pages_free_range(&p, a, 5 * PAGE_BYTES + 1);
    EXPECT_EQ(pages_largest(&p), ARENA_ORDER);
}

UTEST(pages, a_range_keeps_its_alignment)
{
    setup();
    (void)pages_alloc(&p, 12);
    EXPECT_EQ(pages_alloc_range(&p, PAGE_BYTES, 17) & 0x1ffff, 0);
    EXPECT_EQ(pages_alloc_range(&p, 0, 12), 0);
    EXPECT_EQ(pages_alloc_range(&p, (size_t)1 << 40, 12), 0);
}

UTEST(pages, memory_that_was_never_added_does_not_merge)
{
    setup();
    pages_init(&p, meta, arena, arena + ((uintptr_t)1 << ARENA_ORDER));
    pages_add(&p, arena, 12);
    pages_add(&p, arena + 2 * PAGE_BYTES, 12);
    EXPECT_EQ(pages_largest(&p), 12);
}

UTEST(heap, pieces_are_zero_and_their_pages_come_back)
{
    struct heap h;
    char *piece[300];

    setup();
    heap_init(&h, &p);
    for (int i = 0; i < 300; i++) {
        piece[i] = heap_alloc(&h, 100);
        ASSERT_NOT_NULL(piece[i]);
        EXPECT_EQ(piece[i][99], 0);
        memset(piece[i], 0xff, 100);
    }
    for (int i = 0; i < 300; i++)
        heap_free(&h, piece[(i * 7) % 300], 100);
    EXPECT_EQ(p.available, (size_t)1 << ARENA_ORDER);
}

UTEST(heap, large_pieces_are_pages)
{
    struct heap h;
    void *a;

    setup();
    heap_init(&h, &p);
    a = heap_alloc(&h, 5000);
    ASSERT_NOT_NULL(a);
    EXPECT_EQ(p.available, ((size_t)1 << ARENA_ORDER) - 2 * PAGE_BYTES);
    heap_free(&h, a, 5000);
    EXPECT_EQ(p.available, (size_t)1 << ARENA_ORDER);
    EXPECT_NULL(heap_alloc(&h, (size_t)1 << 21));
}

UTEST(quota, takes_up_to_the_limit_and_not_past_it)
{
    struct quota root = { .refs = 1 };
    struct quota q;

    ASSERT_EQ(quota_init_child(&q, &root, 100), 0);
    EXPECT_EQ(root.used, 100);
    EXPECT_EQ(quota_take(&q, 100), 0);
    EXPECT_EQ(quota_take(&q, 1), -L4_ENOMEM);
    EXPECT_EQ(q.used, 100);
    quota_give(&q, 50);
    EXPECT_EQ(quota_left(&q), 50);
}

UTEST(quota, a_child_cannot_be_larger_than_what_is_left)
{
    struct quota root = { .refs = 1 };
    struct quota a, b;

    ASSERT_EQ(quota_init_child(&a, &root, 100), 0);
    EXPECT_EQ(quota_init_child(&b, &a, 101), -L4_ENOMEM);
    ASSERT_EQ(quota_init_child(&b, &a, 60), 0);
    EXPECT_EQ(quota_take(&a, 41), -L4_ENOMEM);
    EXPECT_EQ(quota_put(&b), 1);
    EXPECT_EQ(a.used, 0);
    EXPECT_EQ(a.refs, 2);
}
