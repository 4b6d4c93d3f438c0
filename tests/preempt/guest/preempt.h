/* SPDX-License-Identifier: MIT */
/*
 * Paths through the kernel, struck by a timer interrupt at every place.
 *
 *   low thread       spins ... | path =====X==================|
 *   striker (high)   sleeps until ........ X strike, sleeps
 *   main (middle)    waits until the low thread is through, then judges
 *
 * A path is prepared, run and judged once per offset of X from its beginning, for each kind of
 * strike. Time is the number of instructions (QEMU under icount).
 */
#pragma once

#include <systest/memory.h>
#include <systest/sweep.h>

struct path {
    const char *name;
    void (*prepare)(struct worker *low); /* main thread, before each strike: all the path needs */
    bool (*run)(void);                   /* low thread: the path. Returns: was the result right? */
    void (*disturb)(void);               /* striker: get in the way of this path, or NULL */
};

/* Sweep over all places and strikes. Context: main thread, a test of its own. */
void path_sweep(const struct path *p);

/* Did the path before hang? Then say where: the watchdog ended its test without a word of ours. */
void path_report_hang(void);

/* Give the answer, if there is one, and wait for the next message. */
l4_msgtag_t path_next(const l4_msgtag_t *answer);

/* Server for a path: what it gets it sends back, with one more in word 0. Forever. */
void path_echo(struct worker *w);

/* Sleep for ever; take any number of messages without an answer. */
void path_sleep(struct worker *w);
void path_drain(struct worker *w);

#define PATH(name_, ...)                                                                           \
    SYSTEST(preempt, name_)                                                                        \
    {                                                                                              \
        static const struct path p = { .name = #name_, __VA_ARGS__ };                              \
        path_sweep(&p);                                                                            \
    }

/* What make said: PATHNAME (empty: all), OFFSET (-1: all), places per path (0: every one). */
struct params {
    char path[32];
    long offset;
    unsigned long points;
};
const struct params *params_get(void);
