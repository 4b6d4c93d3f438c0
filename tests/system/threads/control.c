/* SPDX-License-Identifier: MIT */
/* The thread object: control, ex_regs, statistics, switching, segments. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/segment.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define SELF L4_BASE_THREAD_CAP

static l4_msgtag_t invoke(l4_cap_idx_t thread, unsigned words, unsigned items)
{
    return l4_ipc_call(thread, l4_utcb(), l4_msgtag(L4_PROTO_THREAD, words, items, 0),
                       L4_IPC_NEVER);
}

static void sleep_for_ever(struct worker *w)
{
    (void)w;
}

static void sleep_once(struct worker *w)
{
    (void)w;
    (void)l4_ipc_sleep(L4_IPC_NEVER);
}

static void spin(struct worker *w)
{
    for (;;)
        w->steps++;
}

SYSTEST(thread, an_unknown_operation_is_nosys)
{
    static const l4_umword_t ops[] = { 0xa, 0xb, 0x11, 0x14, 0xffff };

    for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        l4_utcb_mr()->mr[0] = ops[i];
        EXPECT_EQ(l4_error(invoke(SELF, 1, 0)), -L4_ENOSYS);
    }
    EXPECT_EQ(l4_error(invoke(SELF, 0, 0)), -L4_EMSGTOOSHORT);
}

SYSTEST(thread, only_16_bits_are_the_operation)
{
    l4_utcb_mr()->mr[0] = L4_THREAD_STATS_OP | 0xabcd0000;
    EXPECT_EQ(invoke(SELF, 1, 0).raw, l4_msgtag(0, 1, 0, 0).raw);
}

SYSTEST(thread, operation_bits_of_zero_invoke_the_object)
{
    struct worker *w = worker_run(sleep_once, NULL, PRIO_HIGH);
    l4_msgtag_t t = l4_msgtag(L4_PROTO_THREAD, 3, 0, 0);

    l4_utcb_mr()->mr[0] = L4_THREAD_EX_REGS_OP | L4_THREAD_EX_REGS_CANCEL;
    l4_utcb_mr()->mr[1] = ~0UL;
    l4_utcb_mr()->mr[2] = ~0UL;
    EXPECT_EQ(w->state, WORKER_RUNS);
    EXPECT_EQ(l4_ipc(w->cap, l4_utcb(), 0, 0, t, NULL, L4_IPC_NEVER).raw, t.raw);
    EXPECT_EQ(w->state, WORKER_DONE);
}

SYSTEST(thread, results_need_a_receive_phase)
{
    l4_msgtag_t t = l4_msgtag(L4_PROTO_THREAD, 1, 0, 0);

    l4_utcb_mr()->mr[0] = L4_THREAD_STATS_OP;
    EXPECT_EQ(l4_ipc_send(SELF, l4_utcb(), t, L4_IPC_NEVER).raw, t.raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], L4_THREAD_STATS_OP);
    /* an open wait gets the result at once, too */
    EXPECT_EQ(l4_ipc_send_and_wait(SELF, l4_utcb(), t, NULL, L4_IPC_NEVER).raw,
              l4_msgtag(0, 1, 0, 0).raw);
}

/* ---- control
 * ------------------------------------------------------------------------------------- */

SYSTEST(control, the_old_handlers_come_back)
{
    l4_cap_idx_t t = new_thread();

    l4_thread_control_start();
    l4_thread_control_pager(0x123000);
    l4_thread_control_exc_handler(0x456000);
    EXPECT_EQ(l4_thread_control_commit(t).raw, l4_msgtag(0, 3, 0, 0).raw);
    EXPECT_NE(l4_utcb_mr()->mr[1] & L4_INVALID_CAP_BIT, 0);
    EXPECT_NE(l4_utcb_mr()->mr[2] & L4_INVALID_CAP_BIT, 0);
    l4_thread_control_start();
    l4_thread_control_pager(0x777000);
    EXPECT_EQ(l4_error(l4_thread_control_commit(t)), 0);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0x123000);
    EXPECT_EQ(l4_utcb_mr()->mr[2], 0x456000);
    l4_thread_control_start(); /* changes nothing, tells both */
    EXPECT_EQ(l4_error(l4_thread_control_commit(t)), 0);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0x777000);
    EXPECT_EQ(l4_utcb_mr()->mr[2], 0x456000);
}

