/* SPDX-License-Identifier: MIT */
/*
 * First instructions of moe: the kernel starts it without a stack. Its image and this stack come
 * by page faults to sigma0.
 */
    .section .text.startup._start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    leaq moe_stack_top(%rip), %rsp
    xorl %ebp, %ebp             /* end of the chain of frames */
    call moe_main
    ud2                         /* it does not return */
    .size _start, . - _start

    .section .bss.moe_stack, "aw", @nobits
    .balign 4096
    .skip 32768
moe_stack_top:
    .section .note.GNU-stack, "", @progbits
