/* SPDX-License-Identifier: MIT */
/*
 * Page tables and their twins. Private to the room.
 *
 * A table that can hold leaves (levels 0 and 1) has a twin: a frame of 512 pointers to mapping
 * nodes, found through the metadata word of the table's frame. Tables appear by CAS, need no
 * lock, and stay until the space is torn down.
 */
#pragma once

#include <arch/mmu.h>
#include <arch/pt.h>
#include <lib/base.h>

struct mapnode;
struct space;

/* First address that is never mapped: the last page of user space stays empty. */
#define SPACE_END (ARCH_USER_END - BIT(PT_PAGE_ORDER))

/* The lowest entry there is for an address. */
struct leaf {
    struct pt_slot *slot;
    pt_entry e;     /* what stood there: empty, leaf or dead (a table if level was asked for) */
    unsigned level; /* of the table the slot is in */
};

/* Find the entry for `va` < ARCH_USER_END. Context: any. Cost: four loads. */
void tables_find(const struct space *s, uaddr va, struct leaf *l);

/*
 * Make tables down to `level` (0 or 1), unless a leaf or a dead entry is in the way (l->level
 * tells). Returns: 0 or -L4_ENOMEM; tables made before stay.
 */
int tables_reach(struct space *s, uaddr va, unsigned level, struct leaf *l) must_check;

/* Make a table of this level with its twin, charged to s. NULL: no memory. Give it back. */
void *tables_new(struct space *s, unsigned level) must_check;
void tables_drop(struct space *s, void *table, unsigned level);

/* Where the node of this slot (level 0 or 1) is noted. */
struct mapnode **tables_twin(const struct pt_slot *slot);

/* The translation of `va` got narrower: make this CPU forget it. Context: preemptible. */
void tables_flush(struct space *s, uaddr va);

/* Bytes from `va` to the end of the entry for it at this level. */
static inline uint64_t tables_rest(uaddr va, unsigned level)
{
    const uint64_t span = BIT(pt_level_order(level));

    return span - (va & (span - 1));
}

/*
 * `l` is what tables_find() found at va. Bytes from there to the next entry that may not be
 * skipped: behind an empty entry up to TABLES_GAP more empty ones of the same table.
 */
#define TABLES_GAP 64u

static inline uint64_t tables_gap(uaddr va, const struct leaf *l)
{
    const uint64_t span = BIT(pt_level_order(l->level));
    const struct pt_slot *slot = l->slot;
    const unsigned last = l->level == PT_LEVELS - 1 ? PT_ENTRIES / 2 - 1 : PT_ENTRIES - 1;
    unsigned left = last - (unsigned)((va / span) & (PT_ENTRIES - 1));
    uint64_t bytes = tables_rest(va, l->level);

    if (l->e)
        return bytes;
    for (left = min(left, TABLES_GAP); left && !pt_load(++slot); left--)
        bytes += span;
    return bytes;
}

static inline bool leaf_is_live(const struct leaf *l)
{
    return pt_is_leaf(l->e, l->level) && !pt_is_kumem(l->e);
}

/* Is there a node to this entry? */
static inline bool leaf_is_mapping(const struct leaf *l)
{
    return leaf_is_live(l) || pt_is_dead(l->e);
}
