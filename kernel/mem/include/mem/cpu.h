/* SPDX-License-Identifier: MIT */
/* Which per-CPU cache is mine. Context: micro-section. */
#pragma once

#include <lib/base.h>
#include <sync/cpu.h>
#include <sync/upcall.h>

#if enabled(CONFIG_MP)
#define MEM_CPUS CONFIG_MAX_CPUS
#else
#define MEM_CPUS 1
#endif

/* With one CPU this works before the scheduler does. */
static inline cpu_id mem_cpu(void)
{
    return enabled(CONFIG_MP) ? sched_sync_cpu()->id : 0;
}
