/* SPDX-License-Identifier: MIT */
/*
 * User page tables: what one entry means, and how it changes while the CPU uses it.
 *
 *   level   3         2         1         0
 *        [512] --> [512] --> [512] --> [512] --> 4 KiB frame
 *                               \--------------> 2 MiB frame
 *
 * An entry is empty (0), a table, a leaf (level 0: 4 KiB, level 1: 2 MiB), or dead: a leaf the
 * CPU cannot use any more, which still names its frame until the mapping is cleared away.
 * A leaf may be kernel-user memory (kumem): it has no mapping node and is never mapped on. A
 * place for kumem is reserved before the whole area is known to be free.
 *
 * Every function but pt_load() … pt_shrink() is pure. Tables are just memory, so the same code
 * runs on the host. Progress: wait-free; pt_grow() and pt_shrink() are one or two instructions.
 */
#pragma once

#include <lib/base.h>

#define PT_LEVELS 4u
#define PT_ENTRIES 512u
#define PT_PAGE_ORDER 12u  /* level 0 leaf */
#define PT_SUPER_ORDER 21u /* level 1 leaf */

typedef uint64_t pt_entry; /* a value */

struct pt_slot { /* where one lives; the CPU sets referenced and dirty bits in it */
    pt_entry raw;
};

/* The numbers of the ABI's memory flexpages. Any mapped page is readable. */
enum pt_right {
    PT_X = 1u << 0,
    PT_W = 1u << 1,
    PT_R = 1u << 2,
};
#define PT_RWX 7u

enum pt_cache {
    PT_CACHED,
    PT_UNCACHED,
    PT_WRITE_COMBINING,
};

/* The numbers of the ABI's unmap result. */
enum pt_used {
    PT_REFERENCED = 1u << 0,
    PT_DIRTY = 1u << 1,
};

/* log2 of the bytes one entry of this level covers. */
static inline unsigned pt_level_order(unsigned level)
{
    return PT_PAGE_ORDER + 9 * level;
}

/* The entry for `va` in a table of this level. */
static inline struct pt_slot *pt_slot_of(void *table, unsigned level, uaddr va)
{
    return (struct pt_slot *)table + ((va >> pt_level_order(level)) & (PT_ENTRIES - 1));
}

/* ---- slots ---------------------------------------------------------------------------- */

pt_entry pt_load(const struct pt_slot *s); /* acquire: a table seen is a table initialised */

/* Replace exactly `old`. Acquire and release. Returns: false if something else stands there. */
bool pt_cas(struct pt_slot *s, pt_entry old, pt_entry e) must_check;

/* Replace whatever is there. Returns: the old entry with its last used bits. */
pt_entry pt_swap(struct pt_slot *s, pt_entry e);

/* Give to / take from a present leaf W and X; the used bits of the CPU are not lost. */
void pt_grow(struct pt_slot *s, unsigned rights);
void pt_shrink(struct pt_slot *s, unsigned rights);

/* Set used bits, those of the page before it was moved. */
void pt_mark(struct pt_slot *s, unsigned used);

/* ---- values --------------------------------------------------------------------------- */

bool pt_is_table(pt_entry e, unsigned level);
bool pt_is_leaf(pt_entry e, unsigned level);
bool pt_is_dead(pt_entry e);
bool pt_is_kumem(pt_entry e);

pt_entry pt_make_table(const void *table);
pt_entry pt_make_leaf(paddr frame, unsigned level, unsigned rights, enum pt_cache cache);
pt_entry pt_make_kumem(const void *frame);
pt_entry pt_make_reserved(void); /* will be kumem; occupied, but not present */
pt_entry pt_make_dead(pt_entry leaf);

void *pt_table(pt_entry e);            /* of a table entry */
paddr pt_frame(pt_entry e);            /* of a leaf or a dead entry */
unsigned pt_rights(pt_entry e);        /* of a leaf; 0 of anything else */
enum pt_cache pt_cache_of(pt_entry e); /* of a leaf */
unsigned pt_used_of(pt_entry e);       /* of a leaf */

/* The 4 KiB leaf that is page `i` of a 2 MiB leaf, rights, type and used bits included. */
pt_entry pt_split_leaf(pt_entry super, unsigned i);
