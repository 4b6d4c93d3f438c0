/* SPDX-License-Identifier: MIT */
/* The user bank: bytes that are copied to and from the CPU's own. See <arch/thread.h>. */
#include <arch/thread.h>

#include <arch/cpu.h>
#include <string.h>

#define LIVE (&host_cpu->user)

size_t arch_fpu_size(void)
{
    return HOST_FPU_BYTES;
}

static void segments_save(struct arch_bank *b)
{
    b->fs_base = LIVE->fs_base;
    b->gs_base = LIVE->gs_base;
    b->ds = LIVE->ds;
    b->es = LIVE->es;
    b->fs = LIVE->fs;
    b->gs = LIVE->gs;
}

static void segments_load(const struct arch_bank *b)
{
    LIVE->fs_base = b->fs_base;
    LIVE->gs_base = b->gs_base;
    LIVE->ds = b->ds;
    LIVE->es = b->es;
    LIVE->fs = b->fs;
    LIVE->gs = b->gs;
}

void arch_bank_save(struct arch_thread *t)
{
    memcpy(t->bank.fpu, LIVE->fpu, HOST_FPU_BYTES);
    segments_save(&t->bank);
}

void arch_bank_load(struct arch_thread *t)
{
    memcpy(LIVE->fpu, t->bank.fpu, HOST_FPU_BYTES);
    segments_load(&t->bank);
}

void arch_bank_switch(struct arch_thread *from, struct arch_thread *to)
{
    arch_bank_save(from);
    arch_bank_load(to);
}

void arch_fpu_copy(struct arch_thread *from, bool from_live, struct arch_thread *to)
{
    memcpy(to->bank.fpu, from_live ? LIVE->fpu : from->bank.fpu, HOST_FPU_BYTES);
    if (!from_live)
        memset(LIVE->fpu, 0xee, HOST_FPU_BYTES); /* the CPU went through another state */
}

void arch_set_fs_base(struct arch_thread *t, bool live, uintptr_t base)
{
    t->bank.fs_base = base;
    if (live)
        LIVE->fs_base = base;
}

void arch_set_gs_base(struct arch_thread *t, bool live, uintptr_t base)
{
    t->bank.gs_base = base;
    if (live)
        LIVE->gs_base = base;
}
