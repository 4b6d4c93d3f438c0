/* SPDX-License-Identifier: MIT */
/* Waits that end because time is up. */
#include "world.h"

#include <time/clock.h>

static l4_cap_idx_t target, self_cap;

static void expect_error(l4_msgtag_t tag, unsigned code)
{
    EXPECT_TRUE(failed(tag));
    EXPECT_EQ(error(), code);
}

static void polls(void *arg)
{
    (void)arg;
    expect_error(wait(NULL, RECV_AT_ONCE), L4_IPC_RETIMEOUT);
    expect_error(receive(target, RECV_AT_ONCE), L4_IPC_RETIMEOUT);
    expect_error(send(target, words(0, 0), SEND_AT_ONCE), L4_IPC_SETIMEOUT);
    expect_error(call(target, words(0, 0), SEND_AT_ONCE), L4_IPC_SETIMEOUT);
    say('.');
}

static void nothing(void *arg)
{
    (void)arg;
}

UTEST(timeout, zero_means_now_or_never)
{
    world_start();
    target = cap(world.task, spawn_asleep(world.other, 9, nothing, NULL)->obj);
    spawn(world.task, 5, polls, NULL);
    world_run();
    EXPECT_STREQ(said, ".");
    world_end();
}

static void waits_100us(void *arg)
{
    (void)arg;
    expect_error(wait(NULL, RECV_US(100)), L4_IPC_RETIMEOUT);
    say('r');
    expect_error(send(target, words(0, 0), SEND_US(200)), L4_IPC_SETIMEOUT);
    say('s');
    expect_error(receive(L4_INVALID_CAP_BIT, RECV_US(300)), L4_IPC_RETIMEOUT);
    say('z');
}

UTEST(timeout, a_wait_ends_when_its_time_is_up_not_before)
{
    world_start();
    target = cap(world.task, spawn_asleep(world.other, 9, nothing, NULL)->obj);
    spawn(world.task, 5, waits_100us, NULL);
    world_run();
    world_pass(100 * US - 1);
    EXPECT_STREQ(said, "");
    world_pass(1);
    EXPECT_STREQ(said, "r");
    world_pass(200 * US - 1);
    EXPECT_STREQ(said, "r");
    world_pass(1);
    world_pass(300 * US);
    EXPECT_STREQ(said, "rsz");
    world_end();
}

static void waits_until(void *arg)
{
    *br(3) = *(const uint64_t *)arg;
    expect_error(wait(NULL, 0x8003), L4_IPC_RETIMEOUT);
    say('a');
}

UTEST(timeout, an_absolute_time_comes_from_a_buffer_register)
{
    static uint64_t until;

    world_start();
    until = clock_us() + 50;
    spawn(world.task, 5, waits_until, &until);
    world_run();
    world_pass(50 * US - 1);
    EXPECT_STREQ(said, "");
    world_pass(1);
    EXPECT_STREQ(said, "a");
    world_end();
}

UTEST(timeout, an_absolute_time_in_the_past_is_over)
{
    static uint64_t until = 5;

    world_start();
    spawn(world.task, 5, waits_until, &until);
    world_run();
    EXPECT_STREQ(said, "a");
    world_end();
}

/* ---- calls ----------------------------------------------------------------------------------- */

static void takes_and_works(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('t');
    host_user_work(1000 * US);
    expect_error(reply(words(0, 0)), L4_IPC_ENOT_EXISTENT);
    say('T');
}

static void calls_500us(void *arg)
{
    (void)arg;
    say('c');
    expect_error(call(target, words(0, 0), RECV_US(500)), L4_IPC_RETIMEOUT);
    say('C');
}

static void call_times_out(unsigned server_prio, unsigned client_prio, const char *expected)
{
    struct thread *server;

    world_start();
    server = spawn(world.other, server_prio, takes_and_works, NULL);
    target = cap(world.task, server->obj);
    spawn(world.task, client_prio, calls_500us, NULL);
    world_run();
    EXPECT_STREQ(said, expected);
    world_end();
}

UTEST(timeout, a_call_that_is_not_answered_in_time_fails_and_the_answer_is_lost)
{
    call_times_out(2, 9, "ctCT");
}

static void takes_and_answers_late(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    host_user_work(1000 * US);
    EXPECT_FALSE(failed(reply(words(0, 0))));
    say('T');
}

static void calls_for_500us(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(call(target, words(0, 0), RECV_US(500))));
    say('C');
}

