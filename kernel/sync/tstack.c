/* SPDX-License-Identifier: MIT */
/* See <sync/tstack.h> for the contract. A link holds number + 1 as well, 0 at the bottom. */
#include <sync/tstack.h>

static uint64_t head_make(uint64_t old, uint32_t link)
{
    uint32_t tag = (uint32_t)(old >> 32) + 1;

    return (uint64_t)tag << 32 | link;
}

void tstack_init(struct tstack *s, struct atomic_u32 *links)
{
    atomic_u64_store_relaxed(&s->head, 0);
    s->links = links;
}

void tstack_push(struct tstack *s, uint32_t number)
{
    uint64_t head = atomic_u64_load_relaxed(&s->head);

    do {
        atomic_u32_store_relaxed(&s->links[number], (uint32_t)head);
    } while (!atomic_u64_cas_acq_rel(&s->head, &head, head_make(head, number + 1))); /* (S) */
}

uint32_t tstack_pop(struct tstack *s)
{
    uint64_t head = atomic_u64_load_acquire(&s->head); /* (S) */
    uint32_t next;

    do {
        if (!(uint32_t)head)
            return TSTACK_NONE;
        /* relaxed: if this number was popped meanwhile the link is stale, and so is our tag. */
        next = atomic_u32_load_relaxed(&s->links[(uint32_t)head - 1]);
    } while (!atomic_u64_cas_acq_rel(&s->head, &head, head_make(head, next))); /* (S) */
    return (uint32_t)head - 1;
}
