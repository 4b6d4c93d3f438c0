/* SPDX-License-Identifier: MIT */
/* Between the files of this architecture. */
#pragma once

#include <stdint.h>

struct arch_bank;

/* First C function, called by boot.S on the boot stack. */
_Noreturn void x86_boot(uint32_t magic, uint32_t info);

/* Choose the FPU's states and the way to save them: once. Switch them on: in each CPU. */
void x86_fpu_boot(void);
void x86_fpu_cpu_init(void);

/* A save area as new threads have it. */
void x86_fpu_area_init(void *area);

/* FPU of this CPU to / from a save area. Context: micro-section. */
void x86_fpu_save(void *area);
void x86_fpu_load(const void *area);
void x86_fpu_switch(void *from, const void *to); /* save one, load the other */

/* Segment registers and bases of user mode, from / to this CPU. Context: micro-section. */
void x86_segments_save(struct arch_bank *b);
void x86_segments_load(const struct arch_bank *b);