SYSTEST(control, it_needs_the_right_s)
{
    l4_cap_idx_t t = cap_copy(new_thread(), L4_CAP_FPAGE_RW, 0);

    l4_thread_control_start();
    EXPECT_EQ(l4_error(l4_thread_control_commit(t)), -L4_EPERM);
}

SYSTEST(control, it_needs_six_words)
{
    l4_cap_idx_t t = new_thread();

    l4_thread_control_start();
    EXPECT_EQ(l4_error(invoke(t, 5, 0)), -L4_EINVAL);
}

SYSTEST(control, there_are_no_aliens)
{
    l4_cap_idx_t t = new_thread();

    l4_thread_control_start();
    l4_thread_control_alien(1);
    EXPECT_EQ(l4_error(l4_thread_control_commit(t)), -L4_ENOSYS);
}

static long bind(l4_cap_idx_t thread, l4_cap_idx_t task, l4_addr_t utcb)
{
    l4_thread_control_start();
    l4_thread_control_pager(0x999000);
    l4_thread_control_bind((l4_utcb_t *)utcb, task);
    return l4_error(l4_thread_control_commit(thread));
}

static l4_umword_t pager_of(l4_cap_idx_t thread)
{
    l4_thread_control_start();
    (void)l4_thread_control_commit(thread);
    return l4_utcb_mr()->mr[1];
}

SYSTEST(control, bind_wants_a_utcb_in_kernel_user_memory)
{
    struct task *t = task_create();
    l4_cap_idx_t th = new_thread();
    l4_addr_t const end = TASK_KUMEM + 4 * L4_PAGESIZE;

    EXPECT_EQ(bind(th, t->cap, 0), -L4_EINVAL);
    EXPECT_EQ(bind(th, t->cap, (l4_addr_t)test_page(0)), -L4_EINVAL);
    EXPECT_EQ(bind(th, t->cap, TASK_KUMEM + 4), -L4_EINVAL);
    EXPECT_EQ(bind(th, t->cap, TASK_KUMEM - 512), -L4_EINVAL);
    EXPECT_EQ(bind(th, t->cap, end - 512), -L4_EINVAL);
    EXPECT_EQ(bind(th, t->cap, ~0UL - 7), -L4_EINVAL);
    EXPECT_NE(pager_of(th), 0x999000); /* nothing was set */
    EXPECT_EQ(bind(th, t->cap, end - L4_UTCB_OFFSET), 0);
    EXPECT_EQ(pager_of(th), 0x999000);
}

SYSTEST(control, each_kilobyte_of_an_area_may_be_a_utcb)
{
    struct task *t = task_create();

    for (unsigned i = 0; i < 16; i++)
        EXPECT_EQ(bind(new_thread(), t->cap, TASK_KUMEM + i * L4_UTCB_OFFSET), 0);
}

SYSTEST(control, bind_works_once)
{
    struct task *t = task_create();
    l4_cap_idx_t th = new_thread();

    EXPECT_EQ(bind(th, t->cap, TASK_KUMEM), 0);
    EXPECT_EQ(bind(th, t->cap, TASK_KUMEM + L4_UTCB_OFFSET), -L4_EINVAL);
    EXPECT_EQ(bind(SELF, t->cap, TASK_KUMEM + L4_UTCB_OFFSET), -L4_EINVAL);
}

