/* SPDX-License-Identifier: MIT */
/* Exceptions of user mode, interrupts, and faults of the kernel itself. */
#include <arch/cpu.h>
#include <arch/mmu.h>
#include <arch/upcall.h>
#include <dev/console.h>
#include <ipc/fault.h>
#include <irq/irq.h>
#include <sched/io.h>
#include <sched/sched.h>
#include <space/space.h>
#include <sync/epoch.h>
#include <sync/micro.h>
#include <sync/upcall.h>

static bool in_user_half(const struct arch_frame *f)
{
    return f->pfa < ARCH_USER_END;
}

struct arch_frame *upcall_user_trap(struct arch_frame *f)
{
    struct thread *self = current();

    epoch_enter(&this_cpu()->sync);
    if (party_asked(&self->party) & REQ_CANCEL)
        party_answer(&self->party, REQ_CANCEL);
    if (frame_is_page_fault(f) && in_user_half(f))
        fault_page(self);
    else if (!(frame_is_io_fault(f) && sched_io_load(self)))
        fault_exception(self);
    return upcall_leave();
}

struct arch_frame *upcall_irq_user(unsigned vector)
{
    epoch_enter(&this_cpu()->sync);
    irq_dispatch(vector);
    micro_window(); /* the stack is empty but for the user frame: one more interrupt fits */
    return upcall_leave();
}

void upcall_irq_kernel(unsigned vector)
{
    epoch_enter(&this_cpu()->sync);
    irq_dispatch(vector);
    sched_micro_leave();
}

_Noreturn void upcall_kernel_fault(const struct arch_kernel_fault *k)
{
    panic("kernel fault: trap %u, err %lx, address %lx\n"
          "  ip %lx  sp %lx  flags %lx  bp %lx  thread %x",
          k->trap, k->err, k->addr, k->ip, k->sp, k->flags, k->bp,
          arch_this_cpu()->current ? current()->party.index : 0);
}
