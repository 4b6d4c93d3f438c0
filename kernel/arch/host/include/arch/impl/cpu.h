/* SPDX-License-Identifier: MIT */
/* The per-CPU area of the host. A CPU is a host thread; each knows its own area. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arch_thread;

#define HOST_FPU_BYTES 512u
#define HOST_IO_WORDS 1024u /* 64 ports each */

/* The registers that only user mode sees, as they are live in the CPU. */
struct host_registers {
    uint64_t fs_base, gs_base;
    uint16_t ds, es, fs, gs;
    uint8_t fpu[HOST_FPU_BYTES];
};

struct arch_cpu {
    struct arch_cpu *self;       /* this very address */
    struct arch_thread *current; /* the thread that runs on this CPU */
    uint32_t id;                 /* 0 .. CPUs-1 */
    bool io_on;                  /* the port bitmap counts */
    uint64_t root;               /* physical address of the top page table */
    struct host_registers user;
    uint64_t io_allowed[HOST_IO_WORDS]; /* bit set = port allowed */
};

extern _Thread_local struct arch_cpu *host_cpu;

static inline struct arch_cpu *arch_this_cpu(void)
{
    return host_cpu;
}

static inline struct arch_thread *arch_current(void)
{
    return host_cpu->current;
}
