/* SPDX-License-Identifier: MIT */
/*
 * Who runs, where and when.
 *
 * Context: all functions are called in a micro-section unless they say otherwise.
 *
 * Invariants (asserted in debug builds):
 *   RQ1  all contexts that a ready thread may use are queued while it does not run
 *   RQ2  a context is queued only if `runs` is ready and runs == serves
 *   RQ3  a blocked thread's contexts are not queued; its own may serve somebody else
 *   RQ4  cpu.ctx is not queued
 */
#pragma once

#include <arch/mmu.h>
#include <sched/cpu.h>
#include <space/space.h>

/* Prepare CPU 0 and its idle thread, which is the boot code that calls this. Boot. */
void sched_init(struct cpu *c, struct thread *idle);

/* Scheduling fields of a new thread: priority 1, default slice, not ready. */
void sched_thread_init(struct thread *t);

/* Default time slice, ticks. */
uint64_t sched_default_slice(void);

/*
 * `t` may run (again). It takes its own context back, wherever it is. Marks the CPU for
 * rescheduling if `t` is more important than what runs. Nothing happens if it is ready, or
 * was not started and homed yet.
 */
void sched_ready(struct thread *t);

/* The current thread will not run on: its contexts leave the queue. Then sched_dispatch(). */
void sched_unready(struct thread *t);

/*
 * Go on with the most important context. Returns when the caller runs again; at once if
 * it stays the most important.
 */
void sched_dispatch(void);

/* Sleep: unready + dispatch. The caller has published its state before. */
void sched_block(void);

/*
 * Donate: the caller (current, about to sleep in a call to `to`) lets `to` run on the context
 * that pays now. `to` is not ready and lives on this CPU. Bookkeeping only: the caller then
 * switches with sched_switch() or arch_switch_frame().
 */
void sched_donate(struct thread *to);

/*
 * Give the donated context back: the current thread, a server, has answered `to` and is about
 * to sleep again. If the context that pays now is the one `to` donated, `to` goes on with it:
 * switch with sched_switch(). Returns false if not: then sched_ready(to), and dispatch.
 */
bool sched_give_back(struct thread *to) must_check;

/* The server waits again without having answered: its donated context goes home. */
void sched_end_donation(struct thread *t);

/* `t` is dying: its own context comes back from whoever it serves. */
void sched_recall(struct thread *t);

/* The current thread will never run again. To the helper that lent us the CPU, or dispatch. */
_Noreturn void sched_leave_for_good(void);

/* May `to` be switched to directly: same CPU, homed, started, not stopped? */
bool sched_may_donate(const struct thread *to);

/* Switch stacks to `to`, which runs on cpu.ctx from now on. Returns when we run again. */
void sched_switch(struct thread *to);

/* First thing after a switch: frees the claim of whom we left. */
void sched_arrive(void);

/* The address space of `t` is loaded. */
static inline void sched_load_space(struct cpu *cpu, const struct thread *t)
{
    if (cpu->space != t->space) {
        cpu->space = t->space;
        arch_root_load(space_root(t->space));
    }
}

/* `s` is not to be loaded any more. */
static inline void sched_leave_space(struct cpu *cpu, const struct space *s)
{
    if (cpu->space == s) {
        cpu->space = NULL;
        arch_root_load(arch_root_kernel());
    }
}

/* Before user mode: user bank and address space of the current thread are live. */
void sched_load_user(struct thread *t);

/* New priority and slice (ticks, 0 default) of `t`. */
void sched_set_params(struct thread *t, unsigned prio, uint64_t slice);

/* First RUN_THREAD: the thread has a home, and may run once it is started. */
void sched_home(struct thread *t);

/* Let others of the same priority run first. */
void sched_step_back(void);

/* THREAD_SWITCH: run `to` next if it is ready here; else yield. */
void sched_switch_to(struct thread *to);

/* CPU time of `t` in ticks, up to now. */
uint64_t sched_consumed(const struct thread *t);
uint64_t sched_idle_ticks(void);

/* The timer interrupt. Context: interrupt. */
void sched_timer_interrupt(void);

/*
 * Timeouts of waits. Arm: the current thread's wait `seq` ends at `when` (ticks).
 * Disarm: by the thread itself, or by whoever ended its wait on this CPU.
 */
void sched_timeout_arm(struct thread *t, uint64_t seq, uint64_t when);
void sched_timeout_disarm(struct thread *t);

/*
 * Callback of the ipc room: the wait `seq` of `t` has timed out; mark it by one CAS and make
 * it ready. Context: micro-section or interrupt.
 */
void sched_set_timeout_handler(void (*fn)(struct thread *t, uint64_t seq));

/*
 * Run the ready thread `t` on the current context until it dies or comes back: used by a
 * killer, who waits for the victim's kill point. Returns when the caller runs again.
 */
void sched_help_thread(struct thread *t);
