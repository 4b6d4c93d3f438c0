/* SPDX-License-Identifier: MIT */
/* What this CPU can do. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct x86_cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct x86_cpuid x86_cpuid(uint32_t leaf, uint32_t sub)
{
    struct x86_cpuid r;

    __asm__ volatile("cpuid"
                     : "=a"(r.eax), "=b"(r.ebx), "=c"(r.ecx), "=d"(r.edx)
                     : "a"(leaf), "c"(sub));
    return r;
}

/* Read once at boot, then constant (read-only memory). All CPUs have the same. */
struct x86_features {
    bool fsgsbase, smep, smap, umip, pages_1g, xsave, xsaveopt, xsaves, avx, avx512;
    bool fpu_keeps_pointers; /* FXSAVE leaves x87's last addresses alone, FXRSTOR too */
    unsigned phys_bits;      /* width of a physical address */
};

extern struct x86_features x86_features;