UTEST(timeout, of_a_caller_does_not_interrupt_a_more_important_server)
{
    struct thread *server;

    world_start();
    server = spawn(world.other, 9, takes_and_answers_late, NULL);
    target = cap(world.task, server->obj);
    spawn(world.task, 2, calls_for_500us, NULL);
    world_run();
    EXPECT_STREQ(said, "TC");
    world_end();
}

UTEST(timeout, the_long_way_times_out_as_well)
{
    world.long_way = true;
    call_times_out(2, 9, "ctCT");
}

static void takes_late(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('t');
    host_user_work(2000 * US);
    (void)reply(words(0, 0));
    say('T');
}

UTEST(timeout, the_receive_timeout_of_a_queued_call_runs_from_delivery)
{
    struct thread *server;

    world_start();
    server = spawn_asleep(world.other, 2, takes_late, NULL);
    target = cap(world.task, server->obj);
    spawn(world.task, 9, calls_500us, NULL);
    world_run();
    world_pass(5000 * US);
    EXPECT_STREQ(said, "c");
    start(server);
    EXPECT_STREQ(said, "ctCT");
    world_end();
}

static void sends_for_100us(void *arg)
{
    (void)arg;
    expect_error(send(target, words(0, 0), SEND_US(100)), L4_IPC_SETIMEOUT);
    say('x');
}

static void looks(void *arg)
{
    (void)arg;
    expect_error(wait(NULL, RECV_AT_ONCE), L4_IPC_RETIMEOUT);
    say('l');
}

UTEST(timeout, a_sender_whose_time_is_up_leaves_no_trace_in_the_queue)
{
    struct thread *r;

    world_start();
    r = spawn_asleep(world.other, 2, looks, NULL);
    target = cap(world.task, r->obj);
    spawn(world.task, 9, sends_for_100us, NULL);
    spawn(world.task, 4, sends_for_100us, NULL);
    world_run();
    EXPECT_FALSE(prioq_empty(&r->sendq));
    world_pass(200 * US);
    EXPECT_STREQ(said, "xx");
    EXPECT_TRUE(prioq_empty(&r->sendq));
    start(r);
    EXPECT_STREQ(said, "xxl");
    world_end();
}

/* ---- a sender marked, not gone yet ----------------------------------------------------------- */

static void waits_100us_and_says(void *arg)
{
    (void)arg;
    expect_error(wait(NULL, RECV_US(100)), L4_IPC_RETIMEOUT);
    say('w');
    expect_error(wait(NULL, RECV_AT_ONCE), L4_IPC_RETIMEOUT);
    say('W');
}

UTEST(timeout, a_marked_sender_of_low_priority_is_dropped_by_the_receiver)
{
    struct thread *r;

    world_start();
    r = spawn_asleep(world.other, 9, waits_100us_and_says, NULL);
    target = cap(world.task, r->obj);
    spawn(world.task, 2, sends_for_100us, NULL);
    world_run();
    /* Both are due at once, but the receiver runs first. */
    world_pass(100 * US);
    start(r);
    world_pass(100 * US);
    EXPECT_STREQ(said, "xwW");
    world_end();
}

/* ---- polling servers --------------------------------------------------------------------------
 */

static void takes_and_polls(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('t');
    (void)send(self_cap, words(L4_PROTO_IRQ, 0), SEND_AT_ONCE); /* an IRQ: somebody between wakes */
    expect_error(wait(NULL, RECV_AT_ONCE), L4_IPC_RETIMEOUT);
    say('T');
}

static void calls(void *arg)
{
    (void)arg;
    say('c');
    expect_error(call(target, words(0, 0), RECV_US(500)), L4_IPC_RETIMEOUT);
    say('C');
}

static void waits_for_irq(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('i');
}

UTEST(timeout, a_server_that_polls_gives_the_callers_priority_up)
{
    struct thread *server, *middle;

    world_start();
    middle = spawn(world.task, 5, waits_for_irq, NULL);
    self_cap = cap(world.other, &irq_new(middle, 1)->obj);
    server = spawn(world.other, 2, takes_and_polls, NULL);
    target = cap(world.task, server->obj);
    spawn(world.task, 9, calls, NULL);
    world_run();
    EXPECT_STREQ(said, "ctiT");
    world_pass(500 * US);
    EXPECT_STREQ(said, "ctiTC");
    world_end();
}
