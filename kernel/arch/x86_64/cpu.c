/* SPDX-License-Identifier: MIT */
/*
 * This CPU: features, control registers, memory types, system call entry.
 *
 * Control registers are set twice on the boot CPU: at the first C instruction, because page
 * tables need them, and with its area, where every other CPU gets them.
 */
#include <arch/cpu.h>

#include <arch/impl/cpuid.h>
#include <arch/impl/desc.h>
#include <arch/impl/init.h>
#include <arch/impl/msr.h>
#include <arch/impl/x86.h>
#include <arch/mmu.h>
#include <arch/upcall.h>

/* entry.S */
extern const char x86_syscall_entry[], x86_syscall32_entry[];

/* kernel.ld: addresses of the CLEAR_AC places of entry.S */
extern uint8_t *const image_clac_start[], *const image_clac_end[];

struct x86_features x86_features ro_after_boot;

/* First word of the vendor's name. */
#define VENDOR_AMD 0x68747541u
#define VENDOR_HYGON 0x6f677948u

/* Write back, write combining, uncached unless the MTRR says more, uncached; the same again. */
#define PAT_TYPES 0x0007010600070106ull

init_text static void features_read(void)
{
    struct x86_features *f = &x86_features;
    const struct x86_cpuid max = x86_cpuid(0, 0), ext_max = x86_cpuid(0x80000000u, 0);
    const struct x86_cpuid l1 = x86_cpuid(1, 0), ext = x86_cpuid(0x80000001u, 0);

    f->xsave = l1.ecx & BIT32(26);
    f->pages_1g = ext.edx & BIT32(26);
    if (max.eax >= 7) {
        const struct x86_cpuid l7 = x86_cpuid(7, 0);

        f->fsgsbase = l7.ebx & BIT32(0);
        f->smep = l7.ebx & BIT32(7);
        f->smap = l7.ebx & BIT32(20);
        f->umip = l7.ecx & BIT32(2);
        f->avx512 = l7.ebx & BIT32(16);
    }
    f->avx = f->xsave && (l1.ecx & BIT32(28));
    if (f->xsave && max.eax >= 0xd) {
        const struct x86_cpuid ld = x86_cpuid(0xd, 1);

        f->xsaveopt = ld.eax & BIT32(0);
        f->xsaves = (ld.eax & BIT32(3)) && (ld.eax & BIT32(1)); /* and the compact format */
    }
    f->phys_bits = 36;
    f->fpu_keeps_pointers = max.ebx == VENDOR_AMD || max.ebx == VENDOR_HYGON;
    if (ext_max.eax >= 0x80000008u) {
        const struct x86_cpuid l8 = x86_cpuid(0x80000008u, 0);

        f->phys_bits = l8.eax & 0xff;
        f->fpu_keeps_pointers &= !(l8.ebx & BIT32(2));
    }
}

static void control_init(void)
{
    const struct x86_features *f = &x86_features;
    uint64_t cr4 = CR4_PAE | CR4_DE | CR4_MCE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;

    cr4 |= f->smep ? CR4_SMEP : 0;
    cr4 |= f->smap ? CR4_SMAP : 0;
    cr4 |= f->umip ? CR4_UMIP : 0;
    cr4 |= f->fsgsbase ? CR4_FSGSBASE : 0;
    cr4 |= f->xsave ? CR4_OSXSAVE : 0;

    cr0_write(CR0_PG | CR0_PE | CR0_MP | CR0_ET | CR0_NE | CR0_WP | CR0_AM);
    cr4_write(cr4);
    wrmsr(MSR_EFER, EFER_SCE | EFER_LME | EFER_NXE);
    wrmsr(MSR_PAT, PAT_TYPES);
    __asm__ volatile("mov %0, %%dr7" : : "r"(0x400ul)); /* no break points */
}

static void syscall_init(void)
{
    wrmsr(MSR_STAR, (uint64_t)X86_SEL_USER_CS32 << 48 | (uint64_t)X86_SEL_KERNEL_CS << 32);
    wrmsr(MSR_LSTAR, (uint64_t)x86_syscall_entry);
    wrmsr(MSR_CSTAR, (uint64_t)x86_syscall32_entry);
    wrmsr(MSR_SFMASK, X86_FLAGS_SYSCALL_CLEARS);
    wrmsr(MSR_SYSENTER_CS, 0); /* SYSENTER is a fault */
}

/* Turn the empty instructions of CLEAR_AC into CLAC. The boot tables let us write there. */
init_text static void clac_patch(void)
{
    static const uint8_t clac[3] = { 0x0f, 0x01, 0xca };

    for (uint8_t *const *p = image_clac_start; p < image_clac_end; p++)
        for (unsigned i = 0; i < sizeof(clac); i++)
            (*p)[i] = clac[i];
}

init_text void x86_boot(uint32_t magic, uint32_t info)
{
    features_read();
    if (x86_features.smap)
        clac_patch();
    x86_idt_init();
    x86_desc_boot();
    control_init();
    x86_fpu_boot();
    init_main(magic, info);
}

void arch_cpu_init(struct arch_cpu *c, uint32_t id)
{
    c->self = c;
    c->id = id;
    control_init();
    x86_desc_init(c);
    x86_fpu_cpu_init();
    syscall_init();
}

void arch_halt(void)
{
    for (;;)
        __asm__ volatile("cli; hlt");
}
