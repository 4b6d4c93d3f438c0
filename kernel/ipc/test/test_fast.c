/* SPDX-License-Identifier: MIT */
/* The fast path gives the same results as the long way, whatever comes in between. */
#include "apart.h"
#include "world.h"

#include <string.h>
#include <sync/micro.h>

#define ROUNDS 4u
#define STEPS 12u

static l4_cap_idx_t target, second_cap;
static unsigned fast, slow; /* sleeps with an empty stack, with one in use */

/* What a scenario has done: compared between the two ways. */
struct trace {
    char said[sizeof(said)];
    l4_umword_t mr[STEPS], label[STEPS];
    long tag[STEPS];
    unsigned error[STEPS];
    unsigned n;
};

static struct trace trace;

static void note(l4_msgtag_t tag, l4_umword_t label)
{
    if (trace.n == STEPS)
        return;
    trace.tag[trace.n] = tag.raw;
    trace.label[trace.n] = label;
    trace.mr[trace.n] = *mr(0);
    trace.error[trace.n++] = failed(tag) ? error() : 0;
}

static void count_sleepers(const struct thread *t)
{
    if (t->arch.resume == ARCH_RESUME_FRAME)
        fast++;
    else
        slow++;
}

/* ---- threads ----------------------------------------------------------------------------------
 */

static void doubles(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    for (;;) {
        note(tag, label);
        *mr(0) *= 2;
        label = 0x77;
        tag = reply_wait(words(l4_msgtag_label(tag) + 1, 1), &label, FOREVER);
    }
}

static void asks(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < ROUNDS; i++) {
        l4_umword_t label = 3;
        l4_msgtag_t tag;

        *mr(0) = 10 + i;
        tag = syscall_ipc(target | L4_SYSF_CALL, words(7, 1), &label, FOREVER);
        say('a');
        note(tag, label);
    }
}

/* In the middle: a server that is a client. */
static void passes_on(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    for (;;) {
        say('m');
        *mr(0) += 1;
        tag = call(second_cap, words(l4_msgtag_label(tag), 1), FOREVER);
        tag = reply_wait(tag, &label, FOREVER);
    }
}

static void polls_between(void *arg)
{
    l4_umword_t label = 0;

    (void)arg;
    (void)wait(&label, FOREVER);
    for (;;) {
        say('p');
        (void)reply(words(1, 0));
        if (failed(wait(&label, RECV_AT_ONCE)))
            (void)wait(&label, FOREVER);
    }
}

/* ---- scenarios --------------------------------------------------------------------------------
 */

struct scenario {
    unsigned server_prio, middle_prio, client_prio; /* middle 0: none */
    unsigned clients;
    host_user_fn *server;
};

static void play(const struct scenario *s, bool long_way)
{
    struct thread *server, *middle = NULL;

    world_start();
    world.long_way = long_way;
    server = spawn(world.other, s->server_prio, s->server, NULL);
    world_run();
    second_cap = cap(world.other, &gate_new(server, 0x50)->obj);
    target = cap(world.task, &gate_new(server, 0x40)->obj);
    if (s->middle_prio) {
        middle = spawn(world.other, s->middle_prio, passes_on, NULL);
        world_run();
        target = cap(world.task, &gate_new(middle, 0x60)->obj);
    }
    for (unsigned i = 0; i < s->clients; i++)
        spawn(world.task, s->client_prio, asks, NULL);
    world_run();
    count_sleepers(server);
    memcpy(trace.said, said, sizeof(said));
    EXPECT_EQ(strlen(said) >= ROUNDS * s->clients, true);
    world_end();
}

/* Each run is in a process of its own, and tells what it saw through memory both have. */
struct run {
    struct scenario s;
    bool long_way;
    struct trace *trace;
    unsigned *fast;
};

static void play_apart(void *arg)
{
    const struct run *r = arg;

    play(&r->s, r->long_way);
    *r->trace = trace;
    *r->fast = fast;
}

