/* SPDX-License-Identifier: MIT */
/* For tests that do many small tests themselves. */
#pragma once

#include <systest/systest.h>

/* Failures of the running test so far. */
unsigned systest_failures(void);

/* Delete what the test made so far and undo what it changed, as at its end. Main thread. */
void systest_clean(void);

/* A long test tells the watchdog that it does not hang. Main thread. */
void systest_goes_on(void);
