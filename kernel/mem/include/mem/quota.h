/* SPDX-License-Identifier: MIT */
/*
 * Quota: who pays for kernel memory.
 *
 * A child's limit is carved out of its parent when it is made, so a charge touches one quota.
 * The root has no limit. Charge first, then take, then use. A NULL quota is the kernel itself:
 * it is never charged.
 *
 * Progress: charge and release lock-free (one CAS each, uncontended).
 *
 *   [I] immutable after init   [a] atomic
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

#define QUOTA_UNLIMITED UINT64_MAX

struct quota {
    struct atomic_u64 used; /* [a] bytes charged, limits of children included */
    uint64_t limit;         /* [I] bytes */
    struct quota *parent;   /* [I] NULL: root */
};

/*
 * Gives memory of dead objects of a quota back (its graves), a bounded number per call.
 * Context: that of the charge which is about to fail: preemptible or locked.
 * Returns: true if something was given back, so that trying again makes sense.
 */
typedef bool quota_reclaim_fn(struct quota *q);

/* Set the one callback. Boot only. */
void quota_set_reclaim(quota_reclaim_fn *fn);

void quota_init_root(struct quota *q);

/*
 * Make `q` with `limit` bytes, carved out of the parent.
 * Returns: 0, or -L4_ENOMEM if the parent has not that much left.
 */
int quota_init_child(struct quota *q, struct quota *parent, uint64_t limit) must_check;

/* Give the limit back to the parent. Nothing is charged to `q` any more. */
void quota_fini(struct quota *q);

/*
 * Charge. Before it fails, the graves of `q` are emptied.
 * Returns: 0 or -L4_ENOMEM, nothing is charged then.
 */
int quota_charge(struct quota *q, uint64_t bytes) must_check;

/* Give a charge back. Context: any. */
void quota_release(struct quota *q, uint64_t bytes);

/* Ask for graves to be emptied. Returns: true if something was given back. */
bool quota_reclaim(struct quota *q) must_check;

static inline uint64_t quota_used(const struct quota *q)
{
    return atomic_u64_load_relaxed(&q->used);
}
