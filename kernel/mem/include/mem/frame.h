/* SPDX-License-Identifier: MIT */
/*
 * Frames: the kernel's own memory, 4 KiB at a time. Nothing needs two adjacent ones.
 *
 *   range:  | links | words | frame 0 | frame 1 | ... never used yet ... |
 *                                                ^ carved
 *
 * A frame comes from this CPU's cache (<= 16), else from the tagged stack of a range, else it
 * is carved from the untouched end. Addresses are those of the direct map.
 *
 * Progress: lock-free between CPUs, a constant number of steps on one.
 */
#pragma once

#include <lib/base.h>
#include <mem/quota.h>

#define FRAME_SHIFT 12
#define FRAME_SIZE 4096u

#define FRAME_RANGES 8 /* pieces of memory the pool may consist of */

/*
 * Give [start, end), addresses of the direct map, to the pool. Costs two instructions' worth
 * of metadata per frame, taken from the range itself and not touched here.
 *
 * Context: boot.
 * Returns: false if the range is too small or there are FRAME_RANGES already.
 */
bool frame_pool_add(void *start, void *end);

/*
 * Take a frame with whatever is in it, charged to `q`.
 * Context: any but interrupt handlers; reclaiming needs preemptible code.
 * Returns: NULL if the quota or the pool is exhausted.
 */
void *frame_alloc(struct quota *q) must_check;

/* The same, cleared. Context: preemptible; the clearing is outside micro-sections. */
void *frame_alloc_zeroed(struct quota *q) must_check;

/* Give a frame back to the pool and its charge to `q`. Context: any. */
void frame_free(void *frame, struct quota *q);

/* The metadata word of a frame, for its user. Undefined after alloc. Constant time. */
uintptr_t *frame_word(const void *frame);

/* Does this address lie in a frame of the pool? */
bool frame_in_pool(const void *p);

/* Frames the pool has, and how many of them are free now (caches included). */
size_t frame_count_total(void);
size_t frame_count_free(void);
