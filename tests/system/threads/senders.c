/* SPDX-License-Identifier: MIT */
/* Changing the labels of queued senders. */
#include <systest/systest.h>

#include <l4/sys/irq.h>
#include <l4/sys/thread.h>

#define SELF L4_BASE_THREAD_CAP

static void send_label(struct worker *w)
{
    (void)l4_ipc(SELF, l4_utcb(), L4_SYSF_SEND, (l4_umword_t)w->arg, l4_msgtag(0, 0, 0, 0), NULL,
                 L4_IPC_NEVER);
}

static void send_gate(struct worker *w)
{
    (void)l4_ipc_send((l4_cap_idx_t)w->arg, l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
}

static l4_umword_t next_label(void)
{
    l4_umword_t label = 0;

    if (l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0)))
        return ~0UL;
    return label;
}

SYSTEST(senders, the_first_rule_that_matches_changes_the_label)
{
    static const l4_umword_t before[] = { 0x10, 0x21, 0x12, 0x33 };
    static const l4_umword_t after[] = { 0x1100, 0x2021, 0x1102, 0x33 };
    l4_msgtag_t t;

    for (unsigned i = 0; i < 4; i++)
        (void)worker_run(send_label, (void *)before[i], PRIO_HIGH);
    t = l4_thread_modify_sender_start();
    (void)l4_thread_modify_sender_add(0xf0, 0x10, 0x10, 0x1100, &t);
    (void)l4_thread_modify_sender_add(0xf0, 0x20, 0, 0x2000, &t);
    (void)l4_thread_modify_sender_add(0xff, 0x10, ~0UL, 0, &t); /* too late */
    EXPECT_EQ(l4_thread_modify_sender_commit(SELF, t).raw, 0);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(next_label(), after[i]);
}

SYSTEST(senders, the_label_of_a_gate_includes_its_rights)
{
    l4_cap_idx_t gate = new_gate(SELF, 0x100);
    l4_msgtag_t t;

    (void)worker_run(send_gate, (void *)gate, PRIO_HIGH);
    (void)worker_run(send_gate, (void *)cap_copy(gate, L4_CAP_FPAGE_RO, 0), PRIO_HIGH);
    t = l4_thread_modify_sender_start();
    (void)l4_thread_modify_sender_add(~0UL, 0x103, ~0UL, 0xdead0, &t);
    EXPECT_EQ(l4_error(l4_thread_modify_sender_commit(SELF, t)), 0);
    EXPECT_EQ(next_label(), 0xdead0);
    EXPECT_EQ(next_label(), 0x100);
}

SYSTEST(senders, labels_of_pending_irqs_change_for_good)
{
    l4_cap_idx_t irq = new_irq();
    l4_msgtag_t t;

    (void)l4_rcv_ep_bind_thread(irq, SELF, 0x50);
    (void)l4_irq_trigger(irq);
    t = l4_thread_modify_sender_start();
    (void)l4_thread_modify_sender_add(~0UL, 0x50, 0, 0x5, &t);
    EXPECT_EQ(l4_error(l4_thread_modify_sender_commit(SELF, t)), 0);
    EXPECT_EQ(next_label(), 0x55);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(next_label(), 0x55);
}

SYSTEST(senders, an_incomplete_rule_is_ignored)
{
    l4_msgtag_t t;

    (void)worker_run(send_label, (void *)0x10, PRIO_HIGH);
    t = l4_thread_modify_sender_start();
    (void)l4_thread_modify_sender_add(0, 0, ~0UL, 0x99, &t);
    t.raw--; /* one word less */
    EXPECT_EQ(l4_error(l4_thread_modify_sender_commit(SELF, t)), 0);
    EXPECT_EQ(next_label(), 0x10);
}

SYSTEST(senders, senders_of_another_thread_can_be_changed)
{
    struct worker *w = worker_create(NULL, NULL); /* never runs, its queue fills */
    l4_msgtag_t t;

    (void)worker_run(send_gate, (void *)new_gate(w->cap, 0x40), PRIO_HIGH);
    t = l4_thread_modify_sender_start();
    (void)l4_thread_modify_sender_add(0, 0, ~0UL, 0x99, &t);
    EXPECT_EQ(l4_error(l4_thread_modify_sender_commit(w->cap, t)), 0);
}

SYSTEST(senders, many_are_changed_and_keep_their_order)
{
    l4_msgtag_t t;

    for (unsigned i = 1; i <= 30; i++)
        (void)worker_run(send_label, (void *)(uintptr_t)(i * 0x10), PRIO_HIGH + i % 3);
    t = l4_thread_modify_sender_start();
    (void)l4_thread_modify_sender_add(0, 0, 0, 1, &t);
    EXPECT_EQ(l4_error(l4_thread_modify_sender_commit(SELF, t)), 0);
    for (unsigned p = 3; p-- > 0;)
        for (unsigned i = 1; i <= 30; i++)
            if (i % 3 == p)
                EXPECT_EQ(next_label(), i * 0x10 + 1);
}
