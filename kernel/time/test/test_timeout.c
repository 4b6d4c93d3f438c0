/* SPDX-License-Identifier: MIT */
#include <l4/sys/__timeout.h>
#include <time/clock.h>
#include <time/timeout.h>
#include <utest/utest.h>

#define KHZ 1000000ull /* 1000 ticks per us */
#define NOW 777000ull

UTEST(timeout, never_and_zero)
{
    clock_init(KHZ);
    EXPECT_TRUE(timeout_is_never(L4_TIMEOUT_RAW_NEVER));
    EXPECT_EQ(timeout_ticks(L4_TIMEOUT_RAW_NEVER, NOW, 0), CLOCK_NEVER);
    EXPECT_TRUE(timeout_is_zero(L4_TIMEOUT_RAW_ZERO));
    EXPECT_EQ(timeout_ticks(L4_TIMEOUT_RAW_ZERO, NOW, 0), NOW);
    EXPECT_TRUE(timeout_is_zero(31u << 10));
    EXPECT_FALSE(timeout_is_zero(L4_TIMEOUT_RAW_NEVER));
    EXPECT_FALSE(timeout_is_zero(1));
}

UTEST(timeout, relative_is_mantissa_times_a_power_of_two)
{
    clock_init(KHZ);
    EXPECT_EQ(timeout_relative_us(1), 1);
    EXPECT_EQ(timeout_relative_us(1023), 1023);
    EXPECT_EQ(timeout_relative_us(3u << 10 | 5), 40);
    EXPECT_EQ(timeout_relative_us(31u << 10 | 1023), 1023ull << 31);

    uint64_t t = timeout_ticks(3u << 10 | 5, NOW, 0);

    EXPECT_GE(t, NOW + 40 * 1000);
    EXPECT_LE(t, NOW + 40 * 1000 + 1);
    EXPECT_LT(timeout_ticks(31u << 10 | 1023, NOW, 0), CLOCK_NEVER);
}

UTEST(timeout, absolute_takes_the_time_from_a_register)
{
    clock_init(KHZ);
    EXPECT_TRUE(timeout_is_absolute(0x8000));
    EXPECT_EQ(timeout_br(0x8000 | 12), 12);
    EXPECT_EQ(timeout_br(0x8000 | 63), 57);
    EXPECT_FALSE(timeout_is_zero(0x8000));
    EXPECT_EQ(timeout_ticks(0x8000, NOW, 5000), clock_us_to_ticks(5000));
    EXPECT_LE(timeout_ticks(0x8003, NOW, 0), NOW);
    EXPECT_EQ(timeout_ticks(0x8000, NOW, UINT64_MAX), CLOCK_NEVER);
}

UTEST(timeout, a_sum_past_the_end_of_time_is_never)
{
    clock_init(KHZ);
    EXPECT_EQ(timeout_ticks(1, CLOCK_NEVER - 5, 0), CLOCK_NEVER);
}

UTEST(timeout, a_pair_holds_send_above_receive)
{
    EXPECT_EQ(timeout_send(0x12345678), 0x1234);
    EXPECT_EQ(timeout_recv(0x12345678), 0x5678);
}
