/* SPDX-License-Identifier: MIT */
/*
 * I/O ports: the CPU has one bitmap. It belongs to the task that used ports last; the first
 * access of another one traps, the bitmap is copied (in steps, interrupts on) and the access
 * tried again. Giving or taking a port makes the copy stale (io_gen).
 */
#include <sched/io.h>

#include <arch/ioport.h>
#include <sched/cpu.h>
#include <space/space.h>
#include <sync/micro.h>

#define STEP 4u /* chunks of 64 ports copied at once */

static const struct space *owner; /* [m] whose ports the bitmap has; NULL: nobody's */
static uint64_t owner_gen;        /* [m] and of which generation */
bool sched_io_in_use;             /* [m] */
static bool valid;                /* [m] the CPU looks at the bitmap */
static uint64_t copies;           /* [m] copies begun: a preempted one finds that it is stale */

static bool is_current(const struct space *s)
{
    return owner == s && owner_gen == atomic_u64_load_acquire(&s->io_gen);
}

void sched_io_switch(const struct thread *t)
{
    bool on = owner && is_current(t->space);

    if (on == valid)
        return;
    valid = on;
    sched_io_in_use = owner || valid;
    arch_io_enable(on);
}

void sched_io_forget(const struct space *s)
{
    if (owner == s)
        owner = NULL;
}

bool sched_io_load(struct thread *self)
{
    const struct space *s = self->space;
    uint64_t gen = atomic_u64_load_acquire(&s->io_gen);
    uint64_t mine;

    if (!space_io_any(s) || is_current(s))
        return false;
    owner = NULL;
    mine = ++copies;
    for (unsigned i = 0; i < ARCH_IO_CHUNKS; i += STEP) {
        for (unsigned k = i; k < i + STEP; k++)
            arch_io_set_chunk(k, space_io_chunk(s, k));
        micro_leave();
        arch_pause(); /* an interrupt is held back for one instruction */
        micro_enter();
        if (copies != mine)
            return true; /* somebody else began to copy: the access traps again */
    }
    owner = s;
    owner_gen = gen;
    sched_io_in_use = true;
    return true;
}
