/* SPDX-License-Identifier: MIT */
/*
 * The way out: the kill point on the way to user mode, then everything that only user mode
 * sees (user bank, address space, port bitmap).
 */
#include <arch/upcall.h>
#include <ipc/fast.h>
#include <ipc/fault.h>
#include <object/thread.h>
#include <sched/io.h>
#include <sched/sched.h>
#include <sync/epoch.h>
#include <sync/micro.h>

/* Is there anything to do before user mode? Does it. Context: micro-section. */
static bool leave_work(struct thread *self)
{
    uint32_t asked = party_asked(&self->party);

    if (asked & REQ_KILL)
        thread_die(self);
    if (self->trigger) {
        self->trigger = false;
        /* The cancel that came with it has ended an IPC; it is not meant for this message. */
        party_answer(&self->party, REQ_CANCEL);
        self->arch.frame->trapno = L4_EXC_TRAPNO_EX_REGS;
        self->arch.frame->err = 0;
        fault_exception(self);
        return true;
    }
    if (this_cpu()->resched) {
        sched_dispatch();
        micro_window();
        return true;
    }
    return false;
}

struct arch_frame *upcall_leave(void)
{
    struct thread *self = current();

    sched_arrive();
    ipc_settle(self);
    while (leave_work(self))
        ;
    epoch_leave(&this_cpu()->sync);
    sched_load_user(self);
    sched_io_switch(self);
    return self->arch.frame;
}
