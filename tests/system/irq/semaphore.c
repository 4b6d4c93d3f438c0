/* SPDX-License-Identifier: MIT */
/* Semaphores: counting, waiting, order, ends. */
#include <systest/systest.h>

#include <l4/sys/irq.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/thread.h>

static unsigned turn;

static void down_once(struct worker *w)
{
    w->out[0] = (uint64_t)l4_semaphore_down((l4_cap_idx_t)w->arg, L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
    w->out[2] = ++turn;
}

static long down_now(l4_cap_idx_t sem)
{
    return l4_error(l4_semaphore_down(sem, L4_IPC_BOTH_TIMEOUT_0));
}

static long const timeout = -(long)(L4_EIPC_LO + L4_IPC_RETIMEOUT);

SYSTEST(semaphore, it_starts_at_zero_and_counts)
{
    l4_cap_idx_t s = new_semaphore();

    EXPECT_EQ(down_now(s), timeout);
    for (unsigned i = 0; i < 5; i++)
        EXPECT_EQ(l4_semaphore_up(s).raw, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0).raw);
    for (unsigned i = 0; i < 5; i++)
        EXPECT_EQ(down_now(s), 0);
    EXPECT_EQ(down_now(s), timeout);
}

SYSTEST(semaphore, success_clears_the_error_word)
{
    l4_cap_idx_t s = new_semaphore();

    (void)l4_semaphore_up(s);
    l4_utcb_tcr()->error = 0x17;
    EXPECT_EQ(l4_semaphore_down(s, L4_IPC_NEVER).raw, 0);
    EXPECT_EQ(l4_utcb_tcr()->error, 0);
}

SYSTEST(semaphore, a_trigger_is_an_up)
{
    l4_cap_idx_t s = new_semaphore();

    (void)l4_irq_trigger(s);
    EXPECT_EQ(down_now(s), 0);
}

SYSTEST(semaphore, up_needs_no_right_and_down_needs_s)
{
    l4_cap_idx_t s = new_semaphore();

    (void)l4_semaphore_up(cap_copy(s, L4_CAP_FPAGE_RO, 0));
    EXPECT_EQ(down_now(cap_copy(s, L4_CAP_FPAGE_RW, 0)), -L4_EPERM);
    EXPECT_EQ(down_now(cap_copy(s, L4_CAP_FPAGE_RS, 0)), 0);
}

SYSTEST(semaphore, down_waits_for_an_up)
{
    l4_cap_idx_t s = new_semaphore();
    struct worker *w = worker_run(down_once, (void *)s, PRIO_HIGH);

    EXPECT_EQ(w->state, WORKER_RUNS);
    (void)l4_semaphore_up(s);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 0);
    EXPECT_EQ(down_now(s), timeout);
}

SYSTEST(semaphore, waiters_are_served_by_priority_then_in_order)
{
    l4_cap_idx_t s = new_semaphore();
    struct worker *w[6];
    static const unsigned char prio[6] = { 1, 0, 1, 2, 0, 2 };
    static const unsigned char place[6] = { 3, 5, 4, 1, 6, 2 };

    turn = 0;
    for (unsigned i = 0; i < 6; i++)
        w[i] = worker_run(down_once, (void *)s, PRIO_HIGH + prio[i]);
    for (unsigned i = 0; i < 6; i++)
        (void)l4_semaphore_up(s);
    for (unsigned i = 0; i < 6; i++)
        EXPECT_EQ(w[i]->out[2], place[i]);
}

SYSTEST(semaphore, down_gives_up_with_the_receive_timeout)
{
    l4_cap_idx_t s = new_semaphore();
    uint64_t start = now_us();

    EXPECT_EQ(l4_semaphore_down(s, l4_ipc_timeout(0, 0, 500, 2)).raw, L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_RETIMEOUT);
    EXPECT_LE(2000, now_us() - start);
    (void)l4_semaphore_up(s); /* not lost on the one who left */
    EXPECT_EQ(down_now(s), 0);
}

SYSTEST(semaphore, a_cancelled_waiter_leaves)
{
    l4_cap_idx_t s = new_semaphore();
    struct worker *a = worker_run(down_once, (void *)s, PRIO_HIGH + 1);
    struct worker *b = worker_run(down_once, (void *)s, PRIO_HIGH);

    worker_cancel(a);
    EXPECT_EQ(a->state, WORKER_DONE);
    EXPECT_EQ(a->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(a->out[1], L4_IPC_RECANCELED);
    (void)l4_semaphore_up(s);
    EXPECT_EQ(b->state, WORKER_DONE);
}

SYSTEST(semaphore, a_deleted_waiter_takes_no_count)
{
    l4_cap_idx_t s = new_semaphore();
    struct worker *a = worker_run(down_once, (void *)s, PRIO_HIGH);

    worker_delete(a);
    (void)l4_semaphore_up(s);
    EXPECT_EQ(down_now(s), 0);
}

SYSTEST(semaphore, its_deletion_wakes_all)
{
    l4_cap_idx_t s = new_semaphore();
    struct worker *a = worker_run(down_once, (void *)s, PRIO_HIGH);
    struct worker *b = worker_run(down_once, (void *)s, PRIO_HIGH);

    cap_delete(s);
    EXPECT_EQ(a->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(a->out[1], L4_IPC_ENOT_EXISTENT);
    EXPECT_EQ(b->state, WORKER_DONE);
    EXPECT_EQ(b->out[1], L4_IPC_ENOT_EXISTENT);
}

static void down_without_receive(struct worker *w)
{
    l4_utcb_mr()->mr[0] = L4_SEMAPHORE_OP_DOWN;
    w->out[0] = (uint64_t)l4_ipc_send((l4_cap_idx_t)w->arg, l4_utcb(),
                                      l4_msgtag(L4_PROTO_SEMAPHORE, 1, 0, 0), L4_IPC_NEVER)
                    .raw;
}

SYSTEST(semaphore, down_blocks_even_without_a_receive_phase)
{
    l4_cap_idx_t s = new_semaphore();
    struct worker *w = worker_run(down_without_receive, (void *)s, PRIO_HIGH);

    EXPECT_EQ(w->state, WORKER_RUNS);
    (void)l4_semaphore_up(s);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], (uint64_t)l4_msgtag(L4_PROTO_SEMAPHORE, 1, 0, 0).raw);
}

static l4_msgtag_t invoke(l4_cap_idx_t s, long proto, l4_umword_t op, unsigned words)
{
    l4_utcb_mr()->mr[0] = op;
    return l4_ipc_call(s, l4_utcb(), l4_msgtag(proto, words, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

SYSTEST(semaphore, other_protocols_and_operations_are_refused)
{
    l4_cap_idx_t s = new_semaphore();

    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(s, L4_BASE_THREAD_CAP, 1)), -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(s, L4_PROTO_IRQ_SENDER, 1, 1)), -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(s, L4_PROTO_SEMAPHORE, 0, 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(invoke(s, L4_PROTO_SEMAPHORE, 5, 1)), -L4_ENOSYS);
    EXPECT_EQ(down_now(s), timeout);
}
