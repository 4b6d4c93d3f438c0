/* SPDX-License-Identifier: MIT */
/*
 * Ways in and out of the kernel.
 *
 *   system call  -> user frame -> upcall_syscall     --+
 *   exception    -> user frame -> upcall_user_trap   --+-> leave_kernel: frame of any thread
 *   interrupt    -> user frame -> upcall_irq_user    --+      -> SYSRET or IRET
 *   interrupt of the kernel    -> upcall_irq_kernel  ----> where it came from
 *   exception of the kernel    -> upcall_kernel_fault (never returns)
 *
 * A user frame is 23 words below a 16-byte boundary: one more word aligns the stack for C.
 * Interrupts are off on all ways; C opens them where it may.
 */
#include <arch/impl/seg.h>
#include <arch/impl/vectors.h>
#include <gen/asm-offsets.h>

#include "entry_macros.h"

        .text

/* The user frame that SYSCALL does not push; rsp is free, the user's is in scratch. */
.macro PUSH_SYSCALL_FRAME cs
        mov     %gs:CPU_RSP0, %rsp
        push    $X86_SEL_USER_DS                /* ss */
        push    %gs:CPU_SCRATCH                 /* sp */
        push    %r11                            /* flags */
        push    $\cs
        push    %rcx                            /* ip */
        push    $0                              /* err */
.endm

FUNCTION x86_syscall_entry
        swapgs
        mov     %rsp, %gs:CPU_SCRATCH
        SPACE_ENTER
        PUSH_SYSCALL_FRAME X86_SEL_USER_CS64
        push    $X86_TRAPNO_SYSCALL
        PUSH_REGS
        mov     %rsp, %rdi
        sub     $8, %rsp
        call    upcall_syscall
        add     $8, %rsp
        cmp     %rsp, %rax
        jne     leave_kernel                    /* another thread's frame: load it all */
        cmpq    $X86_TRAPNO_SYSCALL, FRAME_TRAPNO(%rsp)
        jne     leave_iret
        mov     FRAME_IP(%rsp), %rcx
        mov     %rcx, %rdi
        shr     $47, %rdi                       /* SYSRET faults in the kernel on others */
        jz      leave_sysret                    /* what C preserves is still the user's */
        jmp     leave_iret
END_FUNCTION x86_syscall_entry

/* SYSCALL of 32-bit code (AMD only): not an instruction here. */
FUNCTION x86_syscall32_entry
        swapgs
        mov     %rsp, %gs:CPU_SCRATCH
        SPACE_ENTER
        sub     $2, %rcx                        /* back to the instruction */
        PUSH_SYSCALL_FRAME X86_SEL_USER_CS32
        push    $X86_TRAP_UD
        jmp     trap_user
END_FUNCTION x86_syscall32_entry

/* rax: the frame to go to user mode with. The stack we stand on is abandoned. */
FUNCTION leave_kernel
        mov     %rax, %rsp
        cmpq    $X86_TRAPNO_SYSCALL, FRAME_TRAPNO(%rsp)
        jne     leave_iret
        mov     FRAME_IP(%rsp), %rcx
        mov     %rcx, %rdi
        shr     $47, %rdi                       /* SYSRET faults in the kernel on others */
        jnz     leave_iret
        mov     FRAME_R15(%rsp), %r15
        mov     FRAME_R14(%rsp), %r14
        mov     FRAME_R13(%rsp), %r13
        mov     FRAME_R12(%rsp), %r12
        mov     FRAME_RBP(%rsp), %rbp
        mov     FRAME_RBX(%rsp), %rbx
leave_sysret:
        mov     FRAME_FLAGS(%rsp), %r11
        mov     FRAME_RAX(%rsp), %rax
        mov     FRAME_RSI(%rsp), %rsi
        mov     FRAME_RDX(%rsp), %rdx
        mov     FRAME_RDI(%rsp), %rdi
        mov     FRAME_R8(%rsp), %r8
        mov     FRAME_R9(%rsp), %r9
        mov     FRAME_R10(%rsp), %r10
        SPACE_LEAVE
        mov     FRAME_SP(%rsp), %rsp
        GS_LEAVE
        sysretq
