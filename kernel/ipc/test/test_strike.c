/* SPDX-License-Identifier: MIT */
/*
 * An interrupt at every place where the kernel can be preempted: it wakes a thread above all
 * others, which strikes: cancels, kills, deletes. Whatever it hits, all invariants hold, nobody
 * hangs who should not, and kernel memory returns to where it was.
 */
#include "apart.h"
#include "world.h"

#include <cap/captab.h>
#include <irq/irq.h>
#include <object/irq.h>
#include <object/thread.h>
#include <sync/micro.h>

#define LINE 9u
#define OFFERS_MAX 2000u

enum blow {
    BLOW_NONE,   /* just preempt */
    BLOW_CANCEL, /* EX_REGS on a client */
    BLOW_CANCEL_SERVER,
    BLOW_CLIENT, /* delete a client */
    BLOW_SERVER, /* delete the server */
    BLOW_MIDDLE, /* delete the server in the middle */
    BLOW_GATE,   /* delete the gate */
    BLOW_TASK,   /* delete the servers' task */
    BLOWS,
};

struct strike {
    enum blow blow;
    unsigned at; /* at which offer */
    bool *struck;
};

static struct {
    l4_cap_idx_t gate, second, irq, task, other, blow[BLOWS];
    unsigned offers, at;
    bool struck;
} scene;

/* ---- those who are struck ----------------------------------------------------------------------
 */

static void serves(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag;

    (void)arg;
    current()->utcb->buf.bdr = 0;
    *br(0) = 0x80ul << L4_CAP_SHIFT | L4_RCV_ITEM_SINGLE_CAP;
    tag = wait(&label, FOREVER);
    for (;;) {
        if (failed(tag))
            tag = wait(&label, RECV_US(900));
        else
            tag = reply_wait(words(1, l4_msgtag_words(tag)), &label, FOREVER);
    }
}

static void passes_on(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    for (;;) {
        tag = call(scene.second, words(0, 1), FOREVER);
        tag = reply_wait(words(failed(tag), 1), &label, FOREVER);
        if (failed(tag))
            tag = wait(&label, FOREVER);
    }
}

static void calls_words(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 3; i++)
        (void)call(scene.gate, words(0, 2), FOREVER);
}

static void calls_with_timeout(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 2; i++)
        (void)call(scene.second, words(0, 2), RECV_US(300) | SEND_US(300));
}

static void sends_items(void *arg)
{
    (void)arg;
    *mr(0) = L4_ITEM_MAP;
    *mr(1) = l4_obj_fpage(scene.gate, 0, L4_CAP_FPAGE_RW).raw;
    (void)call(scene.second, l4_msgtag(0, 0, 1, 0), SEND_US(300) | RECV_US(300));
}

/* ---- the blow ----------------------------------------------------------------------------------
 */

static void delete (l4_cap_idx_t what)
{
    *mr(0) = L4_TASK_UNMAP_OP;
    *mr(1) = L4_FP_DELETE_OBJ;
    *mr(2) = l4_obj_fpage(what, 0, L4_CAP_FPAGE_RWSD).raw;
    (void)call(scene.task, words(L4_PROTO_TASK, 3), FOREVER);
}

static void cancel(l4_cap_idx_t whom)
{
    *mr(0) = L4_THREAD_EX_REGS_OP | L4_THREAD_EX_REGS_CANCEL;
    *mr(1) = *mr(2) = ~0ul;
    (void)call(whom, words(L4_PROTO_THREAD, 3), FOREVER);
}

static void strikes(void *arg)
{
    const enum blow b = *(const enum blow *)arg;

    (void)wait(NULL, FOREVER);
    scene.struck = true;
    if (b == BLOW_CANCEL || b == BLOW_CANCEL_SERVER)
        cancel(scene.blow[b]);
    else if (b != BLOW_NONE)
        delete (scene.blow[b]);
}

static void raise_line(void *arg)
{
    world_check(arg);
    if (++scene.offers == scene.at)
        host_line_raise(LINE);
}

