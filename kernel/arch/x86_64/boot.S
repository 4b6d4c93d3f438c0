/* SPDX-License-Identifier: MIT */
/*
 * From the boot loader to C.
 *
 *   GRUB (BIOS, or UEFI after it has left the boot services)
 *     32-bit protected mode, flat segments, paging off, interrupts off, eax = magic, ebx = info
 *       -> long mode on the boot tables -> high addresses, boot stack -> x86_boot()
 *
 * Boot tables: the low 4 GiB in 2 MiB pages, seen at three places: identity (until the jump
 * to high addresses), the direct map, and the image. The last one reaches 1 GiB only.
 */
#include <arch/impl/seg.h>
#include <gen/asm-offsets.h>

#define MB2_HEADER_MAGIC 0xe85250d6
#define MB2_ARCH_I386 0
#define MB2_TAG_END 0
#define MB2_TAG_REQUEST 1
#define MB2_TAG_ALIGN_MODULES 6
#define MB2_OPTIONAL 1

#define CPUID_EXT_MAX 0x80000000
#define CPUID_EXT_FEATURES 0x80000001
#define CPUID_EXT_EDX_NEEDED ((1 << 29) | (1 << 20)) /* long mode, no-execute */

#define COM1 0x3f8
#define COM1_STATUS 0x3fd

/* Physical address of something in the image. */
#define PHYS(sym) ((sym) - X86_IMAGE_OFFSET)

        .section .init.multiboot, "a"
        .balign 8
header: .long   MB2_HEADER_MAGIC
        .long   MB2_ARCH_I386
        .long   header_end - header
        .long   -(MB2_HEADER_MAGIC + MB2_ARCH_I386 + (header_end - header))

        .balign 8
request:
        .word   MB2_TAG_REQUEST, MB2_OPTIONAL
        .long   request_end - request
        .long   1, 3, 4, 6, 14, 15      /* command line, modules, memory, memory map, ACPI */
request_end:

        .balign 8
        .word   MB2_TAG_ALIGN_MODULES, 0
        .long   8

        .balign 8
        .word   MB2_TAG_END, 0
        .long   8
header_end:

        .section .init.text, "ax"
        .code32
        .globl  boot_entry
        .type   boot_entry, @function
boot_entry:
        cli
        cld
        mov     %eax, %ebp                      /* keep: magic */
        mov     %ebx, %esi                      /* keep: physical address of the information */
        mov     $PHYS(boot_stack_end), %esp

        mov     $CPUID_EXT_MAX, %eax
        cpuid
        cmp     $CPUID_EXT_FEATURES, %eax
        jb      boot_reject
        mov     $CPUID_EXT_FEATURES, %eax
        cpuid
        and     $CPUID_EXT_EDX_NEEDED, %edx
        cmp     $CPUID_EXT_EDX_NEEDED, %edx
        jne     boot_reject

        xor     %eax, %eax                      /* clear the data that has no bytes in the file */
        mov     $PHYS(image_bss_start), %edi
        mov     $image_bss_words, %ecx
        rep stosl
        mov     $PHYS(boot_tables), %edi
        mov     $((boot_tables_end - boot_tables) / 4), %ecx
        rep stosl

        mov     $(PTE_P | PTE_W | PTE_PS), %eax /* four tables of 512 pages of 2 MiB */
        mov     $PHYS(boot_pd), %edi
        mov     $2048, %ecx
1:      mov     %eax, (%edi)
        add     $0x200000, %eax
        add     $8, %edi
        loop    1b

        mov     $(PHYS(boot_pd) + PTE_P + PTE_W), %eax
        mov     $PHYS(boot_pdpt_low), %edi
        mov     $4, %ecx
1:      mov     %eax, (%edi)
        add     $0x1000, %eax
        add     $8, %edi
        loop    1b
        movl    $(PHYS(boot_pd) + PTE_P + PTE_W), PHYS(boot_pdpt_high) + 8 * PDPT_INDEX_IMAGE

        mov     $(PHYS(boot_pdpt_low) + PTE_P + PTE_W), %eax
        mov     %eax, PHYS(boot_pml4)
        mov     %eax, PHYS(boot_pml4) + 8 * PML4_INDEX_DIRECT
        movl    $(PHYS(boot_pdpt_high) + PTE_P + PTE_W), PHYS(boot_pml4) + 8 * PML4_INDEX_IMAGE

        mov     %cr4, %eax                      /* long mode, its paging, no-execute */
        or      $CR4_PAE, %eax
        mov     %eax, %cr4
        mov     $PHYS(boot_pml4), %eax
        mov     %eax, %cr3
        mov     $MSR_EFER, %ecx
        rdmsr
        or      $(EFER_LME | EFER_NXE), %eax
        wrmsr
        mov     %cr0, %eax
        or      $CR0_PG_PE, %eax
        mov     %eax, %cr0

        lgdt    PHYS(boot_gdt_pointer)
        ljmp    $X86_SEL_KERNEL_CS, $PHYS(boot_long)

/* This CPU cannot run us. Say so on the first serial line and stop. */
boot_reject:
        mov     $PHYS(reject_text), %esi
1:      mov     $COM1_STATUS, %dx
        mov     $0x10000, %ecx                  /* bounded: the port may not exist */
2:      in      %dx, %al
        test    $0x20, %al
        loopz   2b
        lodsb
        test    %al, %al
        jz      3f
        mov     $COM1, %dx
        out     %al, %dx
        jmp     1b
3:      hlt
        jmp     3b

        .code64
boot_long:
        mov     $boot_high, %rax                /* leave the identity map */
        jmp     *%rax
boot_high:
        xor     %eax, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %fs
        mov     %eax, %gs
        mov     $X86_SEL_KERNEL_SS, %eax
        mov     %eax, %ss
        mov     $boot_stack_end, %rsp
        mov     %ebp, %edi
        xor     %ebp, %ebp                      /* the frame chain ends here */
        call    x86_boot
        ud2
        .size   boot_entry, . - boot_entry

        .section .init.rodata, "a"
        .balign 8
boot_gdt:
        .quad   0
        .quad   GDT_KERNEL_CODE
        .quad   GDT_KERNEL_DATA
boot_gdt_pointer:
        .word   boot_gdt_pointer - boot_gdt - 1
        .long   PHYS(boot_gdt)
reject_text:
        .asciz  "stretto: this CPU has no 64-bit mode or no no-execute pages\r\n"

        .section .init.bss, "aw", @nobits
        .balign 4096
boot_tables:
boot_pml4:
        .skip   4096
boot_pdpt_low:
        .skip   4096
boot_pdpt_high:
        .skip   4096
boot_pd:
        .skip   4 * 4096
boot_tables_end:
boot_stack:
        .skip   16384
boot_stack_end:

        .section .note.GNU-stack, "", @progbits
