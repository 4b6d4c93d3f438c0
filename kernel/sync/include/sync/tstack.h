/* SPDX-License-Identifier: MIT */
/*
 * Tagged stack: a lock-free stack of small numbers (frames of a pool).
 *
 * head = tag (32) | number + 1 (32); every change of head takes a new tag, so a pop that was
 * delayed between its look and its CAS fails. Links lie in an array of their own and are only
 * touched atomically: a delayed pop may read the link of a number that is in use again.
 *
 * Progress: lock-free; on one CPU inside micro-sections wait-free.
 * Pairs:    (S) push: release  <->  pop: acquire
 *
 *   [I] immutable after init   [a] atomic
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

#define TSTACK_NONE UINT32_MAX

struct tstack {
    struct atomic_u64 head;   /* [a] */
    struct atomic_u32 *links; /* [I] one per number, zeroed or not */
};

void tstack_init(struct tstack *s, struct atomic_u32 *links);
void tstack_push(struct tstack *s, uint32_t number);

/* Returns: the number pushed last, TSTACK_NONE if empty. */
uint32_t tstack_pop(struct tstack *s) must_check;
