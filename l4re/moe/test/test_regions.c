/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include <l4/re/c/rm.h>
#include <l4/sys/err.h>
#include <moe/regions.h>
#include <utest/utest.h>

static int allocs_left;
static int live;

static void *test_alloc(void *ctx, size_t size)
{
    (void)ctx;
    if (!allocs_left)
        return NULL;
    allocs_left--;
    live++;
    return calloc(1, size);
}

static void test_free(void *ctx, void *p, size_t size)
{
    (void)ctx;
    (void)size;
    live--;
    free(p);
}

static struct regions r = { .alloc = test_alloc, .free = test_free };

static void setup(void)
{
    allocs_left = 1 << 20;
    live = 0;
    regions_init(&r, 0x1000, 0x100000);
}

static struct region *add(uintptr_t start, uintptr_t size)
{
    struct region g = { .start = start, .end = start + size, .off = 0x10000 };

    return regions_add(&r, &g);
}

static int place(uintptr_t *start, uintptr_t size, uint32_t flags, unsigned align)
{
    return regions_place(&r, start, size, flags, align);
}

UTEST(regions, an_address_is_found_in_its_region_and_not_beside_it)
{
    setup();
    ASSERT_NOT_NULL(add(0x4000, 0x2000));
    ASSERT_NOT_NULL(add(0x2000, 0x1000));
    EXPECT_NULL(regions_find(&r, 0x1fff, 1));
    EXPECT_EQ(regions_find(&r, 0x2fff, 1)->start, 0x2000);
    EXPECT_NULL(regions_find(&r, 0x3000, 0x1000));
    EXPECT_EQ(regions_find(&r, 0x3000, 0x1001)->start, 0x4000);
    EXPECT_EQ(regions_find(&r, 0, UINTPTR_MAX)->start, 0x2000);
    EXPECT_NULL(regions_find(&r, 0x6000, UINTPTR_MAX));
}

UTEST(regions, an_exact_place_must_be_free_and_in_bounds)
{
    uintptr_t s = 0x2000;

    setup();
    EXPECT_EQ(place(&s, 0x1000, 0, 12), 0);
    add(0x2000, 0x1000);
    EXPECT_EQ(place(&s, 0x1000, 0, 12), -L4_EADDRNOTAVAIL);
    s = 0x1000;
    EXPECT_EQ(place(&s, 0x1001, 0, 12), -L4_EADDRNOTAVAIL);
    s = 0xff000;
    EXPECT_EQ(place(&s, 0x1000, 0, 12), 0);
    EXPECT_EQ(place(&s, 0x2000, 0, 12), -L4_EADDRNOTAVAIL);
    s = 0;
    EXPECT_EQ(place(&s, 0x1000, 0, 12), -L4_EADDRNOTAVAIL);
    s = 0x2000;
    EXPECT_EQ(place(&s, UINTPTR_MAX, 0, 12), -L4_EADDRNOTAVAIL);
    EXPECT_EQ(place(&s, 0, 0, 12), -L4_EINVAL);
}

UTEST(regions, a_search_finds_the_first_hole_with_the_alignment)
{
    uintptr_t s = 0;

    setup();
    add(0x2000, 0x2000);
    ASSERT_EQ(place(&s, 0x1000, L4RE_RM_F_SEARCH_ADDR, 12), 0);
    EXPECT_EQ(s, 0x1000);
    s = 0;
    ASSERT_EQ(place(&s, 0x2000, L4RE_RM_F_SEARCH_ADDR, 12), 0);
    EXPECT_EQ(s, 0x4000);
    s = 0;
    ASSERT_EQ(place(&s, 0x1000, L4RE_RM_F_SEARCH_ADDR, 16), 0);
    EXPECT_EQ(s, 0x10000);
    s = 0x2000;
    EXPECT_EQ(place(&s, 0x100000, L4RE_RM_F_SEARCH_ADDR, 12), -L4_EADDRNOTAVAIL);
    s = UINTPTR_MAX;
    EXPECT_EQ(place(&s, 0x1000, L4RE_RM_F_SEARCH_ADDR, 12), -L4_EADDRNOTAVAIL);
}

