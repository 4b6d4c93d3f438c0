/* SPDX-License-Identifier: MIT */
/* Exceptions as messages to a handler. The test is the handler. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/segment.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define HANDLER_LABEL 0xec0

enum {
    FLAG_TF = 1 << 8,
    FLAG_IF = 1 << 9,
    FLAG_IOPL = 3 << 12,
    FLAG_NT = 1 << 14,
};

/* Provocations, each a function whose faulting instruction has a name. */
extern char at_ud2[], at_int3[], at_div[], at_cli[], at_x87[], after_all[];

__asm__(".text\n"
        "do_ud2:\n"
        "at_ud2: ud2\n"
        "    ret\n"
        "do_int3:\n"
        "at_int3: int3\n"
        "    ret\n"
        "do_div:\n"
        "    xor %ecx, %ecx\n"
        "    mov $1, %eax\n"
        "    xor %edx, %edx\n"
        "at_div: div %ecx\n"
        "    ret\n"
        "do_cli:\n"
        "at_cli: cli\n"
        "    ret\n"
        "do_int80:\n"
        "    int $0x80\n"
        "    ret\n"
        "do_noncanonical:\n"
        "    movabs $0x8000000000000000, %rax\n"
        "    mov (%rax), %rax\n"
        "    ret\n"
        "do_x87:\n"
        "    push $0x37b\n" /* division by zero not masked */
        "    fldcw (%rsp)\n"
        "    pop %rax\n"
        "    fld1\n"
        "    fldz\n"
        "    fdivrp\n"
        "at_x87: fwait\n"
        "    ret\n"
        "do_step:\n"
        "    pushf\n"
        "    orl $0x100, (%rsp)\n"
        "    popf\n"
        "    nop\n"
        "    ret\n"
        "after_all: ret\n");
void do_ud2(void);
void do_int3(void);
void do_div(void);
void do_cli(void);
void do_int80(void);
void do_noncanonical(void);
void do_x87(void);
void do_step(void);

static void provoke(struct worker *w)
{
    ((void (*)(void))w->arg)();
}

static l4_msgtag_t wait_now(l4_umword_t *label)
{
    receive_nothing();
    return l4_ipc_wait(l4_utcb(), label, L4_IPC_BOTH_TIMEOUT_0);
}

static struct worker *run_faulty(void (*fn)(struct worker *w), void (*what)(void))
{
    struct worker *w = worker_create(fn, (void *)what);

    worker_handlers(w, L4_BASE_PAGER_CAP, new_gate(L4_BASE_THREAD_CAP, HANDLER_LABEL));
    worker_start(w, PRIO_HIGH);
    return w;
}

/* The whole frame back, as it stands in the message registers. */
static l4_msgtag_t reply_frame(void)
{
    return l4_ipc_reply(l4_utcb(), l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0),
                        L4_IPC_BOTH_TIMEOUT_0);
}

SYSTEST(exception, every_kind_has_its_number)
{
    static const struct {
        void (*what)(void);
        unsigned trap;
        l4_umword_t err;
        const char *ip; /* NULL: not checked */
    } kinds[] = {
        { do_ud2, 6, 0, at_ud2 },  { do_int3, 3, 0, at_int3 + 1 }, { do_div, 0, 0, at_div },
        { do_cli, 13, 0, at_cli }, { do_int80, 13, 2, NULL },      { do_noncanonical, 13, 0, NULL },
        { do_x87, 16, 0, at_x87 }, { do_step, 1, 0, NULL },
    };

    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct worker *w = run_faulty(provoke, kinds[i].what);
        l4_exc_regs_t *e = l4_utcb_exc();
        l4_umword_t label = 0;

        EXPECT_EQ(wait_now(&label).raw,
                  l4_msgtag(L4_PROTO_EXCEPTION, 26, 0, L4_MSGTAG_TRANSFER_FPU).raw);
        EXPECT_EQ(label, HANDLER_LABEL | 3);
        EXPECT_EQ(e->trapno, kinds[i].trap);
        EXPECT_EQ(e->err & 7, kinds[i].err); /* emulators disagree on the rest */
        if (kinds[i].ip)
            EXPECT_EQ(e->ip, (l4_addr_t)kinds[i].ip);
        worker_delete(w);
    }
}

