/* SPDX-License-Identifier: MIT */
/*
 * Measuring inside the system.
 *
 * Use:     a program of SYSTESTs (<systest/systest.h>) in which each test fills one or more series.
 * Unit:    ticks of the time-stamp counter. In QEMU under icount a tick is one instruction, and
 *          two runs count the same.
 * Output:  '@ name value count' for each different value, then '@ name end samples'.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <l4/sys/types.h>
#include <systest/systest.h>

/* Order of threads. The watchdog of the test library has 200. */
enum {
    PRIO_LOAD = PRIO_LOW,
    PRIO_TRIGGER = PRIO_HIGH,
    PRIO_TOP = 190,
};

static inline uint64_t ticks(void)
{
    uint32_t low, high;

    __asm__ __volatile__("rdtsc" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
}

/* Begin the series `name`. One series at a time; all threads and tasks made here may add to it. */
void series_begin(const char *name);

/* Note what passed between two ticks(), less what reading the counter itself costs. */
void series_add(uint64_t start, uint64_t end);

/* Note a number as it is. */
void series_put(uint64_t value);

unsigned series_count(void);

/* Print it. A series without samples fails the test. */
void series_end(void);

/* Measure `code` `rounds` times, after it ran a few times unmeasured. */
#define MEASURE(name_, rounds_, ...)                                                               \
    do {                                                                                           \
        series_begin(name_);                                                                       \
        for (unsigned round_ = 0; round_ < (rounds_) + MEASURE_WARM; round_++) {                   \
            uint64_t start_ = ticks();                                                             \
            __VA_ARGS__;                                                                           \
            uint64_t end_ = ticks();                                                               \
            if (round_ >= MEASURE_WARM)                                                            \
                series_add(start_, end_);                                                          \
        }                                                                                          \
        series_end();                                                                              \
    } while (0)

enum {
    MEASURE_WARM = 16,
};

/* The counter's value at which the KIP clock becomes `us`. */
uint64_t ticks_at(uint64_t us);

/* One number, printed as a series of one sample. */
void number_say(const char *name, uint64_t value);
