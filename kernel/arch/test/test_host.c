/* SPDX-License-Identifier: MIT */
/* The contract as the host implements it: threads, interrupts, page walks. */
#include <arch/cpu.h>
#include <arch/host/machine.h>
#include <arch/host/user.h>
#include <arch/ioport.h>
#include <arch/irq.h>
#include <arch/mmu.h>
#include <arch/pt.h>
#include <arch/thread.h>
#include <arch/time.h>
#include <arch/upcall.h>
#include <stdlib.h>
#include <string.h>
#include <utest/utest.h>

#define THREADS 3u
#define VECTOR 0x40u

static struct arch_thread boot, thread[THREADS];
static char order[64];
static unsigned irqs_user, irqs_kernel, traps;
static struct arch_thread *next; /* who runs when the kernel is left; NULL: whoever entered */

static void say(char c)
{
    order[strlen(order)] = c;
}

/* ---- a kernel small enough for tests ------------------------------------------------------ */

static struct arch_frame *leave(void)
{
    if (next) {
        struct arch_thread *to = next;

        next = NULL;
        arch_switch(arch_current(), to);
    }
    return arch_current()->frame;
}

struct arch_frame *upcall_syscall(struct arch_frame *f)
{
    f->rax++;
    if (f->rdx == 1) { /* the fast way: this stack is abandoned */
        arch_current()->resume = ARCH_RESUME_FRAME;
        arch_switch_frame(next);
        next = NULL;
        return arch_current()->frame;
    }
    return leave();
}

struct arch_frame *upcall_user_trap(struct arch_frame *f)
{
    traps++;
    if (f->pfa)
        frame_set_ip(f, f->pfa);
    return leave();
}

struct arch_frame *upcall_irq_user(unsigned vector)
{
    EXPECT_EQ(vector, VECTOR);
    irqs_user++;
    return leave();
}

void upcall_irq_kernel(unsigned vector)
{
    EXPECT_EQ(vector, VECTOR);
    EXPECT_FALSE(arch_irqs_on());
    irqs_kernel++;
}

struct arch_frame *upcall_leave(void)
{
    EXPECT_FALSE(arch_irqs_on());
    return arch_current()->frame;
}

static void *frame(void)
{
    static _Alignas(4096) char frames[32][4096];
    static unsigned used;

    return frames[used++];
}

static void start(void)
{
    static _Alignas(64) char stack[THREADS + 1][1024], fpu[THREADS + 1][HOST_FPU_BYTES];

    struct arch_cpu *c = arch_cpu_area(0, sizeof(*c), frame);

    arch_cpu_init(c, 0);
    for (unsigned i = 0; i < THREADS; i++)
        arch_thread_init(&thread[i], stack[i] + 1024, fpu[i]);
    arch_thread_init(&boot, stack[THREADS] + 1024, fpu[THREADS]);
    c->current = &boot;
    arch_irq_off();
}

/* Thread i begins with fn; control comes back when somebody switches to `boot`. */
static void run(unsigned i, host_user_fn *fn)
{
    frame_set_ip(thread[i].frame, host_user_ip(fn));
    frame_set_sp(thread[i].frame, host_user_sp(&thread[i]));
    arch_switch(&boot, &thread[i]);
}

static uint64_t syscall_to(struct arch_thread *to, bool fast)
{
    struct host_syscall s = { .tag = 41, .dest = fast };

    next = to;
    host_user_syscall(&s);
    return s.tag;
}

/* ---- threads ------------------------------------------------------------------------------ */

static void two_parts(void *arg)
{
    EXPECT_TRUE(arg == arch_current());
    EXPECT_TRUE(arch_irqs_on());
    say(arg == &thread[0] ? 'a' : 'b');
    EXPECT_EQ(syscall_to(&boot, false), 42);
    say(arg == &thread[0] ? 'A' : 'B');
    (void)syscall_to(&boot, false);
    say('!');
}

UTEST(host, a_thread_goes_on_where_it_was_switched_away)
{
    start();
    run(0, two_parts);
    EXPECT_EQ(thread[0].resume, ARCH_RESUME_STACK);
    EXPECT_FALSE(arch_irqs_on());
    run(1, two_parts);
    arch_switch(&boot, &thread[0]);
    arch_switch(&boot, &thread[1]);
    EXPECT_STREQ(order, "abAB");
}

