/* SPDX-License-Identifier: MIT */
#include <init/ranges.h>
#include <utest/utest.h>

static struct ranges s;

static void expect(unsigned n, const uint64_t *bounds)
{
    ASSERT_EQ(s.n, n);
    for (unsigned i = 0; i < n; i++) {
        EXPECT_EQ(s.r[i].start, bounds[2 * i]);
        EXPECT_EQ(s.r[i].end, bounds[2 * i + 1]);
    }
}

UTEST(ranges, additions_are_sorted_and_merged)
{
    ranges_add(&s, 50, 60);
    ranges_add(&s, 10, 20);
    ranges_add(&s, 20, 30); /* touches */
    ranges_add(&s, 5, 5);   /* empty */
    expect(2, (const uint64_t[]){ 10, 30, 50, 60 });
    ranges_add(&s, 0, 100);
    expect(1, (const uint64_t[]){ 0, 100 });
}

UTEST(ranges, subtraction_splits_trims_and_removes)
{
    ranges_add(&s, 0, 100);
    ranges_sub(&s, 40, 60);
    expect(2, (const uint64_t[]){ 0, 40, 60, 100 });
    ranges_sub(&s, 30, 70);
    expect(2, (const uint64_t[]){ 0, 30, 70, 100 });
    ranges_sub(&s, 70, 100);
    ranges_sub(&s, 0, 10);
    expect(1, (const uint64_t[]){ 10, 30 });
    ranges_sub(&s, 0, UINT64_MAX);
    EXPECT_EQ(s.n, 0);
}

UTEST(ranges, subtraction_across_many_keeps_the_edges)
{
    for (unsigned i = 0; i < 10; i++)
        ranges_add(&s, i * 10, i * 10 + 5);
    ranges_sub(&s, 12, 83);
    expect(4, (const uint64_t[]){ 0, 5, 10, 12, 83, 85, 90, 95 });
}

/* Against one flag per address. */
UTEST(ranges, random_operations_agree_with_a_bitmap)
{
    enum {
        N = 200
    };
    static bool in[N];
    uint32_t seed = 12345;

    for (unsigned step = 0; step < 3000; step++) {
        uint64_t a, b;

        seed = seed * 1664525u + 1013904223u;
        a = seed >> 8 & 0xff;
        b = a + (seed >> 16 & 31);
        a = a % N;
        b = b % N;
        if (seed >> 31)
            ranges_add(&s, a, b);
        else
            ranges_sub(&s, a, b);
        for (uint64_t i = a; i < b; i++)
            in[i] = seed >> 31;

        uint64_t bytes = 0;

        for (uint64_t i = 0; i < N; i++) {
            bytes += in[i];
            ASSERT_EQ(ranges_contain(&s, i, i + 1), in[i]);
        }
        ASSERT_EQ(ranges_bytes(&s), bytes);
    }
    EXPECT_EQ(s.lost, 0);
}

UTEST(ranges, without_room_the_smallest_is_given_up)
{
    for (unsigned i = 0; i < RANGES_MAX; i++)
        ranges_add(&s, i * 1000, i * 1000 + (i == 17 ? 1 : 100));
    ranges_add(&s, 900000, 900050);
    EXPECT_EQ(s.n, RANGES_MAX);
    EXPECT_EQ(s.lost, 1);
    EXPECT_FALSE(ranges_touch(&s, 17000, 17001));
    EXPECT_TRUE(ranges_contain(&s, 900000, 900050));

    ranges_sub(&s, 5001, 5002); /* would need one more: the piece of one byte goes */
    EXPECT_EQ(s.n, RANGES_MAX);
    EXPECT_EQ(s.lost, 2);
    EXPECT_FALSE(ranges_touch(&s, 5000, 5002));
    for (unsigned i = 1; i < s.n; i++)
        EXPECT_LT(s.r[i - 1].end, s.r[i].start);
}

UTEST(ranges, shrinking_drops_what_has_no_whole_page)
{
    ranges_add(&s, 1, 4096);
    ranges_add(&s, 5000, 20000);
    ranges_add(&s, 0xfffffffffffffff0ull, 0xfffffffffffffff8ull);
    ranges_shrink_to_pages(&s);
    expect(1, (const uint64_t[]){ 8192, 16384 });
}

UTEST(ranges, the_highest_place_below_the_limit_is_found)
{
    uint64_t at;

    ranges_add(&s, 0x1000, 0x9000);
    ranges_add(&s, 0x20000, 0x23000);
    EXPECT_TRUE(ranges_find_top(&s, 0x2000, 0x1000, UINT64_MAX, &at));
    EXPECT_EQ(at, 0x21000);
    EXPECT_TRUE(ranges_find_top(&s, 0x4000, 0x1000, UINT64_MAX, &at));
    EXPECT_EQ(at, 0x5000);
    EXPECT_TRUE(ranges_find_top(&s, 0x1000, 0x1000, 0x22000, &at));
    EXPECT_EQ(at, 0x21000);
    EXPECT_TRUE(ranges_find_top(&s, 0x1000, 0x4000, UINT64_MAX, &at));
    EXPECT_EQ(at, 0x20000);
    EXPECT_FALSE(ranges_find_top(&s, 0x9000, 0x1000, UINT64_MAX, &at));
    EXPECT_FALSE(ranges_find_top(&s, 0x1000, 0x1000, 0x1fff, &at));
}
