/* SPDX-License-Identifier: MIT */
/* Cancelled and killed in every state. */
#include "world.h"

#include <object/thread.h>
#include <sync/micro.h>

static l4_cap_idx_t target, thread_cap;

static void expect_error(l4_msgtag_t tag, unsigned code)
{
    EXPECT_TRUE(failed(tag));
    EXPECT_EQ(error(), code);
}

/* EX_REGS with CANCEL from the test, which is no thread with a UTCB. */
static void cancel(struct thread *t)
{
    micro_enter();
    party_ask(&t->party, REQ_CANCEL);
    ipc_interrupt(t, CAUSE_CANCELLED);
    micro_leave();
    world_run();
}

static void nothing(void *arg)
{
    (void)arg;
}

/* ---- cancel -----------------------------------------------------------------------------------
 */

static void waits_twice(void *arg)
{
    (void)arg;
    expect_error(wait(NULL, FOREVER), L4_IPC_RECANCELED);
    say('1');
    expect_error(wait(NULL, RECV_AT_ONCE), L4_IPC_RETIMEOUT);
    say('2');
}

UTEST(cancel, ends_a_receive_and_nothing_more)
{
    struct thread *t;

    world_start();
    t = spawn(world.task, 5, waits_twice, NULL);
    world_run();
    cancel(t);
    EXPECT_STREQ(said, "12");
    world_end();
}

static void sends(void *arg)
{
    (void)arg;
    expect_error(send(target, words(0, 0), FOREVER), L4_IPC_SECANCELED);
    say('s');
}

UTEST(cancel, ends_a_send_and_leaves_the_queue_empty)
{
    struct thread *t, *r;

    world_start();
    r = spawn_asleep(world.other, 5, nothing, NULL);
    target = cap(world.task, r->obj);
    t = spawn(world.task, 5, sends, NULL);
    world_run();
    EXPECT_FALSE(prioq_empty(&r->sendq));
    cancel(t);
    EXPECT_STREQ(said, "s");
    EXPECT_TRUE(prioq_empty(&r->sendq));
    world_end();
}

static void takes(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('t');
    EXPECT_FALSE(failed(receive(thread_cap, FOREVER)));
    expect_error(reply(words(0, 0)), L4_IPC_ENOT_EXISTENT);
    say('T');
}

static void calls(void *arg)
{
    (void)arg;
    expect_error(call(target, words(0, 0), FOREVER), L4_IPC_RECANCELED);
    say('c');
    EXPECT_FALSE(failed(send(target, words(0, 0), FOREVER)));
}

static void cancel_a_call(void)
{
    struct thread *t, *server;

    world_start();
    server = spawn_asleep(world.other, 5, takes, NULL);
    t = spawn_asleep(world.task, 5, calls, NULL);
    target = cap(world.task, server->obj);
    thread_cap = cap(world.other, t->obj);
    start(server);
    start(t);
    EXPECT_STREQ(said, "t");
    cancel(t);
    EXPECT_STREQ(said, "tcT");
    world_end();
}

UTEST(cancel, ends_a_call_and_makes_its_reply_stale)
{
    cancel_a_call();
}

UTEST(cancel, ends_a_call_on_the_long_way)
{
    world.long_way = true;
    cancel_a_call();
}

UTEST(cancel, of_a_thread_that_runs_is_forgotten_at_its_next_system_call)
{
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, waits_twice, NULL);
    micro_enter();
    party_ask(&t->party, REQ_CANCEL);
    micro_leave();
    start(t);
    EXPECT_STREQ(said, "");
    cancel(t);
    EXPECT_STREQ(said, "12");
    world_end();
}

/* A cancel that comes while the thread is in the kernel, but does not wait yet. */
static struct thread *going;
static bool in_call;

static void cancel_going(void *arg)
{
    struct thread *t = going;

    world_check(arg);
    if (!in_call || !t || t != current() || party_phase_of(party_load(&t->party)) != PARTY_RUN)
        return;
    going = NULL;
    micro_enter();
    party_ask(&t->party, REQ_CANCEL);
    ipc_interrupt(t, CAUSE_CANCELLED);
    micro_leave();
}

