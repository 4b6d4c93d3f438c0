/* SPDX-License-Identifier: MIT */
/*
 * Dataspaces.
 *
 *     static   memory that is there for ever: boot modules, the kernel info page
 *     solid    one contiguous block, taken when the dataspace is made
 *     loose    pages taken one by one when touched; a page copied from a static dataspace is
 *              shared with it until somebody writes
 */
#pragma once

#include <moe/moe.h>

/* Pages of a loose dataspace hang in tables of one page each. */
enum {
    DS_TABLE_ENTRIES = 512,
};

struct ds {
    struct moe_obj obj;
    uint64_t size;   /* as asked for, bytes */
    unsigned rights; /* L4RE_DS_F_* it can give */
    int is_static;
    uintptr_t base;     /* static, solid: the memory; 0: loose */
    uintptr_t **tables; /* loose: entries are page address | DS_COW */
    size_t ntables;
};

struct moe_obj *ds_new_static(uintptr_t base, uint64_t size, unsigned rights);

/* Returns: NULL and *err. `flags` are L4RE_MA_*, align a binary logarithm. */
struct ds *ds_new(struct quota *q, long size, unsigned long flags, unsigned align, int *err);

/* A piece of memory to show: [addr, addr + 2^order), with these rights. */
struct ds_piece {
    uintptr_t addr;
    unsigned order;
    unsigned rights;
};

/*
 * Find the piece that holds `off`, to appear at `spot`, not larger than [spot_min, spot_max)
 * allows. `want` are the wanted rights; a page is taken or copied if that is needed.
 * Returns: 0; -L4_ERANGE; -L4_EPERM; -L4_ENOMEM.
 */
int ds_piece(struct ds *d, uint64_t off, unsigned want, uintptr_t spot, uintptr_t spot_min,
             uintptr_t spot_max, struct ds_piece *p);

int ds_copy_in(struct ds *d, uint64_t dst, struct ds *src, uint64_t from, uint64_t size);
int ds_allocate(struct ds *d, uint64_t off, uint64_t size);
int ds_clear(struct ds *d, uint64_t off, uint64_t size);
void ds_destroy(struct moe_obj *o);

/* Put the piece into the answer so that it appears at `spot`. `flags` bring the caching. */
void ds_send_piece(struct l4re_srv_msg *m, const struct ds_piece *p, uintptr_t spot,
                   unsigned rights, unsigned long flags);
