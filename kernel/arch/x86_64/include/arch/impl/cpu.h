/* SPDX-License-Identifier: MIT */
/*
 * The per-CPU area of x86-64. GS points here while the kernel runs.
 *
 *     window of a CPU      struct arch_cpu, then what the scheduler appends   RW
 *     (ffffd800'...)       empty page
 *                          stack of #DB     the top word of each such stack is the
 *                          empty page       address of the area: its handlers
 *                          stack of NMI     trust no GS
 *                          empty page
 *                          stack of #DF
 *                          empty page
 *                          stack of #MC
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <arch/impl/seg.h>
#include <arch/impl/vectors.h>

struct arch_thread;

struct x86_tss {
    uint32_t reserved0;
    uint64_t rsp0, rsp1, rsp2; /* rsp0: end of the stack of the current thread */
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t iomap_base;
} __attribute__((packed));

_Static_assert(sizeof(struct x86_tss) == 104, "task state segment of the CPU");

#define X86_IO_WORDS 1024u /* 64 ports each */

struct arch_cpu {
    struct arch_cpu *self;       /* this very address */
    struct arch_thread *current; /* the thread that runs on this CPU */
    uint64_t scratch[3];         /* entry code, before it has a stack */
    uint64_t nmis;               /* NMIs seen */
    uint64_t gdt[X86_GDT_WORDS];
    uint32_t id;        /* 0 .. CPUs-1 */
    struct x86_tss tss; /* four bytes behind a word, so that rsp0 is aligned */
    uint32_t tss_end;
    uint64_t io_denied[X86_IO_WORDS]; /* bit set = port denied */
    uint64_t io_end;                  /* the CPU reads past the end: all ones */
} __attribute__((aligned(64)));

/* Distance of the bitmap from the TSS, and what stands for "no bitmap" (past the limit). */
#define X86_IOMAP_VALID                                                                            \
    ((uint16_t)(offsetof(struct arch_cpu, io_denied) - offsetof(struct arch_cpu, tss)))
#define X86_IOMAP_NONE ((uint16_t)0xffff)
#define X86_TSS_LIMIT (X86_IOMAP_VALID + sizeof(uint64_t) * X86_IO_WORDS)

_Static_assert(offsetof(struct arch_cpu, tss.rsp0) % 8 == 0, "one load for the entry code");
_Static_assert(offsetof(struct arch_cpu, tss) % 4096 + sizeof(struct x86_tss) <= 4096,
               "the CPU reads the TSS by physical address, in one page");

static inline struct arch_cpu *arch_this_cpu(void)
{
    struct arch_cpu *c;

    __asm__ volatile("mov %%gs:%c1, %0" : "=r"(c) : "i"(offsetof(struct arch_cpu, self)));
    return c;
}

static inline struct arch_thread *arch_current(void)
{
    struct arch_thread *t;

    __asm__ volatile("mov %%gs:%c1, %0" : "=r"(t) : "i"(offsetof(struct arch_cpu, current)));
    return t;
}
