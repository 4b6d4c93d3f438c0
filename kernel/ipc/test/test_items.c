/* SPDX-License-Identifier: MIT */
/* Typed items: memory and capabilities from one task to another; faults as messages. */
#include "world.h"

#include <cap/captab.h>
#include <object/thread.h>
#include <sync/micro.h>

#define FRAME 0x40000000ul /* of sigma0, one to one */
#define HERE 0x10000000ul
#define THERE 0x20000000ul

static l4_cap_idx_t target, second_cap;
static unsigned long window_slot;

static void expect_error(l4_msgtag_t tag, unsigned code)
{
    EXPECT_TRUE(failed(tag));
    EXPECT_EQ(error(), code);
}

/* What `task` has at va: frame | rights (X 1, W 2, R 4). */
static uint64_t memory(const struct task *task, uint64_t va)
{
    unsigned rights;
    paddr pa;

    return space_lookup(task->space, va, &pa, &rights) ? pa | rights : 0;
}

/* Give `task` a page of sigma0 at HERE. */
static void page_for(struct task *task, unsigned rights)
{
    struct map_op op;
    struct hotspot h = {
        .type = L4_FPAGE_MEMORY, .rights = rights, .order = 12, .src = FRAME, .dst = HERE
    };

    map_init(&op, &current()->party,
             &(struct map_args){ .src = world_sigma0()->space, .dst = task->space, .spot = &h });
    EXPECT_EQ(map_run(&op, NULL, NULL), 0);
    EXPECT_EQ(memory(task, HERE), FRAME | rights);
}

static void memory_window(unsigned long at)
{
    current()->utcb->buf.bdr = 0;
    *br(0) = L4_ITEM_MAP;
    *br(1) = l4_fpage(at, 12, L4_FPAGE_RW).raw;
}

static void cap_window(l4_cap_idx_t at)
{
    current()->utcb->buf.bdr = 0;
    *br(0) = at | L4_RCV_ITEM_SINGLE_CAP;
}

/* ---- memory -----------------------------------------------------------------------------------
 */

static void takes_page(void *arg)
{
    (void)arg;
    memory_window(THERE);
    l4_msgtag_t tag = wait(NULL, FOREVER);

    EXPECT_FALSE(failed(tag));
    EXPECT_EQ(l4_msgtag_words(tag), 1);
    EXPECT_EQ(l4_msgtag_items(tag), 1);
    EXPECT_EQ(*mr(0), 5);
    EXPECT_EQ(*mr(1) & L4_RET_ITEM_TYPE_MASK, L4_RET_ITEM_MAPPED);
    say('m');
    EXPECT_EQ(host_user_touch(THERE + 8, PT_R), FRAME + 8);
    say('M');
}

static void send_page(unsigned rights, l4_umword_t grant)
{
    *mr(0) = 5;
    *mr(1) = L4_ITEM_MAP | grant;
    *mr(2) = l4_fpage(HERE, 12, (unsigned char)rights).raw;
    EXPECT_FALSE(failed(send(target, l4_msgtag(0, 1, 1, 0), FOREVER)));
}

static void gives_page(void *arg)
{
    send_page(*(const unsigned *)arg, 0);
    say('s');
}

static void grants_page(void *arg)
{
    send_page(*(const unsigned *)arg, L4_MAP_ITEM_GRANT);
    say('s');
}

static void page_moves(host_user_fn *giver, unsigned rights, bool receiver_first)
{
    struct thread *r, *s;

    world_start();
    page_for(world.task, PT_R | PT_W);
    r = spawn_asleep(world.other, 5, takes_page, NULL);
    s = spawn_asleep(world.task, 4, giver, &rights);
    target = cap(world.task, r->obj);
    start(receiver_first ? r : s);
    EXPECT_STREQ(said, "");
    start(receiver_first ? s : r);
    EXPECT_STREQ(said, "mMs");
    EXPECT_EQ(memory(world.other, THERE), FRAME | rights);
}

UTEST(items, a_page_is_mapped_by_the_sender_if_the_receiver_waits)
{
    page_moves(gives_page, PT_R, true);
    EXPECT_NE(memory(world.task, HERE), 0);
    world_end();
}

UTEST(items, a_page_is_mapped_by_the_receiver_if_the_sender_waits)
{
    page_moves(gives_page, PT_R | PT_W, false);
    world_end();
}

