/* SPDX-License-Identifier: MIT */
/* The counter of the host stands still until a test moves it (arch/host/machine.h). */
#pragma once

#include <stdint.h>

uint64_t host_clock(void);

static inline uint64_t arch_ticks(void)
{
    return host_clock();
}
