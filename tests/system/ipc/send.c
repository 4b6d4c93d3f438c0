/* SPDX-License-Identifier: MIT */
/* Sending and receiving: what arrives, what comes back, and the errors without a partner. */
#include <systest/systest.h>

#include <l4/sys/irq.h>

#define RAW(x) ((uint64_t)(x).raw)

static l4_msgtag_t tag(long label, unsigned words)
{
    return l4_msgtag(label, words, 0, 0);
}

/* Receives once from anybody; out: tag, label, error, then the first words. */
static void receive_once(struct worker *w)
{
    l4_umword_t label = 0;
    l4_msgtag_t t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);

    w->out[0] = RAW(t);
    w->out[1] = label;
    w->out[2] = l4_ipc_error_code(l4_utcb());
    for (unsigned i = 0; i < 4; i++)
        w->out[3 + i] = l4_utcb_mr()->mr[i];
}

/* Sends two words to the main thread, for ever. */
static void send_once(struct worker *w)
{
    l4_utcb_mr()->mr[0] = (l4_umword_t)w->arg;
    l4_utcb_mr()->mr[1] = 0x22;
    w->out[0] = RAW(l4_ipc(L4_BASE_THREAD_CAP, l4_utcb(), L4_SYSF_SEND, (l4_umword_t)w->arg,
                           tag(0x77, 2), NULL, L4_IPC_NEVER));
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

SYSTEST(ipc, an_empty_slot_is_no_partner)
{
    static const unsigned ops[] = { L4_SYSF_SEND, L4_SYSF_RECV, L4_SYSF_CALL, L4_SYSF_SEND_AND_WAIT,
                                    L4_SYSF_NONE };
    l4_cap_idx_t c = cap_slot();

    for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        l4_msgtag_t t = l4_ipc(c, l4_utcb(), ops[i], 0, tag(1, 0), NULL, L4_IPC_BOTH_TIMEOUT_0);

        EXPECT_SEND_ERROR(t, L4_IPC_ENOT_EXISTENT);
    }
}

SYSTEST(ipc, a_slot_beyond_the_table_is_no_partner)
{
    l4_msgtag_t t =
        l4_ipc_send(1UL << (L4_CAP_SHIFT + L4_CAP_INDEX_BITS), l4_utcb(), tag(1, 0), L4_IPC_NEVER);

    EXPECT_SEND_ERROR(t, L4_IPC_ENOT_EXISTENT);
    t = l4_ipc_send(1UL << 63, l4_utcb(), tag(1, 0), L4_IPC_NEVER);
    EXPECT_SEND_ERROR(t, L4_IPC_ENOT_EXISTENT);
}

SYSTEST(ipc, no_operation_on_a_thread_or_a_gate_is_an_error)
{
    l4_cap_idx_t gate = new_gate(L4_BASE_THREAD_CAP, 0);

    EXPECT_SEND_ERROR(l4_ipc(L4_BASE_THREAD_CAP, l4_utcb(), 0, 0, tag(1, 0), NULL, L4_IPC_NEVER),
                      L4_IPC_ENOT_EXISTENT);
    EXPECT_SEND_ERROR(l4_ipc(gate, l4_utcb(), 0, 0, tag(1, 0), NULL, L4_IPC_NEVER),
                      L4_IPC_ENOT_EXISTENT);
}

SYSTEST(ipc, words_label_and_tag_arrive)
{
    struct worker *w = worker_run(receive_once, NULL, PRIO_HIGH);
    l4_msgtag_t t;

    for (unsigned i = 0; i < 4; i++)
        l4_utcb_mr()->mr[i] = 0x100 + i;
    t = l4_ipc(w->cap, l4_utcb(), L4_SYSF_SEND, 0xdeadbeefcafe0123, tag(-77, 4), NULL,
               L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(RAW(t), RAW(tag(-77, 4)));
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], RAW(tag(-77, 4)));
    EXPECT_EQ(w->out[1], 0xdeadbeefcafe0123);
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(w->out[3 + i], 0x100 + i);
}

