/* SPDX-License-Identifier: MIT */
/* clang-format off */
/*
 * The steps of every way in and out of the kernel, as assembly macros. One place for what
 * hardening adds to them.
 */
#pragma once

/* From user mode: GS to the per-CPU area. With the option, nothing speculates past the test
 * of the privilege level that led here. */
.macro GS_ENTER
        swapgs
#ifdef CONFIG_HARDEN_SWAPGS
        lfence
#endif
.endm

/* From the kernel: GS stays. The other side of that test. */
.macro GS_KEEP
#ifdef CONFIG_HARDEN_SWAPGS
        lfence
#endif
.endm

/*
 * The place of page-table isolation: right behind GS_ENTER, with no stack yet (rsp is free
 * after the system call saved it), and right before GS_LEAVE. Both views of memory are one.
 */
.macro SPACE_ENTER
.endm

.macro SPACE_LEAVE
.endm

.macro GS_LEAVE
        swapgs
.endm

/* User mode chose AC. Three bytes of no-operation that become CLAC at boot if the CPU has SMAP. */
.macro CLEAR_AC
771:    .byte   0x0f, 0x1f, 0x00
        .pushsection .init.clac, "a"
        .quad   771b
        .popsection
.endm

/* The rest of a user frame, below trapno. */
.macro PUSH_REGS
        push    %rax
        push    %rcx
        push    %rdx
        push    %rbx
        push    $0                              /* pfa */
        push    %rbp
        push    %rsi
        push    %rdi
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        push    %r12
        push    %r13
        push    %r14
        push    %r15
.endm

.macro FUNCTION name
        .balign 16
        .globl  \name
        .type   \name, @function
\name:
.endm

.macro END_FUNCTION name
        .size   \name, . - \name
.endm
