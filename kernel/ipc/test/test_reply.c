/* SPDX-License-Identifier: MIT */
/* Reply capabilities, gates without a thread, interrupts as senders. */
#include "world.h"

#include <object/irq.h>
#include <object/thread.h>
#include <sync/micro.h>

static l4_cap_idx_t target, irq_cap, thread_cap, task_cap;

static void expect_error(l4_msgtag_t tag, unsigned code)
{
    EXPECT_TRUE(failed(tag));
    EXPECT_EQ(error(), code);
}

/* ---- reply ------------------------------------------------------------------------------------
 */

static void answers_twice(void *arg)
{
    (void)arg;
    expect_error(reply(words(0, 0)), L4_IPC_ENOT_EXISTENT); /* nobody has called */
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    EXPECT_FALSE(failed(reply(words(5, 0))));
    expect_error(reply(words(6, 0)), L4_IPC_ENOT_EXISTENT);
    say('r');
}

static void calls_once(void *arg)
{
    (void)arg;
    EXPECT_EQ(l4_msgtag_label(call(target, words(0, 0), FOREVER)), 5);
    say('c');
}

UTEST(reply, can_be_sent_once)
{
    struct thread *server;

    world_start();
    server = spawn_asleep(world.other, 9, answers_twice, NULL);
    target = cap(world.task, server->obj);
    start(server);
    spawn(world.task, 5, calls_once, NULL);
    world_run();
    EXPECT_STREQ(said, "rc");
    world_end();
}

static void takes_two_answers_last(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    EXPECT_FALSE(failed(reply(words(5, 0))));
    say('r');
}

static void calls_and_says(void *arg)
{
    l4_msgtag_t tag = call(target, words(0, 0), FOREVER);

    say(failed(tag) ? 'x' : *(const char *)arg);
}

UTEST(reply, the_slot_holds_the_last_caller_only)
{
    struct thread *server, *first;

    world_start();
    server = spawn(world.other, 9, takes_two_answers_last, NULL);
    target = cap(world.task, server->obj);
    first = spawn(world.task, 5, calls_and_says, "1");
    world_run();
    spawn(world.task, 5, calls_and_says, "2");
    world_run();
    EXPECT_STREQ(said, "r2");
    EXPECT_FALSE(done(first)); /* waits on */
    world_end();
}

static void takes_and_exits(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    expect_error(wait(NULL, RECV_US(100)), L4_IPC_RETIMEOUT);
    expect_error(reply(words(0, 0)), L4_IPC_ENOT_EXISTENT);
    say('r');
}

static void calls_twice(void *arg)
{
    (void)arg;
    expect_error(call(target, words(0, 0), RECV_US(50)), L4_IPC_RETIMEOUT);
    expect_error(call(thread_cap, words(0, 0), RECV_US(500)), L4_IPC_RETIMEOUT);
    say('c');
}

static void takes_and_sleeps(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    (void)receive(L4_INVALID_CAP_BIT, FOREVER);
}

UTEST(reply, of_an_older_call_does_not_end_a_newer_one)
{
    struct thread *server, *second, *client;

    world_start();
    server = spawn_asleep(world.other, 9, takes_and_exits, NULL);
    second = spawn_asleep(world.other, 9, takes_and_sleeps, NULL);
    client = spawn_asleep(world.task, 5, calls_twice, NULL);
    target = cap(world.task, server->obj);
    thread_cap = cap(world.task, second->obj);
    start(server);
    start(second);
    start(client);
    world_pass(50 * US);
    world_pass(50 * US);
    EXPECT_STREQ(said, "r");
    world_pass(500 * US);
    EXPECT_STREQ(said, "rc");
    world_end();
}

static void replies_closed(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    /* reply, then receive from one thread only */
    EXPECT_FALSE(
        failed(syscall_ipc(thread_cap | L4_SYSF_REPLY | L4_SYSF_CALL, words(5, 0), NULL, FOREVER)));
    say('r');
}

static void sends_late(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(send(target, words(0, 0), FOREVER)));
    say('s');
}

UTEST(reply, and_closed_receive_waits_for_the_named_thread)
{
    struct thread *server, *other;

    world_start();
    server = spawn_asleep(world.other, 9, replies_closed, NULL);
    other = spawn_asleep(world.task, 3, sends_late, NULL);
    target = cap(world.task, server->obj);
    thread_cap = cap(world.other, other->obj);
    start(server);
    spawn(world.task, 5, calls_once, NULL);
    world_run();
    EXPECT_STREQ(said, "c");
    start(other);
    EXPECT_STREQ(said, "crs");
    world_end();
}

/* ---- unbound gates ----------------------------------------------------------------------------
 */

static void answers_for_ever(void *arg)
{
    l4_umword_t label = 0;

    (void)arg;
    (void)wait(&label, FOREVER);
    for (;;) {
        say((label & ~3ul) == 0x40 ? 'g' : '?');
        (void)reply_wait(words(5, 0), &label, FOREVER);
    }
}

