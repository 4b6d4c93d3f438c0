/* SPDX-License-Identifier: MIT */
/* See <mem/quota.h> for the contract. Invariant: used <= limit, at every moment. */
#include <mem/quota.h>

#include <l4/sys/err.h>
#include <sync/micro.h>

static quota_reclaim_fn *reclaim; /* [I] after boot */

void quota_set_reclaim(quota_reclaim_fn *fn)
{
    reclaim = fn;
}

void quota_init_root(struct quota *q)
{
    *q = (struct quota){ .limit = QUOTA_UNLIMITED };
}

int quota_init_child(struct quota *q, struct quota *parent, uint64_t limit)
{
    int err = quota_charge(parent, limit);

    if (err)
        return err;
    *q = (struct quota){ .limit = limit, .parent = parent };
    return 0;
}

void quota_fini(struct quota *q)
{
    kassert(quota_used(q) == 0);
    quota_release(q->parent, q->limit);
    q->limit = 0;
}

static bool try_charge(struct quota *q, uint64_t bytes)
{
    uint64_t used = atomic_u64_load_relaxed(&q->used);

    /* relaxed: the number orders nothing, memory is handed over by its own primitives. */
    do {
        if (bytes > q->limit - used)
            return false;
    } while (!atomic_u64_cas_relaxed(&q->used, &used, used + bytes));
    return true;
}

bool quota_reclaim(struct quota *q)
{
    /* Freeing an object takes locks and many steps: not with interrupts off. */
    return reclaim && !micro_inside() && reclaim(q);
}

int quota_charge(struct quota *q, uint64_t bytes)
{
    if (!q)
        return 0;
    while (!try_charge(q, bytes))
        if (!quota_reclaim(q))
            return -L4_ENOMEM;
    return 0;
}

void quota_release(struct quota *q, uint64_t bytes)
{
    if (!q)
        return;

    uint64_t old = atomic_u64_fetch_sub_relaxed(&q->used, bytes);

    kassert(old >= bytes);
    (void)old;
}
