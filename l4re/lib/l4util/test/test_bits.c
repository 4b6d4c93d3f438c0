/* SPDX-License-Identifier: MIT */
#include <utest/utest.h>

#include <l4/util/atomic.h>
#include <l4/util/bitops.h>

UTEST(bitops, bits_count_across_words)
{
    l4_umword_t w[3] = { 0 };

    l4util_set_bit(130, w);
    EXPECT_EQ(w[2], 4);
    EXPECT_TRUE(l4util_test_bit(130, w));
    EXPECT_EQ(l4util_find_first_set_bit(w, 192), 130);
    EXPECT_EQ(l4util_find_first_set_bit(w, 130), 130);
    EXPECT_EQ(l4util_find_first_set_bit(w, 129), 129);
    EXPECT_EQ(l4util_btr(130, w), 1);
    EXPECT_EQ(l4util_btr(130, w), 0);
    EXPECT_EQ(l4util_find_first_set_bit(w, 192), 192);
    l4util_complement_bit(0, w);
    EXPECT_EQ(l4util_find_first_zero_bit(w, 192), 1);
    EXPECT_EQ(l4util_bts(0, w), 1);
    EXPECT_EQ(l4util_btc(0, w), 1);
    EXPECT_EQ(w[0], 0);
}

UTEST(bitops, highest_and_lowest_bit)
{
    EXPECT_EQ(l4util_bsr(0), -1);
    EXPECT_EQ(l4util_bsf(0), -1);
    EXPECT_EQ(l4util_bsr(~0UL), 63);
    EXPECT_EQ(l4util_bsf(1UL << 40), 40);
    EXPECT_EQ(l4util_next_power2(0), 1);
    EXPECT_EQ(l4util_next_power2(4096), 4096);
    EXPECT_EQ(l4util_next_power2(4097), 8192);
    EXPECT_EQ(l4util_next_power2(~0UL), 0);
}

UTEST(atomic, every_width_wraps_at_its_own_size)
{
    l4_uint8_t a = 255;
    l4_uint16_t b = 1;
    l4_uint32_t c = 7;
    l4_uint64_t d = 9;
    long e = -1;

    l4util_inc8(&a);
    EXPECT_EQ(a, 0);
    EXPECT_EQ(l4util_dec8_res(&a), 255);
    EXPECT_EQ(l4util_add16_res(&b, 2), 3);
    EXPECT_EQ(l4util_sub16_res(&b, 3), 0);
    EXPECT_EQ(l4util_xchg32(&c, 8), 7);
    EXPECT_EQ(l4util_or32_res(&c, 1), 9);
    EXPECT_EQ(l4util_and32_res(&c, 1), 1);
    EXPECT_EQ(l4util_cmpxchg64(&d, 1, 2), 0);
    EXPECT_EQ(l4util_cmpxchg64(&d, 9, 2), 1);
    EXPECT_EQ(d, 2);
    l4util_atomic_inc(&e);
    EXPECT_EQ(e, 0);
}
