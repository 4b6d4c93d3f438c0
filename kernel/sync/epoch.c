/* SPDX-License-Identifier: MIT */
/* See <sync/epoch.h> for the contract. */
#include <sync/epoch.h>
#include <sync/upcall.h>

#define CPUS_PER_LOOK 4u

void epoch_wait_begin(struct epoch_wait *w)
{
    *w = (struct epoch_wait){ .cpus = enabled(CONFIG_MP) ? sched_cpus() : 0 };
    if (!enabled(CONFIG_MP))
        return;

    /* (F) Unhooking comes before the fence, the looks come after it: a CPU that is seen
     * outside here enters later, and then finds the object unhooked. */
    atomic_fence_seq_cst();
    for (cpu_id c = 0; c < w->cpus; c++)
        w->seen[c] = atomic_u64_load_acquire(&sched_sync_cpu_of(c)->epoch);
}

bool epoch_wait_over(struct epoch_wait *w)
{
    for (unsigned i = 0; i < CPUS_PER_LOOK && w->next < w->cpus; i++) {
        uint64_t seen = w->seen[w->next];

        /* (E) acquire: what that CPU did inside is over before we reuse the memory. */
        if ((seen & 1) && atomic_u64_load_acquire(&sched_sync_cpu_of(w->next)->epoch) == seen)
            return false;
        w->next++;
    }
    return w->next == w->cpus;
}