static void both_ways(struct scenario s)
{
    struct trace *a = memory_shared(sizeof(*a)), *b = memory_shared(sizeof(*b));
    unsigned *sleeps = memory_shared(2 * sizeof(*sleeps));

    EXPECT_TRUE(run_apart(play_apart, &(struct run){ s, false, a, &sleeps[0] }));
    EXPECT_TRUE(run_apart(play_apart, &(struct run){ s, true, b, &sleeps[1] }));
    EXPECT_STREQ(a->said, b->said);
    EXPECT_LE(1, a->n);
    EXPECT_EQ(a->n, b->n);
    for (unsigned i = 0; i < a->n; i++) {
        EXPECT_EQ(a->tag[i], b->tag[i]);
        EXPECT_EQ(a->label[i], b->label[i]);
        EXPECT_EQ(a->mr[i], b->mr[i]);
        EXPECT_EQ(a->error[i], b->error[i]);
    }
    EXPECT_EQ(sleeps[1], 0);
}

UTEST(fast, equal_priorities)
{
    both_ways((struct scenario){ 5, 0, 5, 1, doubles });
}

UTEST(fast, a_more_important_client)
{
    both_ways((struct scenario){ 2, 0, 9, 1, doubles });
}

UTEST(fast, a_more_important_server)
{
    both_ways((struct scenario){ 9, 0, 2, 1, doubles });
}

UTEST(fast, several_clients)
{
    both_ways((struct scenario){ 5, 0, 5, 3, doubles });
    both_ways((struct scenario){ 2, 0, 9, 3, doubles });
    both_ways((struct scenario){ 9, 0, 2, 3, doubles });
}

UTEST(fast, nested_calls)
{
    both_ways((struct scenario){ 5, 5, 5, 1, doubles });
    both_ways((struct scenario){ 2, 5, 9, 2, doubles });
    both_ways((struct scenario){ 9, 5, 2, 2, doubles });
    both_ways((struct scenario){ 2, 9, 5, 2, doubles });
    both_ways((struct scenario){ 9, 2, 5, 2, doubles });
}

UTEST(fast, a_server_that_polls_between)
{
    both_ways((struct scenario){ 5, 0, 5, 2, polls_between });
    both_ways((struct scenario){ 2, 0, 9, 2, polls_between });
    both_ways((struct scenario){ 9, 0, 2, 2, polls_between });
}

UTEST(fast, is_really_taken)
{
    const struct scenario s = { 5, 0, 5, 1, doubles };

    play(&s, false);
    EXPECT_EQ(fast, 1);
    EXPECT_EQ(slow, 0);
}

UTEST(fast, is_really_avoided)
{
    const struct scenario s = { 5, 0, 5, 1, doubles };

    play(&s, true);
    EXPECT_EQ(fast, 0);
    EXPECT_EQ(slow, 1);
}

/* ---- a sleeper of the fast path, woken otherwise ----------------------------------------------
 */

static void sleeps_fast(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    EXPECT_FALSE(failed(tag));
    tag = reply_wait(words(1, 0), &label, FOREVER);
    say(failed(tag) ? 'x' : label == 'i' ? 'i' : 's');
    if (failed(tag))
        EXPECT_EQ(error(), L4_IPC_RECANCELED);
}

static void calls_once(void *arg)
{
    (void)arg;
    EXPECT_EQ(l4_msgtag_label(call(target, words(0, 0), FOREVER)), 1);
    say('c');
}

static struct thread *fast_sleeper(void)
{
    struct thread *t;

    world_start();
    t = spawn(world.other, 5, sleeps_fast, NULL);
    world_run();
    target = cap(world.task, &gate_new(t, 0)->obj);
    spawn(world.task, 5, calls_once, NULL);
    world_run();
    EXPECT_EQ(t->arch.resume, ARCH_RESUME_FRAME);
    EXPECT_STREQ(said, "c");
    return t;
}

UTEST(fast, a_sleeper_takes_an_interrupt)
{
    struct thread *t = fast_sleeper();
    struct irqobj *i = irq_new(t, 'i');

    micro_enter();
    irqobj_hit(i, true);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "ci");
    kobj_delete(&i->obj);
    world_end();
}