SYSTEST(exception, the_answer_sets_the_registers)
{
    struct worker *w = run_faulty(provoke, do_ud2);

    (void)wait_now(NULL);
    l4_utcb_exc()->ip = (l4_addr_t)after_all;
    EXPECT_EQ(reply_frame().raw, l4_msgtag(0, 26, 0, 0).raw);
    EXPECT_EQ(w->state, WORKER_DONE);
}

/* Registers that the handler changes, and sees. */
static void swap_registers(struct worker *w)
{
    uint64_t rax = 0xa, rbx = 0xb, r9 = 0x9, r15 = 0xf, rdi = 0xd1;

    __asm__ __volatile__("mov %[r9], %%r9\n\tmov %[r15], %%r15\n\tud2\n\t"
                         "mov %%r9, %[r9]\n\tmov %%r15, %[r15]"
                         : "+a"(rax), "+b"(rbx), "+D"(rdi), [r9] "+m"(r9), [r15] "+m"(r15)
                         :
                         : "r9", "r15", "rcx", "r11", "memory");
    w->out[0] = rax;
    w->out[1] = rbx;
    w->out[2] = r9;
    w->out[3] = r15;
    w->out[4] = rdi;
}

SYSTEST(exception, all_registers_are_seen_and_can_be_changed)
{
    struct worker *w = run_faulty(swap_registers, NULL);
    l4_exc_regs_t *e = l4_utcb_exc();

    (void)wait_now(NULL);
    EXPECT_EQ(e->rax, 0xa);
    EXPECT_EQ(e->rbx, 0xb);
    EXPECT_EQ(e->r9, 0x9);
    EXPECT_EQ(e->r15, 0xf);
    EXPECT_EQ(e->rdi, 0xd1);
    EXPECT_EQ(e->gs_base, (l4_addr_t)w->utcb + L4_UTCB_SELF_OFFSET);
    EXPECT_EQ(e->fs_base, 0);
    EXPECT_EQ(e->ss & 3, 3);
    e->rax = 1;
    e->rbx = 2;
    e->r9 = 3;
    e->r15 = 4;
    e->rdi = 5;
    e->ip += 2;
    (void)reply_frame();
    EXPECT_EQ(w->state, WORKER_DONE);
    for (unsigned i = 0; i < 5; i++)
        EXPECT_EQ(w->out[i], i + 1);
}

static void read_flags(struct worker *w)
{
    uint64_t flags;

    __asm__ __volatile__("ud2\n\tpushf\n\tpop %0" : "=r"(flags) : : "memory");
    w->out[0] = flags;
}

SYSTEST(exception, flags_from_the_handler_are_made_safe)
{
    struct worker *w = run_faulty(read_flags, NULL);

    (void)wait_now(NULL);
    EXPECT_EQ(l4_utcb_exc()->flags & (FLAG_IOPL | FLAG_IF), FLAG_IF);
    l4_utcb_exc()->flags = FLAG_IOPL | FLAG_NT | 1;
    l4_utcb_exc()->ip += 2;
    l4_utcb_exc()->ss = 0; /* segments stay those of user mode */
    (void)reply_frame();
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0] & (FLAG_IOPL | FLAG_NT), 0);
    EXPECT_EQ(w->out[0] & FLAG_IF, FLAG_IF);
    EXPECT_EQ(w->out[0] & 1, 1);
}

SYSTEST(exception, a_bad_instruction_pointer_is_a_fault_of_the_thread)
{
    struct worker *w = run_faulty(provoke, do_ud2);

    (void)wait_now(NULL);
    l4_utcb_exc()->ip = 0x8000000000000000;
    (void)reply_frame();
    let_others_run(1000);
    EXPECT_EQ(l4_msgtag_label(wait_now(NULL)), L4_PROTO_EXCEPTION);
    EXPECT_EQ(l4_utcb_exc()->trapno, 13);
    EXPECT_EQ(w->state, WORKER_RUNS);
}

