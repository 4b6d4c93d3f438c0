/* SPDX-License-Identifier: MIT */
/*
 * Regions of an address space: sorted, without overlap; and areas, which keep addresses free.
 * Pure data: what a region shows (`ds`) is opaque here. Memory comes through two functions.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum {
    REGION_NAME_LEN = 24,
};

struct region {
    uintptr_t start;
    uintptr_t end;  /* exclusive */
    void *ds;       /* NULL: no memory of ours behind it */
    uint64_t off;   /* into ds, of `start` */
    uint32_t flags; /* L4RE_RM_REGION_FLAGS */
    uintptr_t client_cap;
    uint64_t backing;
    char name[REGION_NAME_LEN];
};

struct area {
    uintptr_t start;
    uintptr_t end;
    uint32_t flags;
};

/* Elements of one kind, ascending. */
struct range_list {
    void **e;
    size_t count;
    size_t room;
};

struct regions {
    struct range_list regions; /* struct region * */
    struct range_list areas;   /* struct area * */
    uintptr_t low, high;       /* addresses in [low, high) can be used */
    void *(*alloc)(void *ctx, size_t size);
    void (*free)(void *ctx, void *p, size_t size);
    void *ctx;
};

void regions_init(struct regions *r, uintptr_t low, uintptr_t high);

/*
 * Find a place for `size` bytes: exactly *start, or with SEARCH_ADDR the first free one from there
 * on, aligned to 2^align; with IN_AREA inside the area that holds *start.
 * Returns: 0 and the place; -L4_EADDRNOTAVAIL; -L4_ENOENT if there is no such area; -L4_EINVAL.
 */
int regions_place(const struct regions *r, uintptr_t *start, uintptr_t size, uint32_t flags,
                  unsigned align);

/* Add a copy of *tmpl, whose range was placed. Returns: the region, NULL without memory. */
struct region *regions_add(struct regions *r, const struct region *tmpl);

/* The region that holds addr, or overlaps [addr, addr + size) first. NULL: none. */
struct region *regions_find(const struct regions *r, uintptr_t addr, uintptr_t size);

/* Take it out and free it. */
void regions_remove(struct regions *r, struct region *g);

/*
 * Cut [start, end), which lies inside `g`, out of it. Returns: 0; 1 if two parts are left (the
 * second is *rest); 2 if one part is left; -L4_ENOMEM. 0 means `g` is gone.
 */
int regions_cut(struct regions *r, struct region *g, uintptr_t start, uintptr_t end,
                struct region **rest);

/* Reserve a range that was placed. Returns: 0 or -L4_ENOMEM. */
int regions_reserve(struct regions *r, uintptr_t start, uintptr_t size, uint32_t flags);
struct area *regions_find_area(const struct regions *r, uintptr_t addr, uintptr_t size);

/* Returns: 0 or -L4_ENOENT. */
int regions_free_area(struct regions *r, uintptr_t addr);

/* Free everything; `drop` is called for each region. */
void regions_clear(struct regions *r, void (*drop)(void *ctx, struct region *g));
