/* SPDX-License-Identifier: MIT */
/* IPC gates: unbound ones, binding, information, reference counts, deletion. */
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/irq.h>
#include <l4/sys/kernel_object.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define SELF L4_BASE_THREAD_CAP

static l4_msgtag_t const msg = { 0x70001 };

static l4_cap_idx_t unbound_gate(void)
{
    return new_gate(L4_INVALID_CAP, 0);
}

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

/* Answers for ever; out: labels. */
static void serve(struct worker *w)
{
    l4_umword_t label = 0;
    l4_msgtag_t t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);

    for (;;) {
        w->out[w->steps++ % 16] = label;
        t = l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 0, 0, 0), &label, L4_IPC_NEVER);
        if (l4_msgtag_has_error(t))
            t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    }
}

static l4_msgtag_t kobject(l4_cap_idx_t gate, unsigned words, unsigned items)
{
    return l4_ipc_call(gate, l4_utcb(), l4_msgtag(L4_PROTO_KOBJECT, words, items, 0), L4_IPC_NEVER);
}

/* ---- unbound
 * ------------------------------------------------------------------------------------- */

SYSTEST(gate, an_unbound_one_blocks_and_honours_the_send_timeout)
{
    l4_cap_idx_t gate = unbound_gate();
    uint64_t start = now_us();

    EXPECT_SEND_ERROR(l4_ipc_send(gate, l4_utcb(), msg, L4_IPC_SEND_TIMEOUT_0), L4_IPC_SETIMEOUT);
    EXPECT_SEND_ERROR(l4_ipc_call(gate, l4_utcb(), msg, l4_ipc_timeout(500, 2, 0, 0)),
                      L4_IPC_SETIMEOUT);
    EXPECT_LE(2000, now_us() - start);
}

SYSTEST(gate, binding_wakes_those_who_wait)
{
    struct worker *s = worker_run(serve, NULL, PRIO_HIGH + 1);
    l4_cap_idx_t gate = unbound_gate();
    struct worker *a = worker_run(call_to, (void *)gate, PRIO_HIGH);
    struct worker *b = worker_run(send_to, (void *)gate, PRIO_HIGH);

    EXPECT_EQ(a->state, WORKER_RUNS);
    EXPECT_EQ(l4_ipc_gate_bind_thread(gate, s->cap, 0x880).raw, 0);
    EXPECT_EQ(a->state, WORKER_DONE);
    EXPECT_EQ(b->state, WORKER_DONE);
    EXPECT_EQ(a->out[0], 0);
    EXPECT_EQ(b->out[0], (uint64_t)msg.raw);
    EXPECT_EQ(s->steps, 2);
    EXPECT_EQ(s->out[0], 0x883);
}

SYSTEST(gate, deleting_it_wakes_those_who_wait)
{
    l4_cap_idx_t gate = unbound_gate();
    struct worker *a = worker_run(call_to, (void *)gate, PRIO_HIGH);
    struct worker *b = worker_run(send_to, (void *)gate, PRIO_LOW);

    let_others_run(1000);
    cap_delete(gate);
    EXPECT_EQ(a->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(a->out[1], L4_IPC_ENOT_EXISTENT);
    let_others_run(1000);
    EXPECT_EQ(b->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(b->out[1], L4_IPC_ENOT_EXISTENT);
}

SYSTEST(gate, dropping_the_last_capability_wakes_those_who_wait)
{
    l4_cap_idx_t gate = unbound_gate();
    l4_cap_idx_t copy = cap_copy(gate, L4_CAP_FPAGE_RWS, 0);
    struct worker *a = worker_run(call_to, (void *)copy, PRIO_HIGH);

    cap_drop(gate);
    EXPECT_EQ(a->state, WORKER_RUNS);
    cap_drop(copy);
    EXPECT_EQ(a->state, WORKER_DONE);
    EXPECT_EQ(a->out[1], L4_IPC_ENOT_EXISTENT);
}

/* ---- bind
 * ------------------------------------------------------------------------------------------ */

SYSTEST(gate, it_can_be_bound_anew)
{
    struct worker *a = worker_run(serve, NULL, PRIO_HIGH);
    struct worker *b = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(a->cap, 0x10);

    (void)l4_ipc_call(gate, l4_utcb(), msg, L4_IPC_NEVER);
    EXPECT_EQ(a->out[0], 0x13);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, a->cap, 0x20)), 0);
    (void)l4_ipc_call(gate, l4_utcb(), msg, L4_IPC_NEVER);
    EXPECT_EQ(a->out[1], 0x23);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, b->cap, 0x30)), 0);
    (void)l4_ipc_call(gate, l4_utcb(), msg, L4_IPC_NEVER);
    EXPECT_EQ(a->steps, 2);
    EXPECT_EQ(b->out[0], 0x33);
}

