/* SPDX-License-Identifier: MIT */
/*
 * What assembly knows of a thread: its user frame, its kernel stack, how to go on with it,
 * and its user bank.
 *
 *     stack top ->  +------------------+
 *                   | user frame       |  frame
 *                   +------------------+
 *                   | kernel frames    |
 *                   |        ...       |  ksp, if resume == ARCH_RESUME_STACK
 *                   +------------------+
 *
 * `resume` says how a thread that does not run goes on:
 *   ARCH_RESUME_STACK  arch_switch() left it; it returns from there.
 *   ARCH_RESUME_FRAME  its stack is empty: it goes to user mode through upcall_leave().
 *
 * The user bank is what only user mode sees: FPU, segment bases and selectors. It is saved
 * when a thread leaves the CPU and is live there, loaded on the way to user mode if not.
 *
 * Whoever holds the `claim` of a thread (sync/party.h), and nobody else, touches these.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/frame.h>
#include <arch/impl/thread.h> /* struct arch_bank */

enum arch_resume {
    ARCH_RESUME_STACK = 0,
    ARCH_RESUME_FRAME = 1,
};

struct arch_thread {
    struct arch_frame *frame; /* [I] at the top of the kernel stack */
    uintptr_t ksp;            /* saved stack pointer, if resume is STACK */
    uintptr_t resume;         /* enum arch_resume */
    struct arch_bank bank;    /* the user bank while it is not live in a CPU */
};

/* Bytes of FPU save area a thread needs (fixed at boot), and its alignment. */
size_t arch_fpu_size(void);
#define ARCH_FPU_ALIGN 64u

/*
 * Prepare a thread that never ran: stack empty, resume FRAME, user frame and bank in the
 * state the ABI gives to new threads, FPU area initialised.
 * `stack_top` is the end of the kernel stack, 16-byte aligned; `fpu` the save area.
 */
void arch_thread_init(struct arch_thread *t, void *stack_top, void *fpu);

/*
 * Leave `from` (it will return from this call when somebody switches to it) and go on with
 * `to`, as its `resume` says. Sets the CPU's kernel stack for the next entry and
 * arch_cpu.current. Does not touch the user bank nor the address space.
 *
 * Context: micro-section; `to` is claimed by this CPU. Returns in a micro-section.
 */
void arch_switch(struct arch_thread *from, struct arch_thread *to);

/*
 * The same without switching stacks, for the fast path: the caller abandons its own stack
 * and returns `to->frame` to the exit code. Sets kernel stack for the next entry and
 * arch_cpu.current.
 */
static inline void arch_switch_frame(struct arch_thread *to);

/* Save the user bank, live in this CPU, into t. / Load it. Context: micro-section. */
void arch_bank_save(struct arch_thread *t);
void arch_bank_load(struct arch_thread *t);

/* Save from's user bank, which is live in this CPU, and load to's. Context: micro-section. */
void arch_bank_switch(struct arch_thread *from, struct arch_thread *to);

/*
 * FPU transfer between threads (message tag flag TRANSFER_FPU): copy `from`'s FPU state to
 * `to`'s save area. `from_live`: from's bank is live in this CPU. `to` is never live.
 * If `from` is not live, no bank may be live in this CPU, and none is afterwards.
 * Context: micro-section.
 */
void arch_fpu_copy(struct arch_thread *from, bool from_live, struct arch_thread *to);

/* Can a segment have this base? User mode's choice is asked before it is set. */
static inline bool arch_base_valid(uintptr_t base);

/*
 * Segment bases of a thread; `live`: its bank is live in this CPU (then loaded at once).
 * Context: micro-section.
 */
void arch_set_fs_base(struct arch_thread *t, bool live, uintptr_t base);
void arch_set_gs_base(struct arch_thread *t, bool live, uintptr_t base);

/*
 * Words of an exception message (l4_exc_regs_t, ARCH_EXC_WORDS words) out of / into a thread.
 * Loading sanitises flags, selectors and bases: user mode can not gain anything.
 * `live` as above.
 */
void arch_exc_store(struct arch_thread *t, bool live, uint64_t *words);
void arch_exc_load(struct arch_thread *t, bool live, const uint64_t *words);

#include <arch/impl/switch.h>