SYSTEST(control, bind_wants_a_task_with_the_right_s)
{
    struct task *t = task_create();
    l4_cap_idx_t th = new_thread();

    EXPECT_EQ(bind(th, cap_copy(t->cap, L4_CAP_FPAGE_RW, 0), TASK_KUMEM), -L4_EPERM);
    EXPECT_EQ(bind(th, new_irq(), TASK_KUMEM), -L4_EINVAL);
    EXPECT_EQ(bind(th, cap_slot(), TASK_KUMEM), -L4_EINVAL);
    l4_thread_control_start();
    l4_utcb_mr()->mr[0] |= L4_THREAD_CONTROL_BIND_TASK;
    l4_utcb_mr()->mr[5] = TASK_KUMEM;
    EXPECT_EQ(l4_error(invoke(th, 6, 0)), -L4_EINVAL);
    EXPECT_EQ(bind(th, t->cap, TASK_KUMEM), 0);
}

SYSTEST(control, bind_writes_the_address_of_the_utcb)
{
    struct worker *w = worker_create(sleep_for_ever, NULL);

    EXPECT_EQ(*(l4_umword_t *)((l4_addr_t)w->utcb + L4_UTCB_SELF_OFFSET), (l4_addr_t)w->utcb);
}

/* ---- ex_regs
 * --------------------------------------------------------------------------------------- */

SYSTEST(exregs, it_wants_three_words_and_known_flags)
{
    struct worker *w = worker_run(sleep_for_ever, NULL, PRIO_HIGH);

    l4_utcb_mr()->mr[0] = L4_THREAD_EX_REGS_OP;
    EXPECT_EQ(l4_error(invoke(w->cap, 2, 0)), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = L4_THREAD_EX_REGS_OP;
    EXPECT_EQ(l4_error(invoke(w->cap, 4, 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL, 1UL << 24)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL, 1UL << 31)), -L4_EINVAL);
}

SYSTEST(exregs, it_needs_no_right)
{
    struct worker *w = worker_run(sleep_for_ever, NULL, PRIO_HIGH);

    EXPECT_EQ(l4_error(l4_thread_ex_regs(cap_copy(w->cap, L4_CAP_FPAGE_RO, 0), ~0UL, ~0UL, 0)), 0);
}

SYSTEST(exregs, the_old_registers_come_back)
{
    struct worker *w = worker_create(sleep_for_ever, NULL);
    l4_addr_t ip = 0x1234000;
    l4_addr_t sp = 0x5678000;
    l4_umword_t flags = 0;

    /* it has no priority yet, so it does not run */
    EXPECT_EQ(l4_error(l4_thread_ex_regs_ret(w->cap, &ip, &sp, &flags)), 0);
    EXPECT_EQ(ip, 0);
    EXPECT_EQ(sp, 0);
    EXPECT_EQ(flags, 0x202);
    ip = sp = ~0UL;
    flags = 0;
    EXPECT_EQ(l4_error(l4_thread_ex_regs_ret(w->cap, &ip, &sp, &flags)), 0);
    EXPECT_EQ(ip, 0x1234000);
    EXPECT_EQ(sp, 0x5678000);
    EXPECT_EQ(l4_utcb_mr()->mr[0], flags);
}

static l4_addr_t text_low(void)
{
    return (l4_addr_t)&spin & ~0xfffUL;
}

SYSTEST(exregs, a_running_thread_can_be_moved)
{
    struct worker *w = worker_create(spin, NULL);
    struct worker *next = worker_create(sleep_for_ever, NULL);
    extern char worker_entry[];
    l4_addr_t ip = (l4_addr_t)worker_entry;
    l4_addr_t sp = (l4_addr_t)next->stack_top;
    l4_umword_t flags = 0;

    worker_start(w, PRIO_LOW);
    let_others_run(2000);
    EXPECT_NE(w->steps, 0);
    EXPECT_EQ(l4_error(l4_thread_ex_regs_ret(w->cap, &ip, &sp, &flags)), 0);
    EXPECT_LE(text_low(), ip);
    EXPECT_LT(ip, text_low() + 0x2000);
    EXPECT_LT((l4_addr_t)w->stack_top - 512, sp);
    let_others_run(2000);
    EXPECT_EQ(next->state, WORKER_DONE);
}