static void calls_unbound_gate(void *arg)
{
    (void)arg;
    in_call = true;
    expect_error(call(target, words(0, 0), FOREVER), L4_IPC_SECANCELED);
    say('c');
}

UTEST(cancel, that_comes_just_before_a_wait_ends_it)
{
    world_start();
    target = cap(world.task, &gate_new(NULL, 0)->obj);
    going = spawn_asleep(world.task, 5, calls_unbound_gate, NULL);
    host_irq_on_offer(cancel_going, NULL);
    start(going);
    EXPECT_NULL(going);
    EXPECT_STREQ(said, "c");
    world_end();
}

/* ---- kill -------------------------------------------------------------------------------------
 */

static void kill(struct thread *t)
{
    kobj_delete(t->obj);
    world_run();
    EXPECT_TRUE(t->gone);
}

static void waits(void *arg)
{
    (void)arg;
    (void)wait(NULL, FOREVER);
    say('!');
}

UTEST(kill, a_receiver_dies_where_it_waits)
{
    struct thread *t;

    world_start();
    t = spawn(world.task, 5, waits, NULL);
    world_run();
    kill(t);
    EXPECT_STREQ(said, "");
    world_end();
}

UTEST(kill, a_thread_that_never_ran_dies)
{
    world_start();
    kill(spawn_asleep(world.task, 5, waits, NULL));
    world_end();
}

static void sends_on(void *arg)
{
    (void)arg;
    (void)send(target, words(0, 0), FOREVER);
    say('!');
}

UTEST(kill, a_queued_sender_dies_and_is_not_received)
{
    struct thread *t, *r;

    world_start();
    r = spawn_asleep(world.other, 5, waits_twice, NULL);
    target = cap(world.task, r->obj);
    t = spawn(world.task, 5, sends_on, NULL);
    world_run();
    kill(t);
    EXPECT_TRUE(prioq_empty(&r->sendq));
    start(r);
    EXPECT_STREQ(said, "");
    world_end();
}

static void sends_to_the_dying(void *arg)
{
    (void)arg;
    expect_error(send(target, words(0, 0), FOREVER), L4_IPC_SECANCELED);
    say('d');
    expect_error(send(target, words(0, 0), FOREVER), L4_IPC_ENOT_EXISTENT);
    say('D');
}

UTEST(kill, who_is_queued_at_a_thread_that_dies_is_told)
{
    struct thread *r;

    world_start();
    r = spawn_asleep(world.other, 5, waits, NULL);
    target = cap(world.task, r->obj);
    for (unsigned i = 0; i < 3; i++)
        spawn(world.task, 5 + i, sends_to_the_dying, NULL);
    world_run();
    kill(r);
    EXPECT_STREQ(said, "dDdDdD");
    world_end();
}

static void calls_the_dying(void *arg)
{
    (void)arg;
    expect_error(call(target, words(0, 0), FOREVER), L4_IPC_RECANCELED);
    say('c');
}

static void takes_and_waits_closed(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('t');
    (void)receive(L4_INVALID_CAP_BIT, FOREVER);
    say('!');
}

static void kill_server(unsigned server_prio, unsigned client_prio)
{
    struct thread *server;

    world_start();
    server = spawn(world.other, server_prio, takes_and_waits_closed, NULL);
    target = cap(world.task, server->obj);
    spawn(world.task, client_prio, calls_the_dying, NULL);
    world_run();
    EXPECT_STREQ(said, "t");
    kill(server);
    EXPECT_STREQ(said, "tc");
    world_end();
}

UTEST(kill, a_caller_whose_server_dies_is_told)
{
    kill_server(9, 2);
}

UTEST(kill, a_caller_above_its_server_is_told_and_has_its_context_again)
{
    kill_server(2, 9);
}

UTEST(kill, the_same_on_the_long_way)
{
    world.long_way = true;
    kill_server(2, 9);
}

