/* SPDX-License-Identifier: MIT */
/*
 * First instructions of sigma0: the kernel starts it with rdi = physical address of the KIP and
 * without a stack. Some kernels put the KIP address on a stack instead and leave rdi zero.
 */
    .section .text
    .globl _start
    .type _start, @function
_start:
    test    %rdi, %rdi              # KIP address given in a register?
    jnz     1f
    pop     %rdi                    # no: it is on the stack
1:  lea     stack_top(%rip), %rsp
    xor     %ebp, %ebp              # end of the chain of frames
    call    sigma0_main             # pushes 8 bytes: aligned as the calling convention asks
    ud2                             # never returns
    .size _start, . - _start

    .section .bss
    .balign 16
    .skip 16384
stack_top:

    .section .note.GNU-stack, "", @progbits
