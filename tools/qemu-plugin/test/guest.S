/* SPDX-License-Identifier: MIT */
/*
 * A guest whose stretches with interrupts off are known: the smallest kernel with a user mode,
 * system calls, an interrupt and exceptions, entered by QEMU's -kernel with paging off. Its
 * symbols are called as the real kernel's that the plugin is told of. check.py knows the numbers.
 */
#define CS64 0x08
#define DS   0x10
#define TSS  0x28
#define UDS  0x1b
#define UCS  0x23
#define LAPIC_ID 0xfffffffffee00020

        .section .note.pvh, "a", @note
        .long   4, 8, 18                        /* Xen, PHYS32_ENTRY */
        .asciz  "Xen"
        .quad   boot

/* ---- from no paging to user mode ------------------------------------------------------------ */

        .section .boot, "awx", @progbits
        .code32
        .globl  boot
boot:   cli
        mov     %cr4, %eax
        or      $0x20, %eax                     /* PAE */
        mov     %eax, %cr4
        mov     $pml4, %eax
        mov     %eax, %cr3
        mov     $0xc0000080, %ecx               /* EFER: SYSCALL, long mode */
        mov     $0x101, %eax
        xor     %edx, %edx
        wrmsr
        mov     $0x80000011, %eax
        mov     %eax, %cr0
        lgdt    gdt_low
        ljmp    $CS64, $1f
        .code64
1:      mov     $start, %rax
        jmp     *%rax

        .balign 4096
pml4:   .quad   pdpt + 7
        .fill   510, 8, 0
        .quad   pdpt + 7
pdpt:   .quad   0x87                            /* a GiB page each: low, .. */
        .fill   509, 8, 0
        .quad   0x87                            /* .. the kernel's window, .. */
        .quad   0xc0000000 + 0x97               /* .. devices */
gdt:    .quad   0
        .quad   0x00af9b000000ffff
        .quad   0x00cf93000000ffff
        .quad   0x00cff3000000ffff
        .quad   0x00affb000000ffff
gdt_tss:.quad   0, 0
gdt_end:
gdt_low:.word   gdt_end - gdt - 1
        .long   gdt

        .data
gdt_ptr:.word   gdt_end - gdt - 1
        .quad   gdt
idt_ptr:.word   256 * 16 - 1
        .quad   idt
        .balign 16
tss:    .fill   104, 1, 0
        .balign 4096
idt:    .fill   256 * 16, 1, 0
        .fill   4096, 1, 0
stack:

        .text
/* rdi: vector, rax: handler; a gate that turns interrupts off and lets user mode in */
gate:   shl     $4, %edi
        add     $idt, %rdi
        mov     %ax, (%rdi)
        movw    $CS64, 2(%rdi)
        movw    $0xee00, 4(%rdi)
        shr     $16, %rax
        mov     %ax, 6(%rdi)
        shr     $16, %rax
        mov     %eax, 8(%rdi)
        ret

start:  mov     $stack, %rsp
        lgdt    gdt_ptr
        lidt    idt_ptr
        mov     $DS, %eax
        mov     %eax, %ss
        mov     $tss, %rax
        mov     %rsp, 4(%rax)
        movw    $103, gdt_tss
        mov     %ax, gdt_tss + 2
        shr     $16, %rax
        mov     %al, gdt_tss + 4
        movb    $0x89, gdt_tss + 5
        shr     $8, %rax
        mov     %al, gdt_tss + 7
        shr     $8, %rax
        mov     %eax, gdt_tss + 8
        mov     $TSS, %eax
        ltr     %ax
        mov     $13, %edi
        mov     $trap_13, %rax
        call    gate
        mov     $14, %edi
        mov     $trap_14, %rax
        call    gate
        mov     $64, %edi
        mov     $x86_irq_entries, %rax
        call    gate

        mov     $0xff, %al                      /* no interrupts but ours */
        out     %al, $0x21
        out     %al, $0xa1
        mov     $0xc0000081, %ecx               /* STAR, LSTAR, FMASK */
        xor     %eax, %eax
        mov     $CS64 | (UDS - 8) << 16, %edx
        wrmsr
        inc     %ecx
        mov     $x86_syscall_entry, %rax
        mov     %rax, %rdx
        shr     $32, %rdx
        wrmsr
        mov     $0xc0000084, %ecx
        mov     $0x200, %eax
        xor     %edx, %edx
        wrmsr

        push    $UDS
        push    $0
        push    $2
        push    $UCS
        push    $user
        jmp     leave_iret_user