SYSTEST(exception, a_short_answer_changes_nothing_and_repeats)
{
    struct worker *w = run_faulty(provoke, do_ud2);

    (void)wait_now(NULL);
    l4_utcb_exc()->ip = (l4_addr_t)after_all;
    (void)l4_ipc_reply(l4_utcb(), l4_msgtag(0, 25, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
    (void)wait_now(NULL);
    EXPECT_EQ(l4_utcb_exc()->ip, (l4_addr_t)at_ud2);
    EXPECT_EQ(w->state, WORKER_RUNS);
}

SYSTEST(exception, the_label_of_the_answer_does_not_matter)
{
    struct worker *w = run_faulty(provoke, do_ud2);

    (void)wait_now(NULL);
    l4_utcb_exc()->ip = (l4_addr_t)after_all;
    (void)l4_ipc_reply(l4_utcb(), l4_msgtag(-L4_EINVAL, 26, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(w->state, WORKER_DONE);
}

static void fault_with_full_utcb(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    bool same = true;

    l4_utcb_br_u(u)->bdr = 0x1234;
    for (unsigned i = 0; i < 40; i++) {
        l4_utcb_br_u(u)->br[i] = 0xb0 + i;
        l4_utcb_mr_u(u)->mr[i] = 0xa0 + i;
    }
    do_ud2();
    same &= l4_utcb_br_u(u)->bdr == 0x1234;
    for (unsigned i = 0; i < 40; i++)
        same &= l4_utcb_br_u(u)->br[i] == 0xb0 + i && l4_utcb_mr_u(u)->mr[i] == 0xa0 + i;
    w->out[0] = same;
}

SYSTEST(exception, the_utcb_of_the_faulting_thread_is_as_before)
{
    struct worker *w = run_faulty(fault_with_full_utcb, NULL);

    (void)wait_now(NULL);
    l4_utcb_exc()->ip = (l4_addr_t)after_all;
    (void)reply_frame();
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 1);
}

SYSTEST(exception, the_answer_may_bring_a_page)
{
    struct worker *w = run_faulty(provoke, do_ud2);
    l4_msgtag_t t = l4_msgtag(0, 26, 0, 0);

    *(uint64_t *)(void *)test_page(0) = 0xfeed;
    (void)wait_now(NULL);
    l4_utcb_exc()->ip = (l4_addr_t)after_all;
    (void)l4_sndfpage_add(l4_fpage((l4_addr_t)test_page(0), 12, L4_FPAGE_RW),
                          l4_map_control(TEST_AREA, 0, 0), &t);
    *(uint64_t *)(void *)test_page(0) = 0xfeed;
    (void)l4_ipc_reply(l4_utcb(), t, L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(probe(NULL, TEST_AREA, PROBE_READ).value, 0xfeed);
}

/* ---- no handler
 * ---------------------------------------------------------------------------------- */

SYSTEST(exception, without_a_handler_the_thread_waits_until_it_is_cancelled)
{
    struct worker *w = worker_create(provoke, (void *)do_ud2);

    worker_handlers(w, L4_BASE_PAGER_CAP, L4_INVALID_CAP);
    worker_start(w, PRIO_HIGH);
    let_others_run(1000);
    EXPECT_EQ(w->state, WORKER_RUNS);
    EXPECT_EQ(
        l4_error(l4_thread_ex_regs(w->cap, (l4_addr_t)after_all, ~0UL, L4_THREAD_EX_REGS_CANCEL)),
        0);
    EXPECT_EQ(w->state, WORKER_DONE);
}

SYSTEST(exception, a_thread_without_a_handler_can_be_deleted)
{
    struct worker *w = worker_create(provoke, (void *)do_ud2);

    worker_handlers(w, L4_BASE_PAGER_CAP, L4_INVALID_CAP);
    worker_start(w, PRIO_HIGH);
    worker_delete(w);
}

/* ---- with ex_regs
 * ---------------------------------------------------------------------------------- */

SYSTEST(exception, ex_regs_does_not_touch_a_thread_in_an_exception)
{
    struct worker *w = run_faulty(provoke, do_ud2);
    l4_addr_t ip = (l4_addr_t)after_all;
    l4_addr_t sp = ~0UL;
    l4_umword_t flags = 0;

    (void)wait_now(NULL);
    EXPECT_EQ(l4_error(l4_thread_ex_regs_ret(w->cap, &ip, &sp, &flags)), 0);
    EXPECT_EQ(ip, (l4_addr_t)at_ud2); /* the old value is told all the same */
    EXPECT_EQ(w->state, WORKER_RUNS);
    EXPECT_EQ(
        l4_error(l4_thread_ex_regs(w->cap, (l4_addr_t)after_all, ~0UL, L4_THREAD_EX_REGS_CANCEL)),
        0);
    EXPECT_EQ(w->state, WORKER_DONE);
}

static void spin(struct worker *w)
{
    while (!w->out[0])
        w->steps++;
}

SYSTEST(exception, ex_regs_can_trigger_one)
{
    struct worker *w = worker_create(spin, NULL);
    l4_umword_t label = 0;

    worker_handlers(w, L4_BASE_PAGER_CAP, new_gate(L4_BASE_THREAD_CAP, HANDLER_LABEL));
    worker_start(w, PRIO_LOW);
    let_others_run(1000);
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL, L4_THREAD_EX_REGS_TRIGGER_EXCEPTION)),
              0);
    receive_nothing();
    EXPECT_EQ(l4_msgtag_label(l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER)), L4_PROTO_EXCEPTION);
    EXPECT_EQ(l4_utcb_exc()->trapno, L4_EXC_TRAPNO_EX_REGS);
    w->out[0] = 1;
    (void)reply_frame();
    let_others_run(1000);
    EXPECT_EQ(w->state, WORKER_DONE);
}

