/* SPDX-License-Identifier: MIT */
/* Numbers for assembly: compiled to text, from which the build takes the marked lines. */
#include <arch/cpu.h>
#include <arch/frame.h>
#include <arch/impl/desc.h>
#include <arch/impl/msr.h>
#include <arch/mmu.h>
#include <arch/thread.h>
#include <arch/upcall.h>

#define DEFINE(name, value)                                                                        \
    __asm__ volatile("\n.ascii \"->" #name " %0\"" : : "i"((uint64_t)(value)))

#define FRAME(name, field) DEFINE(FRAME_##name, offsetof(struct arch_frame, field))

/* The seven words that a trap leaves on the stack are the end of a user frame. */
#define TRAP(name, field)                                                                          \
    DEFINE(TRAP_##name, offsetof(struct arch_frame, field) - offsetof(struct arch_frame, trapno))

#define KFAULT(name, field) DEFINE(KFAULT_##name, offsetof(struct arch_kernel_fault, field))

void asm_offsets_frame(void);
void asm_offsets_cpu(void);
void asm_offsets_boot(void);

void asm_offsets_frame(void)
{
    FRAME(R15, r15);
    FRAME(R14, r14);
    FRAME(R13, r13);
    FRAME(R12, r12);
    FRAME(R10, r10);
    FRAME(R9, r9);
    FRAME(R8, r8);
    FRAME(RDI, rdi);
    FRAME(RSI, rsi);
    FRAME(RBP, rbp);
    FRAME(PFA, pfa);
    FRAME(RBX, rbx);
    FRAME(RDX, rdx);
    FRAME(RAX, rax);
    FRAME(TRAPNO, trapno);
    FRAME(IP, ip);
    FRAME(FLAGS, flags);
    FRAME(SP, sp);
    DEFINE(FRAME_SIZE, sizeof(struct arch_frame));

    TRAP(TRAPNO, trapno);
    TRAP(ERR, err);
    TRAP(IP, ip);
    TRAP(CS, cs);
    TRAP(FLAGS, flags);
    TRAP(SP, sp);
    TRAP(SS, ss);
    DEFINE(IST_SELF, sizeof(struct arch_frame) - offsetof(struct arch_frame, trapno));

    KFAULT(TRAP, trap);
    KFAULT(ERR, err);
    KFAULT(ADDR, addr);
    KFAULT(IP, ip);
    KFAULT(SP, sp);
    KFAULT(FLAGS, flags);
    KFAULT(BP, bp);
    DEFINE(KFAULT_SIZE, sizeof(struct arch_kernel_fault));
}

void asm_offsets_cpu(void)
{
    DEFINE(CPU_CURRENT, offsetof(struct arch_cpu, current));
    DEFINE(CPU_SCRATCH, offsetof(struct arch_cpu, scratch));
    DEFINE(CPU_NMIS, offsetof(struct arch_cpu, nmis));
    DEFINE(CPU_RSP0, offsetof(struct arch_cpu, tss.rsp0));

    DEFINE(THREAD_FRAME, offsetof(struct arch_thread, frame));
    DEFINE(THREAD_KSP, offsetof(struct arch_thread, ksp));
    DEFINE(THREAD_RESUME, offsetof(struct arch_thread, resume));
    DEFINE(RESUME_STACK, ARCH_RESUME_STACK);

    DEFINE(MSR_GS_BASE, MSR_GS_BASE);
}

/* asm constants are signed: 64-bit numbers with the top bit set come out negative, which the
 * assembler takes as well. */
void asm_offsets_boot(void)
{
    DEFINE(X86_IMAGE_OFFSET, X86_IMAGE_OFFSET);
    DEFINE(PML4_INDEX_DIRECT, (arch_windows.direct >> 39) & 511);
    DEFINE(PML4_INDEX_IMAGE, (X86_IMAGE_OFFSET >> 39) & 511);
    DEFINE(PDPT_INDEX_IMAGE, (X86_IMAGE_OFFSET >> 30) & 511);
    DEFINE(PTE_P, PTE_P);
    DEFINE(PTE_W, PTE_W);
    DEFINE(PTE_PS, PTE_PS);
    DEFINE(CR4_PAE, CR4_PAE);
    DEFINE(CR0_PG_PE, CR0_PG | CR0_PE);
    DEFINE(MSR_EFER, MSR_EFER);
    DEFINE(EFER_LME, EFER_LME);
    DEFINE(EFER_NXE, EFER_NXE);
    DEFINE(GDT_KERNEL_CODE, X86_DESC_KERNEL_CODE);
    DEFINE(GDT_KERNEL_DATA, X86_DESC_KERNEL_DATA);
}
