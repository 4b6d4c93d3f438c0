/* SPDX-License-Identifier: MIT */
/* Unmapping memory, page after page; and splitting a 2 MiB page. */
#include "op.h"
#include "tables.h"

#include <l4/sys/err.h>
#include <mem/frame.h>
#include <space/space.h>

int mem_unmap_step(struct map_op *op)
{
    struct leaf l;

    for (unsigned i = 0; i < OP_HOPS && op->left; i++) {
        const uint64_t size = BIT(PT_SUPER_ORDER);
        bool whole;

        tables_find(op->src, op->from, &l);
        if (!leaf_is_mapping(&l)) {
            op_advance(op, tables_gap(op->from, &l));
            continue;
        }
        /* a superpage that goes from the space itself goes as a whole */
        whole = l.level == 1 && (op->self || (is_aligned(op->from, size) && op->left >= size));
        op_revoke(op, op->src, op->from, op->rights, op->self, whole,
                  tables_rest(op->from, whole ? 1 : 0));
        return MAP_MORE;
    }
    return op_progress(op);
}

/* ---- splitting ------------------------------------------------------------------------ */

static int take_table(struct map_op *op)
{
    if (!op->table)
        op->table = tables_new(op->dst, 0);
    return op->table ? 0 : -L4_ENOMEM;
}

static void fill_table(void *table, pt_entry super, struct mapnode *n)
{
    struct pt_slot *slot = table;
    struct mapnode **twin = tables_twin(slot);

    for (unsigned i = 0; i < PT_ENTRIES; i++) {
        (void)pt_swap(&slot[i], pt_split_leaf(super, i));
        twin[i] = n;
    }
}

/* Locked. */
static void split(struct map_op *op, const struct leaf *l, uaddr va)
{
    struct mapnode *n = *tables_twin(l->slot);

    if (n != *tables_twin(op->table))
        return; /* mapped anew, the very same way, since the table was filled */
    if (!pt_cas(l->slot, l->e, pt_make_table(op->table)))
        return; /* the CPU has set a used bit meanwhile */
    op->table = NULL;
    *tables_twin(l->slot) = NULL;
    n->flags |= MAPNODE_SPLIT;
    n->pages = PT_ENTRIES;
    tables_flush(op->dst, va);
}

/*
 * The pages keep their one node (MAPNODE_SPLIT), its parent and its children; so nothing but the
 * table has to be made, and that is ready before the lock is taken. Children of 2 MiB go as a
 * whole with the first of the pages that goes.
 */
int mem_split_step(struct map_op *op, uaddr va)
{
    struct helplock *lock;
    struct leaf l, now;

    if (take_table(op))
        return -L4_ENOMEM;
    tables_find(op->dst, va, &l);
    if (l.level != 1 || !leaf_is_live(&l))
        return 0;
    fill_table(op->table, l.e, *tables_twin(l.slot));
    lock = mapdb_lock(pt_frame(l.e));
    helplock_acquire(lock, op->me);
    tables_find(op->dst, va, &now);
    if (now.slot == l.slot && now.e == l.e)
        split(op, &now, va);
    helplock_release(lock, op->me);
    return 0;
}
