/* SPDX-License-Identifier: MIT */
/* Threads that never ran, and threads as words of an exception message. See <arch/thread.h>. */
#include <arch/thread.h>

#include "context.h"

#include <arch/cpu.h>
#include <lib/base.h>
#include <string.h>

void arch_thread_init(struct arch_thread *t, void *stack_top, void *fpu)
{
    struct arch_frame *f = (struct arch_frame *)((uintptr_t)stack_top - sizeof(*f));

    kassert(is_aligned((uintptr_t)stack_top, 16ul));
    kassert(is_aligned((uintptr_t)fpu, ARCH_FPU_ALIGN));

    *f = (struct arch_frame){
        .cs = X86_SEL_USER_CS64,
        .ss = X86_SEL_USER_DS,
        .flags = x86_flags_for_user(0),
    };
    *t = (struct arch_thread){
        .frame = f,
        .resume = ARCH_RESUME_FRAME,
        .bank = { .fpu = fpu,
                  .ds = X86_SEL_USER_DS,
                  .es = X86_SEL_USER_DS,
                  .context = host_context_of(stack_top) },
    };
    memset(fpu, 0, arch_fpu_size());
}

/* Word of an exception message behind those of the frame. */
enum exc_word {
    EXC_FS_BASE = ARCH_FRAME_WORDS,
    EXC_GS_BASE,
    EXC_SELECTORS, /* ds, es, fs, gs: 16 bits each */
    EXC_WORDS,
};

_Static_assert(EXC_WORDS == ARCH_EXC_WORDS, "length of the exception message");

void arch_exc_store(struct arch_thread *t, bool live, uint64_t *words)
{
    struct arch_thread seen = *t;
    struct arch_bank *b = &seen.bank;

    if (live) {
        const struct host_registers *r = &host_cpu->user;

        *b = (struct arch_bank){ .fs_base = r->fs_base,
                                 .gs_base = r->gs_base,
                                 .ds = r->ds,
                                 .es = r->es,
                                 .fs = r->fs,
                                 .gs = r->gs };
    }
    memcpy(words, t->frame, sizeof(*t->frame));
    words[EXC_FS_BASE] = b->fs_base;
    words[EXC_GS_BASE] = b->gs_base;
    words[EXC_SELECTORS] =
        b->ds | (uint64_t)b->es << 16 | (uint64_t)b->fs << 32 | (uint64_t)b->gs << 48;
}

void arch_exc_load(struct arch_thread *t, bool live, const uint64_t *words)
{
    struct arch_frame *f = t->frame;
    const uint64_t cs = f->cs, sel = words[EXC_SELECTORS];

    memcpy(f, words, sizeof(*f));
    f->trapno = X86_TRAPNO_CHANGED; /* the sender could name a system call */
    f->flags = x86_flags_for_user(f->flags);
    f->cs = cs;
    f->ss = X86_SEL_USER_DS;

    if (live)
        arch_bank_save(t); /* what stays */
    if (x86_is_canonical(words[EXC_FS_BASE]))
        t->bank.fs_base = words[EXC_FS_BASE];
    if (x86_is_canonical(words[EXC_GS_BASE]))
        t->bank.gs_base = words[EXC_GS_BASE];
    t->bank.ds = (uint16_t)sel;
    t->bank.es = (uint16_t)(sel >> 16);
    t->bank.fs = (uint16_t)(sel >> 32);
    t->bank.gs = (uint16_t)(sel >> 48);
    if (live)
        arch_bank_load(t);
}
