/* SPDX-License-Identifier: MIT */
/*
 * See <sync/helplock.h> for the contract and synchronisation.md §4 for the protocol.
 *
 * The slow path is a loop of steps, each one micro-section that looks at the word anew:
 *
 *     not noted in cpu.want .......... note it, set the bit of this CPU
 *     free, and it is this CPU's turn  take it
 *     free, another CPU's turn ....... pause
 *     taken, the owner can be run .... run it (switches away; the bit stays)
 *     taken, the owner runs elsewhere  pause
 *
 * Nothing is carried from one step to the next: in between the thread may have been preempted
 * (its bits are withdrawn then) and may have moved to another CPU.
 *
 * Pairs:  (L) release: fetch-and  <->  acquire: CAS that sets the owner
 */
#include <sync/helplock.h>

#include <arch/irq.h>
#include <lib/bits.h>
#include <sync/epoch.h>
#include <sync/micro.h>

#define OWNER_MASK 0xffffffull
#define LAST_SHIFT 24
#define LAST_MASK (31ull << LAST_SHIFT)
#define WANT_SHIFT 29
#define WANT_MASK (0xffffffffull << WANT_SHIFT)
#define WANT_CPUS 32u

enum step {
    STEP_TAKEN, /* the lock is ours */
    STEP_AGAIN, /* something changed, look again */
    STEP_PAUSE, /* another CPU is at work, let it */
};

static uint32_t word_owner(uint64_t w)
{
    return (uint32_t)(w & OWNER_MASK);
}

static uint32_t word_want(uint64_t w)
{
    return (uint32_t)(w >> WANT_SHIFT);
}

static uint64_t want_bit(cpu_id cpu)
{
    return BIT(WANT_SHIFT + cpu % WANT_CPUS);
}

/* Which CPU, modulo 32, a free lock belongs to. `want` is not empty. */
static uint32_t word_turn(uint64_t w)
{
    uint32_t want = word_want(w);
    uint32_t first = ((uint32_t)((w & LAST_MASK) >> LAST_SHIFT) + 1) % WANT_CPUS;
    uint32_t behind = want & (uint32_t)~bits_below(first);

    return bits_lowest(behind ? behind : want);
}

/* The word after `me` took it on this CPU, whose bit goes. */
static uint64_t word_taken(uint64_t w, const struct sync_party *me, cpu_id cpu)
{
    return (w & WANT_MASK & ~want_bit(cpu)) | (uint64_t)(cpu % WANT_CPUS) << LAST_SHIFT | me->index;
}

/* ---- what a CPU wants ----------------------------------------------------------------- */

/*
 * want[] is a stack: want[0] is the lock the context's own thread waits for, want[1] the one
 * that thread's helped owner waits for. An entry that is no longer worked for must go before
 * this CPU spins or leaves, or others would wait for its turn in vain.
 */
static void want_cut(struct sync_cpu *c, unsigned level)
{
    for (unsigned i = level; i < SYNC_WANTS; i++) {
        struct helplock *l = c->want[i];

        if (!l)
            continue;
        c->want[i] = NULL;
        atomic_u64_fetch_and_relaxed(&l->word, ~want_bit(c->id));
    }
}

void helplock_withdraw(struct sync_cpu *c)
{
    want_cut(c, 0);
}

void helplock_return(struct sync_cpu *c, const struct sync_party *lender)
{
    if (c->want[0] != lender->waits)
        want_cut(c, 0);
}

/* Where what `me` waits for belongs: behind the lock for the sake of which it is helped. */
static unsigned want_level(const struct sync_cpu *c, const struct sync_party *me)
{
    unsigned level = 0;

    for (unsigned i = 0; i < SYNC_WANTS; i++)
        for (unsigned k = 0; k < me->locks; k++)
            if (c->want[i] == me->held[k])
                level = i + 1;
    return level;
}

