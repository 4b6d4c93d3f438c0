/* SPDX-License-Identifier: MIT */
/*
 * FPU state: x87, SSE, AVX, and AVX-512 by option. The set is fixed at boot.
 *
 *   XSAVES     compact format, skips what is unused or unchanged since it was loaded
 *   XSAVEOPT   the same, standard format
 *   XSAVE      everything that is used
 *   FXSAVE     no AVX
 *
 * Saving into an area other than the one loaded last always writes all of it, so a transfer
 * into a waiting thread's area is one save.
 */
#include <arch/impl/x86.h>

#include <arch/impl/cpuid.h>
#include <arch/impl/init.h>
#include <arch/impl/msr.h>
#include <arch/thread.h>
#include <lib/base.h>

#define XCR0_X87 BIT(0)
#define XCR0_SSE BIT(1)
#define XCR0_AVX BIT(2)
#define XCR0_AVX512 (BIT(5) | BIT(6) | BIT(7))

#define XCOMP_COMPACT BIT(63)

enum fpu_way {
    FPU_FXSAVE,
    FPU_XSAVE,
    FPU_XSAVEOPT,
    FPU_XSAVES,
};

/* The part of a save area that all ways share, and the header of the XSAVE ways. */
struct fpu_area {
    uint16_t fcw, fsw;
    uint8_t tag, reserved0;
    uint16_t opcode;
    uint64_t ip, dp;
    uint32_t mxcsr, mxcsr_mask;
    uint8_t registers[480];
    uint64_t in_use;  /* components that are not in their initial state */
    uint64_t compact; /* components that have a place, and the format */
    uint64_t reserved1[6];
};

_Static_assert(offsetof(struct fpu_area, mxcsr) == 24, "save area of the CPU");
_Static_assert(offsetof(struct fpu_area, in_use) == 512, "save area of the CPU");
_Static_assert(sizeof(struct fpu_area) == 576, "save area of the CPU");

#define FPU_FCW 0x37f
#define FPU_MXCSR 0x1f80

static struct {
    enum fpu_way way;
    uint32_t bytes;
    uint64_t xcr0;
} fpu ro_after_boot;

init_text void x86_fpu_boot(void)
{
    const struct x86_features *f = &x86_features;
    const bool wide = enabled(CONFIG_FPU_AVX512) && f->avx && f->avx512;

    if (!f->xsave) {
        fpu.way = FPU_FXSAVE;
        fpu.bytes = 512;
        return;
    }
    fpu.xcr0 = XCR0_X87 | XCR0_SSE;
    fpu.xcr0 |= f->avx ? XCR0_AVX : 0;
    fpu.xcr0 |= wide ? XCR0_AVX512 : 0;
    x86_fpu_cpu_init(); /* CPUID tells the sizes of what is switched on */

    fpu.way = f->xsaves ? FPU_XSAVES : f->xsaveopt ? FPU_XSAVEOPT : FPU_XSAVE;
    fpu.bytes = f->xsaves ? x86_cpuid(0xd, 1).ebx : x86_cpuid(0xd, 0).ebx;
}

void x86_fpu_cpu_init(void)
{
    if (x86_features.xsave)
        xcr0_write(fpu.xcr0);
    if (x86_features.xsaves)
        wrmsr(MSR_XSS, 0);
}

size_t arch_fpu_size(void)
{
    return fpu.bytes;
}

void x86_fpu_area_init(void *area)
{
    struct fpu_area *a = area;
    uint64_t *word = area;

    for (uint32_t i = 0; i < fpu.bytes / sizeof(*word); i++)
        word[i] = 0;
    a->fcw = FPU_FCW;
    a->mxcsr = FPU_MXCSR;
    if (fpu.way == FPU_XSAVES)
        a->compact = XCOMP_COMPACT | fpu.xcr0;
}

void x86_fpu_save(void *area)
{
    const uint32_t lo = (uint32_t)fpu.xcr0, hi = (uint32_t)(fpu.xcr0 >> 32);

    switch (fpu.way) {
    case FPU_XSAVES:
        __asm__ volatile("xsaves64 (%0)" : : "r"(area), "a"(lo), "d"(hi) : "memory");
        break;
    case FPU_XSAVEOPT:
        __asm__ volatile("xsaveopt64 (%0)" : : "r"(area), "a"(lo), "d"(hi) : "memory");
        break;
    case FPU_XSAVE:
        __asm__ volatile("xsave64 (%0)" : : "r"(area), "a"(lo), "d"(hi) : "memory");
        break;
    case FPU_FXSAVE: __asm__ volatile("fxsave64 (%0)" : : "r"(area) : "memory"); break;
    }
}

/*
 * Older AMD processors save and load the addresses of the last x87 instruction only if an
 * exception is pending: they would show the next thread where the one before worked. Loading
 * any number replaces them.
 */
static void pointers_forget(void)
{
    static const uint32_t any = 0;

    __asm__ volatile("fnclex\n\t"
                     "emms\n\t"
                     "fildl %0"
                     :
                     : "m"(any));
}

void x86_fpu_load(const void *area)
{
    const uint32_t lo = (uint32_t)fpu.xcr0, hi = (uint32_t)(fpu.xcr0 >> 32);

    if (unlikely(x86_features.fpu_keeps_pointers))
        pointers_forget();

    switch (fpu.way) {
    case FPU_XSAVES:
        __asm__ volatile("xrstors64 (%0)" : : "r"(area), "a"(lo), "d"(hi) : "memory");
        break;
    case FPU_XSAVEOPT:
    case FPU_XSAVE:
        __asm__ volatile("xrstor64 (%0)" : : "r"(area), "a"(lo), "d"(hi) : "memory");
        break;
    case FPU_FXSAVE: __asm__ volatile("fxrstor64 (%0)" : : "r"(area) : "memory"); break;
    }
}

void x86_fpu_switch(void *from, const void *to)
{
    const uint32_t lo = (uint32_t)fpu.xcr0, hi = (uint32_t)(fpu.xcr0 >> 32);

    if (unlikely(fpu.way == FPU_XSAVES || fpu.way == FPU_FXSAVE)) {
        x86_fpu_save(from);
        x86_fpu_load(to);
        return;
    }
    if (fpu.way == FPU_XSAVEOPT)
        __asm__ volatile("xsaveopt64 (%0)" : : "r"(from), "a"(lo), "d"(hi) : "memory");
    else
        __asm__ volatile("xsave64 (%0)" : : "r"(from), "a"(lo), "d"(hi) : "memory");
    if (unlikely(x86_features.fpu_keeps_pointers))
        pointers_forget();
    __asm__ volatile("xrstor64 (%0)" : : "r"(to), "a"(lo), "d"(hi) : "memory");
}

void arch_fpu_copy(struct arch_thread *from, bool from_live, struct arch_thread *to)
{
    if (!from_live)
        x86_fpu_load(from->bank.fpu);
    x86_fpu_save(to->bank.fpu);
}