UTEST(items, a_granted_page_leaves_the_sender)
{
    page_moves(grants_page, PT_R | PT_W, true);
    EXPECT_EQ(memory(world.task, HERE), 0);
    world_end();
}

static void has_no_window(void *arg)
{
    (void)arg;
    *br(0) = 0;
    expect_error(wait(NULL, FOREVER), L4_IPC_REMSGCUT);
    say('r');
}

static void gives_in_vain(void *arg)
{
    (void)arg;
    *mr(0) = L4_ITEM_MAP;
    *mr(1) = l4_fpage(HERE, 12, L4_FPAGE_RW).raw;
    expect_error(send(target, l4_msgtag(0, 0, 1, 0), FOREVER), L4_IPC_SEMSGCUT);
    say('s');
}

UTEST(items, without_a_window_both_sides_see_the_message_cut)
{
    struct thread *r;

    world_start();
    page_for(world.task, PT_R);
    r = spawn(world.other, 5, has_no_window, NULL);
    target = cap(world.task, r->obj);
    spawn(world.task, 4, gives_in_vain, NULL);
    world_run();
    EXPECT_STREQ(said, "rs");
    world_end();
}

UTEST(items, the_same_if_the_receiver_comes_second)
{
    struct thread *r;

    world_start();
    page_for(world.task, PT_R);
    r = spawn_asleep(world.other, 5, has_no_window, NULL);
    target = cap(world.task, r->obj);
    spawn(world.task, 4, gives_in_vain, NULL);
    world_run();
    start(r);
    EXPECT_STREQ(said, "rs");
    world_end();
}

static void takes_nothing(void *arg)
{
    (void)arg;
    memory_window(THERE);
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    EXPECT_EQ(*mr(0) & L4_RET_ITEM_TYPE_MASK, L4_RET_ITEM_NOT_MAPPED);
    say('r');
}

static void gives_nothing(void *arg)
{
    (void)arg;
    *mr(0) = L4_ITEM_MAP;
    *mr(1) = l4_fpage(HERE, 12, L4_FPAGE_RW).raw;
    EXPECT_FALSE(failed(send(target, l4_msgtag(0, 0, 1, 0), FOREVER)));
    say('s');
}

UTEST(items, an_empty_page_is_said_to_be_not_mapped)
{
    struct thread *r;

    world_start();
    r = spawn(world.other, 5, takes_nothing, NULL);
    target = cap(world.task, r->obj);
    spawn(world.task, 4, gives_nothing, NULL);
    world_run();
    EXPECT_STREQ(said, "rs");
    world_end();
}

/* ---- capabilities ------------------------------------------------------------------------------
 */

static void takes_cap(void *arg)
{
    (void)arg;
    cap_window(window_slot << L4_CAP_SHIFT);
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    EXPECT_EQ(*mr(0) & L4_RET_ITEM_TYPE_MASK, L4_RET_ITEM_MAPPED);
    say('r');
}

static void gives_cap(void *arg)
{
    (void)arg;
    *mr(0) = L4_ITEM_MAP;
    *mr(1) = l4_obj_fpage(second_cap, 0, L4_CAP_FPAGE_RW).raw;
    EXPECT_FALSE(failed(send(target, l4_msgtag(0, 0, 1, 0), FOREVER)));
    say('s');
}

UTEST(items, a_capability_arrives_with_the_rights_of_the_item)
{
    struct thread *r;
    struct gate *g;
    struct cap c;

    world_start();
    window_slot = 9;
    r = spawn(world.other, 5, takes_cap, NULL);
    target = cap(world.task, r->obj);
    g = gate_new(NULL, 0);
    second_cap = cap(world.task, &g->obj);
    spawn(world.task, 4, gives_cap, NULL);
    world_run();
    EXPECT_STREQ(said, "rs");
    c = captab_lookup(&world.other->space->caps, 9);
    EXPECT_TRUE(c.obj == &g->obj);
    EXPECT_EQ(c.rights & (CAP_R | CAP_W | CAP_S | CAP_D | CAP_COUNTED),
              CAP_R | CAP_W | CAP_COUNTED);
    world_end();
}

