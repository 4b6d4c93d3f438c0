/* SPDX-License-Identifier: MIT */
/*
 * Reference count with a dead bit.
 *
 * The count starts at 1. Whoever brings it to 0 tries to set the dead bit; if nobody took a
 * reference in between, the object is dead for ever and that caller is the last. Afterwards
 * get fails: the count below the bit means nothing any more and is never corrected.
 *
 * Progress: get wait-free (one fetch-add), put wait-free (one fetch-sub, at most one CAS).
 * Rule:     a get without a reference in hand happens inside an epoch that protects the
 *           memory; it is freed a grace period after the last put.
 * Pairs:    (R) put: release  <->  last put: acquire
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

#define REFCOUNT_DEAD BIT(63)

struct refcount {
    struct atomic_u64 v; /* [a] */
};

static inline void refcount_init(struct refcount *r)
{
    atomic_u64_store_relaxed(&r->v, 1);
}

/* Returns: false if the object is dead. */
static inline bool must_check refcount_get(struct refcount *r)
{
    return !(atomic_u64_fetch_add_acq_rel(&r->v, 1) & REFCOUNT_DEAD);
}

/* Give one reference back. Returns: true for the last; the caller disposes of the object. */
static inline bool must_check refcount_put(struct refcount *r)
{
    uint64_t zero = 0;

    if (atomic_u64_fetch_sub_acq_rel(&r->v, 1) != 1) /* (R) */
        return false;
    return atomic_u64_cas_acq_rel(&r->v, &zero, REFCOUNT_DEAD); /* (R) */
}

static inline bool refcount_dead(const struct refcount *r)
{
    return atomic_u64_load_acquire(&r->v) & REFCOUNT_DEAD;
}
