/* SPDX-License-Identifier: MIT */
/* Memory for a pool, and the one upcall kernel/mem needs. */
#pragma once

#include <lib/base.h>

/* Give the (one) pool of this process at least `frames` frames. */
void pool_of(size_t frames);

/* The CPU sched_sync_cpu() speaks of. */
extern cpu_id standin_cpu;