UTEST(regions, an_area_keeps_searches_out_and_lets_its_own_in)
{
    uintptr_t s = 0;

    setup();
    ASSERT_EQ(regions_reserve(&r, 0x1000, 0x8000, 0), 0);
    ASSERT_EQ(place(&s, 0x1000, L4RE_RM_F_SEARCH_ADDR, 12), 0);
    EXPECT_EQ(s, 0x9000);
    s = 0x3000;
    EXPECT_EQ(place(&s, 0x1000, 0, 12), -L4_EADDRNOTAVAIL);
    EXPECT_EQ(place(&s, 0x1000, L4RE_RM_F_IN_AREA, 12), 0);
    EXPECT_EQ(place(&s, 0x8000, L4RE_RM_F_IN_AREA, 12), -L4_EADDRNOTAVAIL);
    s = 0x20000;
    EXPECT_EQ(place(&s, 0x1000, L4RE_RM_F_IN_AREA, 12), -L4_ENOENT);
    EXPECT_EQ(regions_free_area(&r, 0x8fff), 0);
    EXPECT_EQ(regions_free_area(&r, 0x8fff), -L4_ENOENT);
    s = 0x3000;
    EXPECT_EQ(place(&s, 0x1000, 0, 12), 0);
}

UTEST(regions, a_reserved_area_lets_nobody_in)
{
    uintptr_t s = 0x1000;

    setup();
    ASSERT_EQ(regions_reserve(&r, 0x1000, 0x1000, L4RE_RM_F_RESERVED), 0);
    EXPECT_EQ(place(&s, 0x1000, L4RE_RM_F_IN_AREA, 12), -L4_EADDRNOTAVAIL);
}

UTEST(regions, cutting_the_middle_leaves_two_parts_with_the_right_offsets)
{
    struct region *g, *rest;

    setup();
    g = add(0x2000, 0x5000);
    ASSERT_EQ(regions_cut(&r, g, 0x3000, 0x5000, &rest), 1);
    EXPECT_EQ(g->end, 0x3000);
    EXPECT_EQ(rest->start, 0x5000);
    EXPECT_EQ(rest->off, 0x13000);
    EXPECT_NULL(regions_find(&r, 0x3000, 0x2000));
    ASSERT_EQ(regions_cut(&r, rest, 0x5000, 0x6000, &g), 2);
    EXPECT_EQ(rest->start, 0x6000);
    EXPECT_EQ(rest->off, 0x14000);
    ASSERT_EQ(regions_cut(&r, rest, 0x6000, 0x7000, &g), 0);
    EXPECT_NULL(regions_find(&r, 0x5000, 0x10000));
}

UTEST(regions, without_memory_nothing_changes)
{
    struct region *g, *rest;

    setup();
    g = add(0x2000, 0x5000);
    allocs_left = 0;
    EXPECT_EQ(regions_cut(&r, g, 0x3000, 0x5000, &rest), -L4_ENOMEM);
    EXPECT_EQ(g->end, 0x7000);
    EXPECT_NULL(add(0x8000, 0x1000));
    EXPECT_EQ(regions_reserve(&r, 0x8000, 0x1000, 0), -L4_ENOMEM);
    EXPECT_EQ(r.regions.count, 1);
}

UTEST(regions, clearing_gives_everything_back)
{
    setup();
    for (uintptr_t i = 0; i < 100; i++)
        ASSERT_NOT_NULL(add(0x1000 + i * 0x1000, 0x1000));
    regions_reserve(&r, 0x90000, 0x1000, 0);
    regions_clear(&r, NULL);
    EXPECT_EQ(live, 0);
    EXPECT_NULL(regions_find(&r, 0, UINTPTR_MAX));
}