leave_iret:
        pop     %r15
        pop     %r14
        pop     %r13
        pop     %r12
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rdi
        pop     %rsi
        pop     %rbp
        add     $8, %rsp                        /* pfa */
        pop     %rbx
        pop     %rdx
        pop     %rcx
        pop     %rax
        add     $16, %rsp                       /* trapno, err */
        SPACE_LEAVE
        GS_LEAVE
leave_iret_user:
        iretq                                   /* may fault: see trap_kernel */
END_FUNCTION leave_kernel

/* Interrupts. Stack: trapno, err, ip, cs, flags, sp, ss. */
FUNCTION irq_common
        testb   $3, TRAP_CS(%rsp)
        jz      irq_kernel
        GS_ENTER
        SPACE_ENTER
        CLEAR_AC
        cld
        PUSH_REGS
        mov     FRAME_TRAPNO(%rsp), %edi
        sub     $8, %rsp
        call    upcall_irq_user
        jmp     leave_kernel
irq_kernel:
        GS_KEEP
        push    %rax                            /* what C does not preserve */
        push    %rcx
        push    %rdx
        push    %rsi
        push    %rdi
        push    %r8
        push    %r9
        push    %r10
        push    %r11
        mov     72(%rsp), %edi                  /* trapno: behind nine registers */
        call    upcall_irq_kernel
        pop     %r11
        pop     %r10
        pop     %r9
        pop     %r8
        pop     %rdi
        pop     %rsi
        pop     %rdx
        pop     %rcx
        pop     %rax
        add     $16, %rsp                       /* trapno, err */
        iretq
END_FUNCTION irq_common

/* Exceptions on the thread's stack. Stack as above. */
FUNCTION trap_common
        testb   $3, TRAP_CS(%rsp)
        jz      trap_kernel
        GS_ENTER
        SPACE_ENTER
trap_user:
        CLEAR_AC
        cld
        PUSH_REGS
        cmpq    $X86_TRAP_PF, FRAME_TRAPNO(%rsp)
        jne     1f
        mov     %cr2, %rax
        mov     %rax, FRAME_PFA(%rsp)
1:      mov     %rsp, %rdi
        sub     $8, %rsp
        call    upcall_user_trap
        jmp     leave_kernel

/*
 * The kernel faulted. If it was the IRET to user mode, it is the user's exception: its
 * registers are loaded, its GS too, and the five words that IRET read are untouched. Put
 * trap number and error code below them, as if the fault had come from there.
 */
trap_kernel:
        cmpq    $leave_iret_user, TRAP_IP(%rsp)
        jne     kernel_fault
        GS_ENTER
        mov     %rax, %gs:CPU_SCRATCH
        mov     TRAP_TRAPNO(%rsp), %rax
        mov     %rax, %gs:CPU_SCRATCH + 8
        mov     TRAP_ERR(%rsp), %rax
        mov     %rax, %gs:CPU_SCRATCH + 16
        mov     TRAP_SP(%rsp), %rsp             /* where IRET stood: ip of the user frame */
        SPACE_ENTER
        push    %gs:CPU_SCRATCH + 16            /* err */
        push    %gs:CPU_SCRATCH + 8             /* trapno */
        mov     %gs:CPU_SCRATCH, %rax
        jmp     trap_user
END_FUNCTION trap_common

/* #DF, #MC, and #DB of the kernel: GS may be anybody's. The stack's top word names the CPU. */
FUNCTION trap_lost
        mov     IST_SELF(%rsp), %rax
        mov     %rax, %rdx
        shr     $32, %rdx
        mov     $MSR_GS_BASE, %ecx
        wrmsr
