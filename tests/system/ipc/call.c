/* SPDX-License-Identifier: MIT */
/* Calls, replies and reply capabilities. */
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/thread.h>

static l4_msgtag_t tag(long label, unsigned words)
{
    return l4_msgtag(label, words, 0, 0);
}

/* Calls once through the capability in arg; out: tag, error, label, first word. */
static void call_once(struct worker *w)
{
    l4_umword_t label = 0x1abe1;
    l4_msgtag_t t;

    l4_utcb_mr()->mr[0] = 0xca11;
    t = l4_ipc((l4_cap_idx_t)w->arg, l4_utcb(), L4_SYSF_CALL, 0x5e1f, tag(9, 1), &label,
               L4_IPC_NEVER);
    w->out[1] = l4_ipc_error_code(l4_utcb());
    w->out[3] = l4_utcb_mr()->mr[0];
    w->out[0] = (uint64_t)t.raw;
    w->out[2] = label;
}

/* Serves for ever: word 0 + 1. */
static void serve(struct worker *w)
{
    l4_umword_t label;
    l4_msgtag_t t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);

    for (;;) {
        w->out[w->steps % 8] = label;
        w->steps++;
        l4_utcb_mr()->mr[0]++;
        t = l4_ipc(L4_INVALID_CAP, l4_utcb(), L4_SYSF_REPLY_AND_WAIT, 0x4e91, tag(0, 1), &label,
                   L4_IPC_NEVER);
        if (l4_msgtag_has_error(t))
            t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    }
}

static l4_msgtag_t wait_now(l4_umword_t *label)
{
    return l4_ipc_wait(l4_utcb(), label, L4_IPC_BOTH_TIMEOUT_0);
}

static l4_msgtag_t reply(long label)
{
    return l4_ipc_reply(l4_utcb(), tag(label, 0), L4_IPC_BOTH_TIMEOUT_0);
}

SYSTEST(call, a_call_brings_back_the_reply_and_its_label)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);
    l4_umword_t label = 0;
    l4_msgtag_t t = wait_now(&label);

    EXPECT_EQ(t.raw, tag(9, 1).raw);
    EXPECT_EQ(label, 0x5e1f);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xca11);
    EXPECT_EQ(w->state, WORKER_RUNS);
    l4_utcb_mr()->mr[0] = 0xa115;
    t = l4_ipc(L4_INVALID_CAP, l4_utcb(), L4_SYSF_SEND | L4_SYSF_REPLY, 0x4e91, tag(-3, 1), NULL,
               L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(t.raw, tag(-3, 1).raw);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], tag(-3, 1).raw);
    EXPECT_EQ(w->out[2], 0x4e91);
    EXPECT_EQ(w->out[3], 0xa115);
}

SYSTEST(call, a_server_loop_answers_every_priority)
{
    static const unsigned prio[] = { PRIO_LOW, PRIO_MAIN, PRIO_HIGH };

    for (unsigned i = 0; i < 3; i++) {
        struct worker *w = worker_run(serve, NULL, prio[i]);
        l4_cap_idx_t gate = new_gate(w->cap, 0x40);

        for (unsigned k = 0; k < 10; k++) {
            l4_umword_t label = 7;
            l4_msgtag_t t;

            l4_utcb_mr()->mr[0] = k;
            t = l4_ipc(gate, l4_utcb(), L4_SYSF_CALL, 1, tag(0, 1), &label, L4_IPC_NEVER);
            EXPECT_EQ(t.raw, tag(0, 1).raw);
            EXPECT_EQ(l4_utcb_mr()->mr[0], k + 1);
            EXPECT_EQ(label, 0x4e91);
        }
        EXPECT_EQ(w->steps, 10);
    }
}

SYSTEST(call, a_gate_gives_its_label_and_the_rights_of_the_capability)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(w->cap, 0x1000);
    static const unsigned rights[] = { L4_CAP_FPAGE_RO, L4_CAP_FPAGE_RW, L4_CAP_FPAGE_RS,
                                       L4_CAP_FPAGE_RWS };

    for (unsigned i = 0; i < 4; i++) {
        l4_cap_idx_t c = cap_copy(gate, rights[i], 0);

        (void)l4_ipc_call(c, l4_utcb(), tag(0, 1), L4_IPC_NEVER);
        EXPECT_EQ(w->out[i], 0x1000 + i);
    }
}

