/* SPDX-License-Identifier: MIT */
/* The CPU's counter: monotonic ticks, as fine as the machine has them. */
#pragma once

#include <stdint.h>

#include <arch/impl/time.h>

/* Ticks since some point before boot. Wait-free. User mode reads the same counter. */
static inline uint64_t arch_ticks(void);
