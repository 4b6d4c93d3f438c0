/* SPDX-License-Identifier: MIT */
/* Call and reply: in one task, across two, with words, a page, a capability. */
#include <bench/bench.h>

#include <l4/sys/task.h>
#include <systest/memory.h>

enum {
    ROUNDS = 1000,
};

struct echo {
    l4_msgtag_t reply; /* what the server answers with */
    l4_umword_t item[2];
};

static struct echo echo; /* in the image, which all tasks share */

/* Answers each message with what `echo` says. */
static void serve(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    l4_umword_t label;

    (void)w;
    (void)l4_ipc_wait(u, &label, L4_IPC_NEVER);
    for (;;) {
        unsigned words = l4_msgtag_words(echo.reply);

        if (l4_msgtag_items(echo.reply)) {
            l4_utcb_mr_u(u)->mr[words] = echo.item[0];
            l4_utcb_mr_u(u)->mr[words + 1] = echo.item[1];
        }
        (void)l4_ipc_reply_and_wait(u, echo.reply, &label, L4_IPC_NEVER);
    }
}

static void measure_calls(const char *name, l4_cap_idx_t server, unsigned words)
{
    l4_msgtag_t tag = l4_msgtag(0, words, 0, 0);
    l4_utcb_t *u = l4_utcb();

    echo = (struct echo){ .reply = tag };
    MEASURE(name, ROUNDS, (void)l4_ipc_call(server, u, tag, L4_IPC_NEVER));
}

/* A gate to a server in the other task, or in ours. */
static l4_cap_idx_t server_new(bool other_task)
{
    struct task *t = other_task ? task_create() : NULL;

    return new_gate(worker_run_in(t, serve, NULL, PRIO_HIGH)->cap, 0x40);
}

SYSTEST(ipc, in_one_task)
{
    l4_cap_idx_t server = server_new(false);

    measure_calls("ipc.same.0", server, 0);
    measure_calls("ipc.same.4", server, 4);
    measure_calls("ipc.same.8", server, 8);
    measure_calls("ipc.same.63", server, 63);
}

SYSTEST(ipc, across_two_tasks)
{
    l4_cap_idx_t server = server_new(true);

    measure_calls("ipc.cross.0", server, 0);
    measure_calls("ipc.cross.4", server, 4);
    measure_calls("ipc.cross.8", server, 8);
    measure_calls("ipc.cross.63", server, 63);
}

/* ---- items ------------------------------------------------------------------------------------
 */

enum {
    PAGES = 512,
    SLOT = 0x300, /* of the client: 64 from here */
};

/* The client lives in the other task, so that what it receives was not there before. */
static void call_for_pages(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    l4_cap_idx_t server = (l4_cap_idx_t)w->arg;

    l4_utcb_br_u(u)->bdr = 0;
    for (unsigned i = 0; i < PAGES; i++) {
        l4_utcb_br_u(u)->br[0] = L4_ITEM_MAP;
        l4_utcb_br_u(u)->br[1] = l4_fpage(TEST_AREA + i * L4_PAGESIZE, L4_PAGESHIFT, 0).raw;
        l4_utcb_br_u(u)->br[2] = 0;
        uint64_t start = ticks();
        l4_msgtag_t t = l4_ipc_call(server, u, l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
        uint64_t end = ticks();
        EXPECT_EQ(l4_msgtag_items(t), 1);
        series_add(start, end);
    }
}

static void call_for_caps(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    l4_cap_idx_t server = (l4_cap_idx_t)w->arg;

    for (unsigned i = 0; i < ROUNDS; i++) {
        receive_into((l4_cap_idx_t)(SLOT + i % 64) << L4_CAP_SHIFT);
        uint64_t start = ticks();
        l4_msgtag_t t = l4_ipc_call(server, u, l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
        uint64_t end = ticks();
        EXPECT_EQ(l4_msgtag_items(t), 1);
        series_add(start, end);
    }
}

/* A client in a task of its own calls a server in ours. */
static void measure_items(const char *name, void (*client)(struct worker *w))
{
    l4_cap_idx_t server = server_new(false);
    struct task *t = task_create();

    task_give(t, server, L4_CAP_FPAGE_RWS);
    series_begin(name);
    EXPECT_EQ(worker_run_in(t, client, (void *)server, PRIO_HIGH)->state, WORKER_DONE);
    series_end();
}

SYSTEST(ipc, the_reply_maps_a_page)
{
    echo = (struct echo){ .reply = l4_msgtag(0, 0, 1, 0) };
    echo.item[0] = l4_map_control(0, 0, L4_MAP_ITEM_MAP);
    echo.item[1] = l4_fpage((l4_addr_t)test_page(0), L4_PAGESHIFT, L4_FPAGE_RW).raw;
    measure_items("ipc.cross.page", call_for_pages);
}

SYSTEST(ipc, the_reply_brings_a_capability)
{
    echo = (struct echo){ .reply = l4_msgtag(0, 0, 1, 0) };
    echo.item[0] = l4_map_obj_control(0, 0);
    echo.item[1] = l4_obj_fpage(new_semaphore(), 0, L4_CAP_FPAGE_RWS).raw;
    measure_items("ipc.cross.cap", call_for_caps);
}
