/* SPDX-License-Identifier: MIT */
/* Invariant walker of the scheduler (RQ1-RQ4 of sched.h and more), for tests and the debugger. */
#pragma once

#include <lib/base.h>

/*
 * Check contexts, threads and the timer of this CPU.
 * Context: micro-section, or where one could begin; not while a switch is under way.
 * Returns: NULL if all is well, else a text that says what is not.
 * Cost: grows with the number of threads.
 */
const char *sched_check(void) must_check;
