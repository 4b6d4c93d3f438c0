/* SPDX-License-Identifier: MIT */
/*
 * A set of address ranges: sorted, disjoint, neighbours merged. Fixed room, so it works before
 * there is any memory to allocate.
 *
 * When a subtraction needs one more range than there is room for, the smaller piece is given
 * up: what the set still holds is always true of the input.
 * Cost: everything is linear in the number of ranges.
 */
#pragma once

#include <init/plan.h>
#include <lib/base.h>

#define RANGES_MAX 128u

struct ranges {
    unsigned n;
    unsigned lost; /* ranges given up for want of room */
    struct phys_range r[RANGES_MAX];
};

void ranges_clear(struct ranges *s);

/* Add or take away [start, end). Empty ranges are ignored. */
void ranges_add(struct ranges *s, uint64_t start, uint64_t end);
void ranges_sub(struct ranges *s, uint64_t start, uint64_t end);

/* Is [start, end) completely inside / does it touch the set? */
bool ranges_contain(const struct ranges *s, uint64_t start, uint64_t end);
bool ranges_touch(const struct ranges *s, uint64_t start, uint64_t end);

/* Bytes of all ranges together. */
uint64_t ranges_bytes(const struct ranges *s);

/* Shrink every range to page boundaries. */
void ranges_shrink_to_pages(struct ranges *s);

/*
 * Highest place for `bytes` below `limit`, start a multiple of `align` (a power of two). The
 * set is not changed. Returns: false if there is none.
 */
bool ranges_find_top(const struct ranges *s, uint64_t bytes, uint64_t align, uint64_t limit,
                     uint64_t *start) must_check;
