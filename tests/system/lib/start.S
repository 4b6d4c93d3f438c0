/* SPDX-License-Identifier: MIT */
/* The root task starts without a stack; workers start with function and argument on theirs. */
    .section .text
    .globl _start
    .type _start, @function
_start:
    lea     main_stack_top(%rip), %rsp
    xor     %ebp, %ebp              # end of the chain of frames
    call    systest_main            # pushes 8 bytes: aligned as the calling convention asks
    ud2                             # never returns
    .size _start, . - _start

    .globl worker_entry
    .type worker_entry, @function
worker_entry:
    pop     %rdi                    # the worker
    xor     %ebp, %ebp
    call    worker_main             # the stack is aligned again here
    ud2
    .size worker_entry, . - worker_entry

    .section .bss
    .balign 16
    .skip 32768
main_stack_top:

    .section .note.GNU-stack, "", @progbits