/* Enter `l` at its level. Without room the lock goes without a place in the order. */
static void want_enter(struct sync_cpu *c, struct helplock *l, unsigned level)
{
    if (level >= SYNC_WANTS || c->want[level] == l)
        return;
    want_cut(c, level);
    c->want[level] = l;
    atomic_u64_fetch_or_relaxed(&l->word, want_bit(c->id));
}

/* ---- who holds what ------------------------------------------------------------------- */

static void held_check(const struct helplock *l, const struct sync_party *me)
{
    kassert(me->index && !(me->index & ~(uint32_t)OWNER_MASK));
    kassert(me->locks < PARTY_LOCKS);
    kassert(!me->locks || me->held[me->locks - 1]->rank > l->rank);
}

static void held_push(struct helplock *l, struct sync_party *me)
{
    me->held[me->locks++] = l;
}

static void held_pop(struct sync_party *me)
{
    me->held[--me->locks] = NULL;
}

/* ---- acquire and release -------------------------------------------------------------- */

static enum step help_owner(struct helplock *l, struct sync_cpu *c, uint64_t w)
{
    epoch_enter(c);

    struct sync_party *owner = sched_party_of(word_owner(w));

    /* After a switch we may stand on another CPU, whose epoch is not ours to leave. */
    if (owner && sched_help(owner, l))
        return STEP_AGAIN;
    epoch_leave(c);
    return owner ? STEP_PAUSE : STEP_AGAIN;
}

static enum step acquire_step(struct helplock *l, struct sync_party *me)
{
    struct sync_cpu *c = sched_sync_cpu();
    unsigned level = want_level(c, me);

    me->waits = l;
    want_enter(c, l, level);

    enum step step = STEP_PAUSE;
    uint64_t w = atomic_u64_load_relaxed(&l->word);

    if (word_owner(w)) {
        step = help_owner(l, c, w);
    } else if (!word_want(w) || word_turn(w) == c->id % WANT_CPUS) {
        if (!atomic_u64_cas_acq_rel(&l->word, &w, word_taken(w, me, c->id))) /* (L) */
            return STEP_AGAIN;
        held_push(l, me);
        me->waits = NULL;
        if (level < SYNC_WANTS)
            c->want[level] = NULL; /* its bit went with the CAS */
        want_cut(c, level);
        return STEP_TAKEN;
    }
    if (step == STEP_PAUSE)
        want_cut(c, level + 1);
    return step;
}

static no_inline void acquire_slowly(struct helplock *l, struct sync_party *me)
{
    enum step step;

    do {
        micro_enter();
        step = acquire_step(l, me);
        micro_leave();
        if (step == STEP_PAUSE)
            arch_pause();
    } while (step != STEP_TAKEN);
}

bool helplock_try(struct helplock *l, struct sync_party *me)
{
    uint64_t w = atomic_u64_load_relaxed(&l->word);

    held_check(l, me);
    if (w & (OWNER_MASK | WANT_MASK))
        return false;

    /* First: preempted behind the CAS the thread must already count as an owner. */
    held_push(l, me);
    if (atomic_u64_cas_acq_rel(&l->word, &w, word_taken(w, me, sched_cpu_hint()))) /* (L) */
        return true;
    held_pop(me);
    return false;
}

void helplock_acquire(struct helplock *l, struct sync_party *me)
{
    kassert(!micro_inside());
    if (!helplock_try(l, me))
        acquire_slowly(l, me);
}

void helplock_release_irqoff(struct helplock *l, struct sync_party *me)
{
    kassert(me->locks && me->held[me->locks - 1] == l);
    kassert(helplock_is_owner(l, me));
    atomic_u64_fetch_and_release(&l->word, ~OWNER_MASK); /* (L) */
    held_pop(me);
}

void helplock_release(struct helplock *l, struct sync_party *me)
{
    kassert(!micro_inside());
    helplock_release_irqoff(l, me);
    sched_helped_release();
}

uint32_t helplock_owner(const struct helplock *l)
{
    return word_owner(atomic_u64_load_acquire(&l->word));
}

bool helplock_is_owner(const struct helplock *l, const struct sync_party *p)
{
    return helplock_owner(l) == p->index;
}