SYSTEST(ipc, flags_arrive_but_never_the_error_flag)
{
    struct worker *w = worker_run(receive_once, NULL, PRIO_HIGH);
    l4_msgtag_t sent = l4_msgtag(5, 0, 0, L4_MSGTAG_FLAGS & ~(unsigned)L4_MSGTAG_TRANSFER_FPU);
    l4_msgtag_t expected = l4_msgtag(5, 0, 0, L4_MSGTAG_SCHEDULE | L4_MSGTAG_PROPAGATE);
    l4_msgtag_t t = l4_ipc_send(w->cap, l4_utcb(), sent, L4_IPC_BOTH_TIMEOUT_0);

    EXPECT_EQ(RAW(t), RAW(expected));
    let_others_run(1000);
    EXPECT_EQ(w->out[0], RAW(expected));
}

SYSTEST(ipc, reserved_bits_of_the_selector_are_ignored)
{
    struct worker *w = worker_run(receive_once, NULL, PRIO_HIGH);
    l4_msgtag_t t =
        l4_ipc(w->cap | 0x3f0, l4_utcb(), L4_SYSF_SEND, 1, tag(2, 0), NULL, L4_IPC_BOTH_TIMEOUT_0);

    EXPECT_EQ(RAW(t), RAW(tag(2, 0)));
    EXPECT_EQ(w->state, WORKER_DONE);
}

static void echo_all_words(struct worker *w)
{
    l4_umword_t label;
    l4_msgtag_t t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);

    w->out[0] = l4_msgtag_words(t);
    for (unsigned i = 0; i < 63; i++)
        l4_utcb_mr()->mr[i] += 1000;
    (void)l4_ipc_reply(l4_utcb(), tag(0, 63), L4_IPC_NEVER);
}

SYSTEST(ipc, all_63_words_go_there_and_back)
{
    struct worker *w = worker_run(echo_all_words, NULL, PRIO_HIGH);
    l4_msgtag_t t;

    for (unsigned i = 0; i < 63; i++)
        l4_utcb_mr()->mr[i] = i * 0x0101010101010101;
    t = l4_ipc_call(w->cap, l4_utcb(), tag(0, 63), L4_IPC_NEVER);
    EXPECT_EQ(RAW(t), RAW(tag(0, 63)));
    EXPECT_EQ(w->out[0], 63);
    for (unsigned i = 0; i < 63; i++)
        EXPECT_EQ(l4_utcb_mr()->mr[i], i * 0x0101010101010101 + 1000);
}

SYSTEST(ipc, a_message_waits_in_the_queue_for_its_receiver)
{
    struct worker *w = worker_run(send_once, (void *)0x1234, PRIO_HIGH);
    l4_umword_t label = 0;
    l4_msgtag_t t;

    EXPECT_EQ(w->state, WORKER_RUNS);
    t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(RAW(t), RAW(tag(0x77, 2)));
    EXPECT_EQ(label, 0x1234);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0x1234);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0x22);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], RAW(tag(0x77, 2)));
}

SYSTEST(ipc, a_closed_receive_takes_its_partner_only)
{
    struct worker *a = worker_run(send_once, (void *)0xa, PRIO_HIGH);
    struct worker *b = worker_run(send_once, (void *)0xb, PRIO_HIGH);
    l4_msgtag_t t;

    t = l4_ipc_receive(b->cap, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(RAW(t), RAW(tag(0x77, 2)));
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xb);
    t = l4_ipc_receive(b->cap, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_IPC_ERROR(t, L4_IPC_RETIMEOUT);
    EXPECT_EQ(a->state, WORKER_RUNS);
    t = l4_ipc_receive(a->cap, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xa);
    EXPECT_EQ(RAW(t), RAW(tag(0x77, 2)));
}

SYSTEST(ipc, a_closed_receive_that_waits_is_not_ended_by_others)
{
    struct worker *a = worker_create(send_once, (void *)0xa);
    struct worker *b = worker_create(send_once, (void *)0xb);
    l4_msgtag_t t;

    worker_start(a, PRIO_LOW);
    worker_start(b, PRIO_LOW - 1);
    t = l4_ipc_receive(b->cap, l4_utcb(), L4_IPC_NEVER);
    EXPECT_EQ(RAW(t), RAW(tag(0x77, 2)));
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xb);
    EXPECT_EQ(a->state, WORKER_RUNS);
}

