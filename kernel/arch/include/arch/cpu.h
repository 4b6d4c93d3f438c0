/* SPDX-License-Identifier: MIT */
/*
 * This CPU: the part of the per-CPU area that assembly knows. The scheduler's `struct cpu`
 * begins with it (sched/cpu.h).
 */
#pragma once

#include <stdint.h>

#include <arch/impl/cpu.h>

struct arch_thread;

/*
 * struct arch_cpu is defined by the architecture and has at least:
 *   struct arch_cpu *self;        this very address
 *   struct arch_thread *current;  the thread that runs on this CPU
 *   uint32_t id;                  0 .. CPUs-1
 *
 * arch_this_cpu()  one load; valid only inside a micro-section
 * arch_current()   one load; true everywhere
 */
static inline struct arch_cpu *arch_this_cpu(void);
static inline struct arch_thread *arch_current(void);

/*
 * Make this CPU ready: descriptor tables, system call entry, control registers (SMEP, SMAP,
 * UMIP, NX, FSGSBASE, XSAVE as present), memory types. `c` is the CPU's area, zeroed.
 * Context: boot, interrupts off.
 */
void arch_cpu_init(struct arch_cpu *c, uint32_t id);

/* Stop for ever (panic). */
_Noreturn void arch_halt(void);
