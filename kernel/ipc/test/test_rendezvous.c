/* SPDX-License-Identifier: MIT */
/* Two threads meet: call and answer, closed and open receive, what is moved. */
#include "world.h"

#include <string.h>

static l4_cap_idx_t gate, thread_cap, other_cap;

#define LABEL 0x1230u

/* ---- call and answer ------------------------------------------------------------------------- */

static void adds(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    for (;;) {
        EXPECT_FALSE(failed(tag));
        EXPECT_EQ(label & ~3ul, LABEL);
        EXPECT_EQ(l4_msgtag_words(tag), 2);
        *mr(0) += *mr(1);
        label = 77;
        tag = reply_wait(words(l4_msgtag_label(tag) + 1, 1), &label, FOREVER);
    }
}

static void asks(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 5; i++) {
        l4_umword_t label = 0;
        l4_msgtag_t tag;

        *mr(0) = i;
        *mr(1) = 100;
        tag = syscall_ipc(gate | L4_SYSF_CALL, words(7, 2), &label, FOREVER);
        EXPECT_EQ(l4_msgtag_label(tag), 8);
        EXPECT_EQ(l4_msgtag_words(tag), 1);
        EXPECT_EQ(*mr(0), i + 100);
        EXPECT_EQ(label, 77);
        say('.');
    }
}

static void call_and_answer(unsigned server_prio, unsigned client_prio, bool server_first)
{
    struct thread *server, *client;

    world_start();
    if (server_first) {
        server = spawn(world.other, server_prio, adds, NULL);
        world_run();
    } else {
        server = spawn_asleep(world.other, server_prio, adds, NULL);
    }
    gate = cap(world.task, &gate_new(server, LABEL)->obj);
    client = spawn(world.task, client_prio, asks, NULL);
    world_run();
    if (!server_first) {
        EXPECT_STREQ(said, "");
        start(server);
    }
    EXPECT_STREQ(said, ".....");
    EXPECT_TRUE(done(client));
    world_end();
}

UTEST(rendezvous, a_call_to_a_waiting_server_is_answered)
{
    call_and_answer(5, 5, true);
}

UTEST(rendezvous, a_call_that_comes_first_waits_for_the_server)
{
    call_and_answer(5, 5, false);
}

UTEST(rendezvous, a_server_of_low_priority_answers_too)
{
    call_and_answer(2, 9, true);
}

UTEST(rendezvous, a_server_of_high_priority_answers_too)
{
    call_and_answer(9, 2, true);
}

UTEST(rendezvous, the_same_without_the_fast_path)
{
    world.long_way = true;
    call_and_answer(5, 5, true);
}

UTEST(rendezvous, the_same_without_the_fast_path_from_below)
{
    world.long_way = true;
    call_and_answer(9, 2, true);
}

/* ---- all words, and no more ------------------------------------------------------------------ */

static void takes_63(void *arg)
{
    (void)arg;
    EXPECT_EQ(l4_msgtag_words(wait(NULL, FOREVER)), 63);
    for (unsigned i = 0; i < 63; i++)
        EXPECT_EQ(*mr(i), i * 3);
    say('r');
    *mr(2) = 99;
    EXPECT_EQ(l4_msgtag_words(wait(NULL, FOREVER)), 2);
    EXPECT_EQ(*mr(1), 8);
    EXPECT_EQ(*mr(2), 99);
    say('R');
}

static void gives_63(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 63; i++)
        *mr(i) = i * 3;
    EXPECT_FALSE(failed(send(thread_cap, words(0, 63), FOREVER)));
    *mr(1) = 8;
    EXPECT_FALSE(failed(send(thread_cap, words(0, 2), FOREVER)));
    say('s');
}

UTEST(rendezvous, a_message_has_up_to_63_words_and_leaves_the_rest_alone)
{
    world_start();
    thread_cap = cap(world.task, spawn(world.other, 5, takes_63, NULL)->obj);
    spawn(world.task, 4, gives_63, NULL);
    world_run();
    EXPECT_STREQ(said, "rRs");
    world_end();
}

/* ---- labels ---------------------------------------------------------------------------------- */

static void prints_labels(void *arg)
{
    (void)arg;
    for (;;) {
        l4_umword_t label = 0;

        (void)wait(&label, FOREVER);
        say((char)('0' + (label & 3)));
        EXPECT_EQ(label & ~3ul, LABEL);
    }
}

static void sends_twice(void *arg)
{
    (void)arg;
    (void)send(gate, words(0, 0), FOREVER);
    (void)send(other_cap, words(0, 0), FOREVER);
}