static void calls_fast(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 3; i++) {
        say('c');
        EXPECT_EQ(syscall_to(&thread[1], true), 42);
    }
    (void)syscall_to(&boot, false);
}

static void answers_fast(void *arg)
{
    (void)arg;
    for (;;) {
        say('s');
        (void)syscall_to(&thread[0], true);
    }
}

UTEST(host, an_abandoned_kernel_stack_is_empty_and_user_mode_goes_on)
{
    start();
    frame_set_ip(thread[1].frame, host_user_ip(answers_fast));
    run(0, calls_fast);
    EXPECT_STREQ(order, "cscscs");
    EXPECT_EQ(thread[1].resume, ARCH_RESUME_FRAME);
}

static void second_life(void *arg)
{
    (void)arg;
    say('2');
    (void)syscall_to(&boot, false);
}

static void first_life(void *arg)
{
    (void)arg;
    say('1');
    host_user_trap(13, 0, host_user_ip(second_life));
    say('!');
}

UTEST(host, a_changed_ip_makes_user_mode_begin_anew)
{
    start();
    run(0, first_life);
    EXPECT_EQ(traps, 1);
    EXPECT_STREQ(order, "12");
}

/* ---- interrupts --------------------------------------------------------------------------- */

static void works(void *arg)
{
    (void)arg;
    host_alarm_set(arch_ticks() + 10, VECTOR);
    host_user_work(9);
    EXPECT_EQ(irqs_user, 0);
    host_user_work(1);
    EXPECT_EQ(irqs_user, 1);
    (void)syscall_to(&boot, false);
}

UTEST(host, an_alarm_interrupts_user_mode_when_the_clock_has_come_there)
{
    start();
    run(0, works);
    EXPECT_EQ(irqs_user, 1);
    EXPECT_EQ(irqs_kernel, 0);
    EXPECT_EQ(host_alarm(), HOST_ALARM_OFF);
}

UTEST(host, an_interrupt_waits_until_interrupts_are_on)
{
    start();
    host_irq_raise(VECTOR);
    host_irq_raise(VECTOR);
    EXPECT_EQ(irqs_kernel, 0);
    arch_irq_on();
    EXPECT_EQ(irqs_kernel, 1);
    EXPECT_FALSE(host_irq_pending());
    EXPECT_TRUE(arch_irqs_on());
}

static void raise_once(void *arg)
{
    bool *done = arg;

    if (!*done)
        host_irq_raise(VECTOR);
    *done = true;
}

UTEST(host, a_test_is_asked_each_time_interrupts_go_on)
{
    bool done = false;

    start();
    host_irq_on_offer(raise_once, &done);
    arch_irq_on();
    EXPECT_EQ(irqs_kernel, 1);
    arch_irq_off();
    arch_irq_on();
    EXPECT_EQ(irqs_kernel, 1);
}

static void enters_with_one_pending(void *arg)
{
    (void)arg;
    host_irq_raise(VECTOR);
    EXPECT_EQ(syscall_to(NULL, false), 42);
    EXPECT_EQ(irqs_user, 1); /* taken on the way out, before user mode */
    (void)syscall_to(&boot, false);
}

UTEST(host, an_interrupt_is_taken_before_user_mode_goes_on)
{
    start();
    run(0, enters_with_one_pending);
    EXPECT_EQ(irqs_user, 1);
}

/* ---- memory ------------------------------------------------------------------------------- */

static pt_entry root[PT_ENTRIES] __attribute__((aligned(4096)));
static pt_entry table[3][PT_ENTRIES] __attribute__((aligned(4096)));

#define VA 0x12345678000ull

static void tables_make(unsigned rights)
{
    arch_root_init(root);
    *(pt_entry *)pt_slot_of(root, 3, VA) = pt_make_table(table[2]);
    *(pt_entry *)pt_slot_of(table[2], 2, VA) = pt_make_table(table[1]);
    *(pt_entry *)pt_slot_of(table[1], 1, VA) = pt_make_table(table[0]);
    *(pt_entry *)pt_slot_of(table[0], 0, VA) = pt_make_leaf(0x7000, 0, rights, PT_CACHED);
    arch_root_load(virt_to_phys(root));
}

