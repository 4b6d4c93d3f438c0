/* SPDX-License-Identifier: MIT */
/*
 * I/O ports: the CPU has one bitmap. It belongs to the task that used ports last; the first
 * access of another one traps, the bitmap is copied (in steps, interrupts on) and the access
 * tried again. Giving or taking a port makes the copy stale (io_gen).
 */
#include <entry/leave.h>

#include <arch/ioport.h>
#include <sched/sched.h>
#include <space/space.h>
#include <sync/micro.h>

#define STEP 16u /* chunks of 64 ports copied at once */

static const struct space *owner; /* [m] whose ports the bitmap has; NULL: being changed */
static uint64_t owner_gen;        /* [m] and of which generation */

static bool is_current(const struct space *s)
{
    return owner == s && owner_gen == atomic_u64_load_acquire(&s->io_gen);
}

void ioport_switch(const struct thread *t)
{
    arch_io_enable(owner && is_current(t->space));
}

bool ioport_load(struct thread *self)
{
    const struct space *s = self->space;
    uint64_t gen = atomic_u64_load_acquire(&s->io_gen);

    if (!space_io_any(s) || is_current(s))
        return false;
    owner = NULL;
    for (unsigned i = 0; i < ARCH_IO_CHUNKS; i += STEP) {
        for (unsigned k = i; k < i + STEP; k++)
            arch_io_set_chunk(k, space_io_chunk(s, k));
        micro_leave(); /* somebody else may change the bitmap meanwhile: then owner is set */
        micro_enter();
        if (owner)
            return true; /* the access traps again */
    }
    owner = s;
    owner_gen = gen;
    return true;
}
