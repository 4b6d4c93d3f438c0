/* SPDX-License-Identifier: MIT */
#include "standin.h"

#include <arch/irq.h>
#include <sync/helplock.h>
#include <sync/micro.h>
#include <utest/utest.h>

#define WANT(cpu) BIT(29 + (cpu))
#define LAST(cpu) ((uint64_t)(cpu) << 24)

static struct helplock outer, inner;
static struct sync_party *const T = standin.thread;

static void reset(void)
{
    standin_reset();
    helplock_init(&outer, 100);
    helplock_init(&inner, 40);
}

static uint64_t word(const struct helplock *l)
{
    return atomic_u64_load_relaxed(&l->word);
}

/* The owner runs to its release. */
static bool help_to_release(struct sync_party *owner, struct helplock *l)
{
    helplock_release_irqoff(l, owner);
    return true;
}

UTEST(helplock, a_free_lock_is_taken_without_help)
{
    reset();
    helplock_acquire(&outer, &T[1]);
    EXPECT_TRUE(helplock_is_owner(&outer, &T[1]));
    EXPECT_EQ(T[1].locks, 1);
    helplock_release(&outer, &T[1]);
    EXPECT_EQ(helplock_owner(&outer), 0);
    EXPECT_EQ(T[1].locks, 0);
    EXPECT_EQ(standin.helped, 0);
    EXPECT_EQ(standin.released, 1);
}

UTEST(helplock, try_fails_if_it_is_taken_or_wanted)
{
    reset();
    ASSERT_TRUE(helplock_try(&outer, &T[1]));
    EXPECT_FALSE(helplock_try(&outer, &T[2]));
    EXPECT_EQ(T[2].locks, 0);
    helplock_release(&outer, &T[1]);
    outer.word.v |= WANT(2);
    EXPECT_FALSE(helplock_try(&outer, &T[2]));
    EXPECT_EQ(T[2].locks, 0);
}

UTEST(helplock, a_waiter_runs_the_owner_and_leaves_no_mark)
{
    reset();
    helplock_acquire(&outer, &T[1]);
    standin.help = help_to_release;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(standin.helped, 1);
    EXPECT_TRUE(helplock_is_owner(&outer, &T[2]));
    EXPECT_EQ(word(&outer), 2);
    EXPECT_NULL(T[2].waits);
    EXPECT_NULL(standin.cpu[0].want[0]);
    EXPECT_NULL(standin.cpu[0].want[1]);
}

static bool help_sees_the_mark(struct sync_party *owner, struct helplock *l)
{
    EXPECT_TRUE(word(l) & WANT(0));
    EXPECT_EQ(T[2].waits, l);
    EXPECT_EQ(standin.cpu[0].want[0], l);
    EXPECT_TRUE(micro_inside());
    return help_to_release(owner, l);
}

UTEST(helplock, while_helping_the_lock_says_who_wants_it)
{
    reset();
    helplock_acquire(&outer, &T[1]);
    standin.help = help_sees_the_mark;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(standin.helped, 1);
}

/* CPU 2 takes its turn while CPU 0 pauses. */
static void other_cpu_takes_its_turn(void)
{
    standin.leave = NULL;
    arch_irq_on();
    EXPECT_EQ(helplock_owner(&outer), 0);
    EXPECT_EQ(word(&outer), LAST(1) | WANT(0) | WANT(2));
    standin.here = 2;
    helplock_acquire(&outer, &T[3]);
    EXPECT_EQ(word(&outer), LAST(2) | WANT(0) | 3);
    helplock_release(&outer, &T[3]);
    standin.here = 0;
    arch_irq_off();
}

UTEST(helplock, a_free_lock_goes_to_the_first_waiting_cpu_behind_the_last)
{
    reset();
    outer.word.v = LAST(1) | WANT(2);
    standin.leave = other_cpu_takes_its_turn;
    helplock_acquire(&outer, &T[1]);
    EXPECT_EQ(word(&outer), LAST(0) | 1);
}

UTEST(helplock, the_order_wraps_around)
{
    reset();
    outer.word.v = LAST(31);
    standin.here = 3;
    helplock_acquire(&outer, &T[1]);
    EXPECT_EQ(word(&outer), LAST(3) | 1);
    helplock_release(&outer, &T[1]);
    outer.word.v |= WANT(1); /* 0 comes first behind 3, and wants it from its first step on */
    standin.here = 0;
    helplock_acquire(&outer, &T[1]);
    EXPECT_EQ(word(&outer), LAST(0) | WANT(1) | 1);
}

UTEST(helplock, withdrawing_clears_the_marks_of_this_cpu_only)
{
    reset();
    outer.word.v = WANT(0) | WANT(1) | 5;
    inner.word.v = WANT(0) | 6;
    standin.cpu[0].want[0] = &outer;
    standin.cpu[0].want[1] = &inner;
    helplock_withdraw(&standin.cpu[0]);
    EXPECT_EQ(word(&outer), WANT(1) | 5);
    EXPECT_EQ(word(&inner), 6);
    EXPECT_NULL(standin.cpu[0].want[0]);
    EXPECT_NULL(standin.cpu[0].want[1]);
}

/* The owner of `outer` waits for `inner`; then somebody else runs it to its release. */
static bool help_leaves_a_hop_behind(struct sync_party *owner, struct helplock *l)
{
    standin.cpu[0].want[1] = &inner;
    atomic_u64_fetch_or_relaxed(&inner.word, WANT(0));
    return help_to_release(owner, l);
}

