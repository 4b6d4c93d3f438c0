/* SPDX-License-Identifier: MIT */
/*
 * First instruction of a program. The stack holds argc, argv, envp and the auxiliary vector, see
 * loader/stack.h; all other registers are undefined.
 */
    .section .text.startup._start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp             /* end of the chain of frames */
    movq %rsp, %rdi             /* start_program(words on the stack) */
    andq $-16, %rsp
    call start_program
    ud2                         /* it does not return */
    .size _start, . - _start

/* Crossing into a program needs nothing here; libc's init calls both. */
    .section .text._init, "ax", @progbits
    .globl _init
    .type _init, @function
_init:
    ret
    .size _init, . - _init
    .globl _fini
    .type _fini, @function
_fini:
    ret
    .size _fini, . - _fini
    .section .note.GNU-stack, "", @progbits
