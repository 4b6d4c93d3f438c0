/* SPDX-License-Identifier: MIT */
/* The loads; each is what its comment says, again and again. */
#include "load.h"

#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <systest/memory.h>

/* ---- nothing: the CPU sleeps --------------------------------------------------------------------
 */

static void none_step(void)
{
    let_others_run(10000);
}

const struct load load_none = { .step = none_step, .steps = 10 };

/* ---- calls between two tasks, 63 words each way -------------------------------------------------
 */

static l4_cap_idx_t server;

static void answer(struct worker *w)
{
    l4_umword_t label;

    (void)w;
    (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    for (;;)
        (void)l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 63, 0, 0), &label, L4_IPC_NEVER);
}

static void ipc_prepare(void)
{
    server = new_gate(worker_run_in(task_create(), answer, NULL, PRIO_LOAD)->cap, 0x40);
}

static void ipc_step(void)
{
    for (unsigned i = 0; i < 1000; i++)
        (void)l4_ipc_call(server, l4_utcb(), l4_msgtag(0, 63, 0, 0), L4_IPC_NEVER);
}

const struct load load_ipc = { .prepare = ipc_prepare, .step = ipc_step, .steps = 20 };

/* ---- a page, mapped 50,000 times to task A, and each of these to task B; then taken away --------
 */

enum {
    COPIES = 50000,
};

static unsigned char *page;

static void copy_page(l4_cap_idx_t to, l4_cap_idx_t from, l4_addr_t source, l4_addr_t target)
{
    l4_msgtag_t t = l4_task_map(to, from, l4_fpage(source, L4_PAGESHIFT, L4_FPAGE_RW),
                                l4_map_control(target, 0, L4_MAP_ITEM_MAP));

    ASSERT_EQ(l4_error(t), 0);
}

static void unmap_prepare(void)
{
    l4_fpage_t none = l4_fpage_invalid();

    big_make();
    page = test_page(0);
    ASSERT_EQ(l4_error(l4_factory_create_task(BIG, LOAD_SLOT(SLOT_A), &none)), 0);
    ASSERT_EQ(l4_error(l4_factory_create_task(BIG, LOAD_SLOT(SLOT_B), &none)), 0);
}

