/* SPDX-License-Identifier: MIT */
/* How late do threads wake up? Parts of the program `latency`. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <l4/sys/types.h>

enum mode {
    MODE_TIMER, /* the thread sleeps until a time */
    MODE_IRQ,   /* another thread triggers an IRQ object it waits for */
    MODE_IPC,   /* another thread calls it */
};

struct options {
    unsigned prio; /* of the first thread; the others are one below the other */
    unsigned interval_us;
    unsigned loops;
    unsigned threads;
    unsigned buckets;
    enum mode mode;
    const char *load;
};

enum {
    THREADS_MAX = 16,
    LOOPS_MAX = 1000000,
    LOAD_PRIO = 1, /* of load threads, or one more: ned, who must hear that we end, has 2 */
    MAIN_PRIO = LOAD_PRIO + 2,
};

/* ---- main.c ---------------------------------------------------------------------------------- */

/* New kernel objects; there is no way on without them, so failing ends the program. */
l4_cap_idx_t object_new(long proto);
l4_cap_idx_t gate_new(l4_cap_idx_t thread, l4_umword_t label);
l4_cap_idx_t thread_new(void (*fn)(void *), void *arg, unsigned prio);
void must(long err, const char *what);

/* ---- clock.c --------------------------------------------------------------------------------- */

uint64_t clock_us(void);

/* Nanoseconds that have passed since clock_us() became `us`, to the tick of the counter. */
uint64_t clock_late_ns(uint64_t us);

/* Nanoseconds between two readings of the counter. */
uint64_t clock_passed_ns(uint64_t start, uint64_t end);

/* Sleep until this time, or not at all if it has come. */
void clock_sleep_until(uint64_t us);

/* ---- probe.c: the threads that are measured -------------------------------------------------- */

struct probe;

/* Start it. Its samples are complete after one semaphore_up of `done`. */
struct probe *probe_start(const struct options *o, unsigned number, l4_cap_idx_t done);

/* Nanoseconds, options.loops of them. */
uint32_t *probe_samples(struct probe *p);

/* Intervals that were over before the thread slept again. */
unsigned probe_overruns(const struct probe *p);

/* ---- load.c: threads that are in the way ----------------------------------------------------- */

/* Returns: false for an unknown name. */
bool load_start(const char *name);

/* The names, separated by blanks. */
const char *load_names(void);

/* ---- stats.c --------------------------------------------------------------------------------- */

struct stats {
    uint32_t min, avg, p99, p999, max;
};

/* Sorts the samples; n is above 0. */
struct stats stats_of(uint32_t *samples, unsigned n);

/* How many of the sorted samples lie in bucket `i` of `buckets` from min to max. */
unsigned stats_bucket(const uint32_t *sorted, unsigned n, unsigned i, unsigned buckets);

/* The least value of a bucket. */
uint32_t stats_bucket_start(const uint32_t *sorted, unsigned n, unsigned i, unsigned buckets);
