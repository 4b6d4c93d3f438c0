/* SPDX-License-Identifier: MIT */
/* End of <arch/thread.h>: what needs the complete struct arch_thread. */
#pragma once

#include <arch/impl/cpu.h>
#include <arch/thread.h> /* whoever comes here first gets the structure, too */

static inline void arch_switch_frame(struct arch_thread *to)
{
    __asm__ volatile("mov %1, %%gs:%c2\n\t"
                     "mov %0, %%gs:%c3"
                     :
                     : "r"(to->frame + 1), "r"(to), "i"(offsetof(struct arch_cpu, current)),
                       "i"(offsetof(struct arch_cpu, tss.rsp0))
                     : "memory");
}

static inline bool arch_base_valid(uintptr_t base)
{
    return x86_is_canonical(base);
}
