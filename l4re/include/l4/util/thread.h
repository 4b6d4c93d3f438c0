/* SPDX-License-Identifier: MIT */
/* Make a thread and start it, in one call. */
#pragma once

#include <l4/sys/scheduler.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb.h>

EXTERN_C_BEGIN

/*
 * Create a thread in slot `id` through `factory`, bind it to `task` with UTCB `thread_utcb`,
 * pager and exception handler `pager` (a selector in `task`), start it at pc with stack sp. If
 * scheduler is a valid capability, it gets the parameters *p; otherwise the caller does that.
 *
 * Returns: 0, or a negative error; then the slot is empty again.
 */
long l4util_create_thread(l4_cap_idx_t id, l4_utcb_t *thread_utcb, l4_cap_idx_t factory,
                          l4_umword_t pc, l4_umword_t sp, l4_cap_idx_t pager, l4_cap_idx_t task,
                          l4_cap_idx_t scheduler, l4_sched_param_t const *p) L4_NOTHROW;

EXTERN_C_END