static void sleep_once(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_sleep(L4_IPC_NEVER).raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

SYSTEST(exception, a_triggered_one_can_cancel_an_ipc)
{
    struct worker *w = run_faulty(sleep_once, NULL);

    EXPECT_EQ(
        l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL,
                                   L4_THREAD_EX_REGS_TRIGGER_EXCEPTION | L4_THREAD_EX_REGS_CANCEL)),
        0);
    EXPECT_EQ(l4_msgtag_label(wait_now(NULL)), L4_PROTO_EXCEPTION);
    EXPECT_EQ(l4_utcb_exc()->trapno, L4_EXC_TRAPNO_EX_REGS);
    (void)reply_frame();
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[1], L4_IPC_RECANCELED);
}

/* ---- FPU state
 * --------------------------------------------------------------------------------------
 */

static void fault_with_xmm(struct worker *w)
{
    uint64_t v = 0xabcd1234;

    __asm__ __volatile__("movq %0, %%xmm6\n\tud2\n\tmovq %%xmm6, %0" : "+r"(v) : : "xmm6");
    w->out[0] = v;
}

SYSTEST(exception, the_handler_sees_and_sets_fpu_state)
{
    struct worker *w = run_faulty(fault_with_xmm, NULL);
    l4_umword_t sel = L4_INVALID_CAP | L4_SYSF_WAIT;
    l4_umword_t t = 0;
    uint64_t v = 0;

    receive_nothing();
    l4_utcb_inherit_fpu(1);
    __asm__ __volatile__("xor %%r8d, %%r8d\n\tsyscall\n\tmovq %%xmm6, %[v]"
                         : "+a"(t), "+d"(sel), [v] "=r"(v)
                         :
                         : "rcx", "rsi", "rdi", "r8", "r11", "r15", "xmm6", "cc", "memory");
    EXPECT_EQ(v, 0xabcd1234);
    l4_utcb_exc()->ip += 2;
    v = 0x777;
    sel = L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY;
    t = (l4_umword_t)l4_msgtag(0, 26, 0, L4_MSGTAG_TRANSFER_FPU).raw;
    __asm__ __volatile__("movq %[v], %%xmm6\n\txor %%r8d, %%r8d\n\tsyscall"
                         : "+a"(t), "+d"(sel)
                         : [v] "r"(v)
                         : "rcx", "rsi", "rdi", "r8", "r11", "r15", "xmm6", "cc", "memory");
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 0x777);
}
