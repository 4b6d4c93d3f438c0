/* SPDX-License-Identifier: MIT */
/* The 8254: only its second counter, as a reference to measure with. */
#pragma once

#include <lib/base.h>

/* Let it count down `us` microseconds (at most 50,000), once, without interrupts. */
void pit_start(uint32_t us);

/* Has it arrived? */
bool pit_is_done(void);

/* The time pit_start() really takes, in nanoseconds: a whole number of its ticks. */
uint64_t pit_ns(uint32_t us);
