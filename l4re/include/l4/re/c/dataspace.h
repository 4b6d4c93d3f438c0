/* SPDX-License-Identifier: MIT */
/*
 * Dataspace: memory behind a capability. Whoever holds it can map pages of it into its task,
 * usually by attaching it to a region map (<l4/re/c/rm.h>). All functions are calls to the server
 * of the dataspace; they return 0 or -L4_E* (also -L4_EIPC_LO - n) unless they say otherwise.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

typedef l4_cap_idx_t l4re_ds_t;
typedef l4_uint64_t l4re_ds_size_t;
typedef l4_uint64_t l4re_ds_offset_t;
typedef l4_uint64_t l4re_ds_map_addr_t;
typedef unsigned long l4re_ds_flags_t;

typedef struct {
    l4re_ds_size_t size;
    l4re_ds_flags_t flags;
} l4re_ds_stats_t;

/* Rights and caching of a mapping. */
enum l4re_ds_map_flags {
    L4RE_DS_F_R = 4,
    L4RE_DS_F_W = 2,
    L4RE_DS_F_X = 1,
    L4RE_DS_F_RW = 6,
    L4RE_DS_F_RX = 5,
    L4RE_DS_F_RWX = 7,
    L4RE_DS_F_RIGHTS_MASK = 0x0f,

    L4RE_DS_F_NORMAL = 0x00,
    L4RE_DS_F_CACHEABLE = 0x00,
    L4RE_DS_F_BUFFERABLE = 0x10,
    L4RE_DS_F_UNCACHEABLE = 0x20,
    L4RE_DS_F_CACHING_MASK = 0x30,
    L4RE_DS_F_CACHING_SHIFT = 4,
};

/*
 * Map the piece of `ds` that holds `offset` so that it appears at `local_addr`, as large as the
 * server likes and [min_addr, max_addr] allows (both page-aligned, max_addr exclusive).
 */
int l4re_ds_map(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_flags_t flags,
                l4re_ds_map_addr_t local_addr, l4re_ds_map_addr_t min_addr,
                l4re_ds_map_addr_t max_addr);

/* Map all of [min_addr, max_addr) from `offset` on. Cost: one call for each piece. */
int l4re_ds_map_region(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_flags_t flags,
                       l4re_ds_map_addr_t min_addr, l4re_ds_map_addr_t max_addr);

/* Fill a range with zeroes. */
long l4re_ds_clear(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_size_t size);

/* Take the memory for a range now, so that using it later cannot fail. */
long l4re_ds_allocate(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_size_t size);

/* Copy from another dataspace; the server may share pages until somebody writes. */
int l4re_ds_copy_in(l4re_ds_t ds, l4re_ds_offset_t dst_offs, l4re_ds_t src,
                    l4re_ds_offset_t src_offs, l4re_ds_size_t size);

/* Returns: the size in bytes, 0 on any error. */
l4re_ds_size_t l4re_ds_size(l4re_ds_t ds);

/* Returns: rights and caching (enum l4re_ds_map_flags), 0 on any error. */
l4re_ds_flags_t l4re_ds_flags(l4re_ds_t ds);

int l4re_ds_info(l4re_ds_t ds, l4re_ds_stats_t *stats);

/* Physical range of the dataspace on systems without an MMU; -L4_ENOSYS elsewhere. */
int l4re_ds_map_info(l4re_ds_t ds, l4_addr_t *start_addr, l4_addr_t *end_addr);

EXTERN_C_END