static void takes_and_answers_late(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    say('t');
    EXPECT_FALSE(failed(receive(L4_INVALID_CAP_BIT, RECV_US(100))) && error() != L4_IPC_RETIMEOUT);
    expect_error(reply(words(0, 0)), L4_IPC_ENOT_EXISTENT);
    say('T');
}

UTEST(kill, a_caller_that_dies_makes_its_reply_stale)
{
    struct thread *server, *client;

    world_start();
    server = spawn(world.other, 9, takes_and_answers_late, NULL);
    target = cap(world.task, server->obj);
    client = spawn(world.task, 2, calls, NULL);
    world_run();
    kill(client);
    world_pass(100 * US);
    EXPECT_STREQ(said, "tT");
    world_end();
}

static void kills_itself(void *arg)
{
    (void)arg;
    say('k');
    (void)syscall_ipc(target | L4_SYSF_CALL, words(L4_PROTO_TASK, 3), NULL, FOREVER);
    say('!');
}

UTEST(kill, a_thread_can_delete_itself)
{
    struct thread *t;

    world_start();
    t = spawn_asleep(world.task, 5, kills_itself, NULL);
    target = cap(world.task, &world.task->obj);
    t->utcb->msg.mr[0] = L4_TASK_UNMAP_OP;
    t->utcb->msg.mr[1] = L4_FP_DELETE_OBJ;
    t->utcb->msg.mr[2] = l4_obj_fpage(cap(world.task, t->obj), 0, L4_CAP_FPAGE_RWSD).raw;
    start(t);
    EXPECT_STREQ(said, "k");
    EXPECT_TRUE(t->gone);
    world_end();
}

/* A killer that is a thread, of lower priority than a victim that is ready. */
static struct thread *victim;

static void kills_victim(void *arg)
{
    (void)arg;
    say('k');
    *mr(0) = L4_TASK_UNMAP_OP;
    *mr(1) = L4_FP_DELETE_OBJ;
    *mr(2) = l4_obj_fpage(thread_cap, 0, L4_CAP_FPAGE_RWSD).raw;
    EXPECT_FALSE(failed(call(target, words(L4_PROTO_TASK, 3), FOREVER)));
    EXPECT_TRUE(victim->gone);
    say('K');
}

static void works_for_ever(void *arg)
{
    (void)arg;
    for (;;)
        host_user_work(SLICE);
}

UTEST(kill, a_victim_that_is_preempted_runs_on_its_killers_context)
{
    struct thread *killer;

    world_start();
    killer = spawn_asleep(world.task, 9, kills_victim, NULL);
    victim = spawn_asleep(world.other, 2, works_for_ever, NULL);
    target = cap(world.task, &world.task->obj);
    thread_cap = cap(world.task, victim->obj);
    micro_enter();
    victim->started = true;
    killer->started = true;
    sched_ready(victim);
    sched_ready(killer);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "kK");
    world_end();
}

/* ---- whole tasks ------------------------------------------------------------------------------
 */

static void calls_other(void *arg)
{
    (void)arg;
    (void)call(target, words(0, 0), FOREVER);
    say('!');
}

UTEST(kill, a_task_takes_its_threads_along_whatever_they_do)
{
    struct thread *server, *t[4];

    world_start();
    server = spawn_asleep(world.other, 5, takes_and_waits_closed, NULL);
    target = cap(world.task, server->obj);
    start(server);
    t[0] = spawn(world.task, 5, calls_other, NULL);
    t[1] = spawn(world.task, 6, calls_other, NULL);
    t[2] = spawn(world.task, 7, waits, NULL);
    t[3] = spawn_asleep(world.task, 8, waits, NULL);
    world_run();
    EXPECT_STREQ(said, "t");
    kobj_delete(&world.task->obj);
    world_run();
    for (unsigned i = 0; i < 4; i++)
        EXPECT_TRUE(t[i]->gone);
    EXPECT_TRUE(prioq_empty(&server->sendq));
    EXPECT_STREQ(said, "t");
}
