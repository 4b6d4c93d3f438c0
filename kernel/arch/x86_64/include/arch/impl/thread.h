/* SPDX-License-Identifier: MIT */
/* The user bank of x86-64, while it is not live in a CPU. */
#pragma once

#include <stdint.h>

#include <arch/impl/seg.h>

struct arch_bank {
    void *fpu;                 /* save area, arch_fpu_size() bytes */
    uint64_t fs_base, gs_base; /* canonical, always */
    union {
        struct {
            uint16_t ds, es, fs, gs;
        };
        uint64_t selectors; /* the same, for one comparison */
    };
    uint64_t gdt[X86_GDT_USER_COUNT]; /* safe descriptors, always */
};