SYSTEST(call, a_gate_forwards_every_protocol)
{
    static const long protos[] = { 0, 1, -1, -2, -5, -10, -11, -12, -13, -15, -23, 0x4000 };
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t client = cap_copy(new_gate(w->cap, 0x40), L4_CAP_FPAGE_RWS, 0);

    for (unsigned i = 0; i < sizeof(protos) / sizeof(protos[0]); i++) {
        l4_utcb_mr()->mr[0] = i;
        EXPECT_EQ(l4_error(l4_ipc_call(client, l4_utcb(), tag(protos[i], 1), L4_IPC_NEVER)), 0);
        EXPECT_EQ(l4_utcb_mr()->mr[0], i + 1);
    }
}

SYSTEST(call, a_reply_capability_works_once)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    EXPECT_EQ(reply(0).raw, tag(0, 0).raw);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
}

SYSTEST(call, an_empty_reply_slot_is_an_error_and_nothing_is_received)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);
    l4_msgtag_t t;

    t = l4_ipc_reply_and_wait(l4_utcb(), tag(0, 0), NULL, L4_IPC_NEVER);
    EXPECT_SEND_ERROR(t, L4_IPC_ENOT_EXISTENT);
    t = l4_ipc(L4_INVALID_CAP, l4_utcb(), L4_SYSF_REPLY | L4_SYSF_SEND | L4_SYSF_RECV, 0, tag(0, 0),
               NULL, L4_IPC_NEVER);
    EXPECT_SEND_ERROR(t, L4_IPC_ENOT_EXISTENT);
    EXPECT_EQ(w->state, WORKER_RUNS);
    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL))); /* it is still queued */
}

static void send_main(struct worker *w)
{
    (void)w;
    (void)l4_ipc_send(L4_BASE_THREAD_CAP, l4_utcb(), tag(1, 0), L4_IPC_NEVER);
}

SYSTEST(call, a_plain_send_leaves_no_reply_capability)
{
    (void)worker_run(send_main, NULL, PRIO_HIGH);
    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
}

SYSTEST(call, a_closed_receive_leaves_no_reply_capability)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(l4_ipc_receive(w->cap, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0)));
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
    EXPECT_EQ(w->state, WORKER_RUNS);
    /* the caller can still be answered by name */
    EXPECT_EQ(l4_error(l4_ipc_send(w->cap, l4_utcb(), tag(0, 0), L4_IPC_BOTH_TIMEOUT_0)), 0);
    EXPECT_EQ(w->state, WORKER_DONE);
}

SYSTEST(call, an_answer_by_name_empties_the_reply_slot)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    EXPECT_EQ(l4_error(l4_ipc_send(w->cap, l4_utcb(), tag(0, 0), L4_IPC_BOTH_TIMEOUT_0)), 0);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
}

SYSTEST(call, a_new_caller_takes_the_slot_and_the_old_one_keeps_waiting)
{
    struct worker *a = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);
    struct worker *b;

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    b = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);
    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    EXPECT_EQ(reply(5).raw, tag(5, 0).raw);
    EXPECT_EQ(b->state, WORKER_DONE);
    EXPECT_EQ(a->state, WORKER_RUNS);
    EXPECT_SEND_ERROR(reply(6), L4_IPC_ENOT_EXISTENT);
    EXPECT_EQ(l4_error(l4_ipc_send(a->cap, l4_utcb(), tag(7, 0), L4_IPC_BOTH_TIMEOUT_0)), 7);
    EXPECT_EQ(a->state, WORKER_DONE);
    EXPECT_EQ(a->out[0], tag(7, 0).raw);
}

SYSTEST(call, a_wait_keeps_the_slot_when_nobody_calls)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    EXPECT_TRUE(l4_msgtag_has_error(wait_now(NULL)));
    (void)worker_run(send_main, NULL, PRIO_HIGH);
    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    (void)reply(0);
    (void)w;
}

SYSTEST(call, a_caller_that_was_cancelled_empties_the_slot)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    worker_cancel(w);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], tag(9, 1).raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(w->out[1], L4_IPC_RECANCELED);
    EXPECT_EQ(w->out[2], 0x5e1f); /* the label that went in */
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
}

