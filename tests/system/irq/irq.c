/* SPDX-License-Identifier: MIT */
/* IRQ senders: trigger, pending bit, bind, detach, and how they are received. */
#include <systest/systest.h>

#include <l4/sys/irq.h>
#include <l4/sys/task.h>

#define SELF L4_BASE_THREAD_CAP

static l4_cap_idx_t bound_irq(l4_umword_t label)
{
    l4_cap_idx_t irq = new_irq();

    ASSERT_EQ(l4_rcv_ep_bind_thread(irq, SELF, label).raw, 0);
    return irq;
}

static l4_msgtag_t wait_now(l4_umword_t *label)
{
    return l4_ipc_wait(l4_utcb(), label, L4_IPC_BOTH_TIMEOUT_0);
}

static bool nothing_comes(void)
{
    return l4_msgtag_has_error(wait_now(NULL));
}

static l4_msgtag_t invoke(l4_cap_idx_t irq, long proto, l4_umword_t op, unsigned words)
{
    l4_utcb_mr()->mr[0] = op;
    return l4_ipc_call(irq, l4_utcb(), l4_msgtag(proto, words, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

SYSTEST(irq, a_trigger_arrives_as_its_label_and_nothing_else)
{
    l4_cap_idx_t irq = bound_irq(0x1237);
    l4_umword_t label = 0;

    EXPECT_EQ(l4_irq_trigger(irq).raw, l4_msgtag(L4_PROTO_IRQ, 0, 0, 0).raw);
    for (unsigned i = 0; i < 4; i++)
        l4_utcb_mr()->mr[i] = 0xa0 + i;
    EXPECT_EQ(wait_now(&label).raw, 0);
    EXPECT_EQ(label, 0x1237);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(l4_utcb_mr()->mr[i], 0xa0 + i);
}

SYSTEST(irq, there_is_one_pending_bit)
{
    l4_cap_idx_t irq = bound_irq(1);

    for (unsigned i = 0; i < 5; i++)
        (void)l4_irq_trigger(irq);
    EXPECT_FALSE(nothing_comes());
    EXPECT_TRUE(nothing_comes());
    (void)l4_irq_trigger(irq);
    EXPECT_FALSE(nothing_comes());
}

SYSTEST(irq, a_trigger_with_operation_word_works_too)
{
    l4_cap_idx_t irq = bound_irq(1);

    l4_utcb_mr()->mr[0] = L4_IRQ_OP_TRIGGER;
    (void)l4_ipc_send(irq, l4_utcb(), l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), L4_IPC_NEVER);
    EXPECT_FALSE(nothing_comes());
}

SYSTEST(irq, a_trigger_needs_no_right)
{
    l4_cap_idx_t irq = bound_irq(1);

    (void)l4_irq_trigger(cap_copy(irq, L4_CAP_FPAGE_RO, 0));
    EXPECT_FALSE(nothing_comes());
}

SYSTEST(irq, a_trigger_before_the_bind_is_remembered_once)
{
    l4_cap_idx_t irq = new_irq();
    l4_umword_t label = 0;

    (void)l4_irq_trigger(irq);
    (void)l4_irq_trigger(irq);
    EXPECT_TRUE(nothing_comes());
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0x77)), 0);
    EXPECT_EQ(wait_now(&label).raw, 0);
    EXPECT_EQ(label, 0x77);
    EXPECT_TRUE(nothing_comes());
}

SYSTEST(irq, several_arrive_in_their_order)
{
    l4_cap_idx_t irq[8];
    l4_umword_t label = 0;

    for (unsigned i = 0; i < 8; i++)
        irq[i] = bound_irq(i);
    for (unsigned i = 8; i-- > 0;)
        (void)l4_irq_trigger(irq[i]);
    for (unsigned i = 8; i-- > 0;) {
        EXPECT_EQ(wait_now(&label).raw, 0);
        EXPECT_EQ(label, i);
    }
}

static void receive_once(struct worker *w)
{
    l4_umword_t label = 0;

    w->out[0] = (uint64_t)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER).raw;
    w->out[1] = label;
}

SYSTEST(irq, a_waiting_thread_runs_at_once)
{
    struct worker *w = worker_run(receive_once, NULL, PRIO_HIGH);
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, w->cap, 0x99)), 0);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 0);
    EXPECT_EQ(w->out[1], 0x99);
}

/* ---- bind ---------------------------------------------------------------------------------------
 */

SYSTEST(irq, binding_to_the_same_thread_changes_the_label)
{
    l4_cap_idx_t irq = bound_irq(1);
    l4_umword_t label = 0;

    (void)l4_irq_trigger(irq);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 2)), 0);
    (void)wait_now(&label);
    EXPECT_EQ(label, 2);
    EXPECT_TRUE(nothing_comes());
}

SYSTEST(irq, binding_to_another_thread_takes_the_message_along)
{
    l4_cap_idx_t irq = bound_irq(1);
    struct worker *w = worker_run(receive_once, NULL, PRIO_HIGH);

    (void)l4_irq_trigger(irq);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, w->cap, 5)), 0);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[1], 5);
    EXPECT_TRUE(nothing_comes());
}

SYSTEST(irq, bind_checks_rights_and_arguments)
{
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(cap_copy(irq, L4_CAP_FPAGE_RW, 0), SELF, 1)),
              -L4_EPERM);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, cap_copy(SELF, L4_CAP_FPAGE_RW, 0), 1)),
              -L4_EPERM);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, new_irq(), 1)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, cap_slot(), 1)), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = L4_RCV_EP_BIND_OP;
    l4_object_arg_u(1, SELF, l4_utcb());
    EXPECT_EQ(
        l4_error(l4_ipc_call(irq, l4_utcb(), l4_msgtag(L4_PROTO_KOBJECT, 1, 1, 0), L4_IPC_NEVER)),
        -L4_EMSGTOOSHORT);
    EXPECT_EQ(l4_error(l4_irq_detach(irq)), -L4_ENOENT); /* still unbound */
}