/* ---- user mode: one system call after the other --------------------------------------------- */

        .section .boot
user:   xor     %ebx, %ebx
1:      mov     %ebx, %eax
        syscall
user_next:
        inc     %ebx
        jmp     1b

/* ---- the kernel ----------------------------------------------------------------------------- */

.macro NOPS n
        .rept   \n
        nop
        .endr
.endm

        .text
x86_syscall_entry:
        jmp     *cases(, %rax, 8)

case_whole_call:
        NOPS    98
        sysretq

case_1000:
        sti
        nop
        cli
        NOPS    998
        sti
        nop
        cli
        sysretq

case_loop_10000:
        sti
        nop
        cli
        mov     $4998, %edx
1:      dec     %edx
        jnz     1b
        nop
        sti
        nop
        cli
        sysretq

case_string:
        mov     %rcx, %r8
        mov     $stack - 4096, %rdi
        mov     $500, %ecx
        sti
        nop
        cli
        rep stosb
        sti
        nop
        cli
        mov     %r8, %rcx
        sysretq

case_interrupt:
        mov     $stack, %rsp
        sti
        nop
        int     $64
        NOPS    7
        cli
        sysretq

/* An interrupt is never taken between STI and CLI: one stretch. */
case_no_gap:
        sti
        nop
        cli
        NOPS    9
        sti
        cli
        NOPS    9
        sti
        nop
        cli
        sysretq

case_slow:
        mov     %rcx, %r8
        mov     %rbx, %r9
        sti
        nop
        cli
        mov     $0xc0000084, %ecx
        mov     $0x200, %eax
        xor     %edx, %edx
        wrmsr
        mov     %cr3, %rax
        mov     %rax, %cr3
        invlpg  (%rax)
        xor     %eax, %eax
        cpuid
        fxsave  stack - 4096
        mov     LAPIC_ID, %eax
        in      $0x21, %al
        wbinvd
        sti
        nop
        cli
        mov     %r9, %rbx
        mov     %r8, %rcx
        sysretq

/* User mode is left again before its first instruction: two stretches. */
case_fetch_fault:
        mov     $0x7fff00000000, %rcx
        sysretq

/* IRET faults in the kernel: one stretch. */
case_iret_fault:
        mov     $stack, %rsp
        push    $UDS
        push    $0
        push    $2
        push    $UCS
        mov     $0x8000000000000000, %rcx
        push    %rcx
        jmp     leave_iret_user

case_end:
        xor     %eax, %eax
        mov     $0x501, %edx
        out     %ax, %dx
panic:  hlt

leave_iret_user:
        iretq

        .balign 16
trap_0: .balign 16
trap_10:.balign 16
trap_13:push    $13
        jmp     trap_common
        .balign 16
trap_14:push    $14
        jmp     trap_common
        .balign 16
x86_irq_entries:
        push    $0
        push    $64
        jmp     irq_common

irq_common:
        NOPS    40
        add     $16, %rsp
        iretq

trap_common:
        mov     $stack, %rsp
        push    $UDS
        push    $0
        push    $2
        push    $UCS
        push    $user_next
        jmp     leave_iret_user

        .section .rodata
cases:  .quad   case_whole_call, case_1000, case_loop_10000, case_string, case_interrupt
        .quad   case_no_gap, case_slow, case_fetch_fault, case_iret_fault, case_end

        .section .note.GNU-stack, "", @progbits
