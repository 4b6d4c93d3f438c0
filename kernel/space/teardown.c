/* SPDX-License-Identifier: MIT */
/*
 * The end of a space. First everything mapped in it goes, with what others have got from it;
 * after that no node names the space any more, nobody walks its tables, and they are freed
 * bottom up behind a rising address. Kumem frames go with the table they are in.
 */
#include <space/space.h>

#include "tables.h"

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/consts.h>
#include <mem/frame.h>

#define ENTRIES_PER_STEP 64

enum phase {
    END_BEGIN,
    END_MEMORY,
    END_PORTS,
    END_TABLES,
    END_ROOT,
    END_OVER,
};

static void unmap_all(struct space *s, struct sync_party *me, unsigned type, unsigned order)
{
    const struct hotspot all = { .type = type, .rights = PT_RWX, .order = order };

    unmap_init(&s->end.op, me, s, &all, L4_FP_ALL_SPACES);
}

static void drop_port_tables(struct space *s)
{
    for (unsigned i = 0; i < SPACE_IO_TABLES; i++) {
        void *table = atomic_ptr_load_relaxed(&s->io[i]);

        if (table)
            frame_free(table, s->quota);
        atomic_ptr_store_relaxed(&s->io[i], NULL);
    }
}

/* Free the table of `level` that covers `va`; it is empty. */
static void drop_table(struct space *s, uaddr va, unsigned level)
{
    void *table = s->root;
    struct pt_slot *slot;
    pt_entry e;

    for (unsigned l = PT_LEVELS - 1;; l--) {
        slot = pt_slot_of(table, l, va);
        e = pt_load(slot);
        if (l == level + 1)
            break;
        table = pt_table(e);
    }
    (void)pt_swap(slot, 0);
    tables_drop(s, pt_table(e), level);
}

/* Returns: false when all tables but the root are gone. */
static bool drop_tables(struct space *s)
{
    struct leaf l;

    for (unsigned i = 0; i < ENTRIES_PER_STEP; i++) {
        if (s->end.va >= ARCH_USER_END)
            return false;
        tables_find(s, s->end.va, &l);
        if (pt_is_kumem(l.e)) {
            frame_free(phys_to_virt(pt_frame(l.e)), s->quota);
            (void)pt_swap(l.slot, 0);
        }
        kassert(!l.e || pt_is_kumem(l.e));
        s->end.va += tables_gap(s->end.va, &l);
        for (unsigned level = l.level; level < PT_LEVELS - 1; level++) {
            if (!is_aligned(s->end.va, BIT(pt_level_order(level + 1))))
                break;
            drop_table(s, s->end.va - 1, level);
        }
    }
    return true;
}

bool space_teardown_step(struct space *s, struct sync_party *me)
{
    switch ((enum phase)s->end.phase) {
    case END_BEGIN:
        unmap_all(s, me, L4_FPAGE_MEMORY, HOTSPOT_MEM_ORDER);
        s->end.phase = END_MEMORY;
        break;
    case END_MEMORY:
        s->end.op.me = me;
        if (map_step(&s->end.op) == MAP_MORE)
            break;
        unmap_all(s, me, L4_FPAGE_IO, HOTSPOT_IO_ORDER);
        s->end.phase = END_PORTS;
        break;
    case END_PORTS:
        s->end.op.me = me;
        if (map_step(&s->end.op) == MAP_MORE)
            break;
        drop_port_tables(s);
        s->end.phase = END_TABLES;
        break;
    case END_TABLES:
        if (!drop_tables(s))
            s->end.phase = END_ROOT;
        break;
    case END_ROOT:
        frame_free(s->root, s->quota);
        s->root = NULL;
        s->end.phase = END_OVER;
        break;
    case END_OVER: break;
    }
    return s->end.phase != END_OVER;
}
