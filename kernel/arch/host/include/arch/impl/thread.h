/* SPDX-License-Identifier: MIT */
/* The user bank of the host, while it is not live in a CPU, and the fibers of a thread. */
#pragma once

#include <stdint.h>

struct host_context;

struct arch_bank {
    void *fpu;                    /* save area, arch_fpu_size() bytes */
    uint64_t fs_base, gs_base;    /* canonical, always */
    uint16_t ds, es, fs, gs;      /* selectors */
    struct host_context *context; /* [I] belongs to the kernel stack, see host/context.h */
};