static void unmap_step(void)
{
    for (unsigned i = 0; i < COPIES; i++) {
        l4_addr_t at = TEST_AREA + (l4_addr_t)i * L4_PAGESIZE;

        copy_page(LOAD_SLOT(SLOT_A), L4_BASE_TASK_CAP, (l4_addr_t)page, at);
        copy_page(LOAD_SLOT(SLOT_B), LOAD_SLOT(SLOT_A), at, at);
    }
    unmap_mem(L4_BASE_TASK_CAP, (l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
}

static void unmap_finish(void)
{
    cap_delete(LOAD_SLOT(SLOT_A));
    cap_delete(LOAD_SLOT(SLOT_B));
    big_delete();
}

const struct load load_unmap = { unmap_prepare, unmap_step, unmap_finish, 1 };

/* ---- a task that holds the last capabilities of 10,000 objects dies -----------------------------
 */

enum {
    OBJECTS = 10000,
};

static void objects_step(void)
{
    l4_cap_idx_t task = LOAD_SLOT(SLOT_A);
    l4_cap_idx_t object = LOAD_SLOT(SLOT_B);
    l4_fpage_t none = l4_fpage_invalid();

    ASSERT_EQ(l4_error(l4_factory_create_task(BIG, task, &none)), 0);
    for (unsigned i = 0; i < OBJECTS; i++) {
        ASSERT_EQ(l4_error(l4_factory_create(BIG, L4_PROTO_SEMAPHORE, object)), 0);
        ASSERT_EQ(
            l4_error(l4_task_map(task, L4_BASE_TASK_CAP, l4_obj_fpage(object, 0, L4_CAP_FPAGE_RWSD),
                                 l4_map_obj_control(LOAD_SLOT(0x100 + i), 0))),
            0);
        cap_drop(object);
    }
    cap_delete(task);
}

const struct load load_objects = { big_make, objects_step, big_delete, 2 };

/* ---- a thousand senders wait at a gate without a thread, which is deleted; or at a thread
 * ---------
 */

static struct worker *deaf; /* never receives */
static struct task *crowd;
static l4_cap_idx_t gate;
static unsigned returned; /* sends and sleeps of the crowd that came to an end */

static void count_return(void)
{
    __atomic_fetch_add(&returned, 1, __ATOMIC_RELAXED);
}

static void sleep_for_ever(struct worker *w)
{
    (void)w; /* workers do when they return */
}

static _Noreturn void send_for_ever(void)
{
    for (;;) {
        (void)l4_ipc_send(LOAD_SLOT(CROWD_GATE), l4_utcb(), l4_msgtag(0, 8, 0, 0), L4_IPC_NEVER);
        count_return();
        (void)l4_ipc_sleep_us(1000);
    }
}

/* The crowd finds a new gate and queues up. */
static void gate_open(l4_cap_idx_t thread)
{
    ASSERT_EQ(l4_error(l4_factory_create_gate(TEST_FACTORY, gate, thread, 0x40)), 0);
    task_give_at(crowd, gate, LOAD_SLOT(CROWD_GATE), L4_CAP_FPAGE_RWS);
    let_others_run(10000);
}

static void crowd_prepare(void)
{
    returned = 0;
    big_make();
    gate = cap_slot();
    crowd = crowd_start(CROWD, send_for_ever);
}

static void crowd_finish(void)
{
    crowd_end();
    big_delete();
}

/* Whoever waited must have been told. */
static void gate_close(void)
{
    unsigned before = returned;

    cap_delete(gate);
    let_others_run(5000);
    EXPECT_LE(CROWD, returned - before);
}

static void senders_step(void)
{
    gate_open(L4_INVALID_CAP);
    gate_close();
}

const struct load load_senders = { crowd_prepare, senders_step, crowd_finish, 10 };

static void kill_step(void)
{
    unsigned before;

    deaf = worker_run(sleep_for_ever, NULL, PRIO_HIGH);
    gate_open(deaf->cap);
    before = returned;
    worker_delete(deaf);
    let_others_run(5000);
    EXPECT_LE(CROWD, returned - before);
    cap_delete(gate);
}

const struct load load_kill = { crowd_prepare, kill_step, crowd_finish, 10 };

/* ---- modify_senders looks at all of them --------------------------------------------------------
 */

static void modify_prepare(void)
{
    crowd_prepare();
    deaf = worker_run(sleep_for_ever, NULL, PRIO_HIGH);
    gate_open(deaf->cap);
    EXPECT_EQ(returned, 0);
}

static void modify_step(void)
{
    for (unsigned i = 0; i < 10; i++) {
        l4_msgtag_t t = l4_thread_modify_sender_start();

        (void)l4_thread_modify_sender_add(~0UL, 0x1234, 0, 1, &t);
        EXPECT_EQ(l4_error(l4_thread_modify_sender_commit(deaf->cap, t)), 0);
    }
}

const struct load load_modify = { modify_prepare, modify_step, crowd_finish, 20 };

/* ---- a thousand timeouts expire together --------------------------------------------------------
 */

static volatile uint64_t alarm_us;

static _Noreturn void sleep_till_alarm(void)
{
    for (;;) {
        uint64_t when = alarm_us;

        if (when <= now_us())
            alarm_us = when = now_us() + 5000;
        (void)l4_ipc_receive(L4_INVALID_CAP, l4_utcb(),
                             l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(when, 8)));
        count_return();
    }
}

static void kip_give(struct task *t)
{
    l4_addr_t kip = (l4_addr_t)l4_kip();

    ASSERT_EQ(
        l4_error(l4_task_map(t->cap, L4_BASE_TASK_CAP, l4_fpage(kip, L4_PAGESHIFT, L4_FPAGE_RX),
                             l4_map_control(kip, 0, L4_MAP_ITEM_MAP))),
        0);
}

static void timeouts_prepare(void)
{
    returned = 0;
    big_make();
    kip_give(crowd_start(CROWD, sleep_till_alarm));
}

static void timeouts_finish(void)
{
    EXPECT_LE(10 * CROWD, returned);
    crowd_finish();
}

const struct load load_timeouts = { timeouts_prepare, none_step, timeouts_finish, 20 };

/* ---- creating until the quota is used up, then deleting all -------------------------------------
 */

static void quota_prepare(void)
{
    ASSERT_EQ(l4_error(l4_factory_create_factory(TEST_FACTORY, LOAD_SLOT(SLOT_A), 128 << 10)), 0);
}

static void quota_step(void)
{
    static const long protos[] = { L4_PROTO_IRQ_SENDER, L4_PROTO_THREAD, L4_PROTO_TASK };

    for (unsigned k = 0; k < sizeof(protos) / sizeof(protos[0]); k++) {
        unsigned made = 0;

        while (made < MANY && l4_error(l4_factory_create(LOAD_SLOT(SLOT_A), protos[k],
                                                         LOAD_SLOT(SLOT_MANY + made))) == 0)
            made++;
        for (unsigned i = 0; i < 100; i++)
            (void)l4_factory_create(LOAD_SLOT(SLOT_A), protos[k], LOAD_SLOT(SLOT_B));
        many_delete();
    }
}

static void quota_finish(void)
{
    cap_delete(LOAD_SLOT(SLOT_A));
}

const struct load load_quota = { quota_prepare, quota_step, quota_finish, 60 };

/* ---- page faults, answered by a pager of low priority; then all pages are taken away ------------
 */

enum {
    PAGER_SLOT = 0x1e8,
    AGAIN = 7, /* label of the request to take them away */
};

static void serve_faults(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    l4_msgtag_t answer_tag;
    l4_umword_t label;
    l4_msgtag_t t = l4_ipc_wait(u, &label, L4_IPC_NEVER);

    (void)w;
    for (;;) {
        if (l4_msgtag_label(t) == AGAIN) {
            unmap_mem(L4_BASE_TASK_CAP, (l4_addr_t)page, L4_SUPERPAGESHIFT, L4_FPAGE_RWX,
                      L4_FP_OTHER_SPACES);
            answer_tag = l4_msgtag(0, 0, 0, 0);
        } else {
            l4_addr_t at = l4_trunc_page(l4_utcb_mr_u(u)->mr[0]);
            l4_addr_t from = (l4_addr_t)page + (at - TEST_AREA);

            l4_utcb_mr_u(u)->mr[0] = l4_map_control(at, 0, L4_MAP_ITEM_MAP);
            l4_utcb_mr_u(u)->mr[1] = l4_fpage(from, L4_PAGESHIFT, L4_FPAGE_RW).raw;
            answer_tag = l4_msgtag(0, 0, 1, 0);
        }
        t = l4_ipc_reply_and_wait(u, answer_tag, &label, L4_IPC_NEVER);
    }
}

static void touch_for_ever(struct worker *w)
{
    (void)w;
    for (;;) {
        for (l4_addr_t a = TEST_AREA; a < TEST_AREA + L4_SUPERPAGESIZE; a += L4_PAGESIZE)
            (void)*(const volatile char *)a;
        (void)l4_ipc_call(LOAD_SLOT(PAGER_SLOT), l4_utcb(), l4_msgtag(AGAIN, 0, 0, 0),
                          L4_IPC_NEVER);
    }
}

static void fault_prepare(void)
{
    struct worker *pager = worker_run(serve_faults, NULL, PRIO_LOAD);
    struct task *t = task_create();
    struct worker *w = worker_create_in(t, touch_for_ever, NULL);

    page = test_superpage();
    task_give_at(t, new_gate(pager->cap, 0x40), LOAD_SLOT(PAGER_SLOT), L4_CAP_FPAGE_RWS);
    worker_handlers(w, LOAD_SLOT(PAGER_SLOT), LOAD_SLOT(TASK_FAULT_SLOT));
    worker_start(w, PRIO_LOAD);
}

const struct load load_fault = { .prepare = fault_prepare, .step = none_step, .steps = 10 };

/* ---- capabilities: 512 at once, and one by one in messages --------------------------------------
 */

enum {
    BLOCK_ORDER = 9,
    RECEIVED = 0x1000, /* in the other task */
};

static struct task *taker;

static void take_caps(struct worker *w)
{
    l4_umword_t label;

    (void)w;
    receive_into(LOAD_SLOT(RECEIVED));
    (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    for (;;)
        (void)l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 0, 0, 0), &label, L4_IPC_NEVER);
}

