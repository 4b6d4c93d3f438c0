/* SPDX-License-Identifier: MIT */
#include "tables.h"

#include <l4/sys/err.h>
#include <mem/frame.h>
#include <space/space.h>
#include <sync/micro.h>

#define TABLE_TOP (PT_LEVELS - 1)

void tables_find(const struct space *s, uaddr va, struct leaf *l)
{
    void *table = s->root;

    kassert(va < ARCH_USER_END);
    for (l->level = TABLE_TOP;; l->level--) {
        l->slot = pt_slot_of(table, l->level, va);
        l->e = pt_load(l->slot);
        if (!pt_is_table(l->e, l->level))
            return;
        table = pt_table(l->e);
    }
}

void *tables_new(struct space *s, unsigned level)
{
    void *table = frame_alloc_zeroed(s->quota);
    void *twin;

    if (!table || level > 1)
        return table;
    twin = frame_alloc_zeroed(s->quota);
    if (!twin) {
        frame_free(table, s->quota);
        return NULL;
    }
    *frame_word(table) = (uintptr_t)twin;
    return table;
}

void tables_drop(struct space *s, void *table, unsigned level)
{
    if (level <= 1)
        frame_free((void *)*frame_word(table), s->quota);
    frame_free(table, s->quota);
}

int tables_reach(struct space *s, uaddr va, unsigned level, struct leaf *l)
{
    void *table = s->root;

    kassert(va < SPACE_END);
    for (l->level = TABLE_TOP;; l->level--) {
        l->slot = pt_slot_of(table, l->level, va);
        l->e = pt_load(l->slot);
        if (l->level == level)
            return 0;
        if (!l->e) {
            table = tables_new(s, l->level - 1);
            if (!table)
                return -L4_ENOMEM;
            if (pt_cas(l->slot, 0, pt_make_table(table)))
                continue;
            tables_drop(s, table, l->level - 1);
            l->e = pt_load(l->slot);
        }
        if (!pt_is_table(l->e, l->level))
            return 0;
        table = pt_table(l->e);
    }
}

struct mapnode **tables_twin(const struct pt_slot *slot)
{
    const uintptr_t at = (uintptr_t)slot;
    const void *table = (const void *)align_down(at, FRAME_SIZE);
    struct mapnode **twin = (struct mapnode **)*frame_word(table);

    return twin + (at & (FRAME_SIZE - 1)) / sizeof(*slot);
}

void tables_flush(struct space *s, uaddr va)
{
    bool entered;

    (void)atomic_u64_fetch_add_acq_rel(&s->tlb_gen, 1);
    entered = micro_join();
    if (arch_root_current() == space_root(s))
        arch_tlb_flush_page(va);
    micro_part(entered);
}
