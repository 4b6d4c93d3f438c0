/* SPDX-License-Identifier: MIT */
/* Kernel-user memory: pages for UTCBs and virtual-CPU states. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

/*
 * Add 2^pages_order pages of kernel-user memory to `task` at a free place of `rm`.
 * Returns: 0 and the address in *mem; -L4_ENOMEM; -L4_EADDRNOTAVAIL. It lasts as long as the task.
 */
int l4re_util_kumem_alloc(l4_addr_t *mem, unsigned pages_order, l4_cap_idx_t task, l4_cap_idx_t rm);

EXTERN_C_END
