/* SPDX-License-Identifier: MIT */
/*
 * Segments. The order is what SYSCALL and SYSRET want: kernel data follows kernel code; user
 * data and 64-bit user code follow 32-bit user code. Included by C and by assembly.
 */
#pragma once

#define X86_SEL_KERNEL_CS 0x08
#define X86_SEL_KERNEL_SS 0x10
#define X86_SEL_USER_CS32 0x1b
#define X86_SEL_USER_DS 0x23
#define X86_SEL_USER_CS64 0x2b
#define X86_SEL_TSS 0x30

/* Entries of the thread that runs (thread operation X86_GDT). */
#define X86_GDT_USER_FIRST 8
#define X86_GDT_USER_COUNT 3
#define X86_GDT_WORDS (X86_GDT_USER_FIRST + X86_GDT_USER_COUNT)

/* Bits of the flags register. */
#define X86_FLAG_ONE 0x00000002
#define X86_FLAG_TF 0x00000100
#define X86_FLAG_IF 0x00000200
#define X86_FLAG_DF 0x00000400
#define X86_FLAG_IOPL 0x00003000
#define X86_FLAG_NT 0x00004000
#define X86_FLAG_RF 0x00010000
#define X86_FLAG_VM 0x00020000
#define X86_FLAG_AC 0x00040000

/* What user mode may choose: CF PF AF ZF SF TF DF OF RF AC ID. */
#define X86_FLAGS_USER 0x00250dd5
/* What a system call clears on its way in. */
#define X86_FLAGS_SYSCALL_CLEARS                                                                   \
    (X86_FLAG_TF | X86_FLAG_IF | X86_FLAG_DF | X86_FLAG_IOPL | X86_FLAG_NT | X86_FLAG_RF |         \
     X86_FLAG_AC)

#ifndef __ASSEMBLY__

#include <stdbool.h>
#include <stdint.h>

/* Flags as user mode gets them: interrupts on, nothing that only the kernel may choose. */
static inline uint64_t x86_flags_for_user(uint64_t flags)
{
    return (flags & X86_FLAGS_USER) | X86_FLAG_IF | X86_FLAG_ONE;
}

/* Is `a` an address that the CPU accepts (48 bits, sign-extended)? */
static inline bool x86_is_canonical(uint64_t a)
{
    return ((a >> 47) + 1) % (1ull << 17) < 2;
}

/*
 * May a thread have this descriptor? Empty, or a present 32-bit data or code segment of ring 3.
 * Nothing else: system descriptors, rings 0 to 2, and 64-bit code segments would let user mode
 * gain something, 16-bit stacks would show it the upper half of a kernel stack pointer.
 */
static inline bool x86_desc_is_safe(uint64_t d)
{
    const uint64_t present = 1ull << 47, ring3 = 3ull << 45, user = 1ull << 44, code = 1ull << 43,
                   conform = 1ull << 42, big = 1ull << 54, is64 = 1ull << 53;
    const uint64_t must = present | ring3 | user | big;

    if (d == 0)
        return true;
    return (d & must) == must && !(d & is64) && !((d & code) && (d & conform));
}

/* Can a data segment register be loaded with this descriptor? Execute-only code can not. */
static inline bool x86_desc_is_readable(uint64_t d)
{
    const uint64_t code = 1ull << 43, readable = 1ull << 41;

    return d != 0 && (!(d & code) || (d & readable));
}

#endif