static void listen(struct thread *striker)
{
    struct irqobj *i = irq_new(striker, 1);

    scene.irq = cap(world.task, &i->obj);
    micro_enter();
    EXPECT_EQ(irq_line_attach(LINE, &i->sink), 0);
    i->line = LINE;
    i->masked = false;
    irq_line_unmask(LINE);
    micro_leave();
}

static void play(void *arg)
{
    const struct strike *s = arg;
    struct thread *server, *middle, *client[4], *striker;
    struct gate *g;

    world_start();
    server = spawn_asleep(world.other, 4, serves, NULL);
    middle = spawn_asleep(world.other, 6, passes_on, NULL);
    g = gate_new(middle, 0x40);
    scene.gate = cap(world.task, &g->obj);
    scene.second = cap(world.task, &gate_new(server, 0x50)->obj);
    EXPECT_EQ(captab_copy(&world.task->space->caps, scene.second >> L4_CAP_SHIFT,
                          &world.other->space->caps, scene.second >> L4_CAP_SHIFT, CAP_ALL, false),
              1);
    scene.task = cap(world.task, &world.task->obj);
    client[0] = spawn_asleep(world.task, 3, calls_words, NULL);
    client[1] = spawn_asleep(world.task, 5, calls_with_timeout, NULL);
    client[2] = spawn_asleep(world.task, 8, calls_words, NULL);
    client[3] = spawn_asleep(world.task, 7, sends_items, NULL);
    striker = spawn_asleep(world.task, 255, strikes, &s->blow);
    scene.blow[BLOW_CANCEL] = scene.blow[BLOW_CLIENT] = cap(world.task, client[2]->obj);
    scene.blow[BLOW_CANCEL_SERVER] = scene.blow[BLOW_SERVER] = cap(world.task, server->obj);
    scene.blow[BLOW_MIDDLE] = cap(world.task, middle->obj);
    scene.blow[BLOW_GATE] = scene.gate;
    scene.blow[BLOW_TASK] = cap(world.task, &world.other->obj);
    listen(striker);
    start(striker);

    scene.at = s->at;
    host_irq_on_offer(raise_line, NULL);
    micro_enter();
    for (unsigned i = 0; i < 4; i++) {
        client[i]->started = true;
        sched_ready(client[i]);
    }
    server->started = middle->started = true;
    sched_ready(server);
    sched_ready(middle);
    micro_leave();
    world_run();
    world_pass(1000 * US);
    if (s->blow == BLOW_NONE)
        for (unsigned i = 0; i < 4; i++)
            EXPECT_TRUE(done(client[i]));
    *s->struck = scene.struck;
    world_end();
}

static void strike_everywhere(enum blow b)
{
    bool *struck = memory_shared(sizeof(*struck));
    unsigned n = 0;

    do {
        n++;
        *struck = false;
        if (!run_apart(play, &(struct strike){ b, n, struck })) {
            utest_fail(__FILE__, __LINE__, "blow %u at offer %u", b, n);
            return;
        }
    } while (*struck && n < OFFERS_MAX);
    EXPECT_LE(50, n);
    EXPECT_LT(n, OFFERS_MAX);
}

UTEST(strike, a_preemption_anywhere_changes_no_result)
{
    strike_everywhere(BLOW_NONE);
}

UTEST(strike, a_client_can_be_cancelled_anywhere)
{
    strike_everywhere(BLOW_CANCEL);
}

UTEST(strike, a_server_can_be_cancelled_anywhere)
{
    strike_everywhere(BLOW_CANCEL_SERVER);
}

UTEST(strike, a_client_can_be_deleted_anywhere)
{
    strike_everywhere(BLOW_CLIENT);
}

UTEST(strike, a_server_can_be_deleted_anywhere)
{
    strike_everywhere(BLOW_SERVER);
}

UTEST(strike, a_server_in_the_middle_can_be_deleted_anywhere)
{
    strike_everywhere(BLOW_MIDDLE);
}

UTEST(strike, a_gate_can_be_deleted_anywhere)
{
    strike_everywhere(BLOW_GATE);
}

UTEST(strike, a_task_can_be_deleted_anywhere)
{
    strike_everywhere(BLOW_TASK);
}