static void binds(void *arg)
{
    (void)arg;
    *mr(0) = L4_IPC_GATE_BIND_OP;
    *mr(1) = 0x40;
    *mr(2) = L4_ITEM_MAP;
    *mr(3) = l4_obj_fpage(thread_cap, 0, L4_CAP_FPAGE_RWS).raw;
    EXPECT_EQ(l4_msgtag_label(call(irq_cap, l4_msgtag(L4_PROTO_KOBJECT, 2, 1, 0), FOREVER)), 0);
    say('b');
}

UTEST(gate, callers_wait_until_it_is_bound)
{
    struct thread *server;
    struct gate *g;

    world_start();
    server = spawn(world.other, 9, answers_for_ever, NULL);
    world_run();
    g = gate_new(NULL, 0);
    target = cap_rights(world.task, &g->obj, CAP_COUNTED | CAP_W);
    irq_cap = cap(world.other, &g->obj);
    thread_cap = cap(world.other, server->obj);
    for (unsigned i = 0; i < 3; i++)
        spawn(world.task, 3 + i, calls_once, NULL);
    world_run();
    EXPECT_STREQ(said, "");
    spawn(world.other, 7, binds, NULL);
    world_run();
    EXPECT_STREQ(said, "bg"
                       "cg"
                       "cg"
                       "c");
    world_end();
}

static void finds_it_gone(void *arg)
{
    (void)arg;
    expect_error(call(target, words(0, 0), FOREVER), L4_IPC_ENOT_EXISTENT);
    say('x');
}

UTEST(gate, that_is_deleted_tells_who_waits)
{
    struct gate *g;

    world_start();
    g = gate_new(NULL, 0);
    target = cap_rights(world.task, &g->obj, CAP_COUNTED);
    spawn(world.task, 3, finds_it_gone, NULL);
    spawn(world.task, 4, finds_it_gone, NULL);
    world_run();
    EXPECT_STREQ(said, "");
    kobj_delete(&g->obj);
    world_run();
    EXPECT_STREQ(said, "xx");
    world_end();
}

static void waits_for_binding(void *arg)
{
    (void)arg;
    expect_error(send(target, words(0, 0), SEND_AT_ONCE), L4_IPC_SETIMEOUT);
    expect_error(send(target, words(0, 0), SEND_US(100)), L4_IPC_SETIMEOUT);
    say('t');
}

UTEST(gate, without_a_thread_a_send_times_out)
{
    struct gate *g;

    world_start();
    g = gate_new(NULL, 0);
    target = cap(world.task, &g->obj);
    spawn(world.task, 4, waits_for_binding, NULL);
    world_run();
    world_pass(100 * US);
    EXPECT_STREQ(said, "t");
    EXPECT_TRUE(prioq_empty(&g->waiters));
    world_end();
}

UTEST(gate, whose_thread_died_has_nobody_behind_it)
{
    struct thread *server;

    world_start();
    server = spawn(world.other, 9, takes_and_sleeps, NULL);
    target = cap(world.task, &gate_new(server, 0)->obj);
    kobj_delete(server->obj);
    spawn(world.task, 4, finds_it_gone, NULL);
    world_run();
    EXPECT_STREQ(said, "x");
    world_end();
}

static void calls_killed(void *arg)
{
    (void)arg;
    (void)call(target, words(0, 0), FOREVER);
    say('!');
}

UTEST(gate, a_thread_can_die_while_it_waits_there)
{
    struct gate *g;
    struct thread *t;

    world_start();
    g = gate_new(NULL, 0);
    target = cap(world.task, &g->obj);
    t = spawn(world.task, 4, calls_killed, NULL);
    world_run();
    EXPECT_FALSE(prioq_empty(&g->waiters));
    kobj_delete(t->obj);
    EXPECT_TRUE(t->gone);
    EXPECT_TRUE(prioq_empty(&g->waiters));
    EXPECT_STREQ(said, "");
    world_end();
}

/* ---- interrupts -------------------------------------------------------------------------------
 */

static void hit(struct irqobj *i)
{
    micro_enter();
    irqobj_hit(i, true);
    micro_leave();
    world_run();
}

static void waits_for_irqs(void *arg)
{
    (void)arg;
    for (;;) {
        l4_umword_t label = 0;
        l4_msgtag_t tag = wait(&label, FOREVER);

        EXPECT_EQ(tag.raw, 0);
        say(label < ' ' ? '?' : (char)label);
    }
}

UTEST(irq, wakes_the_thread_with_its_label)
{
    struct irqobj *i;

    world_start();
    i = irq_new(spawn(world.task, 5, waits_for_irqs, NULL), 'i');
    world_run();
    hit(i);
    hit(i);
    EXPECT_STREQ(said, "ii");
    kobj_delete(&i->obj);
    world_end();
}

