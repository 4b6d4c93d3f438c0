/* SPDX-License-Identifier: MIT */
#include <time/clock.h>
#include <utest/utest.h>

#define YEAR_US (365ull * 24 * 3600 * 1000000)

static const uint64_t rates[] = { 10000, 24000, 62500, 1000000, 1999999, 2793437, 5000000 };

UTEST(clock, a_second_of_ticks_is_a_second)
{
    for (unsigned i = 0; i < array_size(rates); i++) {
        clock_init(rates[i]);

        uint64_t us = clock_ticks_to_us(rates[i] * 1000), ns = clock_ticks_to_ns(rates[i] * 1000);

        EXPECT_GE(us + 2, 1000000);
        EXPECT_LE(us, 1000002);
        EXPECT_GE(ns + 100, 1000000000);
        EXPECT_LE(ns, 1000000100);
    }
}

UTEST(clock, time_to_ticks_is_never_too_early_and_hardly_late)
{
    for (unsigned i = 0; i < array_size(rates); i++) {
        clock_init(rates[i]);
        for (uint64_t us = 1; us < 100 * YEAR_US; us = us * 3 + 1) {
            uint64_t t = clock_us_to_ticks(us);

            ASSERT_TRUE(clock_ticks_to_us(t) >= us);
            ASSERT_LE(clock_ticks_to_us(t) - us, 1 + us / 1000000000);
        }
        for (uint64_t ns = 1; ns < 100 * YEAR_US * 1000; ns = ns * 3 + 1) {
            uint64_t t = clock_ns_to_ticks(ns);

            ASSERT_TRUE(clock_ticks_to_ns(t) >= ns);
            ASSERT_LE(clock_ticks_to_ns(t) - ns, 1000000 / rates[i] + 1 + ns / 1000000000);
        }
    }
}

UTEST(clock, a_hundred_years_fit)
{
    clock_init(5000000);

    uint64_t ticks = clock_us_to_ticks(100 * YEAR_US);

    EXPECT_LT(ticks, CLOCK_NEVER);
    EXPECT_TRUE(clock_ticks_to_ns(ticks) / 1000 >= 100 * YEAR_US - 100 * YEAR_US / 1000000);
}

UTEST(clock, never_stays_never_and_too_far_is_never)
{
    clock_init(1000000);
    EXPECT_EQ(clock_us_to_ticks(CLOCK_NEVER), CLOCK_NEVER);
    EXPECT_EQ(clock_ns_to_ticks(CLOCK_NEVER), CLOCK_NEVER);
    EXPECT_EQ(clock_ticks_to_us(CLOCK_NEVER), CLOCK_NEVER);
    EXPECT_EQ(clock_us_to_ticks(CLOCK_NEVER - 1), CLOCK_NEVER);
}

UTEST(clock, never_runs_backwards)
{
    clock_init(2793437);

    uint64_t last = 0;

    for (uint64_t t = 0; t < 100000; t += 7) {
        ASSERT_TRUE(clock_ticks_to_ns(t) >= last);
        last = clock_ticks_to_ns(t);
    }

    uint64_t now = clock_us();

    EXPECT_TRUE(clock_us() >= now);
}

UTEST(clock, user_mode_gets_the_same_time_from_the_same_numbers)
{
    uint64_t t = 0x123456789abcull;

    clock_init(2793437);
    EXPECT_EQ(clock_ticks_to_us(t), (uint64_t)((unsigned __int128)t * clock_mult_us() >> 32));
    EXPECT_EQ(clock_ticks_to_ns(t), (uint64_t)((unsigned __int128)t * clock_mult_ns() >> 27));
    EXPECT_EQ(clock_khz(), 2793437);
}
