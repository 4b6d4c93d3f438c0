/* SPDX-License-Identifier: MIT */
/*
 * The user bank: FPU, segment registers, their bases, the thread's own descriptors.
 *
 * While the kernel runs, the user's GS base lies in the CPU's second GS register; SWAPGS
 * around an access makes it the first. That is safe in a micro-section: only NMI, #MC, #DF
 * and #DB may come in between, and they do not trust GS.
 */
#include <arch/thread.h>

#include <arch/cpu.h>
#include <arch/impl/cpuid.h>
#include <arch/impl/desc.h>
#include <arch/impl/init.h>
#include <arch/impl/msr.h>
#include <arch/impl/x86.h>
#include <arch/x86/segment.h>

#define SELECTOR_INDEX(sel) ((unsigned)(sel) >> 3)
#define SELECTOR_LOCAL 4u
#define SELECTOR_RING3 3u

static void bases_save(struct arch_bank *b)
{
    if (!x86_features.fsgsbase) {
        b->fs_base = rdmsr(MSR_FS_BASE);
        b->gs_base = rdmsr(MSR_KERNEL_GS_BASE);
        return;
    }
    __asm__ volatile("rdfsbase %0\n\t"
                     "swapgs\n\t"
                     "rdgsbase %1\n\t"
                     "swapgs"
                     : "=&r"(b->fs_base), "=&r"(b->gs_base));
}

static void bases_load(const struct arch_bank *b)
{
    if (!x86_features.fsgsbase) {
        wrmsr(MSR_FS_BASE, b->fs_base);
        wrmsr(MSR_KERNEL_GS_BASE, b->gs_base);
        return;
    }
    __asm__ volatile("wrfsbase %0\n\t"
                     "swapgs\n\t"
                     "wrgsbase %1\n\t"
                     "swapgs"
                     :
                     : "r"(b->fs_base), "r"(b->gs_base));
}

/* The selector itself if it can be loaded with these user descriptors, else the empty one. */
static uint16_t selector_safe(uint16_t sel, const uint64_t *gdt)
{
    const unsigned i = SELECTOR_INDEX(sel), user = i - X86_GDT_USER_FIRST;

    if (sel & SELECTOR_LOCAL)
        return 0;
    switch (sel | SELECTOR_RING3) {
    case X86_SEL_USER_CS32:
    case X86_SEL_USER_CS64:
    case X86_SEL_USER_DS: return sel | SELECTOR_RING3;
    default: break;
    }
    if (user < X86_GDT_USER_COUNT && x86_desc_is_readable(gdt[user]))
        return sel | SELECTOR_RING3;
    return 0;
}

#define SEGMENT_READ(seg, out) __asm__ volatile("mov %%" #seg ", %w0" : "=r"(out))
#define SEGMENT_WRITE(seg, sel) __asm__ volatile("mov %w0, %%" #seg : : "r"((uint32_t)(sel)))

/*
 * Loading GS replaces the active GS base, which is the kernel's: hence in the other one.
 */
static void gs_write(uint16_t sel)
{
    __asm__ volatile("swapgs\n\t"
                     "mov %w0, %%gs\n\t"
                     "swapgs"
                     :
                     : "r"((uint32_t)sel)
                     : "memory");
}

void x86_segments_save(struct arch_bank *b)
{
    SEGMENT_READ(ds, b->ds);
    SEGMENT_READ(es, b->es);
    SEGMENT_READ(fs, b->fs);
    SEGMENT_READ(gs, b->gs);
    bases_save(b);
}

/* Load selectors that are not there yet; all of them if descriptors changed below them. */
static void selectors_load(const struct arch_bank *b, bool all)
{
    uint16_t ds, es, fs, gs;

    SEGMENT_READ(ds, ds);
    SEGMENT_READ(es, es);
    SEGMENT_READ(fs, fs);
    SEGMENT_READ(gs, gs);
    if (unlikely(all || ds != b->ds))
        SEGMENT_WRITE(ds, selector_safe(b->ds, b->gdt));
    if (unlikely(all || es != b->es))
        SEGMENT_WRITE(es, selector_safe(b->es, b->gdt));
    if (unlikely(all || fs != b->fs))
        SEGMENT_WRITE(fs, selector_safe(b->fs, b->gdt));
    if (unlikely(all || gs != b->gs))
        gs_write(selector_safe(b->gs, b->gdt));
}

void x86_segments_load(const struct arch_bank *b)
{
    uint64_t *gdt = arch_this_cpu()->gdt + X86_GDT_USER_FIRST;
    bool changed = false;

    for (unsigned i = 0; i < X86_GDT_USER_COUNT; i++) {
        changed |= gdt[i] != b->gdt[i];
        gdt[i] = b->gdt[i];
    }
    selectors_load(b, changed);
    bases_load(b); /* after the selectors, which replace the bases */
}

void arch_bank_save(struct arch_thread *t)
{
    x86_fpu_save(t->bank.fpu);
    x86_segments_save(&t->bank);
}

void arch_bank_load(struct arch_thread *t)
{
    x86_fpu_load(t->bank.fpu);
    x86_segments_load(&t->bank);
}

/* Both bases: save the old ones, load the new ones. */
static void bases_switch(struct arch_bank *from, const struct arch_bank *to)
{
    if (unlikely(!x86_features.fsgsbase)) {
        bases_save(from);
        bases_load(to);
        return;
    }
    __asm__ volatile("rdfsbase %0\n\t"
                     "wrfsbase %2\n\t"
                     "swapgs\n\t"
                     "rdgsbase %1\n\t"
                     "wrgsbase %3\n\t"
                     "swapgs"
                     : "=&r"(from->fs_base), "=&r"(from->gs_base)
                     : "r"(to->fs_base), "r"(to->gs_base));
}

void arch_bank_switch(struct arch_thread *from, struct arch_thread *to)
{
    struct arch_bank *f = &from->bank;
    struct arch_bank *t = &to->bank;

    x86_fpu_switch(f->fpu, t->fpu);
    SEGMENT_READ(ds, f->ds);
    SEGMENT_READ(es, f->es);
    SEGMENT_READ(fs, f->fs);
    SEGMENT_READ(gs, f->gs);
    /* Usually all threads have the same selectors and no descriptors of their own. */
    if (likely(!((f->selectors ^ t->selectors) | (f->gdt[0] ^ t->gdt[0]) | (f->gdt[1] ^ t->gdt[1]) |
                 (f->gdt[2] ^ t->gdt[2])))) {
        bases_switch(f, t);
    } else {
        bases_save(f);
        x86_segments_load(t);
    }
}

void arch_set_fs_base(struct arch_thread *t, bool live, uintptr_t base)
{
    if (live)
        x86_segments_save(&t->bank);
    t->bank.fs_base = base;
    if (live)
        x86_segments_load(&t->bank);
}

void arch_set_gs_base(struct arch_thread *t, bool live, uintptr_t base)
{
    if (live)
        x86_segments_save(&t->bank);
    t->bank.gs_base = base;
    if (live)
        x86_segments_load(&t->bank);
}

bool arch_set_descriptor(struct arch_thread *t, bool live, unsigned i, uint64_t desc)
{
    if (i >= X86_GDT_USER_COUNT || !x86_desc_is_safe(desc))
        return false;
    if (live)
        x86_segments_save(&t->bank);
    t->bank.gdt[i] = desc;
    if (live)
        x86_segments_load(&t->bank);
    return true;
}