SYSTEST(ipc, receiving_from_a_gate_is_receiving_from_its_thread)
{
    struct worker *a = worker_create(send_once, (void *)0xa);
    l4_cap_idx_t gate = new_gate(a->cap, 0x40);
    l4_msgtag_t t;

    EXPECT_IPC_ERROR(l4_ipc_receive(gate, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0), L4_IPC_RETIMEOUT);
    worker_start(a, PRIO_HIGH);
    t = l4_ipc_receive(gate, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(RAW(t), RAW(tag(0x77, 2)));
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xa);
}

SYSTEST(ipc, a_receive_error_leaves_the_label_alone_and_returns_the_tag_that_went_in)
{
    l4_umword_t label = 0;
    l4_msgtag_t t = l4_ipc(L4_INVALID_CAP, l4_utcb(), L4_SYSF_WAIT, 0x5678, tag(3, 4), &label,
                           L4_IPC_BOTH_TIMEOUT_0);

    EXPECT_EQ(RAW(t), RAW(tag(3, 4)) | L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_RETIMEOUT);
    EXPECT_EQ(label, 0x5678);
}

SYSTEST(ipc, send_and_wait_sends_to_one_and_hears_anybody)
{
    struct worker *to = worker_run(receive_once, NULL, PRIO_HIGH);
    struct worker *from = worker_create(send_once, (void *)0xf);
    l4_umword_t label = 0;
    l4_msgtag_t t;

    worker_start(from, PRIO_LOW);
    l4_utcb_mr()->mr[0] = 0x99;
    t = l4_ipc_send_and_wait(to->cap, l4_utcb(), tag(8, 1), &label, L4_IPC_NEVER);
    EXPECT_EQ(RAW(t), RAW(tag(0x77, 2)));
    EXPECT_EQ(label, 0xf);
    EXPECT_EQ(to->state, WORKER_DONE);
    EXPECT_EQ(to->out[3], 0x99);
}

SYSTEST(ipc, a_failed_send_skips_the_receive_phase)
{
    struct worker *busy = worker_create(receive_once, NULL); /* never runs */
    struct worker *from = worker_run(send_once, (void *)0xf, PRIO_HIGH);
    l4_umword_t label = 1;
    l4_msgtag_t t;

    worker_start(busy, 1);
    t = l4_ipc_send_and_wait(busy->cap, l4_utcb(), tag(8, 1), &label, L4_IPC_SEND_TIMEOUT_0);
    EXPECT_SEND_ERROR(t, L4_IPC_SETIMEOUT);
    EXPECT_EQ(from->state, WORKER_RUNS);
}

SYSTEST(ipc, sending_to_oneself_never_meets)
{
    l4_msgtag_t t = l4_ipc_send(L4_BASE_THREAD_CAP, l4_utcb(), tag(1, 0), L4_IPC_BOTH_TIMEOUT_0);

    EXPECT_SEND_ERROR(t, L4_IPC_SETIMEOUT);
    t = l4_ipc_send(L4_INVALID_CAP, l4_utcb(), tag(1, 0), L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_SEND_ERROR(t, L4_IPC_SETIMEOUT);
    /* and leaves nothing in our own queue */
    EXPECT_IPC_ERROR(l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0), L4_IPC_RETIMEOUT);
}

/* ---- order of senders ------------------------------------------------------------------------ */

static l4_umword_t next_label(void)
{
    l4_umword_t label = 0;

    if (l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0)))
        return 0;
    return label;
}