SYSTEST(gate, after_its_thread_died_it_can_be_bound_anew)
{
    struct worker *a = worker_run(serve, NULL, PRIO_HIGH);
    struct worker *b = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(a->cap, 0x10);

    worker_delete(a);
    EXPECT_SEND_ERROR(l4_ipc_call(gate, l4_utcb(), msg, L4_IPC_NEVER), L4_IPC_ENOT_EXISTENT);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, b->cap, 0x30)), 0);
    EXPECT_EQ(l4_error(l4_ipc_call(gate, l4_utcb(), msg, L4_IPC_NEVER)), 0);
}

SYSTEST(gate, bind_checks_rights_and_arguments)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = unbound_gate();
    l4_cap_idx_t no_s = cap_copy(gate, L4_CAP_FPAGE_RW, L4_FPAGE_C_IPCGATE_SVR);

    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(no_s, w->cap, 0)), -L4_EPERM);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, cap_copy(w->cap, L4_CAP_FPAGE_RW, 0), 0)),
              -L4_EPERM);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, w->cap, 1)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, w->cap, 2)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, new_irq(), 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_ipc_gate_bind_thread(gate, cap_slot(), 0)), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = L4_IPC_GATE_BIND_OP;
    l4_object_arg_u(1, w->cap, l4_utcb());
    EXPECT_EQ(l4_error(kobject(gate, 1, 1)), -L4_EMSGTOOSHORT);
    l4_utcb_mr()->mr[0] = L4_IPC_GATE_BIND_OP;
    EXPECT_EQ(l4_error(kobject(gate, 2, 0)), -L4_EINVAL);
    /* still unbound */
    EXPECT_SEND_ERROR(l4_ipc_send(gate, l4_utcb(), msg, L4_IPC_SEND_TIMEOUT_0), L4_IPC_SETIMEOUT);
}

SYSTEST(gate, an_unknown_operation_is_nosys_and_none_is_einval)
{
    l4_cap_idx_t gate = unbound_gate();

    l4_utcb_mr()->mr[0] = 0x12;
    EXPECT_EQ(l4_error(kobject(gate, 1, 0)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(kobject(gate, 0, 0)), -L4_EINVAL);
}

SYSTEST(gate, get_info_tells_the_label)
{
    l4_cap_idx_t gate = new_gate(SELF, 0xabcdef0123456780);
    l4_umword_t label = 0;

    EXPECT_EQ(l4_ipc_gate_get_infos(gate, &label).raw, l4_msgtag(0, 1, 0, 0).raw);
    EXPECT_EQ(label, 0xabcdef0123456780);
}

SYSTEST(gate, without_the_server_right_its_protocol_goes_to_the_server)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t client = cap_copy(new_gate(w->cap, 0x40), L4_CAP_FPAGE_RWSD, 0);

    l4_utcb_mr()->mr[0] = L4_IPC_GATE_GET_INFO_OP;
    EXPECT_EQ(l4_error(kobject(client, 1, 0)), 0);
    EXPECT_EQ(w->steps, 1);
    /* and with it, other protocols do */
    EXPECT_EQ(l4_error(l4_ipc_call(client, l4_utcb(), msg, L4_IPC_NEVER)), 0);
    EXPECT_EQ(w->steps, 2);
}

/* ---- counting
 * ---------------------------------------------------------------------------------------- */

static bool next_is(l4_umword_t label)
{
    l4_umword_t l = 0;

    return !l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), &l, L4_IPC_BOTH_TIMEOUT_0)) && l == label;
}

static l4_cap_idx_t deletion_irq(l4_cap_idx_t thread)
{
    l4_cap_idx_t irq = new_irq();

    ASSERT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0xde1)), 0);
    ASSERT_EQ(l4_thread_register_del_irq(thread, irq).raw, 0);
    return irq;
}

