/* SPDX-License-Identifier: MIT */
#include "../latency.h"

#include <utest/utest.h>

UTEST(latency, statistics_are_of_samples_that_occurred)
{
    uint32_t samples[1000];
    struct stats s;

    for (unsigned i = 0; i < 1000; i++)
        samples[i] = 1000 - i;
    s = stats_of(samples, 1000);
    EXPECT_EQ(s.min, 1);
    EXPECT_EQ(s.avg, 500);
    EXPECT_EQ(s.p99, 990);
    EXPECT_EQ(s.p999, 999);
    EXPECT_EQ(s.max, 1000);
}

UTEST(latency, every_sample_is_in_one_bucket)
{
    uint32_t samples[] = { 5, 5, 6, 90, 1000 };

    for (unsigned buckets = 1; buckets < 20; buckets++) {
        unsigned sum = 0;

        for (unsigned i = 0; i < buckets; i++)
            sum += stats_bucket(samples, 5, i, buckets);
        EXPECT_EQ(sum, 5);
    }
}

UTEST(latency, a_single_value_fills_one_bucket)
{
    uint32_t samples[] = { 7, 7, 7 };

    EXPECT_EQ(stats_bucket(samples, 3, 0, 1), 3);
    EXPECT_EQ(stats_of(samples, 3).avg, 7);
}