UTEST(helplock, a_wish_nobody_works_for_any_more_is_withdrawn_when_the_lock_is_taken)
{
    reset();
    helplock_acquire(&outer, &T[1]);
    standin.help = help_leaves_a_hop_behind;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(word(&inner), 0);
    EXPECT_NULL(standin.cpu[0].want[1]);
}

static void owner_elsewhere_releases(void)
{
    standin.leave = NULL;
    EXPECT_EQ(word(&inner), 0);
    EXPECT_NULL(standin.cpu[0].want[1]);
    helplock_release_irqoff(&outer, &T[1]);
}

UTEST(helplock, and_when_this_cpu_can_only_pause)
{
    reset();
    helplock_acquire(&outer, &T[1]);
    standin.cpu[0].want[0] = &outer;
    outer.word.v |= WANT(0);
    standin.cpu[0].want[1] = &inner;
    inner.word.v |= WANT(0);
    standin.help = NULL; /* the owner runs on another CPU */
    standin.leave = owner_elsewhere_releases;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(word(&outer), 2);
}

UTEST(helplock, a_lender_that_got_its_lock_elsewhere_wants_nothing_here)
{
    reset();
    standin.cpu[1].want[0] = &outer;
    outer.word.v = WANT(1) | 3;
    T[2].waits = &outer;
    helplock_return(&standin.cpu[1], &T[2]);
    EXPECT_EQ(word(&outer), WANT(1) | 3);
    T[2].waits = NULL;
    helplock_return(&standin.cpu[1], &T[2]);
    EXPECT_EQ(word(&outer), 3);
    EXPECT_NULL(standin.cpu[1].want[0]);
}

/* Helped for the sake of `outer`, thread 1 wants `inner`, which thread 3 holds. */
static bool help_second_hop(struct sync_party *owner, struct helplock *l)
{
    EXPECT_EQ(l, &inner);
    EXPECT_EQ(owner, &T[3]);
    EXPECT_EQ(standin.cpu[0].want[0], &outer);
    EXPECT_EQ(standin.cpu[0].want[1], &inner);
    return help_to_release(owner, l);
}

static bool help_first_hop(struct sync_party *owner, struct helplock *l)
{
    EXPECT_EQ(owner, &T[1]);
    standin.help = help_second_hop;
    arch_irq_on();
    helplock_acquire(&inner, owner);
    EXPECT_EQ(standin.cpu[0].want[0], &outer);
    EXPECT_NULL(standin.cpu[0].want[1]);
    helplock_release(&inner, owner);
    arch_irq_off();
    return help_to_release(owner, l);
}

UTEST(helplock, a_chain_of_two_is_helped_hop_by_hop)
{
    reset();
    helplock_acquire(&outer, &T[1]);
    helplock_acquire(&inner, &T[3]);
    standin.help = help_first_hop;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(standin.helped, 2);
    EXPECT_EQ(word(&outer), 2);
    EXPECT_EQ(word(&inner), 0);
}

static bool help_comes_too_late(struct sync_party *owner, struct helplock *l)
{
    EXPECT_EQ(owner, &T[1]);
    atomic_u64_store_relaxed(&l->word, WANT(0));
    return true; /* the second look showed another owner, or none */
}

UTEST(helplock, an_owner_that_was_faster_is_looked_at_again)
{
    reset();
    outer.word.v = 1;
    standin.help = help_comes_too_late;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(word(&outer), 2);
}

static void a_thread_dies(void)
{
    standin.leave = NULL;
    atomic_u64_fetch_and_release(&outer.word, ~0xffffffull);
}

UTEST(helplock, an_owner_without_a_thread_is_not_helped)
{
    reset();
    outer.word.v = 77;
    standin.leave = a_thread_dies;
    helplock_acquire(&outer, &T[2]);
    EXPECT_EQ(standin.helped, 0);
    EXPECT_EQ(word(&outer), 2);
}

static void wrong_order(void *arg)
{
    (void)arg;
    helplock_acquire(&inner, &T[1]);
    helplock_acquire(&outer, &T[1]);
}

static void wrong_release(void *arg)
{
    (void)arg;
    helplock_acquire(&outer, &T[1]);
    helplock_acquire(&inner, &T[1]);
    helplock_release(&outer, &T[1]);
}

static void in_micro_section(void *arg)
{
    (void)arg;
    micro_enter();
    helplock_acquire(&inner, &T[1]);
}

UTEST(helplock, a_debug_build_stops_at_a_broken_rule)
{
    reset();
    if (!enabled(CONFIG_DEBUG))
        return;
    EXPECT_DEATH(wrong_order, NULL);
    EXPECT_DEATH(wrong_release, NULL);
    EXPECT_DEATH(in_micro_section, NULL);
}

static void enter_twice(void *arg)
{
    (void)arg;
    micro_enter();
    micro_enter();
}

static void leave_outside(void *arg)
{
    (void)arg;
    micro_leave();
}

UTEST(micro, sections_do_not_nest)
{
    reset();
    if (!enabled(CONFIG_DEBUG))
        return;
    EXPECT_DEATH(enter_twice, NULL);
    EXPECT_DEATH(leave_outside, NULL);
}

UTEST(micro, joining_enters_only_from_outside)
{
    reset();
    ASSERT_TRUE(micro_join());
    EXPECT_FALSE(micro_join());
    micro_part(false);
    EXPECT_TRUE(micro_inside());
    micro_part(true);
    EXPECT_FALSE(micro_inside());
    EXPECT_EQ(standin.left, 1);
}