UTEST(irq, that_comes_twice_before_it_is_received_comes_once)
{
    struct irqobj *i, *k;
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, waits_for_irqs, NULL);
    i = irq_new(t, 'i');
    k = irq_new(t, 'k');
    hit(i);
    hit(k);
    hit(i);
    start(t);
    EXPECT_STREQ(said, "ik");
    hit(i);
    EXPECT_STREQ(said, "iki");
    kobj_delete(&i->obj);
    kobj_delete(&k->obj);
    world_end();
}

static void waits_for_second(void *arg)
{
    l4_umword_t label = 0;

    (void)arg;
    EXPECT_FALSE(failed(syscall_ipc(irq_cap | L4_SYSF_RECV, words(0, 0), &label, FOREVER)));
    say((char)label);
    EXPECT_FALSE(failed(wait(&label, FOREVER)));
    say((char)label);
}

UTEST(irq, a_closed_receive_takes_the_named_one_first)
{
    struct irqobj *i, *k;
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, waits_for_second, NULL);
    i = irq_new(t, 'i');
    k = irq_new(t, 'k');
    irq_cap = cap(world.task, &k->obj);
    hit(i);
    start(t);
    EXPECT_STREQ(said, "");
    hit(k);
    EXPECT_STREQ(said, "ki");
    kobj_delete(&i->obj);
    world_end();
}

static void receives_irq_and_sender(void *arg)
{
    (void)arg;
    for (unsigned n = 0; n < 2; n++) {
        l4_umword_t label = 0;

        (void)wait(&label, FOREVER);
        say(label == 'i' ? 'i' : 's');
    }
}

static void sends_once(void *arg)
{
    (void)arg;
    (void)send(target, words(0, 0), FOREVER);
}

UTEST(irq, is_received_before_any_thread)
{
    struct irqobj *i;
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, receives_irq_and_sender, NULL);
    target = cap(world.task, t->obj);
    i = irq_new(t, 'i');
    spawn(world.task, 200, sends_once, NULL);
    world_run();
    hit(i);
    start(t);
    EXPECT_STREQ(said, "is");
    kobj_delete(&i->obj);
    world_end();
}

UTEST(irq, a_post_of_a_deleted_irq_is_not_received)
{
    struct irqobj *i, *k;
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, waits_for_irqs, NULL);
    i = irq_new(t, 'i');
    k = irq_new(t, 'k');
    hit(i);
    hit(k);
    kobj_delete(&i->obj);
    start(t);
    EXPECT_STREQ(said, "k");
    kobj_delete(&k->obj);
    world_end();
}

UTEST(irq, outlives_the_thread_it_is_bound_to)
{
    struct irqobj *i;
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, waits_for_irqs, NULL);
    i = irq_new(t, 'i');
    hit(i);
    kobj_delete(t->obj);
    EXPECT_TRUE(t->gone);
    hit(i);
    kobj_delete(&i->obj);
    world_end();
}

/* Bound by a system call; a line behind it. */
static void binds_line(void *arg)
{
    l4_umword_t label = 0;

    (void)arg;
    *mr(0) = L4_RCV_EP_BIND_OP;
    *mr(1) = 'L';
    *mr(2) = L4_ITEM_MAP;
    *mr(3) = l4_obj_fpage(thread_cap, 0, L4_CAP_FPAGE_RWS).raw;
    EXPECT_EQ(l4_msgtag_label(call(irq_cap, l4_msgtag(L4_PROTO_KOBJECT, 2, 1, 0), FOREVER)), 0);
    *mr(0) = L4_ICU_OP_BIND;
    *mr(1) = 7;
    *mr(2) = L4_ITEM_MAP;
    *mr(3) = l4_obj_fpage(irq_cap, 0, L4_CAP_FPAGE_RWS).raw;
    EXPECT_EQ(l4_msgtag_label(call(task_cap, l4_msgtag(L4_PROTO_IRQ, 2, 1, 0), FOREVER)), 0);
    EXPECT_TRUE(host_line_masked(7));
    say('b');
    for (;;) {
        *mr(0) = L4_IRQ_OP_EOI;
        EXPECT_FALSE(
            failed(syscall_ipc(irq_cap | L4_SYSF_CALL, words(L4_PROTO_IRQ, 1), &label, FOREVER)));
        say((char)label);
    }
}

UTEST(irq, a_line_is_received_and_let_through_by_eoi)
{
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, binds_line, NULL);
    irq_cap = cap(world.task, irq_create(world.payer));
    thread_cap = cap(world.task, t->obj);
    task_cap = cap(world.task, world.icu);
    start(t);
    EXPECT_STREQ(said, "b");
    EXPECT_FALSE(host_line_masked(7));
    micro_enter();
    host_line_raise(7);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "bL");
    micro_enter();
    host_line_raise(7);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "bLL");
    world_end();
    EXPECT_TRUE(host_line_masked(7));
}
