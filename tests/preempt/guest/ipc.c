/* SPDX-License-Identifier: MIT */
/* Paths that meet another thread. */
#include "preempt.h"

#include <l4/sys/irq.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    PRIO_SERVER = 60,
    GATE_LABEL = 0x4440,
    ITEM_PAGES = 4,
    ITEM_ORDER = L4_PAGESHIFT + 2,
    SENDERS = 3,
};

static struct worker *server;
static struct task *other;
static l4_cap_idx_t gate, object, passed;
static l4_addr_t pages;

/* ---- call --------------------------------------------------------------------------------- */

static void call_prepare(struct worker *low)
{
    (void)low;
    server = worker_run(path_echo, NULL, PRIO_HIGH);
    prio_set(server->cap, PRIO_SERVER);
    gate = new_gate(server->cap, GATE_LABEL);
}

static void far_prepare(struct worker *low)
{
    (void)low;
    other = task_create();
    server = worker_run_in(other, path_echo, NULL, PRIO_HIGH);
    prio_set(server->cap, PRIO_SERVER);
    gate = new_gate(server->cap, GATE_LABEL);
}

static bool call_through(l4_cap_idx_t to, unsigned words)
{
    l4_msgtag_t t;

    l4_utcb_mr()->mr[0] = 41;
    t = l4_ipc_call(to, l4_utcb(), l4_msgtag(0, words, 0, 0), L4_IPC_NEVER);
    return !l4_msgtag_has_error(t) && l4_utcb_mr()->mr[0] == 42;
}

static bool call_run(void)
{
    return call_through(gate, 2);
}

static bool call_long_run(void)
{
    return call_through(gate, 60);
}

static void call_too(void)
{
    (void)call_through(gate, 1);
}

static void server_kill(void)
{
    cap_delete(server->cap);
}

static void other_kill(void)
{
    cap_delete(other->cap);
}

PATH(call, .prepare = call_prepare, .run = call_run, .disturb = call_too)
PATH(call_another_task, .prepare = far_prepare, .run = call_long_run, .disturb = call_too)
PATH(call_a_dying_server, .prepare = call_prepare, .run = call_run, .disturb = server_kill)
PATH(call_a_dying_task, .prepare = far_prepare, .run = call_long_run, .disturb = other_kill)

/* ---- the low thread as a server, or as a sender -----------------------------------------------
 */

static void client(struct worker *w)
{
    w->out[0] = call_through(gate, 2);
}

static void answer_prepare(struct worker *low)
{
    gate = new_gate(low->cap, GATE_LABEL);
    server = worker_run(client, NULL, PRIO_HIGH);
}

static bool answer_run(void)
{
    l4_umword_t label;
    l4_msgtag_t t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0);

    l4_utcb_mr()->mr[0] = 42;
    (void)l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 2, 0, 0), &label, L4_IPC_BOTH_TIMEOUT_0);
    return !l4_msgtag_has_error(t) && server->out[0];
}

static void send_prepare(struct worker *low)
{
    (void)low;
    server = worker_run(path_drain, NULL, PRIO_HIGH);
}

static bool send_run(void)
{
    return !l4_msgtag_has_error(
        l4_ipc_send(server->cap, l4_utcb(), l4_msgtag(0, 3, 0, 0), L4_IPC_NEVER));
}

PATH(answer, .prepare = answer_prepare, .run = answer_run, .disturb = server_kill)
PATH(send, .prepare = send_prepare, .run = send_run, .disturb = server_kill)

/* ---- items ------------------------------------------------------------------------------------
 */

static void memory_taker(struct worker *w)
{
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = TEST_AREA | L4_ITEM_MAP;
    l4_utcb_br()->br[1] = l4_fpage(TEST_AREA, 16, L4_FPAGE_RWX).raw;
    l4_utcb_br()->br[2] = 0;
    path_drain(w);
}

static void memory_prepare(struct worker *low)
{
    (void)low;
    for (unsigned i = 0; i < ITEM_PAGES; i++)
        (void)test_page(i);
    pages = (l4_addr_t)test_page(0);
    other = task_create();
    server = worker_run_in(other, memory_taker, NULL, PRIO_HIGH);
}

static bool memory_run(void)
{
    l4_msgtag_t t = l4_msgtag(0, 0, 0, 0);

    (void)l4_sndfpage_add(l4_fpage(pages, ITEM_ORDER, L4_FPAGE_RW),
                          l4_map_control(0, 0, L4_MAP_ITEM_MAP), &t);
    return !l4_msgtag_has_error(l4_ipc_send(server->cap, l4_utcb(), t, L4_IPC_NEVER));
}