UTEST(rendezvous, a_gates_label_comes_with_the_senders_rights)
{
    struct thread *server;
    struct gate *g;

    world_start();
    server = spawn(world.other, 5, prints_labels, NULL);
    g = gate_new(server, LABEL);
    gate = cap_rights(world.task, &g->obj, CAP_W | CAP_COUNTED);
    other_cap = cap_rights(world.task, &g->obj, CAP_W | CAP_S);
    spawn(world.task, 4, sends_twice, NULL);
    world_run();
    EXPECT_STREQ(said, "13");
    world_end();
}

/* ---- closed receive -------------------------------------------------------------------------- */

static void accepts_one_only(void *arg)
{
    (void)arg;
    EXPECT_EQ(l4_msgtag_label(receive(thread_cap, FOREVER)), 2);
    say('2');
    EXPECT_EQ(l4_msgtag_label(wait(NULL, FOREVER)), 1);
    say('1');
}

static void sends_its_number(void *arg)
{
    (void)send(gate, words(*(const long *)arg, 0), FOREVER);
    say('s');
}

UTEST(rendezvous, a_closed_receive_takes_its_partner_only)
{
    static const long one = 1, two = 2;
    struct thread *server, *second;

    world_start();
    server = spawn_asleep(world.other, 5, accepts_one_only, NULL);
    gate = cap(world.task, &gate_new(server, 0)->obj);
    second = spawn_asleep(world.task, 3, sends_its_number, &two);
    thread_cap = cap(world.other, second->obj);
    start(server);
    spawn(world.task, 7, sends_its_number, &one);
    world_run();
    EXPECT_STREQ(said, "");
    start(second);
    EXPECT_STREQ(said, "2s1s");
    world_end();
}

static void receives_from_nobody(void *arg)
{
    (void)arg;
    EXPECT_TRUE(failed(receive(slot_new(), FOREVER)));
    EXPECT_EQ(error(), L4_IPC_ENOT_EXISTENT);
    EXPECT_TRUE(failed(send(slot_new(), words(0, 0), FOREVER)));
    EXPECT_EQ(error(), L4_IPC_ENOT_EXISTENT);
    EXPECT_TRUE(failed(call(slot_new(), words(0, 0), FOREVER)));
    EXPECT_EQ(error(), L4_IPC_ENOT_EXISTENT);
    say('.');
}

UTEST(rendezvous, an_empty_slot_is_no_partner)
{
    world_start();
    spawn(world.task, 4, receives_from_nobody, NULL);
    world_run();
    EXPECT_STREQ(said, ".");
    world_end();
}

/* ---- the sender queue ------------------------------------------------------------------------ */

static void collects(void *arg)
{
    unsigned n = *(const unsigned *)arg;

    while (n--)
        say((char)l4_msgtag_label(wait(NULL, FOREVER)));
}

static void sends_its_name(void *arg)
{
    (void)send(gate, words(*(const char *)arg, 0), FOREVER);
}

UTEST(rendezvous, queued_senders_are_received_by_priority_then_in_order)
{
    static const unsigned n = 6;
    static const char names[] = "adbecf";
    static const unsigned prio[] = { 3, 9, 3, 9, 7, 200 };
    struct thread *server;

    world_start();
    server = spawn_asleep(world.other, 1, collects, &n);
    gate = cap(world.task, &gate_new(server, 0)->obj);
    for (unsigned i = 0; i < n; i++) {
        spawn(world.task, prio[i], sends_its_name, &names[i]);
        world_run();
    }
    start(server);
    EXPECT_STREQ(said, "fdecab");
    world_end();
}

UTEST(rendezvous, a_hundred_senders_all_arrive)
{
    static const unsigned n = 100;
    static const char name = 'x';
    struct thread *server;

    world_start();
    server = spawn(world.other, 50, collects, &n);
    gate = cap(world.task, &gate_new(server, 0)->obj);
    for (unsigned i = 0; i < n; i++)
        spawn(world.task, 1 + i * 7 % 100, sends_its_name, &name);
    world_run();
    EXPECT_EQ(strlen(said), 100);
    EXPECT_TRUE(done(server));
    world_end();
}

/* ---- send and wait --------------------------------------------------------------------------- */

static void pings(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_FALSE(
            failed(syscall_ipc(thread_cap | L4_SYSF_SEND_AND_WAIT, words(1, 0), NULL, FOREVER)));
        say('p');
    }
}

static void pongs(void *arg)
{
    (void)arg;
    for (;;) {
        (void)wait(NULL, FOREVER);
        say('q');
        (void)send(other_cap, words(2, 0), FOREVER);
    }
}

UTEST(rendezvous, send_and_wait_takes_an_answer_from_anybody)
{
    struct thread *a, *b;

    world_start();
    b = spawn_asleep(world.other, 5, pongs, NULL);
    a = spawn_asleep(world.task, 5, pings, NULL);
    thread_cap = cap(world.task, b->obj);
    other_cap = cap(world.other, a->obj);
    start(b);
    start(a);
    world_run();
    EXPECT_STREQ(said, "qpqpqp");
    world_end();
}
