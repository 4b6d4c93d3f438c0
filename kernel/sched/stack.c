/* SPDX-License-Identifier: MIT */
/* See <sched/stack.h>. */
#include <sched/stack.h>

#include <arch/mmu.h>
#include <lib/string.h>
#include <mem/frame.h>
#include <sync/micro.h>
#include <sync/tstack.h>
#include <sync/upcall.h>

#define WINDOW_SIZE ((CONFIG_KSTACK_PAGES + 1ul) * 4096ul)

_Static_assert(sizeof(struct thread) <= 2048, "a frame holds the thread and its FPU area");

static struct atomic_u32 free_links[THREAD_INDEX_MAX];
static struct tstack free_stacks = { .links = free_links }; /* mapped */
static struct tstack raw_stacks = { .links = free_links };  /* mapping them failed once */
static struct atomic_u32 mapped;                            /* frames in windows and their tables */
static struct atomic_u32 carved = { 1 }; /* indices below exist; 0 names nobody */

static char *stack_bottom(uint32_t index)
{
    return (char *)(arch_windows.threads + index * WINDOW_SIZE + 4096);
}

static struct thread **stack_owner(uint32_t index)
{
    return (struct thread **)(void *)stack_bottom(index);
}

static void *window_frame(void)
{
    void *frame = frame_alloc_zeroed(NULL);

    if (frame)
        atomic_u32_fetch_add_relaxed(&mapped, 1);
    return frame;
}

uint32_t stack_frames(void)
{
    return atomic_u32_load_relaxed(&mapped);
}

/* Map the frames of a stack that was never used; pages mapped by a failed attempt stay. */
static bool stack_map(uint32_t index)
{
    for (unsigned i = 0; i < CONFIG_KSTACK_PAGES; i++) {
        uintptr_t va = (uintptr_t)stack_bottom(index) + i * 4096ul;
        void *frame = window_frame();

        if (!frame)
            return false;
        int err = arch_kmap_frame(va, virt_to_phys(frame), window_frame);

        if (err) { /* < 0: no memory for tables; 1: mapped already */
            frame_free(frame, NULL);
            atomic_u32_fetch_sub_relaxed(&mapped, 1);
        }
        if (err < 0)
            return false;
    }
    return true;
}

static uint32_t stack_take(void)
{
    uint32_t index = tstack_pop(&free_stacks);

    if (index != TSTACK_NONE)
        return index;
    index = tstack_pop(&raw_stacks);
    if (index == TSTACK_NONE)
        index = atomic_u32_fetch_add_relaxed(&carved, 1);
    if (index >= THREAD_INDEX_MAX) {
        atomic_u32_fetch_sub_relaxed(&carved, 1);
        return 0;
    }
    if (!stack_map(index)) {
        tstack_push(&raw_stacks, index);
        return 0;
    }
    return index;
}

struct thread *thread_memory_alloc(struct quota *q)
{
    struct thread *t;
    uint32_t index;
    char *frame;

    if (quota_charge(q, KSTACK_SIZE) < 0)
        return NULL;
    frame = frame_alloc_zeroed(q);
    if (!frame)
        goto out_charge;
    index = stack_take();
    if (!index)
        goto out_frame;

    /* -- no errors below this line -- */
    t = (struct thread *)(void *)frame;
    t->stack = stack_bottom(index);
    arch_thread_init(&t->arch, stack_bottom(index) + KSTACK_SIZE,
                     frame + align_up(sizeof(struct thread), ARCH_FPU_ALIGN));
    party_init(&t->party, index);
    *stack_owner(index) = t;
    return t;

out_frame:
    frame_free(frame, q);
out_charge:
    quota_release(q, KSTACK_SIZE);
    return NULL;
}

void thread_memory_free(struct thread *t, struct quota *q)
{
    uint32_t index = t->party.index;

    *stack_owner(index) = NULL;
    frame_free(t, q);
    tstack_push(&free_stacks, index);
    quota_release(q, KSTACK_SIZE);
}

struct thread *thread_next(uint32_t *index)
{
    while (*index < atomic_u32_load_relaxed(&carved)) {
        uint32_t i = (*index)++;

        if (i && arch_kmap_present((uintptr_t)stack_bottom(i)) && *stack_owner(i))
            return *stack_owner(i);
    }
    return NULL;
}

struct sync_party *sched_party_of(uint32_t index)
{
    struct thread *t = index ? *stack_owner(index) : NULL;

    return t ? &t->party : NULL;
}
