/* SPDX-License-Identifier: MIT */
/* What the CPU calls itself. */
#pragma once

#include <lib/base.h>

struct cpu_name {
    char text[49];
};

struct cpu_name cpu_name(void);

/* End of the physical addresses this CPU can form. */
uint64_t cpu_max_phys(void);