UTEST(fast, a_sleeper_can_be_cancelled)
{
    struct thread *t = fast_sleeper();

    micro_enter();
    party_ask(&t->party, REQ_CANCEL);
    ipc_interrupt(t, CAUSE_CANCELLED);
    micro_leave();
    world_run();
    EXPECT_STREQ(said, "cx");
    world_end();
}

UTEST(fast, a_sleeper_can_be_killed)
{
    struct thread *t = fast_sleeper();

    kobj_delete(t->obj);
    EXPECT_TRUE(t->gone);
    EXPECT_STREQ(said, "c");
    world_end();
}

static void sends(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(send(target, words(0, 3), FOREVER)));
}

UTEST(fast, a_sleeper_takes_a_plain_send)
{
    (void)fast_sleeper();
    spawn(world.task, 5, sends, NULL);
    world_run();
    EXPECT_STREQ(said, "cs");
    world_end();
}

/* A client that slept on the fast path, whose server dies or is slow. */
static void takes_only(void *arg)
{
    (void)arg;
    (void)wait(NULL, FOREVER);
    (void)reply_wait(words(1, 0), NULL, FOREVER);
    say('t');
    (void)receive(L4_INVALID_CAP_BIT, FOREVER);
}

static void calls_twice(void *arg)
{
    (void)arg;
    EXPECT_FALSE(failed(call(target, words(0, 0), FOREVER)));
    EXPECT_TRUE(failed(call(target, words(0, 0), FOREVER)));
    EXPECT_EQ(error(), L4_IPC_RECANCELED);
    say('c');
}

static void fast_caller(unsigned server_prio, unsigned client_prio)
{
    struct thread *server, *client;

    world_start();
    server = spawn(world.other, server_prio, takes_only, NULL);
    world_run();
    target = cap(world.task, &gate_new(server, 0)->obj);
    client = spawn(world.task, client_prio, calls_twice, NULL);
    world_run();
    EXPECT_STREQ(said, "t");
    EXPECT_EQ(client->arch.resume, ARCH_RESUME_FRAME);
    kobj_delete(server->obj);
    world_run();
    EXPECT_TRUE(server->gone);
    EXPECT_STREQ(said, "tc");
    world_end();
}

UTEST(fast, a_caller_asleep_hears_of_its_servers_death)
{
    fast_caller(5, 5);
}

UTEST(fast, a_more_important_caller_asleep_hears_of_its_servers_death)
{
    fast_caller(2, 9);
}

/* ---- the FPU goes with its thread --------------------------------------------------------------
 */

static void fills_fpu_and_serves(void *arg)
{
    l4_umword_t label = 0;

    (void)arg;
    memset(host_user_fpu(), 0x5e, 512);
    (void)wait(&label, FOREVER);
    for (;;) {
        for (unsigned i = 0; i < 512; i++)
            EXPECT_EQ(host_user_fpu()[i], 0x5e);
        (void)reply_wait(words(1, 0), &label, FOREVER);
    }
}

static void fills_fpu_and_calls(void *arg)
{
    const int pattern = *(const char *)arg;

    for (unsigned k = 0; k < 4; k++) {
        memset(host_user_fpu(), pattern + (int)k, 512);
        (void)call(target, words(0, 0), FOREVER);
        for (unsigned i = 0; i < 512; i++)
            EXPECT_EQ(host_user_fpu()[i], pattern + (int)k);
    }
    say('f');
}

static void fpu(void)
{
    world_start();
    target = cap(world.task, &gate_new(spawn(world.other, 5, fills_fpu_and_serves, NULL), 0)->obj);
    spawn(world.task, 5, fills_fpu_and_calls, "a");
    spawn(world.task, 6, fills_fpu_and_calls, "b");
    spawn(world.task, 4, fills_fpu_and_calls, "c");
    world_run();
    EXPECT_STREQ(said, "fff");
    world_end();
}

UTEST(fast, the_fpu_goes_with_its_thread)
{
    fpu();
}

UTEST(fast, the_fpu_goes_with_its_thread_the_long_way)
{
    world.long_way = true;
    fpu();
}
