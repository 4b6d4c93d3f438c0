/* SPDX-License-Identifier: MIT */
#include "latency.h"

#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a;
    uint32_t y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* The least sample that is not exceeded by this many of a thousand. */
static uint32_t quantile(const uint32_t *sorted, unsigned n, unsigned permille)
{
    uint64_t rank = ((uint64_t)n * permille + 999) / 1000;

    return sorted[rank ? rank - 1 : 0];
}

struct stats stats_of(uint32_t *samples, unsigned n)
{
    uint64_t sum = 0;

    qsort(samples, n, sizeof(samples[0]), compare);
    for (unsigned i = 0; i < n; i++)
        sum += samples[i];
    return (struct stats){ .min = samples[0],
                           .avg = (uint32_t)(sum / n),
                           .p99 = quantile(samples, n, 990),
                           .p999 = quantile(samples, n, 999),
                           .max = samples[n - 1] };
}

uint32_t stats_bucket_start(const uint32_t *sorted, unsigned n, unsigned i, unsigned buckets)
{
    uint64_t range = (uint64_t)sorted[n - 1] - sorted[0] + 1;

    return (uint32_t)(sorted[0] + (range * i + buckets - 1) / buckets);
}

unsigned stats_bucket(const uint32_t *sorted, unsigned n, unsigned i, unsigned buckets)
{
    uint64_t from = stats_bucket_start(sorted, n, i, buckets);
    uint64_t to = stats_bucket_start(sorted, n, i + 1, buckets);
    unsigned count = 0;

    for (unsigned k = 0; k < n; k++)
        count += sorted[k] >= from && (sorted[k] < to || i + 1 == buckets);
    return count;
}