/* The state of a new thread, seen by the handler of its first exception. */
SYSTEST(exregs, a_new_thread_starts_with_clean_registers)
{
    struct worker *w = worker_create(sleep_for_ever, NULL);
    extern char first_instruction[];
    l4_exc_regs_t *e = l4_utcb_exc();

    __asm__ goto("jmp %l0\n.globl first_instruction\nfirst_instruction: ud2" : : : : out);
out:
    worker_handlers(w, L4_BASE_PAGER_CAP, new_gate(SELF, 0x40));
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, (l4_addr_t)first_instruction, 0x4321, 0)), 0);
    prio_set(w->cap, PRIO_HIGH);
    receive_nothing();
    EXPECT_EQ(l4_msgtag_label(l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0)),
              L4_PROTO_EXCEPTION);
    EXPECT_EQ(e->trapno, 6);
    EXPECT_EQ(e->sp, 0x4321);
    EXPECT_EQ(e->flags & 0xfffff & ~(1UL << 16), 0x202); /* but for the resume flag */
    EXPECT_EQ(e->rax | e->rbx | e->rcx | e->rdx | e->rsi | e->rdi | e->rbp, 0);
    EXPECT_EQ(e->r8 | e->r9 | e->r10 | e->r11 | e->r12 | e->r13 | e->r14 | e->r15, 0);
    EXPECT_EQ(e->fs_base, 0);
    EXPECT_EQ(e->gs_base, (l4_addr_t)w->utcb + L4_UTCB_SELF_OFFSET);
}

static void show_fpu(struct worker *w)
{
    uint32_t mxcsr;
    uint16_t fcw;

    __asm__ __volatile__("stmxcsr %0\n\tfnstcw %1" : "=m"(mxcsr), "=m"(fcw));
    w->out[0] = mxcsr;
    w->out[1] = fcw;
}

SYSTEST(exregs, a_new_thread_starts_with_clean_fpu_state)
{
    struct worker *w = worker_run(show_fpu, NULL, PRIO_HIGH);

    EXPECT_EQ(w->out[0], 0x1f80);
    EXPECT_EQ(w->out[1], 0x37f);
}

/* ---- statistics, switching
 * --------------------------------------------------------------------------
 */

SYSTEST(stats, time_counts_for_who_runs)
{
    struct worker *w = worker_create(spin, NULL);
    l4_kernel_clock_t before = 1, after = 0;

    EXPECT_EQ(l4_error(l4_thread_stats_time(w->cap, &before)), 0);
    EXPECT_EQ(before, 0);
    worker_start(w, PRIO_LOW);
    let_others_run(20000);
    EXPECT_EQ(l4_error(l4_thread_stats_time(w->cap, &before)), 0);
    EXPECT_LE(15000, before);
    EXPECT_LE(before, 1000000);
    for (uint64_t until = now_us() + 5000; now_us() < until;)
        ;
    EXPECT_EQ(l4_error(l4_thread_stats_time(w->cap, &after)), 0);
    EXPECT_EQ(before, after);
}

SYSTEST(stats, the_own_time_goes_on)
{
    l4_kernel_clock_t before = 0, after = 0;

    EXPECT_EQ(l4_error(l4_thread_stats_time(SELF, &before)), 0);
    for (uint64_t until = now_us() + 3000; now_us() < until;)
        ;
    EXPECT_EQ(l4_error(l4_thread_stats_time(SELF, &after)), 0);
    EXPECT_LE(before + 2000, after);
}

static void note_order(struct worker *w)
{
    static unsigned order;

    if (w->arg)
        order = 0;
    w->out[0] = ++order;
}

SYSTEST(switch, the_target_runs_before_its_peers)
{
    struct worker *a = worker_create(note_order, NULL);
    struct worker *b = worker_create(note_order, (void *)1);
    struct worker *c = worker_create(note_order, NULL);

    worker_start(a, PRIO_MAIN);
    worker_start(b, PRIO_MAIN);
    worker_start(c, PRIO_MAIN);
    EXPECT_EQ(l4_thread_switch(b->cap).raw, 0);
    let_others_run(1000);
    EXPECT_EQ(b->out[0], 1); /* it also sets the count back */
    EXPECT_NE(a->out[0], 0);
    EXPECT_NE(c->out[0], 0);
}

