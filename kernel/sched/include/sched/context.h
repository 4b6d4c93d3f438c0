/* SPDX-License-Identifier: MIT */
/*
 * Scheduling context: the right to use a CPU at a priority. The ready queue holds contexts,
 * not threads; choosing is O(1) and nobody walks a chain.
 *
 *     home ---- owns ----> context ---- serves ----> home, or a server it was donated to
 *                             |
 *                             +------- runs -------> the same, or a lock owner being helped
 *
 * A thread runs at the highest priority of the contexts it may use: its own, and the one
 * donated to it by the call it is working on. It pays with the one it was chosen by.
 *
 * Donation ends when the server replies to the caller or waits again; a nested call passes
 * it on. When the caller wakes for another reason it takes its context back at once.
 *
 * [c] this CPU's micro-sections only  [I] immutable
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <lib/list.h>

struct thread;

struct sched_ctx {
    struct list_node rq;   /* [c] ready queue of `prio` */
    bool queued;           /* [c] */
    uint8_t prio;          /* [c] 1 ... 255 */
    uint64_t slice;        /* [c] ticks of a full time slice */
    uint64_t left;         /* [c] ticks left of the current one */
    struct thread *home;   /* [I] */
    struct thread *serves; /* [c] */
    struct thread *runs;   /* [c] */
};