static void takes_label(void *arg)
{
    (void)arg;
    current()->utcb->buf.bdr = 0;
    *br(0) = window_slot << L4_CAP_SHIFT | L4_RCV_ITEM_SINGLE_CAP | L4_RCV_ITEM_LOCAL_ID;
    EXPECT_FALSE(failed(wait(NULL, FOREVER)));
    EXPECT_EQ(*mr(0) & L4_RET_ITEM_TYPE_MASK, L4_RET_ITEM_LOCAL_ID);
    EXPECT_EQ(*mr(1) & ~3ul, 0x40);
    say('r');
}

UTEST(items, a_gate_of_the_receiver_arrives_as_its_label)
{
    struct thread *r;

    world_start();
    window_slot = 9;
    r = spawn(world.other, 5, takes_label, NULL);
    target = cap(world.task, r->obj);
    second_cap = cap(world.task, &gate_new(r, 0x40)->obj);
    spawn(world.task, 4, gives_cap, NULL);
    world_run();
    EXPECT_STREQ(said, "rs");
    EXPECT_NULL(captab_lookup(&world.other->space->caps, 9).obj);
    world_end();
}

/* ---- cancelled and killed in the middle --------------------------------------------------------
 */

static struct thread *giver;
static unsigned offers, strike_at;

static void strike(void *arg)
{
    (void)arg;
    if (giver && party_phase_of(party_load(&giver->party)) == PARTY_XFER && ++offers == strike_at) {
        micro_enter();
        party_ask(&giver->party, REQ_CANCEL);
        ipc_interrupt(giver, CAUSE_CANCELLED);
        micro_leave();
    }
}

static void takes_many(void *arg)
{
    (void)arg;
    current()->utcb->buf.bdr = 0;
    *br(0) = L4_ITEM_MAP;
    *br(1) = l4_obj_fpage(0x200ul << L4_CAP_SHIFT, 8, L4_CAP_FPAGE_RW).raw;
    say(failed(wait(NULL, FOREVER)) ? 'x' : 'r');
}

static void gives_many(void *arg)
{
    (void)arg;
    *mr(0) = L4_ITEM_MAP;
    *mr(1) = l4_obj_fpage(0x100ul << L4_CAP_SHIFT, 8, L4_CAP_FPAGE_RW).raw;
    say(failed(send(target, l4_msgtag(0, 0, 1, 0), FOREVER)) ? 'X' : 's');
}

static unsigned caps_there(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < 256; i++)
        n += captab_lookup(&world.other->space->caps, 0x200 + i).obj != NULL;
    return n;
}

static void cancel_at(unsigned n, const char *expected)
{
    struct thread *r;

    world_start();
    for (unsigned i = 0; i < 256; i++)
        (void)cap(world.task, &world.task->obj);
    EXPECT_LE(0x200ul << L4_CAP_SHIFT, slot_new());
    giver = spawn_asleep(world.task, 4, gives_many, NULL);
    r = spawn_asleep(world.other, 5, takes_many, NULL);
    target = cap(world.task, r->obj);
    strike_at = n;
    start(giver);
    host_irq_on_offer(strike, NULL);
    start(r);
    host_irq_on_offer(NULL, NULL);
    EXPECT_STREQ(said, expected);
    giver = NULL;
}

UTEST(items, a_transfer_that_is_cancelled_stops_between_two_steps)
{
    cancel_at(100, "xX");
    EXPECT_LE(1, caps_there());
    EXPECT_LT(caps_there(), 256);
    world_end();
}

UTEST(items, a_transfer_that_is_not_disturbed_is_complete)
{
    cancel_at(0, "rs");
    EXPECT_EQ(caps_there(), 256);
    world_end();
}

/* ---- page faults -------------------------------------------------------------------------------
 */

static void pages(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    for (;;) {
        EXPECT_EQ(l4_msgtag_label(tag), L4_PROTO_PAGE_FAULT);
        EXPECT_EQ(l4_msgtag_words(tag), 2);
        EXPECT_EQ(*mr(0), (THERE + 0x10) | L4_PF_WRITE);
        say('p');
        *mr(0) = THERE | L4_ITEM_MAP;
        *mr(1) = l4_fpage(HERE, 12, L4_FPAGE_RW).raw;
        tag = reply_wait(l4_msgtag(0, 0, 1, 0), &label, FOREVER);
    }
}