SYSTEST(switch, to_oneself_or_a_sleeper_is_harmless)
{
    struct worker *w = worker_run(sleep_for_ever, NULL, PRIO_HIGH);

    EXPECT_EQ(l4_thread_switch(SELF).raw, 0);
    EXPECT_EQ(l4_thread_switch(w->cap).raw, 0);
    EXPECT_EQ(l4_thread_switch(new_thread()).raw, 0);
}

SYSTEST(switch, yield_ends_with_a_timeout)
{
    EXPECT_EQ(l4_thread_yield(), 0);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_RETIMEOUT);
}

/* ---- segments
 * ---------------------------------------------------------------------------------------- */

static uint64_t read_fs(void)
{
    uint64_t v;

    __asm__ __volatile__("mov %%fs:0, %0" : "=r"(v));
    return v;
}

SYSTEST(segment, fs_can_be_set)
{
    static uint64_t here = 0x1f5;

    EXPECT_EQ(fiasco_amd64_set_fs(SELF, (l4_addr_t)&here, l4_utcb()), 0);
    EXPECT_EQ(read_fs(), 0x1f5);
    let_others_run(1000); /* and stays, through switches */
    EXPECT_EQ(read_fs(), 0x1f5);
    EXPECT_EQ(fiasco_amd64_set_fs(SELF, 0, l4_utcb()), 0);
}

static void show_fs(struct worker *w)
{
    w->out[0] = read_fs();
}

SYSTEST(segment, fs_of_another_thread_can_be_set)
{
    static uint64_t here = 0x2f5;
    struct worker *w = worker_create(show_fs, NULL);

    EXPECT_EQ(fiasco_amd64_set_fs(w->cap, (l4_addr_t)&here, l4_utcb()), 0);
    worker_start(w, PRIO_HIGH);
    EXPECT_EQ(w->out[0], 0x2f5);
}

static void show_gs(struct worker *w)
{
    uint64_t v;

    __asm__ __volatile__("mov %%gs:8, %0" : "=r"(v));
    w->out[0] = v;
}

SYSTEST(segment, gs_can_be_set)
{
    static l4_umword_t fake[2] = { 0, 0x65 };
    struct worker *w = worker_create(show_gs, NULL);

    fake[0] = (l4_addr_t)w->utcb; /* so that it still finds its UTCB */
    EXPECT_EQ(
        fiasco_amd64_set_segment_base(w->cap, L4_AMD64_SEGMENT_SEL_GS, (l4_addr_t)fake, l4_utcb()),
        0);
    worker_start(w, PRIO_HIGH);
    EXPECT_EQ(w->out[0], 0x65);
}

SYSTEST(segment, bad_segments_and_bases_are_refused)
{
    EXPECT_EQ(fiasco_amd64_set_segment_base(SELF, (enum L4_sys_segment)2, 0, l4_utcb()),
              -L4_EINVAL);
    EXPECT_EQ(fiasco_amd64_set_fs(SELF, 0x8000000000000000, l4_utcb()), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = L4_THREAD_AMD64_SET_SEGMENT_BASE_OP;
    EXPECT_EQ(l4_error(invoke(SELF, 1, 0)), -L4_EMSGTOOSHORT);
}

SYSTEST(segment, info_tells_the_selectors)
{
    l4_umword_t ds = 0, cs64 = 0, cs32 = 0;
    uint16_t cs, ss;

    EXPECT_EQ(fiasco_amd64_segment_info(SELF, &ds, &cs64, &cs32, l4_utcb()), 0);
    __asm__("mov %%cs, %0\n\tmov %%ss, %1" : "=r"(cs), "=r"(ss));
    EXPECT_EQ(cs64, cs);
    EXPECT_EQ(ds, ss);
    EXPECT_EQ(cs32 & 3, 3);
    EXPECT_NE(cs32, cs64);
}
