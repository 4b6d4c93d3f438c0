/* SPDX-License-Identifier: MIT */
/*
 * Invariant walkers over the whole kernel, and totals of its memory. Debug builds only.
 *
 * Context: micro-section; nothing else is at work on another CPU. Threads that were preempted
 *          in the kernel are allowed for, except in debug_check_caps() and for spaces.
 * Returns: NULL if all is well, else a text that says what is not.
 * Cost:    grows with everything there is; exempt from the limit of micro-sections.
 */
#pragma once

#include <lib/base.h>

/* Spaces of all tasks; `still` as in space_check(). Slots against objects and their counters. */
const char *debug_check_spaces(bool still) must_check;
const char *debug_check_caps(void) must_check;

/* Threads, the queues they stand in, the tasks they belong to. */
const char *debug_check_threads(void) must_check;

/* All of these and sched_check(). */
const char *debug_check(bool still) must_check;
