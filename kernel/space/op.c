/* SPDX-License-Identifier: MIT */
/* Map operations: what all kinds share. See <space/map.h>. */
#include "op.h"

#include "ports.h"
#include "tables.h"

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/err.h>
#include <mem/frame.h>
#include <space/space.h>

/* ---- the range ------------------------------------------------------------------------ */

static uint64_t clip(uint64_t start, uint64_t size, uint64_t end)
{
    return start >= end ? 0 : min(size, end - start);
}

static void set_range(struct map_op *op, const struct hotspot *h)
{
    const uint64_t end = h->type == L4_FPAGE_MEMORY ? SPACE_END : BIT(HOTSPOT_IO_ORDER);

    op->from = h->src;
    op->to = h->dst;
    op->left = clip(op->to, clip(op->from, BIT(h->order), end), end);
}

/* Caching attributes of an item word: -1 if they are the source's. */
static int item_cache(uint64_t item)
{
    switch (item & L4_FPAGE_CONTROL_ATTR_MASK) {
    case 0x10 | 0x20: return PT_CACHED;
    case 0x10 | 0x40: return PT_WRITE_COMBINING;
    default: return item & 0x10 ? PT_UNCACHED : -1;
    }
}

void map_init(struct map_op *op, struct sync_party *me, const struct map_args *args)
{
    const bool memory = args->spot->type == L4_FPAGE_MEMORY;
    const bool useful = args->spot->rights & PT_RWX;

    *op = (struct map_op){
        .kind = !useful  ? MAP_VOID
                : memory ? MAP_MEM
                         : MAP_PORTS,
        .me = me,
        .src = args->src,
        .dst = args->dst,
        .rights = args->spot->rights & PT_RWX,
        .cache = item_cache(args->item),
        .grant = args->item & L4_MAP_ITEM_GRANT,
    };
    set_range(op, args->spot);
}

void unmap_init(struct map_op *op, struct sync_party *me, struct space *s,
                const struct hotspot *spot, uint64_t mask)
{
    const bool memory = spot->type == L4_FPAGE_MEMORY;
    const unsigned take = spot->rights & PT_RWX;

    *op = (struct map_op){
        .kind = !take    ? MAP_VOID
                : memory ? UNMAP_MEM
                         : UNMAP_PORTS,
        .me = me,
        .src = s,
        .rights = !memory || (take & PT_R) ? PT_RWX : take,
        .self = mask & L4_FP_ALL_SPACES,
    };
    set_range(op, spot);
}

void op_advance(struct map_op *op, uint64_t n)
{
    n = min(n, op->left);
    op->from += n;
    op->to += n;
    op->left -= n;
}

int op_progress(const struct map_op *op)
{
    return op->left ? MAP_MORE : MAP_DONE;
}

int op_take_node(struct map_op *op)
{
    if (!op->node)
        op->node = mapnode_alloc(op->dst);
    return op->node ? 0 : -L4_ENOMEM;
}

/* ---- revoking ------------------------------------------------------------------------- */

void op_revoke(struct map_op *op, struct space *s, uaddr va, unsigned take, bool self, bool whole,
               uint64_t skip)
{
    struct leaf l, again;
    struct helplock *lock;

    op->skip = skip;
    op->walking = true;
    op->walk.lock = NULL;
    tables_find(s, va, &l);
    if (!leaf_is_mapping(&l))
        return;
    lock = mapdb_lock(pt_frame(l.e));
    helplock_acquire(lock, op->me);
    tables_find(s, va, &again);
    if (leaf_is_mapping(&again) && again.level == l.level &&
        mapdb_lock(pt_frame(again.e)) == lock) {
        struct mapnode *n = *tables_twin(again.slot);
        const bool one = l.level == 0 ? n->flags & MAPNODE_SPLIT : !whole;

        op->walk.take = take;
        op->walk.self = self;
        op->walk.page = one ? (int)((va >> PT_PAGE_ORDER) % PT_ENTRIES) : MAPWALK_ALL;
        mapwalk_begin(&op->walk, n, lock);
    } else {
        op->skip = 0; /* it changed under our hands: look again */
    }
    helplock_release(lock, op->me);
}

/* ---- steps ---------------------------------------------------------------------------- */

static int walk_on(struct map_op *op)
{
    if (op->walk.lock) {
        if (mapwalk_step(&op->walk, op->me))
            return MAP_MORE;
        op->used |= op->walk.used;
    }
    op->walking = false;
    op_advance(op, op->skip);
    return op_progress(op);
}

int map_step(struct map_op *op)
{
    if (op->walking)
        return walk_on(op);
    if (!op->left)
        return MAP_DONE;
    switch (op->kind) {
    case MAP_MEM: return mem_map_step(op);
    case MAP_PORTS: return ports_map_step(op);
    case UNMAP_MEM: return mem_unmap_step(op);
    case UNMAP_PORTS: return ports_unmap_step(op);
    case MAP_VOID: break;
    }
    return MAP_DONE;
}

void map_fini(struct map_op *op)
{
    if (op->walking && op->walk.lock)
        mapwalk_end(&op->walk, op->me);
    op->walking = false;
    if (op->node)
        mapnode_free(op->node, op->dst);
    if (op->lists)
        frame_free(op->lists, op->src->quota);
    if (op->table)
        tables_drop(op->dst, op->table, 0);
    if (op->charged)
        quota_release(op->dst->quota, FRAME_SIZE);
    op->node = NULL;
    op->lists = NULL;
    op->table = NULL;
    op->charged = false;
}

int map_run(struct map_op *op, bool (*stop)(void *ctx), void *ctx)
{
    int got;

    do {
        got = map_step(op);
    } while (got == MAP_MORE && !(stop && stop(ctx)));
    map_fini(op);
    return got == MAP_MORE ? -L4_EAGAIN : got;
}
