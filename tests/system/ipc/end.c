/* SPDX-License-Identifier: MIT */
/* How a wait ends otherwise: by ex_regs with CANCEL, by the death of either partner. */
#include <systest/systest.h>

#include <l4/sys/irq.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

static l4_msgtag_t const msg = { 0x70001 };

static void send_to(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_send((l4_cap_idx_t)w->arg, l4_utcb(), msg, L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void call_to(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_call((l4_cap_idx_t)w->arg, l4_utcb(), msg, L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void wait_for_anybody(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void receive_from(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_receive((l4_cap_idx_t)w->arg, l4_utcb(), L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void sleep_long(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_sleep_ms(100000).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void down(struct worker *w)
{
    w->out[0] = (uint64_t)l4_semaphore_down((l4_cap_idx_t)w->arg, L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void spin(struct worker *w)
{
    for (;;)
        w->steps++;
}

static void return_at_once(struct worker *w)
{
    (void)w;
}

static bool queue_is_empty(void)
{
    l4_msgtag_t t = l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0);

    return l4_msgtag_has_error(t) && l4_ipc_error_code(l4_utcb()) == L4_IPC_RETIMEOUT;
}

/* ---- cancel ---------------------------------------------------------------------------------- */

SYSTEST(cancel, a_cancelled_sender_leaves_no_trace_in_the_queue)
{
    struct worker *w = worker_run(send_to, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_EQ(w->state, WORKER_RUNS);
    worker_cancel(w);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(w->out[1], L4_IPC_SECANCELED);
    EXPECT_TRUE(queue_is_empty());
}

SYSTEST(cancel, a_cancelled_sender_in_the_middle_leaves_the_others_in_order)
{
    struct worker *w[5];

    for (unsigned i = 0; i < 5; i++)
        w[i] = worker_run(send_to, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH + i);
    worker_cancel(w[4]);
    worker_cancel(w[2]);
    worker_cancel(w[0]);
    EXPECT_FALSE(queue_is_empty());
    EXPECT_EQ(w[3]->state, WORKER_DONE);
    EXPECT_EQ(w[1]->state, WORKER_RUNS);
    EXPECT_FALSE(queue_is_empty());
    EXPECT_EQ(w[1]->state, WORKER_DONE);
    EXPECT_TRUE(queue_is_empty());
}

SYSTEST(cancel, a_cancelled_receiver_gets_the_tag_that_went_in)
{
    struct worker *w = worker_run(wait_for_anybody, NULL, PRIO_HIGH);
    struct worker *r = worker_run(receive_from, (void *)w->cap, PRIO_HIGH);

    worker_cancel(w);
    worker_cancel(r);
    EXPECT_EQ(w->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(w->out[1], L4_IPC_RECANCELED);
    EXPECT_EQ(r->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(r->out[1], L4_IPC_RECANCELED);
}

SYSTEST(cancel, a_cancelled_sleeper_wakes)
{
    struct worker *w = worker_run(sleep_long, NULL, PRIO_HIGH);

    worker_cancel(w);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[1], L4_IPC_RECANCELED);
}

SYSTEST(cancel, a_cancelled_caller_that_still_sends_has_a_send_error)
{
    struct worker *w = worker_run(call_to, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    worker_cancel(w);
    EXPECT_EQ(w->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(w->out[1], L4_IPC_SECANCELED);
    EXPECT_TRUE(queue_is_empty());
}

SYSTEST(cancel, a_cancelled_sender_at_an_unbound_gate_leaves)
{
    l4_cap_idx_t gate = new_gate(L4_INVALID_CAP, 0);
    struct worker *s = worker_run(send_to, (void *)gate, PRIO_HIGH);
    struct worker *c = worker_run(call_to, (void *)gate, PRIO_HIGH);

    worker_cancel(s);
    worker_cancel(c);
    EXPECT_EQ(s->out[1], L4_IPC_SECANCELED);
    EXPECT_EQ(c->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(c->out[1], L4_IPC_SECANCELED);
}

SYSTEST(cancel, ex_regs_without_the_flag_does_not_disturb)
{
    struct worker *w = worker_run(wait_for_anybody, NULL, PRIO_HIGH);

    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL, 0)), 0);
    EXPECT_EQ(w->state, WORKER_RUNS);
    EXPECT_EQ(l4_error(l4_ipc_send(w->cap, l4_utcb(), msg, L4_IPC_BOTH_TIMEOUT_0)), 7);
    EXPECT_EQ(w->state, WORKER_DONE);
}

SYSTEST(cancel, a_cancel_hits_no_later_operation)
{
    struct worker *w = worker_create(wait_for_anybody, NULL);

    worker_start(w, PRIO_LOW);
    worker_cancel(w); /* it is ready, in no operation */
    let_others_run(1000);
    EXPECT_EQ(w->state, WORKER_RUNS);
    EXPECT_EQ(l4_error(l4_ipc_send(w->cap, l4_utcb(), msg, L4_IPC_BOTH_TIMEOUT_0)), 7);
}

SYSTEST(cancel, new_registers_count_after_a_cancelled_operation)
{
    extern char worker_entry[];
    struct worker *w = worker_run(sleep_long, NULL, PRIO_HIGH);
    struct worker *second = worker_create(return_at_once, NULL);

    /* the first thread goes on as the second one */
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, (l4_addr_t)worker_entry,
                                         (l4_addr_t)second->stack_top, L4_THREAD_EX_REGS_CANCEL)),
              0);
    EXPECT_EQ(w->state, WORKER_RUNS); /* it never came back to its own function */
    EXPECT_EQ(second->state, WORKER_DONE);
}

/* ---- death ----------------------------------------------------------------------------------- */

SYSTEST(death, a_deleted_thread_is_no_partner)
{
    struct worker *w = worker_run(wait_for_anybody, NULL, PRIO_HIGH);
    l4_cap_idx_t copy = cap_copy(w->cap, L4_CAP_FPAGE_RWS, 0);
    l4_cap_idx_t gate = new_gate(w->cap, 0x40);

    worker_delete(w);
    EXPECT_FALSE(cap_used(w->cap));
    EXPECT_FALSE(cap_used(copy));
    EXPECT_SEND_ERROR(l4_ipc_send(w->cap, l4_utcb(), msg, L4_IPC_NEVER), L4_IPC_ENOT_EXISTENT);
    EXPECT_SEND_ERROR(l4_ipc_send(copy, l4_utcb(), msg, L4_IPC_NEVER), L4_IPC_ENOT_EXISTENT);
    EXPECT_SEND_ERROR(l4_ipc_call(gate, l4_utcb(), msg, L4_IPC_NEVER), L4_IPC_ENOT_EXISTENT);
}

SYSTEST(death, senders_of_a_dead_receiver_are_cancelled)
{
    struct worker *r = worker_run(sleep_long, NULL, PRIO_HIGH);
    struct worker *s = worker_run(send_to, (void *)r->cap, PRIO_HIGH);
    struct worker *c = worker_run(call_to, (void *)r->cap, PRIO_HIGH);
    struct worker *g = worker_run(call_to, (void *)new_gate(r->cap, 0), PRIO_HIGH);

    worker_delete(r);
    EXPECT_EQ(s->state, WORKER_DONE);
    EXPECT_EQ(s->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(s->out[1], L4_IPC_SECANCELED);
    EXPECT_EQ(c->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(c->out[1], L4_IPC_SECANCELED);
    EXPECT_EQ(g->out[1], L4_IPC_SECANCELED);
}

SYSTEST(death, the_caller_of_a_dead_server_is_woken)
{
    struct worker *s = worker_run(wait_for_anybody, NULL, PRIO_HIGH);
    struct worker *c = worker_run(call_to, (void *)s->cap, PRIO_HIGH);

    EXPECT_EQ(s->state, WORKER_DONE);
    EXPECT_EQ(c->state, WORKER_RUNS);
    worker_delete(s);
    EXPECT_EQ(c->state, WORKER_DONE);
    EXPECT_EQ(c->out[0], (uint64_t)msg.raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(c->out[1], L4_IPC_RECANCELED);
}

SYSTEST(death, a_dead_sender_leaves_no_trace_in_the_queue)
{
    struct worker *a = worker_run(send_to, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);
    struct worker *b = worker_run(send_to, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    worker_delete(a);
    EXPECT_FALSE(queue_is_empty());
    EXPECT_EQ(b->state, WORKER_DONE);
    EXPECT_TRUE(queue_is_empty());
}

SYSTEST(death, a_thread_can_be_killed_wherever_it_is)
{
    l4_cap_idx_t sem = new_semaphore();
    l4_cap_idx_t gate = new_gate(L4_INVALID_CAP, 0);
    struct {
        void (*fn)(struct worker *w);
        void *arg;
    } const what[] = {
        { send_to, (void *)L4_BASE_THREAD_CAP },
        { call_to, (void *)L4_BASE_THREAD_CAP },
        { wait_for_anybody, NULL },
        { receive_from, (void *)L4_BASE_THREAD_CAP },
        { receive_from, (void *)gate },
        { sleep_long, NULL },
        { down, (void *)sem },
        { send_to, (void *)gate },
        { call_to, (void *)gate },
        { return_at_once, NULL },
        { spin, NULL },
    };

    /* from above and from below, blocked and ready */
    for (unsigned i = 0; i < sizeof(what) / sizeof(what[0]); i++) {
        struct worker *w = worker_create(what[i].fn, what[i].arg);

        if (what[i].fn != spin) {
            worker_start(w, PRIO_HIGH);
            worker_delete(w);
            w = worker_create(what[i].fn, what[i].arg);
        }
        worker_start(w, PRIO_LOW);
        let_others_run(500);
        worker_delete(w);
        w = worker_create(what[i].fn, what[i].arg);
        worker_start(w, PRIO_LOW); /* never gets to run */
        worker_delete(w);
        EXPECT_TRUE(queue_is_empty());
    }
}

SYSTEST(death, a_thread_can_be_killed_before_it_lived)
{
    struct worker *bound = worker_create(spin, NULL);
    struct worker *homed = worker_create(spin, NULL);
    struct worker *started = worker_create(spin, NULL);
    l4_cap_idx_t unbound = new_thread();

    prio_set(homed->cap, PRIO_LOW);
    EXPECT_EQ(l4_error(l4_thread_ex_regs(started->cap, 1, 1, 0)), 0);
    worker_delete(bound);
    worker_delete(homed);
    worker_delete(started);
    cap_delete(unbound);
}

static void delete_self(struct worker *w)
{
    w->steps++;
    (void)l4_task_delete_obj(L4_BASE_TASK_CAP, w->cap);
    w->steps++;
}

SYSTEST(death, a_thread_may_delete_itself)
{
    struct worker *high = worker_run(delete_self, NULL, PRIO_HIGH);
    struct worker *low = worker_create(delete_self, NULL);

    worker_start(low, PRIO_LOW);
    let_others_run(1000);
    EXPECT_EQ(high->steps, 1);
    EXPECT_EQ(low->steps, 1);
    EXPECT_FALSE(cap_used(high->cap));
    EXPECT_FALSE(cap_used(low->cap));
}

SYSTEST(death, the_free_marker_of_a_dead_threads_utcb_is_cleared)
{
    struct worker *w = worker_run(sleep_long, NULL, PRIO_HIGH);

    l4_utcb_tcr_u(w->utcb)->free_marker = 77;
    worker_delete(w);
    EXPECT_EQ(l4_utcb_tcr_u(w->utcb)->free_marker, 0);
}

SYSTEST(death, the_last_counted_capability_takes_the_thread_with_it)
{
    struct worker *r = worker_run(sleep_long, NULL, PRIO_HIGH);
    struct worker *s = worker_run(send_to, (void *)r->cap, PRIO_HIGH);
    l4_cap_idx_t copy = cap_copy(r->cap, L4_CAP_FPAGE_RWS, 0);

    cap_drop(r->cap);
    EXPECT_EQ(s->state, WORKER_RUNS);
    cap_drop(copy);
    EXPECT_EQ(s->state, WORKER_DONE);
    EXPECT_EQ(s->out[1], L4_IPC_SECANCELED);
}

SYSTEST(death, threads_come_and_go_in_great_number)
{
    for (unsigned i = 0; i < 300; i++)
        cap_delete(new_thread());
}
