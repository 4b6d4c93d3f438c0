/* SPDX-License-Identifier: MIT */
/* End of <arch/thread.h>: what needs the complete struct arch_thread. */
#pragma once

#include <arch/impl/cpu.h>
#include <arch/impl/seg.h>

static inline void arch_switch_frame(struct arch_thread *to)
{
    host_cpu->current = to;
}

static inline bool arch_base_valid(uintptr_t base)
{
    return x86_is_canonical(base);
}
