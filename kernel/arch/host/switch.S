/* SPDX-License-Identifier: MIT */
/* From one stack to another; see fiber.c. This is all that depends on the host's processor. */
#ifndef __x86_64__
#error "add the two functions below for this processor"
#endif

        .text

/* rdi: where to save the stack pointer, rsi: stack pointer of the other */
        .globl  host_stack_switch
        .type   host_stack_switch, @function
host_stack_switch:
        push    %rbx                            /* what C expects to find again */
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, (%rdi)
        mov     %rsi, %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret
        .size   host_stack_switch, . - host_stack_switch

/* rdi: where to save the stack pointer, rsi: end of an empty stack, rdx: fn, rcx: its argument */
        .globl  host_stack_start
        .type   host_stack_start, @function
host_stack_start:
        push    %rbx
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, (%rdi)
        mov     %rsi, %rsp
        xor     %ebp, %ebp                      /* the frame chain ends here */
        mov     %rdx, %rdi
        mov     %rcx, %rsi
        call    host_fiber_begin
        ud2
        .size   host_stack_start, . - host_stack_start

        .section .note.GNU-stack, "", @progbits