static void call_again_and_again(struct worker *w)
{
    for (;;) {
        (void)l4_ipc_call(L4_BASE_THREAD_CAP, l4_utcb(), tag(9, 1), L4_IPC_NEVER);
        w->steps++;
    }
}

SYSTEST(call, a_stale_reply_capability_does_not_answer_the_next_call)
{
    struct worker *w = worker_run(call_again_and_again, NULL, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    worker_cancel(w); /* its second call is queued now */
    EXPECT_EQ(w->steps, 1);
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
    EXPECT_FALSE(l4_msgtag_has_error(l4_ipc_receive(w->cap, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0)));
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
    EXPECT_EQ(w->steps, 1);
}

SYSTEST(call, a_caller_that_was_deleted_empties_the_slot)
{
    struct worker *w = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);

    EXPECT_FALSE(l4_msgtag_has_error(wait_now(NULL)));
    worker_delete(w);
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT);
}

SYSTEST(call, an_explicit_reply_slot_answers_later_or_is_refused)
{
    struct worker *a = worker_run(call_once, (void *)L4_BASE_THREAD_CAP, PRIO_HIGH);
    l4_cap_idx_t slot = (5UL << L4_CAP_SHIFT) | L4_REPLY_CAP_BIT;
    l4_umword_t label = 0;
    l4_msgtag_t t =
        l4_ipc(slot, l4_utcb(), L4_SYSF_WAIT, 0, tag(0, 0), &label, L4_IPC_BOTH_TIMEOUT_0);

    if (l4_msgtag_has_error(t)) { /* a kernel without explicit slots */
        EXPECT_SEND_ERROR(t, L4_IPC_RENOREPLYCAP);
        EXPECT_EQ(a->state, WORKER_RUNS);
        return;
    }
    EXPECT_SEND_ERROR(reply(0), L4_IPC_ENOT_EXISTENT); /* the implicit slot stays empty */
    t = l4_ipc(slot, l4_utcb(), L4_SYSF_SEND | L4_SYSF_REPLY, 0, tag(4, 0), NULL,
               L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(t.raw, tag(4, 0).raw);
    EXPECT_EQ(a->state, WORKER_DONE);
}

/* ---- chains ---------------------------------------------------------------------------------- */

/* Calls the next one (arg) for each request, then answers with one more. */
static void forward(struct worker *w)
{
    l4_umword_t label;

    (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    for (;;) {
        w->steps++;
        (void)l4_ipc_call((l4_cap_idx_t)w->arg, l4_utcb(), tag(0, 1), L4_IPC_NEVER);
        l4_utcb_mr()->mr[0]++;
        (void)l4_ipc_reply_and_wait(l4_utcb(), tag(0, 1), &label, L4_IPC_NEVER);
    }
}

SYSTEST(call, a_chain_of_servers_answers_in_turn)
{
    l4_cap_idx_t next = new_gate(worker_run(serve, NULL, PRIO_LOW)->cap, 0x10);

    for (unsigned i = 0; i < 6; i++) {
        struct worker *w = worker_run(forward, (void *)next, i % 2 ? PRIO_LOW - i : PRIO_HIGH + i);

        next = new_gate(w->cap, 0x20 + 0x10 * i);
    }
    for (unsigned k = 0; k < 5; k++) {
        l4_utcb_mr()->mr[0] = 100;
        EXPECT_EQ(l4_error(l4_ipc_call(next, l4_utcb(), tag(0, 1), L4_IPC_NEVER)), 0);
        EXPECT_EQ(l4_utcb_mr()->mr[0], 107);
    }
}

SYSTEST(call, many_clients_of_one_server_all_get_their_answer)
{
    struct worker *s = worker_run(serve, NULL, PRIO_MAIN);
    l4_cap_idx_t gate = new_gate(s->cap, 0);
    struct worker *c[20];

    for (unsigned i = 0; i < 20; i++) {
        c[i] = worker_create(call_once, (void *)gate);
        worker_start(c[i], PRIO_LOW + i * 5);
    }
    let_others_run(5000);
    for (unsigned i = 0; i < 20; i++) {
        EXPECT_EQ(c[i]->state, WORKER_DONE);
        EXPECT_EQ(c[i]->out[3], 0xca12);
    }
    EXPECT_EQ(s->steps, 20);
}