SYSTEST(gatecount, dec_refcnt_tells_the_new_count)
{
    l4_cap_idx_t gate = unbound_gate();
    l4_cap_idx_t copy = cap_copy(gate, L4_CAP_FPAGE_RWS, 0);
    l4_cap_idx_t weak = cap_copy(gate, L4_CAP_FPAGE_RWS, L4_FPAGE_C_NO_REF_CNT);

    EXPECT_EQ(l4_kobject_dec_refcnt(gate, 0).raw, l4_msgtag(0, 1, 0, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 2);
    EXPECT_EQ(l4_error(l4_kobject_dec_refcnt(gate, 1)), 0);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 1);
    EXPECT_TRUE(cap_used(copy));
    EXPECT_TRUE(cap_used(weak));
}

SYSTEST(gatecount, a_count_that_was_lowered_too_far_keeps_nothing_for_ever)
{
    l4_cap_idx_t gate = unbound_gate();
    l4_cap_idx_t copy = cap_copy(gate, L4_CAP_FPAGE_RWS, L4_FPAGE_C_OBJ_RIGHTS);

    EXPECT_EQ(l4_error(l4_kobject_dec_refcnt(gate, 100)), 0);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0);
    EXPECT_TRUE(cap_used(gate));
    cap_drop(copy);
    EXPECT_FALSE(cap_used(gate)); /* with one of two gone, nobody counts any more */
}

SYSTEST(gatecount, dec_refcnt_needs_an_amount)
{
    l4_cap_idx_t gate = unbound_gate();

    l4_utcb_mr()->mr[0] = L4_KOBJECT_OP_DEC_REFCNT;
    EXPECT_EQ(l4_error(kobject(gate, 1, 0)), -L4_EINVAL);
    EXPECT_TRUE(cap_used(gate));
}

/* What a server does: it makes a gate for a client, and hears when the client has lost it. */
SYSTEST(gatecount, the_server_hears_when_the_last_client_is_gone)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(w->cap, 0x40);
    l4_cap_idx_t one, two;

    (void)deletion_irq(w->cap);
    EXPECT_EQ(l4_error(l4_kobject_dec_refcnt(gate, 1)), 0);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0);
    EXPECT_TRUE(cap_used(gate));
    one = cap_copy(gate, L4_CAP_FPAGE_RWS, 0);
    two = cap_copy(one, L4_CAP_FPAGE_RWS, 0);
    cap_drop(one);
    EXPECT_FALSE(next_is(0xde1));
    EXPECT_TRUE(cap_used(gate));
    cap_drop(two);
    EXPECT_TRUE(next_is(0xde1));
    EXPECT_FALSE(cap_used(gate));
}

SYSTEST(gatecount, an_explicit_delete_is_heard_too)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(w->cap, 0x40);
    l4_cap_idx_t other = new_gate(SELF, 0x40);

    (void)deletion_irq(w->cap);
    cap_delete(other);
    EXPECT_FALSE(next_is(0xde1));
    cap_delete(gate);
    EXPECT_TRUE(next_is(0xde1));
}

SYSTEST(gatecount, there_is_one_deletion_irq)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);
    l4_cap_idx_t irq = deletion_irq(w->cap);

    EXPECT_EQ(l4_error(l4_thread_register_del_irq(w->cap, irq)), -L4_EBUSY);
    EXPECT_EQ(l4_error(l4_thread_register_del_irq(w->cap, new_irq())), -L4_EBUSY);
}

SYSTEST(gatecount, the_deletion_irq_must_be_one)
{
    struct worker *w = worker_run(serve, NULL, PRIO_HIGH);

    EXPECT_EQ(l4_error(l4_thread_register_del_irq(w->cap, cap_slot())), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_thread_register_del_irq(w->cap, new_semaphore())), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_thread_register_del_irq(w->cap, cap_copy(new_irq(), L4_CAP_FPAGE_RS, 0))),
              -L4_EPERM);
    l4_utcb_mr()->mr[0] = L4_THREAD_REGISTER_DELETE_IRQ_OP;
    EXPECT_EQ(
        l4_error(l4_ipc_call(w->cap, l4_utcb(), l4_msgtag(L4_PROTO_THREAD, 1, 0, 0), L4_IPC_NEVER)),
        -L4_EINVAL);
    (void)deletion_irq(w->cap);
}