static void faults(void *arg)
{
    (void)arg;
    *mr(0) = 11;
    *mr(1) = 12;
    current()->utcb->buf.bdr = 13;
    EXPECT_EQ(host_user_touch(THERE + 0x10, PT_R | PT_W), FRAME + 0x10);
    EXPECT_EQ(*mr(0), 11);
    EXPECT_EQ(*mr(1), 12);
    EXPECT_EQ(current()->utcb->buf.bdr, 13);
    say('f');
}

UTEST(fault, a_pager_maps_the_page_and_the_thread_goes_on)
{
    struct thread *pager, *t;

    world_start();
    page_for(world.task, PT_R | PT_W);
    pager = spawn(world.task, 9, pages, NULL);
    t = spawn_asleep(world.other, 5, faults, NULL);
    t->pager = cap(world.other, &gate_new(pager, 0)->obj);
    start(t);
    EXPECT_STREQ(said, "pf");
    world_end();
}

static void refuses(void *arg)
{
    l4_umword_t label = 0;
    l4_msgtag_t tag = wait(&label, FOREVER);

    (void)arg;
    for (;;) {
        if (l4_msgtag_label(tag) == L4_PROTO_PAGE_FAULT) {
            say('p');
            tag = reply_wait(words(-1, 0), &label, FOREVER);
            continue;
        }
        EXPECT_EQ(l4_msgtag_label(tag), L4_PROTO_EXCEPTION);
        EXPECT_EQ(l4_msgtag_words(tag), L4_UTCB_EXCEPTION_REGS_SIZE);
        EXPECT_EQ(*mr(16), 14);
        EXPECT_EQ(*mr(11), THERE);
        say('e');
        *mr(18) = *(const uint64_t *)arg; /* ip */
        tag = reply_wait(words(0, L4_UTCB_EXCEPTION_REGS_SIZE), &label, FOREVER);
    }
}

static void rescued(void *arg)
{
    (void)arg;
    say('R');
}

static void faults_hopelessly(void *arg)
{
    (void)arg;
    (void)host_user_touch(THERE, PT_R);
    say('!');
}

UTEST(fault, what_the_pager_refuses_becomes_an_exception)
{
    struct thread *pager, *t;
    uint64_t ip = host_user_ip(rescued);

    world_start();
    pager = spawn(world.task, 9, refuses, &ip);
    t = spawn_asleep(world.other, 5, faults_hopelessly, NULL);
    t->pager = t->exc_handler = cap(world.other, &gate_new(pager, 0)->obj);
    start(t);
    EXPECT_STREQ(said, "peR");
    world_end();
}

UTEST(fault, without_a_pager_the_thread_dies)
{
    struct thread *t;

    world_start();
    t = spawn(world.other, 5, faults_hopelessly, NULL);
    world_run();
    EXPECT_TRUE(t->gone);
    EXPECT_STREQ(said, "");
    world_end();
}

static void raises(void *arg)
{
    (void)arg;
    host_user_trap(13, 8, 0);
    say('!');
}

UTEST(fault, an_exception_that_nobody_handles_is_reported_and_stops_the_thread)
{
    struct thread *t;

    world_start();
    t = spawn(world.other, 5, raises, NULL);
    world_run();
    EXPECT_STREQ(said, "");
    EXPECT_FALSE(t->gone);
    EXPECT_NE(host_console_text()[0], '\0');
    world_end();
}

static void faults_on_sigma0(void *arg)
{
    (void)arg;
    EXPECT_EQ(host_user_touch(0x123456, PT_W), 0x123456);
    say('0');
}

UTEST(fault, sigma0_pages_itself)
{
    world_start();
    spawn(world_sigma0(), 5, faults_on_sigma0, NULL);
    world_run();
    EXPECT_STREQ(said, "0");
    world_end();
}

static void uses_port(void *arg)
{
    (void)arg;
    host_user_port(0x3f8);
    say('i');
}

UTEST(fault, a_port_the_task_has_is_loaded_when_it_is_used)
{
    struct map_op op;
    struct hotspot h = { .type = L4_FPAGE_IO, .rights = 7, .order = 3, .src = 0x3f8, .dst = 0x3f8 };

    world_start();
    map_init(
        &op, &current()->party,
        &(struct map_args){ .src = world_sigma0()->space, .dst = world.task->space, .spot = &h });
    EXPECT_EQ(map_run(&op, NULL, NULL), 0);
    spawn(world.task, 5, uses_port, NULL);
    world_run();
    EXPECT_STREQ(said, "i");
    world_end();
}
