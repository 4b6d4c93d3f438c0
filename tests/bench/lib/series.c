/* SPDX-License-Identifier: MIT */
/*
 * Samples are kept as they are, sorted at the end, and printed as a histogram without loss.
 *
 * A machine boots from a disk, and how long that takes is not the same each time, not even under
 * icount. So the first series waits for a time that is a round number: from there on two runs
 * are alike, to the tick.
 */
#include <bench/bench.h>

#include <l4/sys/kip.h>

enum {
    SAMPLES = 40000,
    ROUND_US = 4000000,
};

static uint32_t samples[SAMPLES];
static unsigned count;
static const char *title;
static uint64_t pair; /* what two readings of the counter cost */

static uint64_t pair_cost(void)
{
    uint64_t best = ~0UL;

    for (unsigned i = 0; i < 8; i++) {
        uint64_t start = ticks();
        uint64_t end = ticks();

        best = end - start < best ? end - start : best;
    }
    return best;
}

void series_begin(const char *name)
{
    if (!pair) {
        uint64_t start = now_us() / ROUND_US * ROUND_US + ROUND_US;

        (void)l4_ipc_receive(L4_INVALID_CAP, l4_utcb(),
                             l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(start, 8)));
        pair = pair_cost();
    }
    title = name;
    count = 0;
}

void series_put(uint64_t value)
{
    if (count < SAMPLES)
        samples[count++] = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

void series_add(uint64_t start, uint64_t end)
{
    uint64_t passed = end - start;

    series_put(passed > pair ? passed - pair : 0);
}

unsigned series_count(void)
{
    return count;
}

/* Let samples[root] sink among the first n: the larger ones stand above. */
static void sink(unsigned root, unsigned n)
{
    uint32_t v = samples[root];

    for (unsigned child = 2 * root + 1; child < n; child = 2 * root + 1) {
        if (child + 1 < n && samples[child] < samples[child + 1])
            child++;
        if (samples[child] <= v)
            break;
        samples[root] = samples[child];
        root = child;
    }
    samples[root] = v;
}

static void sort(void)
{
    for (unsigned i = count / 2; i-- > 0;)
        sink(i, count);
    for (unsigned n = count; n-- > 1;) {
        uint32_t largest = samples[0];

        samples[0] = samples[n];
        samples[n] = largest;
        sink(0, n);
    }
}

void series_end(void)
{
    EXPECT_NE(count, 0);
    sort();
    for (unsigned i = 0; i < count;) {
        unsigned same = 1;

        while (i + same < count && samples[i + same] == samples[i])
            same++;
        say("@ %s %u %u\n", title, samples[i], same);
        i += same;
    }
    say("@ %s end %u\n", title, count);
}

void number_say(const char *name, uint64_t value)
{
    series_begin(name);
    series_put(value);
    series_end();
}

uint64_t ticks_at(uint64_t us)
{
    const volatile uint64_t *scaler =
        (const void *)((const char *)l4_kip() + L4_KIP_OFFS_SCALER_US);

    return (uint64_t)((((unsigned __int128)us << 32) + *scaler - 1) / *scaler);
}
