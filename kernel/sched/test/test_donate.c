/* SPDX-License-Identifier: MIT */
/* Donation: a call lends the server the caller's context. */
#include "world.h"

#include <time/clock.h>

static struct thread *server, *second, *caller, *other;

static void says(void *arg)
{
    say(*(const char *)arg);
}

static void serves(void *arg)
{
    sleep_now();
    for (;;) {
        say('s');
        if (arg)
            world_wake(other);
        say('S');
        answer_and_wait(caller);
    }
}

static void calls(void *arg)
{
    (void)arg;
    say('c');
    call(server);
    say('C');
}

static void two(unsigned server_prio, unsigned caller_prio, unsigned other_prio)
{
    world_start();
    other = world_thread(other_prio, says, "o");
    server = world_thread(server_prio, serves, &other);
    caller = world_thread(caller_prio, calls, NULL);
    world_wake(server);
    world_wake(caller);
    world_run();
}

UTEST(donate, a_server_runs_at_its_callers_priority)
{
    two(2, 9, 5);
    EXPECT_STREQ(said, "csSCo");
}

UTEST(donate, a_server_of_higher_priority_keeps_its_own)
{
    two(9, 2, 5);
    EXPECT_STREQ(said, "csSoC");
}

UTEST(donate, somebody_above_both_runs_at_once)
{
    two(2, 5, 9);
    EXPECT_STREQ(said, "csoSC");
}

UTEST(donate, after_the_answer_each_has_its_own_context)
{
    two(2, 9, 5);
    EXPECT_TRUE(caller->own.serves == caller);
    EXPECT_TRUE(server->own.serves == server);
    EXPECT_NULL(server->donor);
}

/* ---- nested calls -------------------------------------------------------------------------- */

static void forwards(void *arg)
{
    (void)arg;
    sleep_now();
    for (;;) {
        say('f');
        call(second);
        say('F');
        answer_and_wait(caller);
    }
}

static void serves_server(void *arg)
{
    (void)arg;
    sleep_now();
    for (;;) {
        say('2');
        world_wake(other);
        answer_and_wait(server);
    }
}

static void three(unsigned prio, unsigned server_prio, unsigned second_prio)
{
    world_start();
    other = world_thread(5, says, "o");
    server = world_thread(server_prio, forwards, NULL);
    second = world_thread(second_prio, serves_server, NULL);
    caller = world_thread(prio, calls, NULL);
    world_wake(second);
    world_wake(server);
    world_wake(caller);
    world_run();
}

UTEST(donate, a_nested_call_passes_the_context_on)
{
    three(9, 3, 2);
    EXPECT_STREQ(said, "cf2FCo");
    EXPECT_TRUE(caller->own.serves == caller);
}

UTEST(donate, a_nested_call_passes_on_the_callers_context_only)
{
    three(3, 9, 2);
    EXPECT_STREQ(said, "cf2oFC");
}

UTEST(donate, many_nested_calls_leave_everything_in_its_place)
{
    three(9, 3, 4);
    for (unsigned i = 0; i < 3; i++) {
        caller = world_thread(9 - i, calls, NULL);
        world_wake(caller);
        world_run();
        EXPECT_TRUE(caller->own.serves == caller);
        EXPECT_NULL(server->donor);
        EXPECT_NULL(second->donor);
    }
}

/* ---- the slice ----------------------------------------------------------------------------- */

static void serves_long(void *arg)
{
    sleep_now();
    for (;;) {
        host_user_work(*(uint64_t *)arg);
        answer_and_wait(caller);
    }
}

static void calls_and_works(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 3; i++) {
        say('c');
        call(server);
    }
}

static void works_in_slices(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 3; i++) {
        say('o');
        host_user_work(SLICE);
    }
}

UTEST(donate, the_servers_time_is_taken_from_the_callers_slice)
{
    uint64_t part = SLICE / 2;

    world_start();
    server = world_thread(7, serves_long, &part);
    caller = world_thread(7, calls_and_works, NULL);
    other = world_thread(7, works_in_slices, NULL);
    world_wake(server);
    micro_enter();
    sched_ready(caller);
    sched_ready(other);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "ccocoo");
    micro_enter();
    EXPECT_EQ(sched_consumed(server), 3 * part);
    EXPECT_EQ(sched_consumed(caller), 0);
    micro_leave();
}

/* ---- ends of a donation -------------------------------------------------------------------- */

static void calls_until(void *arg)
{
    struct thread *self = current();
    uint64_t seen;

    say('c');
    micro_enter();
    seen = party_wait_recv(&self->party);
    sched_timeout_arm(self, party_seq_of(seen), *(uint64_t *)arg);
    (void)!party_wake(&server->party, party_load(&server->party), CAUSE_DELIVERED);
    sched_donate(server);
    sched_switch(server);
    sched_timeout_disarm(self);
    (void)party_resume(&self->party);
    micro_leave();
    say('C');
}

