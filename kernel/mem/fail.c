/* SPDX-License-Identifier: MIT */
/* See <mem/fail.h> for the contract. */
#include <mem/fail.h>

#include <sync/atomic.h>

static struct atomic_u32 left; /* allocations until the failing one, that included */

void fail_alloc_after(uint32_t n)
{
    atomic_u32_store_relaxed(&left, n);
}

bool fail_alloc(void)
{
    uint32_t now = atomic_u32_load_relaxed(&left);

    while (now)
        if (atomic_u32_cas_relaxed(&left, &now, now - 1))
            return now == 1;
    return false;
}
