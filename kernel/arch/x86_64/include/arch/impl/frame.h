/* SPDX-License-Identifier: MIT */
/* The user frame of x86-64. The first 23 words of an exception message look like this. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <arch/impl/seg.h>
#include <arch/impl/vectors.h>

struct arch_frame {
    uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
    uint64_t rdi, rsi, rbp;
    uint64_t pfa; /* fault address, of a page fault */
    uint64_t rbx, rdx, rcx, rax;
    uint64_t trapno; /* of the last entry: vector, or X86_TRAPNO_* */
    uint64_t err;
    uint64_t ip, cs, flags, sp, ss; /* pushed by the CPU */
};

#define ARCH_FRAME_WORDS 23u
#define ARCH_EXC_WORDS 26u /* and FS base, GS base, four selectors */

_Static_assert(sizeof(struct arch_frame) == ARCH_FRAME_WORDS * 8, "word order of the exception");
_Static_assert(offsetof(struct arch_frame, pfa) == 11 * 8, "word order of the exception");
_Static_assert(offsetof(struct arch_frame, rax) == 15 * 8, "word order of the exception");
_Static_assert(offsetof(struct arch_frame, ip) == 18 * 8, "word order of the exception");

/*
 * Whoever changes a frame other than through the system-call result registers below calls this
 * (the setters do): such a frame leaves by IRET, with all registers loaded.
 */
static inline void frame_changed(struct arch_frame *f)
{
    if (f->trapno == X86_TRAPNO_SYSCALL)
        f->trapno = X86_TRAPNO_CHANGED;
}

static inline uint64_t frame_ip(const struct arch_frame *f)
{
    return f->ip;
}

static inline uint64_t frame_sp(const struct arch_frame *f)
{
    return f->sp;
}

static inline uint64_t frame_flags(const struct arch_frame *f)
{
    return f->flags;
}

static inline void frame_set_ip(struct arch_frame *f, uint64_t ip)
{
    f->ip = ip;
    frame_changed(f);
}

static inline void frame_set_sp(struct arch_frame *f, uint64_t sp)
{
    f->sp = sp;
    frame_changed(f);
}

/* Sanitised: what user mode may not choose is forced. */
static inline void frame_set_flags(struct arch_frame *f, uint64_t flags)
{
    f->flags = x86_flags_for_user(flags);
    frame_changed(f);
}

/* First and second argument register of a user-level function (pager, vCPU, trampoline entry). */
static inline void frame_set_arg0(struct arch_frame *f, uint64_t v)
{
    f->rdi = v;
    frame_changed(f);
}

static inline void frame_set_arg1(struct arch_frame *f, uint64_t v)
{
    f->rsi = v;
    frame_changed(f);
}

/* Did the last entry come by the system call instruction, and is the frame as it left it? */
static inline bool frame_is_syscall(const struct arch_frame *f)
{
    return f->trapno == X86_TRAPNO_SYSCALL;
}

/* The five registers of the system call. Only tag and label carry results. */
static inline uint64_t frame_syscall_tag(const struct arch_frame *f)
{
    return f->rax;
}

static inline uint64_t frame_syscall_dest(const struct arch_frame *f)
{
    return f->rdx;
}

static inline uint64_t frame_syscall_label(const struct arch_frame *f)
{
    return f->rsi;
}

static inline uint64_t frame_syscall_timeout(const struct arch_frame *f)
{
    return f->r8;
}

static inline uint64_t frame_syscall_extra(const struct arch_frame *f)
{
    return f->rdi;
}

/* These two may be called on every frame; they keep the way out by SYSRET open. */
static inline void frame_set_tag(struct arch_frame *f, uint64_t tag)
{
    f->rax = tag;
}

static inline void frame_set_label(struct arch_frame *f, uint64_t label)
{
    f->rsi = label;
}

/* Bytes of the system call instruction: to name it, ip is moved back by this. */
#define ARCH_SYSCALL_BYTES 2u

/* Kind of a fault, from trapno and err of the frame. */
static inline bool frame_is_page_fault(const struct arch_frame *f)
{
    return f->trapno == X86_TRAP_PF;
}

/*
 * Fault word as the page-fault message has it: the address without its low three bits, and
 * 1 = the page was present, 2 = write, 4 = instruction fetch.
 */
static inline uint64_t frame_fault_word(const struct arch_frame *f)
{
    const uint64_t present = f->err & 1, write = f->err & 2, fetch = (f->err >> 2) & 4;

    return (f->pfa & ~7ull) | present | write | fetch;
}

static inline bool frame_is_io_fault(const struct arch_frame *f)
{
    return f->trapno == X86_TRAP_GP && f->err == 0;
}
