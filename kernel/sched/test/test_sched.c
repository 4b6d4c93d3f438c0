/* SPDX-License-Identifier: MIT */
/* Priorities, slices, timeouts, accounting. */
#include "world.h"

#include <mem/fail.h>
#include <mem/frame.h>
#include <string.h>
#include <time/clock.h>

static void says(void *arg)
{
    say(*(const char *)arg);
}

UTEST(sched, the_most_important_thread_runs_first)
{
    world_start();
    micro_enter();
    sched_ready(world_thread(5, says, "l"));
    sched_ready(world_thread(200, says, "h"));
    sched_ready(world_thread(100, says, "m"));
    EXPECT_STREQ(said, "");
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "hml");
}

/* ---- slices -------------------------------------------------------------------------------- */

static void works(void *arg)
{
    for (unsigned i = 0; i < 6; i++) {
        say(*(const char *)arg);
        host_user_work(SLICE / 2);
    }
}

UTEST(sched, equal_threads_take_turns_by_time_slice)
{
    world_start();
    micro_enter();
    sched_ready(world_thread(7, works, "a"));
    sched_ready(world_thread(7, works, "b"));
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "aabbaabbaabb");
}

static void wakes(void *arg)
{
    say('h');
    (void)arg;
}

static struct thread *high;

static void works_and_is_preempted(void *arg)
{
    say(*(const char *)arg);
    host_user_work(SLICE / 2);
    if (*(const char *)arg == 'a')
        world_wake(high);
    say(*(const char *)arg);
    host_user_work(SLICE / 2);
    say(*(const char *)arg);
}

UTEST(sched, a_preempted_thread_keeps_its_place_and_the_rest_of_its_slice)
{
    world_start();
    high = world_thread(9, wakes, NULL);
    micro_enter();
    sched_ready(world_thread(7, works_and_is_preempted, "a"));
    sched_ready(world_thread(7, works_and_is_preempted, "b"));
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "ahabbab");
}

static void yields(void *arg)
{
    for (unsigned i = 0; i < 3; i++) {
        say(*(const char *)arg);
        micro_enter();
        sched_step_back();
        micro_leave();
    }
}

UTEST(sched, who_yields_lets_equals_run_but_nobody_less_important)
{
    world_start();
    micro_enter();
    sched_ready(world_thread(6, says, "l"));
    sched_ready(world_thread(7, yields, "a"));
    sched_ready(world_thread(7, yields, "b"));
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "abababl");
}

static void switches(void *arg)
{
    say('a');
    micro_enter();
    sched_switch_to(arg);
    micro_leave();
    say('A');
}

UTEST(sched, a_directed_yield_runs_the_named_thread_next)
{
    struct thread *last;

    world_start();
    last = world_thread(7, says, "c");
    micro_enter();
    sched_ready(world_thread(7, switches, last));
    sched_ready(world_thread(7, says, "b"));
    sched_ready(last);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "acbA");
}

/* ---- preemption ---------------------------------------------------------------------------- */

static void wakes_high(void *arg)
{
    say('l');
    micro_enter();
    sched_ready(arg);
    say('.');
    micro_leave();
    say('L');
}

UTEST(sched, a_more_important_thread_runs_when_the_micro_section_ends)
{
    world_start();
    world_wake(world_thread(3, wakes_high, world_thread(4, says, "h")));
    world_run();
    EXPECT_STREQ(said, "l.hL");
}

UTEST(sched, an_equal_or_less_important_thread_waits)
{
    world_start();
    world_wake(world_thread(3, wakes_high, world_thread(3, says, "e")));
    world_run();
    EXPECT_STREQ(said, "l.Le");
}

static void lowers_itself(void *arg)
{
    (void)arg;
    say('a');
    micro_enter();
    sched_set_params(current(), 2, 0);
    micro_leave();
    say('A');
}

UTEST(sched, who_becomes_less_important_lets_others_run)
{
    world_start();
    micro_enter();
    sched_ready(world_thread(8, lowers_itself, NULL));
    sched_ready(world_thread(5, says, "b"));
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "abA");
}

static void raises(void *arg)
{
    say('a');
    micro_enter();
    sched_set_params(arg, 9, 0);
    micro_leave();
    say('A');
}

UTEST(sched, who_becomes_more_important_runs_at_once)
{
    struct thread *b;

    world_start();
    b = world_thread(5, says, "b");
    micro_enter();
    sched_ready(world_thread(8, raises, b));
    sched_ready(b);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "abA");
}

UTEST(sched, a_thread_that_was_never_started_or_homed_does_not_run)
{
    struct thread *t;

    world_start();
    t = world_thread(9, says, "x");
    t->started = false;
    world_wake(t);
    t->started = true;
    t->homed = false;
    world_wake(t);
    EXPECT_STREQ(said, "");
    micro_enter();
    sched_home(t);
    micro_leave();
    EXPECT_STREQ(said, "x");
}

/* ---- timeouts ------------------------------------------------------------------------------ */

struct sleeper {
    char name;
    uint64_t until;
    bool woken;
};

static void sleeps(void *arg)
{
    struct sleeper *s = arg;

    s->woken = sleep_until(s->until);
    say(s->name);
}

UTEST(sched, a_sleeper_wakes_when_its_time_has_come_and_not_before)
{
    struct sleeper s = { 's', 100 * US, true };

    world_start();
    world_wake(world_thread(5, sleeps, &s));
    world_pass(100 * US - 1);
    EXPECT_STREQ(said, "");
    world_pass(1);
    EXPECT_STREQ(said, "s");
    EXPECT_FALSE(s.woken);
}

