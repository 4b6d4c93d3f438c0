/* SPDX-License-Identifier: MIT */
/* Descriptor tables: what they contain, and how a CPU gets its own. */
#pragma once

#include <stdint.h>

#include <arch/impl/cpu.h>

#define X86_DESC_KERNEL_CODE 0x00209b0000000000ull /* 64-bit, ring 0 */
#define X86_DESC_KERNEL_DATA 0x0000930000000000ull
#define X86_DESC_USER_CODE32 0x00cffb000000ffffull /* flat 4 GiB, ring 3 */
#define X86_DESC_USER_DATA 0x00cff3000000ffffull
#define X86_DESC_USER_CODE64 0x0020fb0000000000ull

/* End of the stack of exception stack `ist` (1..X86_IST_COUNT) in the area of a CPU. */
uintptr_t x86_ist_top(const struct arch_cpu *c, unsigned ist);

/* Fill the interrupt table, which all CPUs share. Context: boot, before arch_mmu_init(). */
void x86_idt_init(void);

/*
 * Give this CPU descriptor tables: those of the boot, or its own, with GS at its area.
 * Context: boot, interrupts off.
 */
void x86_desc_boot(void);
void x86_desc_init(struct arch_cpu *c);