kernel_fault:
        cld
        mov     %rsp, %rbx
        sub     $KFAULT_SIZE, %rsp
        and     $-16, %rsp
        mov     TRAP_TRAPNO(%rbx), %rax
        mov     %eax, KFAULT_TRAP(%rsp)
        mov     TRAP_ERR(%rbx), %rax
        mov     %rax, KFAULT_ERR(%rsp)
        mov     %cr2, %rax
        mov     %rax, KFAULT_ADDR(%rsp)
        mov     TRAP_IP(%rbx), %rax
        mov     %rax, KFAULT_IP(%rsp)
        mov     TRAP_SP(%rbx), %rax
        mov     %rax, KFAULT_SP(%rsp)
        mov     TRAP_FLAGS(%rbx), %rax
        mov     %rax, KFAULT_FLAGS(%rsp)
        mov     %rbp, KFAULT_BP(%rsp)
        mov     %rsp, %rdi
        call    upcall_kernel_fault
        ud2
END_FUNCTION trap_lost

/* #DB: a user's single step goes on on its thread's stack, as any other exception. */
FUNCTION trap_debug
        push    $0                              /* err */
        push    $X86_TRAP_DB
        testb   $3, TRAP_CS(%rsp)
        jz      trap_lost
        GS_ENTER
        SPACE_ENTER
        mov     %rax, %gs:CPU_SCRATCH
        mov     %rsp, %rax
        mov     %gs:CPU_RSP0, %rsp
        push    TRAP_SS(%rax)
        push    TRAP_SP(%rax)
        push    TRAP_FLAGS(%rax)
        push    TRAP_CS(%rax)
        push    TRAP_IP(%rax)
        push    TRAP_ERR(%rax)
        push    TRAP_TRAPNO(%rax)
        mov     %gs:CPU_SCRATCH, %rax
        jmp     trap_user
END_FUNCTION trap_debug

FUNCTION trap_double_fault
        push    $X86_TRAP_DF                    /* the CPU pushed an error code */
        jmp     trap_lost
END_FUNCTION trap_double_fault

FUNCTION trap_machine_check
        push    $0
        push    $X86_TRAP_MC
        jmp     trap_lost
END_FUNCTION trap_machine_check

/* NMI: counted in the CPU that the stack's top word names. No lock, no fault, no GS. */
FUNCTION trap_nmi
        push    %rax
        mov     48(%rsp), %rax                  /* behind rax and the CPU's five words */
        test    %rax, %rax
        jz      1f                              /* boot: no per-CPU area yet */
        incq    CPU_NMIS(%rax)
1:      pop     %rax
        iretq
END_FUNCTION trap_nmi

/* One piece per exception that has no handler of its own above. */
        .altmacro
.macro TRAP_PIECE vec
        .balign 16
trap_\vec:
        .if     !((X86_TRAPS_WITH_ERROR >> \vec) & 1)
        push    $0
        .endif
        push    $\vec
        jmp     trap_common
.endm

.macro TRAP_PIECES from, to
        .set    vec, \from
        .rept   \to - \from + 1
        TRAP_PIECE %vec
        .set    vec, vec + 1
        .endr
.endm
        TRAP_PIECES 0, 31

/* One piece of 16 bytes per interrupt vector. */
        .balign 16
        .globl  x86_irq_entries
x86_irq_entries:
        .set    vec, X86_VEC_DEVICE_FIRST
        .rept   X86_VEC_COUNT - X86_VEC_DEVICE_FIRST
        .balign 16
        push    $0
        push    $vec
        jmp     irq_common
        .set    vec, vec + 1
        .endr

        .section .rodata
        .balign 8
        .globl  x86_trap_entries
x86_trap_entries:
.macro TRAP_ADDRESS vec
        .if     \vec == X86_TRAP_DB
        .quad   trap_debug
        .elseif \vec == X86_TRAP_NMI
        .quad   trap_nmi
        .elseif \vec == X86_TRAP_DF
        .quad   trap_double_fault
        .elseif \vec == X86_TRAP_MC
        .quad   trap_machine_check
        .else
        .quad   trap_\vec
        .endif
.endm
        .set    vec, 0
        .rept   32
        TRAP_ADDRESS %vec
        .set    vec, vec + 1
        .endr

        .section .note.GNU-stack, "", @progbits