UTEST(host, an_access_walks_the_tables_and_sets_used_bits)
{
    paddr pa = 0;

    start();
    tables_make(PT_R | PT_W);
    EXPECT_TRUE(host_mmu_access(VA + 5, PT_R, &pa));
    EXPECT_EQ(pa, 0x7005);
    EXPECT_EQ(pt_used_of(pt_load(pt_slot_of(table[0], 0, VA))), PT_REFERENCED);
    EXPECT_TRUE(host_mmu_access(VA, PT_W, &pa));
    EXPECT_EQ(pt_used_of(pt_load(pt_slot_of(table[0], 0, VA))), PT_REFERENCED | PT_DIRTY);
    EXPECT_FALSE(host_mmu_access(VA, PT_X, &pa));
    EXPECT_FALSE(host_mmu_access(VA + 4096, PT_R, &pa));
    EXPECT_FALSE(host_mmu_access(ARCH_USER_END, PT_R, &pa));
}

static void use_stale_page(void *arg)
{
    paddr pa;

    (void)arg;
    (void)!host_mmu_access(VA, PT_R, &pa);
    (void)pt_swap(pt_slot_of(table[0], 0, VA), 0);
    (void)!host_mmu_access(VA, PT_R, &pa);
}

static void use_flushed_page(void *arg)
{
    paddr pa;

    (void)arg;
    (void)!host_mmu_access(VA, PT_R, &pa);
    (void)pt_swap(pt_slot_of(table[0], 0, VA), 0);
    arch_tlb_flush_page(VA);
    EXPECT_FALSE(host_mmu_access(VA, PT_R, &pa));
}

UTEST(host, a_page_used_after_unmapping_without_a_flush_ends_the_program)
{
    start();
    tables_make(PT_R);
    EXPECT_DEATH(use_stale_page, NULL);
    use_flushed_page(NULL);
}

UTEST(host, a_page_of_a_window_is_there_after_it_was_mapped_once)
{
    uintptr_t va = arch_windows.threads + 5 * 4096;

    EXPECT_FALSE(arch_kmap_present(va));
    EXPECT_EQ(arch_kmap_frame(va, 0x1000, frame), 0);
    EXPECT_TRUE(arch_kmap_present(va));
    *(volatile char *)va = 1;
    EXPECT_EQ(arch_kmap_frame(va, 0x2000, frame), 1);
    EXPECT_EQ(*(volatile char *)va, 1);
    EXPECT_FALSE(arch_kmap_present(va + 4096));
}

UTEST(host, ports_need_the_bit_and_the_bitmap)
{
    start();
    arch_io_set_chunk(1, BIT(3));
    EXPECT_FALSE(host_io_allowed(67));
    arch_io_enable(true);
    EXPECT_TRUE(host_io_allowed(67));
    EXPECT_FALSE(host_io_allowed(66));
}

/* ---- registers ---------------------------------------------------------------------------- */

UTEST(host, an_exception_message_has_registers_and_takes_only_safe_ones)
{
    uint64_t words[ARCH_EXC_WORDS];

    start();
    thread[0].frame->rbx = 77;
    arch_set_gs_base(&thread[0], false, 0x1000);
    arch_exc_store(&thread[0], false, words);
    EXPECT_EQ(words[12], 77);
    EXPECT_EQ(words[ARCH_FRAME_WORDS + 1], 0x1000);

    words[16] = X86_TRAPNO_SYSCALL;
    words[20] = ~0ull;
    words[ARCH_FRAME_WORDS + 1] = 1ull << 50;
    arch_exc_load(&thread[0], false, words);
    EXPECT_FALSE(frame_is_syscall(thread[0].frame));
    EXPECT_EQ(frame_flags(thread[0].frame), x86_flags_for_user(~0ull));
    EXPECT_EQ(thread[0].bank.gs_base, 0x1000);
}

UTEST(host, the_live_bank_is_the_cpu)
{
    start();
    arch_bank_load(&thread[0]);
    memset(host_user_fpu(), 7, HOST_FPU_BYTES);
    arch_set_fs_base(&thread[0], true, 0x5000);
    arch_bank_save(&thread[0]);
    arch_bank_load(&thread[1]);
    EXPECT_EQ(host_user_fpu()[0], 0);
    EXPECT_EQ(arch_this_cpu()->user.fs_base, 0);
    arch_bank_load(&thread[0]);
    EXPECT_EQ(host_user_fpu()[HOST_FPU_BYTES - 1], 7);
    EXPECT_EQ(arch_this_cpu()->user.fs_base, 0x5000);
}