static void memory_revoke(void)
{
    unmap_mem(L4_BASE_TASK_CAP, pages, ITEM_ORDER, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
}

PATH(send_memory, .prepare = memory_prepare, .run = memory_run, .disturb = memory_revoke)
PATH(send_memory_to_the_dying, .prepare = memory_prepare, .run = memory_run, .disturb = other_kill)

static void cap_taker(struct worker *w)
{
    receive_into(object);
    path_drain(w);
}

static void cap_prepare(struct worker *low)
{
    (void)low;
    passed = new_semaphore();
    object = cap_slot();
    server = worker_run(cap_taker, NULL, PRIO_HIGH);
}

static bool cap_run(void)
{
    l4_msgtag_t t = l4_msgtag(0, 0, 0, 0);

    (void)l4_sndfpage_add(l4_obj_fpage(passed, 0, L4_CAP_FPAGE_RWSD), l4_map_obj_control(0, 0), &t);
    return !l4_msgtag_has_error(l4_ipc_send(server->cap, l4_utcb(), t, L4_IPC_NEVER));
}

static void passed_delete(void)
{
    cap_delete(passed);
}

PATH(send_a_capability, .prepare = cap_prepare, .run = cap_run, .disturb = passed_delete)

/* ---- waiting, and its end ---------------------------------------------------------------------
 */

static void knock(struct worker *w)
{
    w->out[0] = call_through(gate, 1);
}

static void queue_prepare(struct worker *low)
{
    (void)low;
    object = new_thread(); /* never runs */
    gate = new_gate(object, GATE_LABEL);
    for (unsigned i = 0; i < SENDERS; i++)
        (void)worker_run(knock, NULL, PRIO_HIGH);
}

static bool gate_delete_run(void)
{
    return l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, gate)) == 0;
}

static bool receiver_delete_run(void)
{
    return l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, object)) == 0;
}

static void gate_delete_too(void)
{
    (void)l4_task_delete_obj(L4_BASE_TASK_CAP, gate);
}

static bool cancel_run(void)
{
    return l4_error(l4_thread_ex_regs(server->cap, ~0UL, ~0UL, L4_THREAD_EX_REGS_CANCEL)) == 0;
}

static void send_now(void)
{
    (void)l4_ipc_send(server->cap, l4_utcb(), l4_msgtag(0, 1, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

PATH(delete_a_gate, .prepare = queue_prepare, .run = gate_delete_run, .disturb = gate_delete_too)
PATH(delete_a_receiver, .prepare = queue_prepare, .run = receiver_delete_run,
     .disturb = gate_delete_too)
PATH(cancel, .prepare = send_prepare, .run = cancel_run, .disturb = send_now)

/* ---- semaphores and interrupts ----------------------------------------------------------------
 */

static void downer(struct worker *w)
{
    for (;; w->steps++)
        if (l4_error(l4_semaphore_down(object, L4_IPC_NEVER)) < 0)
            path_sleep(w);
}

static void up_prepare(struct worker *low)
{
    (void)low;
    object = new_semaphore();
    server = worker_run(downer, NULL, PRIO_HIGH);
}

static bool up_run(void)
{
    (void)l4_semaphore_up(object);
    return server->steps == 1;
}

static void down_prepare(struct worker *low)
{
    (void)low;
    object = new_semaphore();
}

static bool down_run(void)
{
    (void)l4_semaphore_up(object);
    return l4_error(l4_semaphore_down(object, L4_IPC_NEVER)) == 0;
}

static void object_delete(void)
{
    cap_delete(object);
}

PATH(semaphore_up, .prepare = up_prepare, .run = up_run, .disturb = object_delete)
PATH(semaphore_down, .prepare = down_prepare, .run = down_run, .disturb = object_delete)

static void irq_prepare(struct worker *low)
{
    (void)low;
    object = new_irq();
    server = worker_run(path_drain, NULL, PRIO_HIGH);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(object, server->cap, GATE_LABEL)), 0);
}

static bool irq_run(void)
{
    (void)l4_irq_trigger(object);
    return l4_error(l4_irq_detach(object)) >= 0;
}

static void trigger_too(void)
{
    (void)l4_irq_trigger(object);
}

PATH(trigger_and_detach, .prepare = irq_prepare, .run = irq_run, .disturb = trigger_too)