SYSTEST(ipc, senders_of_one_priority_are_served_in_order)
{
    for (unsigned i = 1; i <= 8; i++)
        (void)worker_run(send_once, (void *)(uintptr_t)i, PRIO_HIGH);
    for (unsigned i = 1; i <= 8; i++)
        EXPECT_EQ(next_label(), i);
    EXPECT_EQ(next_label(), 0);
}

SYSTEST(ipc, senders_are_served_by_priority)
{
    static const unsigned char order[] = { 3, 1, 4, 2, 5 };

    for (unsigned i = 0; i < sizeof(order); i++)
        (void)worker_run(send_once, (void *)(uintptr_t)order[i], PRIO_HIGH + order[i]);
    for (unsigned i = 5; i >= 1; i--)
        EXPECT_EQ(next_label(), i);
}

SYSTEST(ipc, an_interrupt_goes_before_every_sender)
{
    l4_cap_idx_t irq = new_irq();

    (void)worker_run(send_once, (void *)1, PRIO_HIGH + 40);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, 0x1231)), 0);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(next_label(), 0x1231);
    EXPECT_EQ(next_label(), 1);
}

SYSTEST(ipc, a_receiver_takes_the_best_sender_after_its_send)
{
    struct worker *to = worker_run(receive_once, NULL, PRIO_HIGH);
    l4_umword_t label = 0;

    (void)worker_run(send_once, (void *)1, PRIO_HIGH);
    (void)worker_run(send_once, (void *)2, PRIO_HIGH + 1);
    (void)l4_ipc_send_and_wait(to->cap, l4_utcb(), tag(0, 0), &label, L4_IPC_NEVER);
    EXPECT_EQ(label, 2);
    EXPECT_EQ(next_label(), 1);
}

/* ---- registers ------------------------------------------------------------------------------- */

struct registers {
    uint64_t rbx, rbp, r8, r9, r10, r12, r13, r14;
    uint64_t xmm3[2];
    uint32_t mxcsr;
    uint16_t fcw;
};

/* A system call with known values in everything that is to be preserved. */
static void call_with(struct registers *r, l4_umword_t selector, l4_umword_t raw_tag)
{
    __asm__ __volatile__("push %%rbp\n\t"
                         "push %%rbx\n\t"
                         "push %[r]\n\t"
                         "ldmxcsr 80(%[r])\n\t"
                         "fldcw 84(%[r])\n\t"
                         "movupd 64(%[r]), %%xmm3\n\t"
                         "mov 0(%[r]), %%rbx\n\t"
                         "mov 8(%[r]), %%rbp\n\t"
                         "mov 16(%[r]), %%r8\n\t"
                         "mov 24(%[r]), %%r9\n\t"
                         "mov 32(%[r]), %%r10\n\t"
                         "mov 40(%[r]), %%r12\n\t"
                         "mov 48(%[r]), %%r13\n\t"
                         "mov 56(%[r]), %%r14\n\t"
                         "syscall\n\t"
                         "pop %%rcx\n\t"
                         "mov %%rbx, 0(%%rcx)\n\t"
                         "mov %%rbp, 8(%%rcx)\n\t"
                         "mov %%r8, 16(%%rcx)\n\t"
                         "mov %%r9, 24(%%rcx)\n\t"
                         "mov %%r10, 32(%%rcx)\n\t"
                         "mov %%r12, 40(%%rcx)\n\t"
                         "mov %%r13, 48(%%rcx)\n\t"
                         "mov %%r14, 56(%%rcx)\n\t"
                         "movupd %%xmm3, 64(%%rcx)\n\t"
                         "stmxcsr 80(%%rcx)\n\t"
                         "fnstcw 84(%%rcx)\n\t"
                         "pop %%rbx\n\t"
                         "pop %%rbp"
                         : "+a"(raw_tag), "+d"(selector)
                         : [r] "c"(r)
                         : "rsi", "rdi", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15",
                           "xmm3", "cc", "memory");
}

