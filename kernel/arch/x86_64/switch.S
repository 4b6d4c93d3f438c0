/* SPDX-License-Identifier: MIT */
/* See <arch/thread.h> for the contract of arch_switch(). */
#include <gen/asm-offsets.h>

#include "entry_macros.h"

        .text

/* rdi: from, rsi: to */
FUNCTION arch_switch
        push    %rbx                            /* what C expects to find again */
        push    %rbp
        push    %r12
        push    %r13
        push    %r14
        push    %r15
        mov     %rsp, THREAD_KSP(%rdi)
        movq    $RESUME_STACK, THREAD_RESUME(%rdi)

        mov     THREAD_FRAME(%rsi), %rax
        mov     %rsi, %gs:CPU_CURRENT
        lea     FRAME_SIZE(%rax), %rdx
        mov     %rdx, %gs:CPU_RSP0
        cmpq    $RESUME_STACK, THREAD_RESUME(%rsi)
        jne     1f

        mov     THREAD_KSP(%rsi), %rsp
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %rbp
        pop     %rbx
        ret

1:      lea     -8(%rax), %rsp                  /* empty stack, aligned for C */
        xor     %ebp, %ebp                      /* the frame chain ends here */
        call    upcall_leave
        jmp     leave_kernel
END_FUNCTION arch_switch

        .section .note.GNU-stack, "", @progbits