static void caps_prepare(void)
{
    l4_cap_idx_t sem = new_semaphore();

    taker = task_create();
    server = new_gate(worker_run_in(taker, take_caps, NULL, PRIO_LOAD)->cap, 0x40);
    for (unsigned i = 0; i < 1U << BLOCK_ORDER; i++)
        ASSERT_EQ(l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
                                       l4_obj_fpage(sem, 0, L4_CAP_FPAGE_RWS),
                                       l4_map_obj_control(LOAD_SLOT(SLOT_MANY + i), 0))),
                  0);
}

static void caps_step(void)
{
    l4_cap_idx_t first = LOAD_SLOT(SLOT_MANY);

    EXPECT_EQ(l4_error(l4_task_map(taker->cap, L4_BASE_TASK_CAP,
                                   l4_obj_fpage(first, BLOCK_ORDER, L4_CAP_FPAGE_RWS),
                                   l4_map_obj_control(first, 0))),
              0);
    EXPECT_EQ(
        l4_error(l4_task_unmap(taker->cap, l4_obj_fpage(first, BLOCK_ORDER, L4_CAP_FPAGE_RWSD),
                               L4_FP_ALL_SPACES)),
        0);
    for (unsigned i = 0; i < 64; i++) {
        l4_utcb_mr()->mr[0] = l4_map_obj_control(0, 0);
        l4_utcb_mr()->mr[1] = l4_obj_fpage(first, 0, L4_CAP_FPAGE_RWS).raw;
        (void)l4_ipc_call(server, l4_utcb(), l4_msgtag(0, 0, 1, 0), L4_IPC_NEVER);
    }
}

const struct load load_caps = { caps_prepare, caps_step, many_delete, 60 };