static void serves_slowly(void *arg)
{
    (void)arg;
    sleep_now();
    for (unsigned i = 0; i < 4; i++) {
        say('s');
        host_user_work(US);
    }
    say('S');
    sleep_now();
}

UTEST(donate, a_caller_that_times_out_takes_its_context_back)
{
    uint64_t until = 2 * US;

    world_start();
    server = world_thread(2, serves_slowly, NULL);
    caller = world_thread(9, calls_until, &until);
    world_wake(server);
    world_wake(caller);
    world_run();
    EXPECT_STREQ(said, "cssCssS");
    EXPECT_TRUE(caller->own.serves == caller);
    EXPECT_NULL(server->donor);
}

static void answers_late(void *arg)
{
    (void)arg;
    sleep_now();
    say('s');
    host_user_work(5 * US); /* the caller is gone meanwhile */
    micro_enter();
    (void)party_wait_recv(&current()->party);
    EXPECT_FALSE(sched_give_back(caller));
    sched_end_donation(current());
    sched_block();
    (void)party_resume(&current()->party);
    micro_leave();
}

UTEST(donate, an_answer_after_the_callers_timeout_gives_nothing_back)
{
    uint64_t until = 2 * US;

    world_start();
    server = world_thread(2, answers_late, NULL);
    caller = world_thread(9, calls_until, &until);
    world_wake(server);
    world_wake(caller);
    world_run();
    EXPECT_STREQ(said, "csC");
}

static void waits_again(void *arg)
{
    (void)arg;
    for (;;) {
        sleep_now();
        say('s');
        micro_enter();
        sched_end_donation(current());
        micro_leave();
        say('S');
    }
}

UTEST(donate, a_server_that_waits_without_an_answer_keeps_nothing)
{
    world_start();
    server = world_thread(2, waits_again, NULL);
    caller = world_thread(9, calls, NULL);
    other = world_thread(5, says, "o");
    world_wake(server);
    world_wake(caller);
    world_run();
    EXPECT_STREQ(said, "csS");
    EXPECT_NULL(server->donor);
    EXPECT_TRUE(caller->own.serves == caller);
    EXPECT_FALSE(caller->own.queued);
    world_wake(caller);
    EXPECT_STREQ(said, "csSC");
}

static void falls(void *arg)
{
    (void)arg;
    sleep_now();
    say('s');
    world_wake(other);
    micro_enter();
    sched_end_donation(current());
    micro_leave();
    say('S');
    sleep_now();
}

UTEST(donate, whose_priority_falls_with_the_donation_is_preempted)
{
    world_start();
    server = world_thread(2, falls, NULL);
    caller = world_thread(9, calls, NULL);
    other = world_thread(5, says, "o");
    world_wake(server);
    world_wake(caller);
    world_run();
    EXPECT_STREQ(said, "csoS");
}

static void donates_to_ready(void *arg)
{
    (void)arg;
    micro_enter();
    EXPECT_FALSE(sched_may_donate(server));
    micro_leave();
}

UTEST(donate, a_ready_thread_gets_no_donation)
{
    world_start();
    server = world_thread(2, says, "s");
    caller = world_thread(9, donates_to_ready, NULL);
    micro_enter();
    sched_ready(server);
    sched_ready(caller);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "s");
}

/* ---- an interrupt anywhere ------------------------------------------------------------------ */

static unsigned countdown;

static void interrupt_once(void *arg)
{
    const char *bad = sched_check();

    (void)arg;
    if (bad)
        utest_fail(__FILE__, __LINE__, "%u after \"%s\": %s", countdown, said, bad);
    if (countdown && !--countdown)
        host_clock_advance(SLICE);
}

static void three_with_interrupt_at(void *arg)
{
    world_start();
    countdown = *(unsigned *)arg;
    host_irq_on_offer(interrupt_once, NULL);
    other = world_thread(9, says, "o");
    server = world_thread(9, forwards, NULL);
    second = world_thread(2, serves_server, NULL);
    caller = world_thread(9, calls, NULL);
    world_wake(second);
    world_wake(server);
    world_wake(caller);
    world_run();
    EXPECT_TRUE(world_done(caller));
    EXPECT_TRUE(world_done(other));
    if (said[6] != '\0')
        utest_fail(__FILE__, __LINE__, "%u: %s", *(unsigned *)arg, said);
}
#define CASE(n)                                                                                    \
    UTEST(donate, a_slice_that_ends_at_offer_##n##_changes_no_result)                              \
    {                                                                                              \
        unsigned at = n;                                                                           \
        three_with_interrupt_at(&at);                                                              \
    }

/* clang-format off */
CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8)
CASE(9) CASE(10) CASE(11) CASE(12) CASE(13) CASE(14) CASE(15) CASE(16)
