/* SPDX-License-Identifier: MIT */
/*
 * This CPU: the part of the per-CPU area that assembly knows. The scheduler's `struct cpu`
 * begins with it (sched/cpu.h).
 */
#pragma once

#include <stddef.h>
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
 * Make the area of CPU `id`: `bytes` of zeroed memory that begin with struct arch_cpu, and
 * the stacks of exceptions that may come at any time, empty pages between them. Frames and
 * tables come from `alloc` (a zeroed frame in the direct map, or NULL).
 * Context: boot, after arch_mmu_init().
 * Returns: the area, or NULL: out of memory, or more than 124 KiB asked for.
 */
struct arch_cpu *arch_cpu_area(uint32_t id, size_t bytes, void *(*alloc)(void));

/* Address of the area of CPU `id`, made or not. */
struct arch_cpu *arch_cpu_area_of(uint32_t id);

/*
 * Make this CPU ready: descriptor tables, system call entry, control registers (SMEP, SMAP,
 * UMIP, NX, FSGSBASE, XSAVE as present), memory types. `c` comes from arch_cpu_area().
 * Context: boot, interrupts off.
 */
void arch_cpu_init(struct arch_cpu *c, uint32_t id);

/* Stop for ever (panic). */
_Noreturn void arch_halt(void);
