/* SPDX-License-Identifier: MIT */
/* Helping: who waits for a lock runs its owner. */
#include "world.h"

#include <sync/helplock.h>

static struct helplock lock, inner;
static struct thread *mid, *high;

static void says(void *arg)
{
    say(*(const char *)arg);
}

static struct sync_party *me(void)
{
    return &current()->party;
}

static void locks_and_wakes(void *arg)
{
    struct thread **wake = arg;

    say('l');
    helplock_acquire(&lock, me());
    say('(');
    micro_enter();
    for (unsigned i = 0; wake[i]; i++)
        sched_ready(wake[i]);
    micro_leave();
    say(')');
    helplock_release(&lock, me());
    say('L');
}

static void locks(void *arg)
{
    say(*(const char *)arg);
    helplock_acquire(&lock, me());
    say('[');
    helplock_release(&lock, me());
    say(']');
}

static void start(void)
{
    world_start();
    helplock_init(&lock, 20);
    helplock_init(&inner, 10);
}

UTEST(help, a_waiter_runs_the_owner_and_nobody_in_between)
{
    struct thread *wake[3] = { NULL };

    start();
    wake[0] = mid = world_thread(5, says, "m");
    wake[1] = high = world_thread(9, locks, "h");
    world_wake(world_thread(2, locks_and_wakes, wake));
    world_run();
    EXPECT_STREQ(said, "l(h)[]mL");
    EXPECT_EQ(helplock_owner(&lock), 0);
}

static void holds_and_works(void *arg)
{
    (void)arg;
    helplock_acquire(&lock, me());
    say('(');
    world_wake(high);
    for (unsigned i = 0; i < 4; i++) {
        say('.');
        host_user_work(US);
    }
    say(')');
    helplock_release(&lock, me());
    say('L');
}

struct sleeper {
    char name;
    uint64_t until;
};

static void sleeps(void *arg)
{
    struct sleeper *s = arg;

    (void)sleep_until(s->until);
    say(s->name);
}

UTEST(help, somebody_above_the_waiter_interrupts_the_owner_and_help_goes_on)
{
    struct sleeper s = { 't', 2 * US };

    start();
    world_wake(world_thread(99, sleeps, &s));
    high = world_thread(9, locks, "h");
    world_wake(world_thread(2, holds_and_works, NULL));
    world_run();
    EXPECT_STREQ(said, "(h..t..)[]L");
}

UTEST(help, the_helper_pays)
{
    struct thread *low;

    start();
    high = world_thread(9, locks, "h");
    low = world_thread(2, holds_and_works, NULL);
    world_wake(low);
    world_run();
    EXPECT_EQ(low->own.left, SLICE);
    EXPECT_EQ(high->own.left, SLICE - 4 * US);
}

static void slice_ends(void *arg)
{
    (void)arg;
    helplock_acquire(&lock, me());
    say('(');
    world_wake(high);
    host_user_work(SLICE);
    say(')');
    helplock_release(&lock, me());
    say('L');
}

UTEST(help, an_equal_of_the_helper_has_its_turn_when_the_slice_is_over)
{
    struct thread *equal;

    start();
    high = world_thread(9, locks, "h");
    equal = world_thread(9, says, "e");
    world_wake(world_thread(2, slice_ends, NULL));
    (void)equal;
    world_run();
    EXPECT_STREQ(said, "(h)[]L");
}

static void locks_both(void *arg)
{
    (void)arg;
    say('b');
    helplock_acquire(&lock, me());
    say('{');
    helplock_acquire(&inner, me());
    say('<');
    helplock_release(&inner, me());
    say('>');
    helplock_release(&lock, me());
    say('}');
}

static void holds_inner(void *arg)
{
    (void)arg;
    helplock_acquire(&inner, me());
    say('(');
    world_wake(mid);
    say(')');
    helplock_release(&inner, me());
    say('L');
}

static void preempts(void *arg)
{
    (void)arg;
    say('h');
    helplock_acquire(&lock, me());
    say('[');
    helplock_release(&lock, me());
    say(']');
}

UTEST(help, a_chain_of_two_locks_is_helped_through)
{
    start();
    mid = world_thread(5, locks_both, NULL);
    high = world_thread(9, preempts, NULL);
    world_wake(world_thread(2, holds_inner, NULL));
    world_run();
    EXPECT_STREQ(said, "(b{)<>}L");

    said[0] = '\0';
    EXPECT_EQ(helplock_owner(&lock), 0);
    EXPECT_EQ(helplock_owner(&inner), 0);
}

/* low holds inner; mid holds lock and waits for inner; high wants lock. */
static unsigned wake_high_at;

static void maybe_wake_high(void *arg)
{
    (void)arg;
    if (high && mid && mid->party.waits == &inner && mid->party.locks == 1) {
        struct thread *t = high;

        high = NULL;
        wake_high_at++;
        micro_enter();
        sched_ready(t);
        micro_leave();
    }
}

UTEST(help, who_waits_for_a_waiter_helps_both)
{
    start();
    mid = world_thread(5, locks_both, NULL);
    high = world_thread(9, preempts, NULL);
    host_irq_on_offer(maybe_wake_high, NULL);
    world_wake(world_thread(2, holds_inner, NULL));
    world_run();
    EXPECT_EQ(wake_high_at, 1);
    EXPECT_EQ(said[0], '(');
    EXPECT_EQ(helplock_owner(&lock), 0);
    EXPECT_EQ(helplock_owner(&inner), 0);
}

static void waits_as_killer(void *arg)
{
    struct thread *victim = arg;

    say('k');
    micro_enter();
    sched_help_thread(victim);
    micro_leave();
    say('K');
}

static void victim(void *arg)
{
    (void)arg;
    say('v');
    host_user_work(US);
    say('V');
    micro_enter();
    sched_leave_for_good();
}

UTEST(help, a_killer_lends_its_context_until_the_victim_has_gone)
{
    struct thread *v;

    start();
    v = world_thread(2, victim, NULL);
    micro_enter();
    sched_ready(v);
    sched_ready(world_thread(5, says, "m"));
    sched_ready(world_thread(9, waits_as_killer, v));
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "kvVKm");
}
