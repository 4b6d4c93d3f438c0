/* SPDX-License-Identifier: MIT */
/*
 * Region map: which dataspace appears where in a task. The region map of a task is also its
 * pager: pages come when they are touched.
 *
 * The plain functions work on the own task. The `_srv` variants name a region map, which may
 * belong to another task; they never unmap or map anything eagerly.
 * A dataspace of another server than the region map's is mapped at once and as a whole by
 * l4re_rm_attach() and unmapped by l4re_rm_detach().
 */
#pragma once

#include <l4/re/c/dataspace.h>
#include <l4/re/env.h>

EXTERN_C_BEGIN

enum l4re_rm_flags_values {
    L4RE_RM_F_R = L4RE_DS_F_R,
    L4RE_RM_F_W = L4RE_DS_F_W,
    L4RE_RM_F_X = L4RE_DS_F_X,
    L4RE_RM_F_RX = L4RE_DS_F_RX,
    L4RE_RM_F_RW = L4RE_DS_F_RW,
    L4RE_RM_F_RWX = L4RE_DS_F_RWX,
    L4RE_RM_F_RIGHTS_MASK = 0x0f,

    L4RE_RM_CACHING_SHIFT = 4,
    L4RE_RM_F_CACHING = 0x30,
    L4RE_RM_F_CACHE_NORMAL = L4RE_DS_F_NORMAL,
    L4RE_RM_F_CACHE_BUFFERED = L4RE_DS_F_BUFFERABLE,
    L4RE_RM_F_CACHE_UNCACHED = L4RE_DS_F_UNCACHEABLE,

    L4RE_RM_F_KERNEL = 0x100,
    L4RE_RM_F_NO_ALIAS = 0x200,
    L4RE_RM_F_PAGER = 0x400,
    L4RE_RM_F_RESERVED = 0x800, /* an area where nothing can be attached */
    L4RE_RM_F_PRIVATE = 0x1000,
    L4RE_RM_F_ANONYMOUS = 0x2000,
    L4RE_RM_REGION_FLAGS = 0xffff,

    L4RE_RM_F_SEARCH_ADDR = 0x20000, /* find a free place at or above *start */
    L4RE_RM_F_IN_AREA = 0x40000,     /* inside the area that holds *start */
    L4RE_RM_F_EAGER_MAP = 0x80000,
    L4RE_RM_F_NO_EAGER_MAP = 0x100000,
    L4RE_RM_F_ATTACH_FLAGS = 0x1f0000,
};

/* What l4re_rm_detach*() returns when it succeeds. */
enum l4re_rm_detach_result {
    L4RE_RM_DETACHED_DS = 0,
    L4RE_RM_KEPT_DS = 1,
    L4RE_RM_SPLIT_DS = 2,
    L4RE_RM_DETACH_RESULT_MASK = 3,
    L4RE_RM_DETACH_AGAIN = 4,
    L4RE_RM_UNMAPPED_RANGE = 8,
};

enum l4re_rm_detach_flags {
    L4RE_RM_DETACH_EXACT = 1,   /* cut exactly this range out of the region */
    L4RE_RM_DETACH_OVERLAP = 2, /* everything that overlaps the range */
};

/* What l4re_rm_find() returns when it succeeds. */
enum l4re_rm_find_result {
    L4RE_RM_FOUND_REGION = 0,
    L4RE_RM_FOUND_AREA = 1,
};

typedef l4_uint32_t l4re_rm_flags_t;
typedef l4_uint64_t l4re_rm_offset_t;

/*
 * Keep addresses free: attaching with L4RE_RM_F_SEARCH_ADDR stays out, L4RE_RM_F_IN_AREA goes in.
 * Returns: 0; -L4_EADDRNOTAVAIL if the range is not free; -L4_EINVAL.
 */
int l4re_rm_reserve_area_srv(l4_cap_idx_t rm, l4_addr_t *start, unsigned long size,
                             l4re_rm_flags_t flags, unsigned char align);
int l4re_rm_free_area_srv(l4_cap_idx_t rm, l4_addr_t addr);

/*
 * Make [offs, offs + size) of `mem` appear at *start. An invalid `mem` reserves one region
 * without memory. `align` is a binary logarithm and counts only for a search.
 * Returns: 0 and the address in *start; -L4_EADDRNOTAVAIL; -L4_ENOENT if there is no such area;
 *          -L4_ENODEV if `mem` belongs to a server this region map cannot page from;
 *          -L4_EPERM if `mem` may not be used with these rights; -L4_ERANGE; -L4_ENOMEM.
 */
int l4re_rm_attach_srv(l4_cap_idx_t rm, void **start, unsigned long size, l4re_rm_flags_t flags,
                       l4re_ds_t mem, l4re_rm_offset_t offs, unsigned char align);
int l4re_rm_attach_w_info_srv(l4_cap_idx_t rm, void **start, unsigned long size,
                              l4re_rm_flags_t flags, l4re_ds_t mem, l4re_rm_offset_t offs,
                              unsigned char align, char const *name,
                              l4re_rm_offset_t backing_offset);

/*
 * Take away the region at `addr`. With a valid `task` its pages are unmapped from there.
 * Returns: enum l4re_rm_detach_result, the capability given to attach in *ds (`ds` may be NULL);
 *          -L4_ENOENT if there is no region.
 */
int l4re_rm_detach_srv(l4_cap_idx_t rm, l4_addr_t addr, l4re_ds_t *ds, l4_cap_idx_t task);

/*
 * What is at [*addr, *addr + *size)? Returns: enum l4re_rm_find_result with all members set to
 * those of the region or area; -L4_ENOENT.
 */
int l4re_rm_find_srv(l4_cap_idx_t rm, l4_addr_t *addr, unsigned long *size,
                     l4re_rm_offset_t *offset, l4re_rm_flags_t *flags, l4re_ds_t *m);

int l4re_rm_get_info_srv(l4_cap_idx_t rm, l4_addr_t addr, char *name, unsigned name_len,
                         l4re_rm_offset_t *backing_offset);

/* Print all regions and areas of the map on the server's log. */
void l4re_rm_show_lists_srv(l4_cap_idx_t rm);

/* The same on the region map of the own task. */
int l4re_rm_reserve_area(l4_addr_t *start, unsigned long size, l4re_rm_flags_t flags,
                         unsigned char align);
int l4re_rm_free_area(l4_addr_t addr);
int l4re_rm_attach(void **start, unsigned long size, l4re_rm_flags_t flags, l4re_ds_t mem,
                   l4re_rm_offset_t offs, unsigned char align);
int l4re_rm_attach_w_info(void **start, unsigned long size, l4re_rm_flags_t flags, l4re_ds_t mem,
                          l4re_rm_offset_t offs, unsigned char align, char const *name,
                          l4re_rm_offset_t backing_offset);
int l4re_rm_detach(void *addr);
int l4re_rm_detach_ds(void *addr, l4re_ds_t *ds);
int l4re_rm_detach_unmap(l4_addr_t addr, l4_cap_idx_t task);
int l4re_rm_detach_ds_unmap(void *addr, l4re_ds_t *ds, l4_cap_idx_t task);
int l4re_rm_find(l4_addr_t *addr, unsigned long *size, l4re_rm_offset_t *offset,
                 l4re_rm_flags_t *flags, l4re_ds_t *m);
int l4re_rm_get_info(l4_addr_t addr, char *name, unsigned name_len,
                     l4re_rm_offset_t *backing_offset);
void l4re_rm_show_lists(void);

EXTERN_C_END
