/* SPDX-License-Identifier: MIT */
/* Memory allocator: new dataspaces, paid from the quota behind the allocator's capability. */
#pragma once

#include <l4/re/c/dataspace.h>
#include <l4/re/env.h>

EXTERN_C_BEGIN

enum l4re_ma_flags {
    L4RE_MA_CONTINUOUS = 0x01, /* physically contiguous, taken at once */
    L4RE_MA_PINNED = 0x02,     /* taken at once */
    L4RE_MA_SUPER_PAGES = 0x04,
    L4RE_MA_FIXED_ADDR = 0x08, /* systems without an MMU only: -L4_EINVAL */
};

/* What an allocator has and uses, in bytes. */
struct l4re_ma_info {
    l4_umword_t quota; /* of this allocator; 0: unlimited */
    l4_umword_t quota_used;
    l4_umword_t mem_limit; /* of the machine */
    l4_umword_t mem_used;
    l4_umword_t mem_free;
};

/*
 * Make a dataspace in slot `mem`. A negative size asks for the largest contiguous block that
 * leaves -size bytes free and needs L4RE_MA_CONTINUOUS. `align` is a binary logarithm.
 * Returns: 0; -L4_ENOMEM; -L4_EINVAL.
 */
long l4re_ma_alloc_align_srv(l4_cap_idx_t srv, long size, l4re_ds_t const mem, unsigned long flags,
                             unsigned long align);
long l4re_ma_alloc(long size, l4re_ds_t const mem, unsigned long flags);
long l4re_ma_alloc_align(long size, l4re_ds_t const mem, unsigned long flags, unsigned long align);

long l4re_ma_info_srv(l4_cap_idx_t srv, struct l4re_ma_info *info);

EXTERN_C_END
