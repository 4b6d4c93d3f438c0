/* SPDX-License-Identifier: MIT */
/*
 * The memory of the machine as aligned blocks of 2^order bytes: a buddy allocator.
 *
 * Free blocks are linked through their own first bytes; one byte of `meta` per page says whether
 * a free block begins there, and of what order. Memory that was never added counts as in use, so
 * holes never merge.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    PAGE_ORDER = 12,
    PAGES_MAX_ORDER = 30,
};

#define PAGE_BYTES ((uintptr_t)1 << PAGE_ORDER)

struct free_block {
    struct free_block *next, *prev;
};

struct pages {
    uint8_t *meta;   /* of pages [first, first + count) */
    uintptr_t first; /* page number */
    size_t count;
    struct free_block *free[PAGES_MAX_ORDER + 1];
    size_t total;     /* bytes ever added */
    size_t available; /* bytes free now */
};

/* Manage addresses [low, high); `meta` has one byte for each page of them. */
void pages_init(struct pages *p, uint8_t *meta, uintptr_t low, uintptr_t high);

/* Add a block of fresh memory, aligned to its size. */
void pages_add(struct pages *p, uintptr_t addr, unsigned order);

/* Returns: the address of an aligned block, 0 if there is none. Contents are undefined.
 * Cost: one step per order. */
uintptr_t pages_alloc(struct pages *p, unsigned order);
void pages_free(struct pages *p, uintptr_t addr, unsigned order);

/* The same for a number of bytes (rounded up to pages), aligned to 2^align at least. */
uintptr_t pages_alloc_range(struct pages *p, size_t size, unsigned align);
void pages_free_range(struct pages *p, uintptr_t addr, size_t size);

/* The largest order that pages_alloc() can give now; -1: none. */
int pages_largest(const struct pages *p);