UTEST(sched, who_is_woken_before_has_no_timeout_left)
{
    struct sleeper s = { 's', 100 * US, false };
    struct thread *t;

    world_start();
    t = world_thread(5, sleeps, &s);
    world_wake(t);
    world_pass(10);
    world_wake(t);
    world_pass(1000 * US);
    EXPECT_STREQ(said, "s");
    EXPECT_TRUE(s.woken);
    EXPECT_FALSE(tevent_queued(&t->timeout));
}

UTEST(sched, timeouts_that_are_due_together_fire_by_priority)
{
    struct sleeper s[] = {
        { 'a', 5 * US, 0 }, { 'b', 6 * US, 0 }, { 'c', 7 * US, 0 }, { 'd', 7 * US, 0 }
    };
    static const unsigned prio[] = { 3, 200, 50, 50 };

    world_start();
    for (unsigned i = 0; i < array_size(s); i++)
        world_wake(world_thread(prio[i], sleeps, &s[i]));
    world_pass(10 * US);
    EXPECT_STREQ(said, "bcda");
}

static void works_long(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 10; i++) {
        say('w');
        host_user_work(US);
    }
    say('W');
}

static unsigned offers;

static void count_offers(void *arg)
{
    (void)arg;
    offers++;
}

UTEST(sched, a_less_important_timeout_never_interrupts)
{
    struct sleeper low = { 'l', 3 * US, 0 }, high_one = { 'h', 5 * US, 0 };

    world_start();
    world_wake(world_thread(2, sleeps, &low));
    world_wake(world_thread(9, sleeps, &high_one));
    offers = 0;
    host_irq_on_offer(count_offers, NULL);
    world_wake(world_thread(5, works_long, NULL));
    world_run();
    EXPECT_STREQ(said, "wwwwwhwwwwwWl");
    EXPECT_LT(offers, 20);
}

UTEST(sched, a_timeout_of_the_same_priority_waits_for_its_turn)
{
    struct sleeper s = { 's', 3 * US, 0 };

    world_start();
    world_wake(world_thread(5, sleeps, &s));
    world_wake(world_thread(5, works_long, NULL));
    world_run();
    EXPECT_STREQ(said, "wwwwwwwwwwWs");
}

UTEST(sched, a_thousand_low_timeouts_delay_nobody_above)
{
    static struct sleeper low[300];
    struct sleeper h = { 'h', 9 * US, 0 };

    world_start();
    for (unsigned i = 0; i < array_size(low); i++) {
        low[i] = (struct sleeper){ 'l', 9 * US, 0 };
        world_wake(world_thread(1 + i % 50, sleeps, &low[i]));
    }
    world_wake(world_thread(99, sleeps, &h));
    world_pass(10 * US);
    EXPECT_EQ(said[0], 'h');
    EXPECT_EQ(strlen(said), sizeof(said) - 1);
}

UTEST(sched, a_new_priority_moves_the_timeout_too)
{
    struct sleeper s = { 's', 5 * US, 0 };
    struct thread *t;

    world_start();
    t = world_thread(2, sleeps, &s);
    world_wake(t);
    micro_enter();
    sched_set_params(t, 9, 0);
    micro_leave();
    world_wake(world_thread(5, works_long, NULL));
    world_run();
    EXPECT_STREQ(said, "wwwwwswwwwwW");
}

/* ---- accounting ---------------------------------------------------------------------------- */

UTEST(sched, every_tick_is_charged_to_who_ran)
{
    struct thread *a, *b;

    world_start();
    a = world_thread(7, works, "a");
    b = world_thread(8, works_long, NULL);
    micro_enter();
    sched_ready(a);
    sched_ready(b);
    micro_leave();
    world_pass(5 * US);
    micro_enter();
    EXPECT_EQ(sched_consumed(a), 3 * SLICE);
    EXPECT_EQ(sched_consumed(b), 10 * US);
    EXPECT_EQ(sched_consumed(current()), 5 * US);
    EXPECT_EQ(sched_idle_ticks(), 0); /* charged when idle is left */
    micro_leave();
}

/* ---- memory -------------------------------------------------------------------------------- */

UTEST(sched, the_stack_of_a_thread_that_went_is_used_again)
{
    struct quota q;
    struct thread *t;
    uint32_t index;
    size_t before;

    world_start();
    quota_init_root(&q);
    t = thread_memory_alloc(&q);
    index = t->party.index;
    EXPECT_EQ(quota_used(&q), THREAD_CHARGE);
    EXPECT_TRUE(sched_party_of(index) == &t->party);
    before = frame_count_free();
    thread_memory_free(t, &q);
    EXPECT_EQ(quota_used(&q), 0);
    EXPECT_NULL(sched_party_of(index));
    EXPECT_EQ(frame_count_free(), before + 1);
    t = thread_memory_alloc(&q);
    EXPECT_EQ(t->party.index, index);
    EXPECT_EQ(frame_count_free(), before);
    EXPECT_EQ(thread_memory_alloc(&q)->party.index, index + 1);
}

UTEST(sched, an_allocation_that_fails_leaves_nothing_behind)
{
    struct quota q;
    unsigned failures = 0;

    world_start();
    quota_init_root(&q);
    for (uint32_t n = 1; n < 100; n++) {
        struct thread *t;

        fail_alloc_after(n);
        t = thread_memory_alloc(&q);
        fail_alloc_after(0);
        EXPECT_EQ(quota_used(&q), t ? THREAD_CHARGE : 0);
        if (t)
            break;
        failures++;
    }
    EXPECT_LE(1, failures);
    EXPECT_LE(failures, 1 + CONFIG_KSTACK_PAGES);
}
