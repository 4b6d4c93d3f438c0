/* SPDX-License-Identifier: MIT */
/*
 * Free capability slots of this task. Safe to use from several threads.
 * A slot is empty when it is handed out. Cost: O(1) on average.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

/* Returns: a selector, invalid when all slots are used. */
l4_cap_idx_t l4re_util_cap_alloc(void);

/* Give the slot back; what is in it stays until somebody overwrites it. */
void l4re_util_cap_free(l4_cap_idx_t cap);

/* Drop the capability, then give the slot back. */
void l4re_util_cap_free_um(l4_cap_idx_t cap);

/* Drop the capability, keep the slot. */
void l4re_util_cap_release(l4_cap_idx_t cap);

/* The highest selector the allocator can return. */
l4_cap_idx_t l4re_util_cap_last(void);

EXTERN_C_END
