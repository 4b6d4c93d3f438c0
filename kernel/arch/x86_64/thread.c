/* SPDX-License-Identifier: MIT */
/* Threads that never ran, and threads as words of an exception message. */
#include <arch/thread.h>

#include <arch/impl/x86.h>
#include <lib/base.h>

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
        .bank = { .fpu = fpu, .ds = X86_SEL_USER_DS, .es = X86_SEL_USER_DS },
    };
    x86_fpu_area_init(fpu);
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
    const uint64_t *frame = (const uint64_t *)t->frame;
    struct arch_bank *b = &t->bank;

    if (live)
        x86_segments_save(b);
    for (unsigned i = 0; i < ARCH_FRAME_WORDS; i++)
        words[i] = frame[i];
    words[EXC_FS_BASE] = b->fs_base;
    words[EXC_GS_BASE] = b->gs_base;
    words[EXC_SELECTORS] =
        b->ds | (uint64_t)b->es << 16 | (uint64_t)b->fs << 32 | (uint64_t)b->gs << 48;
}

/* Bases that the CPU would not take are left as they were. */
static void bank_take(struct arch_bank *b, const uint64_t *words)
{
    const uint64_t fs = words[EXC_FS_BASE], gs = words[EXC_GS_BASE], sel = words[EXC_SELECTORS];

    if (x86_is_canonical(fs))
        b->fs_base = fs;
    if (x86_is_canonical(gs))
        b->gs_base = gs;
    b->ds = (uint16_t)sel; /* checked when they are loaded */
    b->es = (uint16_t)(sel >> 16);
    b->fs = (uint16_t)(sel >> 32);
    b->gs = (uint16_t)(sel >> 48);
}

void arch_exc_load(struct arch_thread *t, bool live, const uint64_t *words)
{
    struct arch_frame *f = t->frame;
    const struct arch_frame old = *f;
    uint64_t *frame = (uint64_t *)f;

    for (unsigned i = 0; i < ARCH_FRAME_WORDS; i++)
        frame[i] = words[i];
    f->trapno = X86_TRAPNO_CHANGED; /* the sender could name a system call */
    f->flags = x86_flags_for_user(f->flags);
    f->cs = old.cs;
    f->ss = X86_SEL_USER_DS;

    if (live)
        x86_segments_save(&t->bank); /* bases that stay */
    bank_take(&t->bank, words);
    if (live)
        x86_segments_load(&t->bank);
}
