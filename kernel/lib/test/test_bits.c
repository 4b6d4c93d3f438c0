/* SPDX-License-Identifier: MIT */
#include <lib/bitmap256.h>
#include <lib/bits.h>
#include <utest/utest.h>

UTEST(bits, highest_and_lowest_of_every_single_bit)
{
    for (unsigned i = 0; i < 64; i++) {
        EXPECT_EQ(bits_highest(BIT(i)), i);
        EXPECT_EQ(bits_lowest(BIT(i)), i);
        EXPECT_EQ(bits_highest(BIT(i) | 1), i);
        EXPECT_EQ(bits_lowest(BIT(i) | BIT(63)), i);
        EXPECT_EQ(bits_count(BIT(i) - 1), i);
        EXPECT_EQ(bits_below(i), BIT(i) - 1);
    }
    EXPECT_EQ(bits_count(~0ull), 64);
    EXPECT_EQ(bits_below(64), ~0ull);
}

UTEST(bits, fls_and_ffs_count_from_one_and_know_zero)
{
    EXPECT_EQ(bits_fls(0), 0);
    EXPECT_EQ(bits_ffs(0), 0);
    EXPECT_EQ(bits_fls(1), 1);
    EXPECT_EQ(bits_ffs(BIT(63)), 64);
}

UTEST(bits, logarithms_round_as_their_names_say)
{
    EXPECT_EQ(bits_log2_up(0), 0);
    EXPECT_EQ(bits_log2_up(1), 0);
    EXPECT_EQ(bits_log2_up(4096), 12);
    EXPECT_EQ(bits_log2_up(4097), 13);
    EXPECT_EQ(bits_log2_down(4097), 12);
    EXPECT_TRUE(bits_is_pow2(4096));
    EXPECT_FALSE(bits_is_pow2(0));
    EXPECT_FALSE(bits_is_pow2(12));
}

UTEST(bitmap256, highest_follows_every_set_and_clear)
{
    struct bitmap256 m;

    bitmap256_init(&m);
    EXPECT_EQ(bitmap256_highest(&m), -1);
    for (unsigned i = 0; i < 256; i++) {
        bitmap256_set(&m, (uint8_t)i);
        EXPECT_TRUE(bitmap256_test(&m, (uint8_t)i));
        EXPECT_EQ(bitmap256_highest(&m), i);
    }
    for (int i = 255; i >= 0; i--) {
        EXPECT_EQ(bitmap256_highest(&m), i);
        bitmap256_clear(&m, (uint8_t)i);
        EXPECT_FALSE(bitmap256_test(&m, (uint8_t)i));
    }
    EXPECT_EQ(bitmap256_highest(&m), -1);
    EXPECT_EQ(m.summary, 0);
}

UTEST(bitmap256, clearing_one_bit_keeps_its_neighbours)
{
    struct bitmap256 m;

    bitmap256_init(&m);
    bitmap256_set(&m, 64);
    bitmap256_set(&m, 65);
    bitmap256_clear(&m, 65);
    EXPECT_EQ(bitmap256_highest(&m), 64);
}