SYSTEST(irq, detach_tells_what_was_pending)
{
    l4_cap_idx_t irq = bound_irq(1);

    EXPECT_EQ(l4_irq_detach(irq).raw, 0);
    EXPECT_EQ(l4_error(l4_irq_detach(irq)), -L4_ENOENT);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 1)), 0);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(l4_irq_detach(irq).raw, l4_msgtag(1, 0, 0, 0).raw);
    EXPECT_TRUE(nothing_comes());
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 1)), 0);
    EXPECT_TRUE(nothing_comes());
}

SYSTEST(irq, detach_needs_the_right_s)
{
    l4_cap_idx_t irq = bound_irq(1);

    EXPECT_EQ(l4_error(l4_irq_detach(cap_copy(irq, L4_CAP_FPAGE_RW, 0))), -L4_EPERM);
    (void)l4_irq_trigger(irq);
    EXPECT_FALSE(nothing_comes());
}

SYSTEST(irq, other_protocols_and_operations_are_refused)
{
    l4_cap_idx_t irq = bound_irq(1);

    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_THREAD, 0, 1)), -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_SEMAPHORE, 0, 1)), -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_KOBJECT, L4_KOBJECT_OP_DEC_REFCNT, 2)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_KOBJECT, 0x11, 1)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_KOBJECT, 0, 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_IRQ_SENDER, 0, 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(invoke(irq, L4_PROTO_IRQ_SENDER, 9, 1)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(l4_irq_bind_vcpu(irq, SELF, 0)), -L4_ENOSYS);
    EXPECT_TRUE(nothing_comes());
}

/* ---- closed receive
 * ------------------------------------------------------------------------------- */

static void send_main(struct worker *w)
{
    (void)w;
    (void)l4_ipc_send(SELF, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER);
}

SYSTEST(irq, a_closed_receive_takes_this_irq_only)
{
    l4_cap_idx_t a = bound_irq(1);
    l4_cap_idx_t b = bound_irq(2);

    (void)worker_run(send_main, NULL, PRIO_HIGH);
    (void)l4_irq_trigger(a);
    EXPECT_IPC_ERROR(l4_ipc_receive(b, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0), L4_IPC_RETIMEOUT);
    (void)l4_irq_trigger(b);
    EXPECT_EQ(l4_ipc_receive(b, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0).raw, 0);
    EXPECT_EQ(l4_ipc_receive(a, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0).raw, 0);
    EXPECT_IPC_ERROR(l4_ipc_receive(a, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0), L4_IPC_RETIMEOUT);
    EXPECT_FALSE(nothing_comes());
}

static void trigger_it(struct worker *w)
{
    (void)l4_irq_trigger((l4_cap_idx_t)w->arg);
}

SYSTEST(irq, receive_unmasks_and_waits_for_this_irq)
{
    l4_cap_idx_t irq = bound_irq(1);
    struct worker *w = worker_create(trigger_it, (void *)irq);

    EXPECT_IPC_ERROR(l4_irq_receive(irq, L4_IPC_BOTH_TIMEOUT_0), L4_IPC_RETIMEOUT);
    worker_start(w, PRIO_LOW);
    EXPECT_EQ(l4_irq_receive(irq, L4_IPC_NEVER).raw, 0);
}

SYSTEST(irq, wait_unmasks_and_waits_for_anybody)
{
    l4_cap_idx_t irq = bound_irq(1);
    l4_cap_idx_t other = bound_irq(2);
    struct worker *w = worker_create(trigger_it, (void *)other);
    l4_umword_t label = 0;

    worker_start(w, PRIO_LOW);
    EXPECT_EQ(l4_irq_wait(irq, &label, L4_IPC_NEVER).raw, 0);
    EXPECT_EQ(label, 2);
}

/* ---- death
 * ---------------------------------------------------------------------------------------- */

SYSTEST(irq, a_deleted_irq_does_not_arrive)
{
    l4_cap_idx_t a = bound_irq(1);
    l4_cap_idx_t b = bound_irq(2);
    l4_cap_idx_t c = bound_irq(3);
    l4_umword_t label = 0;

    (void)l4_irq_trigger(a);
    (void)l4_irq_trigger(b);
    (void)l4_irq_trigger(c);
    cap_delete(b);
    EXPECT_EQ(wait_now(&label).raw, 0);
    EXPECT_EQ(label, 1);
    EXPECT_EQ(wait_now(&label).raw, 0);
    EXPECT_EQ(label, 3);
    EXPECT_TRUE(nothing_comes());
}

static void sleep_for_ever(struct worker *w)
{
    (void)w;
}

SYSTEST(irq, the_irq_of_a_dead_thread_can_be_bound_anew)
{
    struct worker *w = worker_run(sleep_for_ever, NULL, PRIO_HIGH);
    l4_cap_idx_t irq = new_irq();
    l4_umword_t label = 0;

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, w->cap, 1)), 0);
    (void)l4_irq_trigger(irq);
    worker_delete(w);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 2)), 0);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(wait_now(&label).raw, 0);
    EXPECT_EQ(label, 2);
}

SYSTEST(irq, waiting_for_an_irq_that_is_deleted_ends_with_the_timeout)
{
    l4_cap_idx_t irq = bound_irq(1);
    l4_cap_idx_t copy = cap_copy(irq, L4_CAP_FPAGE_RO, 0);

    cap_delete(irq);
    EXPECT_SEND_ERROR(l4_ipc_receive(copy, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0), L4_IPC_ENOT_EXISTENT);
}