static void spoil_fpu(struct worker *w)
{
    uint32_t mxcsr = 0x1f80;

    for (;;) {
        __asm__ __volatile__("fninit; pcmpeqd %%xmm3, %%xmm3; ldmxcsr %0" : : "m"(mxcsr) : "xmm3");
        (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
        w->steps++;
        (void)l4_ipc_reply(l4_utcb(), tag(0, 0), L4_IPC_NEVER);
    }
}

SYSTEST(ipc, a_system_call_preserves_the_other_registers)
{
    struct worker *w = worker_run(spoil_fpu, NULL, PRIO_HIGH);
    struct registers r = {
        .rbx = 0x1111,
        .rbp = 0x2222,
        .r8 = 0x7fffffff00000000,
        .r9 = 0x4444,
        .r10 = 0x5555,
        .r12 = 0x6666,
        .r13 = 0x7777,
        .r14 = 0x8888,
        .xmm3 = { 0x123456789, 0xabcdef },
        .mxcsr = 0x3f80,
        .fcw = 0x27f,
    };
    struct registers before = r;

    call_with(&r, w->cap | L4_SYSF_CALL, 0);
    EXPECT_EQ(w->steps, 1);
    EXPECT_EQ(__builtin_memcmp(&r, &before, sizeof(r)), 0);
    before.mxcsr = 0x1f80;
    before.fcw = 0x37f;
    r = before;
    call_with(&r, w->cap | L4_SYSF_CALL, 0);
    EXPECT_EQ(__builtin_memcmp(&r, &before, sizeof(r)), 0);
}

/* ---- FPU state as part of a message ------------------------------------------------------------
 */

static uint64_t xmm_sent(l4_cap_idx_t to, uint64_t v, unsigned flags)
{
    l4_umword_t sel = to | L4_SYSF_SEND;
    l4_msgtag_t t = l4_msgtag(0, 0, 0, flags);

    __asm__ __volatile__("movq %[v], %%xmm7\n\txor %%r8d, %%r8d\n\tsyscall"
                         : "+a"(t.raw), "+d"(sel)
                         : [v] "r"(v)
                         : "rcx", "rsi", "rdi", "r8", "r11", "r15", "xmm7", "cc", "memory");
    return RAW(t);
}

static void receive_xmm(struct worker *w)
{
    l4_umword_t sel = L4_INVALID_CAP | L4_SYSF_WAIT;
    l4_umword_t t = 0;
    uint64_t v = 0x5afe;

    receive_nothing();
    l4_utcb_inherit_fpu(w->arg != NULL);
    __asm__ __volatile__("movq %[v], %%xmm7\n\txor %%r8d, %%r8d\n\tsyscall\n\tmovq %%xmm7, %[v]"
                         : "+a"(t), "+d"(sel), [v] "+r"(v)
                         :
                         : "rcx", "rsi", "rdi", "r8", "r11", "r15", "xmm7", "cc", "memory");
    w->out[0] = v;
}

SYSTEST(ipc, fpu_state_comes_along_if_both_agree)
{
    struct worker *yes = worker_run(receive_xmm, (void *)1, PRIO_HIGH);
    struct worker *no = worker_run(receive_xmm, NULL, PRIO_HIGH);
    struct worker *not_sent = worker_run(receive_xmm, (void *)1, PRIO_HIGH);

    (void)xmm_sent(yes->cap, 0xf00d, L4_MSGTAG_TRANSFER_FPU);
    (void)xmm_sent(no->cap, 0xf00d, L4_MSGTAG_TRANSFER_FPU);
    (void)xmm_sent(not_sent->cap, 0xf00d, 0);
    EXPECT_EQ(yes->out[0], 0xf00d);
    EXPECT_EQ(no->out[0], 0x5afe);
    EXPECT_EQ(not_sent->out[0], 0x5afe);
}

SYSTEST(ipc, fpu_state_needs_the_right_s)
{
    struct worker *w = worker_run(receive_xmm, (void *)1, PRIO_HIGH);

    (void)xmm_sent(cap_copy(w->cap, L4_CAP_FPAGE_RW, 0), 0xf00d, L4_MSGTAG_TRANSFER_FPU);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 0x5afe);
}
