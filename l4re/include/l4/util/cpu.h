/* SPDX-License-Identifier: MIT */
/* What the CPU can do. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

/* Has the CPU the CPUID instruction? Every x86-64 has. */
L4_INLINE int l4util_cpu_has_cpuid(void)
{
    return 1;
}

/* CPUID leaf `mode`, sub-leaf 0. */
L4_INLINE void l4util_cpu_cpuid(unsigned long mode, unsigned long *eax, unsigned long *ebx,
                                unsigned long *ecx, unsigned long *edx)
{
    l4_uint32_t a = (l4_uint32_t)mode;
    l4_uint32_t b;
    l4_uint32_t c = 0;
    l4_uint32_t d;

    __asm__ __volatile__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    *eax = a;
    *ebx = b;
    *ecx = c;
    *edx = d;
}

/* Feature bits: EDX of leaf 1. */
L4_INLINE unsigned int l4util_cpu_capabilities_nocheck(void)
{
    unsigned long a, b, c, d;

    l4util_cpu_cpuid(1, &a, &b, &c, &d);
    return (unsigned int)d;
}

L4_INLINE unsigned int l4util_cpu_capabilities(void)
{
    return l4util_cpu_has_cpuid() ? l4util_cpu_capabilities_nocheck() : 0;
}

/* Tell the CPU that this is a waiting loop. */
L4_INLINE void l4util_cpu_pause(void)
{
    __asm__ __volatile__("pause" : : : "memory");
}
