/* SPDX-License-Identifier: MIT */
/*
 * Into the kernel and out of it, and from thread to thread.
 *
 *     user fiber --trap--> kernel fiber, empty: upcall_...() --> frame --> user fiber of whoever
 *     (a test's function)        |                                         is current by then
 *                                +-- arch_switch() --> kernel fiber of another thread
 *
 * As on a real CPU, entering begins on the empty kernel stack of the current thread, and
 * leaving abandons whatever kernel stack is used.
 */
#include <arch/thread.h>

#include "context.h"

#include <arch/cpu.h>
#include <arch/host/machine.h>
#include <arch/host/user.h>
#include <arch/irq.h>
#include <arch/pt.h>
#include <arch/upcall.h>
#include <stdlib.h>

/* Why the kernel is entered. */
enum entry {
    ENTRY_SYSCALL,
    ENTRY_TRAP,
    ENTRY_IRQ,
    ENTRY_LEAVE, /* switched to with an empty stack */
};

static struct host_context *contexts;
static void (*user_end)(void);

static struct host_context *context_of(const struct arch_thread *t)
{
    return t->bank.context;
}

struct host_context *host_context_of(void *stack_top)
{
    struct host_context *c = contexts;

    while (c && c->stack_top != stack_top)
        c = c->next;
    if (!c) {
        c = calloc(1, sizeof(*c));
        if (!c)
            host_die("no memory for a thread");
        c->stack_top = stack_top;
        c->next = contexts;
        contexts = c;
    }
    c->point = (struct host_point){ NULL, NULL, NULL };
    return c;
}

/* ---- to user mode ------------------------------------------------------------------------- */

void host_user_set_end(void (*fn)(void))
{
    user_end = fn;
}

static uint64_t ip_of_point(const struct host_context *c)
{
    return (uint64_t)(uintptr_t)&c->point;
}

static void run_user(void *arg)
{
    const struct arch_frame *f = arch_current()->frame;
    host_user_fn *fn = (host_user_fn *)(uintptr_t)f->ip;

    (void)arg;
    if (!fn)
        host_die("user mode begins at address 0");
    fn((void *)(uintptr_t)f->sp);
    if (user_end)
        user_end();
    host_die("the function of a user thread has returned");
}

static void begin(void *why);

/* Leave the kernel for `f`. Interrupts that wait are taken on the empty stack, as by a CPU. */
static _Noreturn void leave(const struct arch_frame *f)
{
    struct arch_thread *t = arch_current();
    struct host_context *c = context_of(t);

    if (f != t->frame)
        host_die("the frame is not the current thread's");
    if (arch_irqs_on())
        host_die("the kernel was left with interrupts on");
    host_irq_ask();
    if (host_irq_pending())
        host_fiber_start(NULL, &c->kernel, begin, (void *)(uintptr_t)ENTRY_IRQ);
    host_irqs.off = false;
    if (f->ip != ip_of_point(c))
        host_fiber_start(NULL, &c->user, run_user, NULL);
    if (!c->point.sp)
        host_die("user mode goes on where it never was");
    host_fiber_switch(NULL, &c->point);
    host_die("a fiber was left for ever and came back");
}

/* ---- into the kernel ---------------------------------------------------------------------- */

/* First function on an empty kernel stack. */
static void begin(void *why)
{
    struct arch_frame *f = arch_current()->frame;

    switch ((enum entry)(uintptr_t)why) {
    case ENTRY_SYSCALL: f = upcall_syscall(f); break;
    case ENTRY_TRAP: f = upcall_user_trap(f); break;
    case ENTRY_IRQ: f = upcall_irq_user(host_irq_take()); break;
    case ENTRY_LEAVE: f = upcall_leave(); break;
    }
    leave(f);
}

/* User mode enters the kernel; comes back when the kernel goes on with this place. */
static void trap(enum entry why)
{
    struct arch_thread *t = arch_current();
    struct host_context *c = context_of(t);

    if (!arch_irqs_on())
        host_die("user mode with interrupts off");
    host_irqs.off = true;
    t->frame->ip = ip_of_point(c);
    host_fiber_start(&c->point, &c->kernel, begin, (void *)(uintptr_t)why);
}

/* Programs without threads have no upcalls, and link none of this. */
__attribute__((constructor)) static void set_kernel_entry(void)
{
    host_irq_set_kernel_entry(upcall_irq_kernel);
}

void arch_switch(struct arch_thread *from, struct arch_thread *to)
{
    struct host_point here;

    kassert(!arch_irqs_on());
    from->ksp = (uintptr_t)&here;
    from->resume = ARCH_RESUME_STACK;
    host_cpu->current = to;
    if (to->resume == ARCH_RESUME_STACK)
        host_fiber_switch(&here, (const struct host_point *)to->ksp);
    else
        host_fiber_start(&here, &context_of(to)->kernel, begin, (void *)(uintptr_t)ENTRY_LEAVE);
}

/* ---- what user mode may do ---------------------------------------------------------------- */

void host_user_syscall(struct host_syscall *s)
{
    struct arch_frame *f = arch_current()->frame;

    f->rax = s->tag;
    f->rdx = s->dest;
    f->rsi = s->label;
    f->r8 = s->timeout;
    f->rdi = s->extra;
    f->trapno = X86_TRAPNO_SYSCALL;
    trap(ENTRY_SYSCALL);
    s->tag = f->rax;
    s->label = f->rsi;
}

void host_user_trap(unsigned trapno, uint64_t err, uint64_t addr)
{
    struct arch_frame *f = arch_current()->frame;

    f->trapno = trapno;
    f->err = err;
    f->pfa = addr;
    trap(ENTRY_TRAP);
}

void host_user_work(uint64_t ticks)
{
    host_clock_advance(ticks);
    while (host_irq_pending()) {
        arch_current()->frame->trapno = 0;
        trap(ENTRY_IRQ);
    }
}

paddr host_user_touch(uaddr va, unsigned rights)
{
    const uint64_t user = 4, write = rights & PT_W ? 2 : 0, fetch = rights & PT_X ? 16 : 0;
    paddr pa;

    while (!host_mmu_access(va, rights, &pa)) {
        const uint64_t present = host_mmu_access(va, PT_R, &pa);

        host_user_trap(X86_TRAP_PF, user | write | fetch | present, va);
    }
    return pa;
}

void host_user_port(unsigned port)
{
    while (!host_io_allowed(port))
        host_user_trap(X86_TRAP_GP, 0, 0);
}

uint8_t *host_user_fpu(void)
{
    return host_cpu->user.fpu;
}
