/* SPDX-License-Identifier: MIT */
/*
 * One page of memory from src:from to dst:to.
 *
 *   look         find the source leaf, reach the target slot        no lock
 *   decide       both leaves again, what is to be done               lock of the source's frame
 *   insert       the target slot was empty: 0 -> leaf                the same section
 *
 * If something else has to happen first (an old mapping flushed, a 2 MiB page split, memory taken)
 * that is a step of its own, and the page is looked at anew. So a page is mapped in one section,
 * and a target that is an ancestor of the source needs no search: flushing it takes the source
 * away too, and the next look finds a hole.
 */
#include "op.h"
#include "tables.h"

#include <l4/sys/err.h>
#include <mem/frame.h>
#include <space/space.h>

enum verdict {
    V_DONE,       /* mapped, or had it already */
    V_SKIP,       /* nothing to map here */
    V_AGAIN,      /* somebody changed it: look again */
    V_NODE,       /* a node is needed */
    V_LISTS,      /* the source needs its 512 lists */
    V_CHARGE,     /* the target has to pay for lists that are granted */
    V_FLUSH,      /* the target is occupied */
    V_FLUSH_SELF, /* source and target are the same: it goes, nothing is mapped */
    V_SPLIT,      /* the target is within a 2 MiB page */
    V_SHRINK,     /* granted with fewer rights: first take them from source and children */
};

struct page {
    struct leaf s, t;
    unsigned order;
    unsigned rights; /* that the target gets */
    paddr frame;
};

static uint64_t page_size(const struct page *p)
{
    return BIT(p->order);
}

/* ---- deciding (locked) ---------------------------------------------------------------- */

/* Is the source as it was when the lock was chosen? Rights are read anew. */
static bool source_stands(const struct map_op *op, struct page *p)
{
    struct leaf now;

    tables_find(op->src, op->from, &now);
    if (now.slot != p->s.slot || !leaf_is_live(&now) || pt_frame(now.e) != pt_frame(p->s.e))
        return false;
    p->s.e = now.e;
    p->rights = pt_rights(now.e) & op->rights;
    return true;
}

static bool same_frame(const struct map_op *op, const struct page *p)
{
    return pt_frame(p->t.e) + (op->to & (BIT(pt_level_order(p->t.level)) - 1)) == p->frame;
}

/* The target is a live leaf of the source's frame: is it a child of this very source? */
static bool is_child(const struct page *p, const struct mapnode *source)
{
    const struct mapnode *t = *tables_twin(p->t.slot);

    return t->parent == source && !(t->flags & MAPNODE_DEAD);
}

/* The pages of sigma0 stay where they are, and a superpage is not granted in parts. */
static bool may_grant(const struct map_op *op, const struct page *p, const struct mapnode *source)
{
    return op->grant && source->parent && pt_level_order(p->s.level) == p->order &&
           !(source->flags & MAPNODE_SPLIT);
}

static bool lacks_lists(const struct page *p, const struct mapnode *source)
{
    return (source->flags & MAPNODE_BIG) && p->order == PT_PAGE_ORDER && !source->small;
}

/* What is not in the kit yet; V_DONE if everything is. */
static enum verdict kit_lacks(const struct map_op *op, const struct page *p,
                              const struct mapnode *source)
{
    if (!op->node)
        return V_NODE;
    if (may_grant(op, p, source))
        return source->small && !op->charged ? V_CHARGE : V_DONE;
    return lacks_lists(p, source) && !op->lists ? V_LISTS : V_DONE;
}

/* Nothing is flushed for a page that could not be mapped afterwards. */
static enum verdict decide_replace(const struct map_op *op, const struct page *p,
                                   const struct mapnode *source)
{
    const bool below = pt_level_order(p->t.level) > p->order;
    const enum verdict lack = kit_lacks(op, p, source);

    if (lack != V_DONE)
        return lack;
    return below && !pt_is_dead(p->t.e) ? V_SPLIT : V_FLUSH;
}

static enum verdict decide_occupied(struct map_op *op, struct page *p, struct mapnode *source)
{
    if (pt_is_table(p->t.e, p->t.level))
        return V_AGAIN;
    if (pt_is_kumem(p->t.e))
        return V_SKIP;
    if (op->src == op->dst && op->from == op->to)
        return V_FLUSH_SELF;
    if (pt_is_dead(p->t.e))
        return decide_replace(op, p, source);
    if (!op->grant && same_frame(op, p) && is_child(p, source)) {
        if (!(p->rights & ~pt_rights(p->t.e)))
            return V_DONE;
        if (pt_level_order(p->t.level) > p->order)
            return V_SPLIT;
        pt_grow(p->t.slot, p->rights);
        tables_flush(op->dst, op->to);
        return V_DONE;
    }
    return decide_replace(op, p, source);
}

static pt_entry target_leaf(const struct map_op *op, const struct page *p, unsigned rights)
{
    return pt_make_leaf(p->frame, p->t.level, rights,
                        op->cache < 0 ? pt_cache_of(p->s.e) : (enum pt_cache)op->cache);
}

/*
 * The node moves, with all below it. Its own charge goes to dst by freeing the node of the kit,
 * which dst has paid, to src; its lists are charged anew.
 */
static enum verdict grant(struct map_op *op, struct page *p, struct mapnode *n)
{
    if (pt_rights(p->s.e) & ~p->rights & (PT_W | PT_X))
        return V_SHRINK;
    if (!pt_cas(p->t.slot, 0, target_leaf(op, p, pt_rights(p->s.e))))
        return V_AGAIN;

    /* -- no errors below this line -- */
    *tables_twin(p->t.slot) = n;
    *tables_twin(p->s.slot) = NULL;
    pt_mark(p->t.slot, pt_used_of(pt_swap(p->s.slot, 0)));
    tables_flush(op->src, op->from);
    if (n->small) {
        quota_release(op->src->quota, FRAME_SIZE);
        op->charged = false;
    }
    n->space = op->dst;
    n->addr = op->to;
    mapnode_free(op->node, op->src);
    op->node = NULL;
    return V_DONE;
}

static enum verdict insert(struct map_op *op, struct page *p, struct mapnode *source)
{
    struct mapnode *n = op->node;
    const enum verdict lack = kit_lacks(op, p, source);

    if (lack != V_DONE)
        return lack;
    if (may_grant(op, p, source))
        return grant(op, p, source);
    if (!pt_cas(p->t.slot, 0, target_leaf(op, p, p->rights)))
        return V_AGAIN;

    /* -- no errors below this line -- */
    op->node = NULL;
    if (lacks_lists(p, source)) {
        source->small = op->lists;
        op->lists = NULL;
    }
    *n = (struct mapnode){
        .space = op->dst,
        .addr = op->to,
        .frame = p->frame,
        .flags = p->t.level ? MAPNODE_BIG : 0,
    };
    *tables_twin(p->t.slot) = n;
    mapnode_link(n, source);
    return V_DONE;
}

static enum verdict decide(struct map_op *op, struct page *p)
{
    struct mapnode *source;

    if (!source_stands(op, p))
        return V_AGAIN;
    source = *tables_twin(p->s.slot);
    if ((source->flags & MAPNODE_DEAD) || !p->rights)
        return V_SKIP;
    p->t.e = pt_load(p->t.slot);
    return p->t.e ? decide_occupied(op, p, source) : insert(op, p, source);
}

/* ---- looking -------------------------------------------------------------------------- */

static bool fits_big(const struct map_op *op, const struct page *p)
{
    const uint64_t size = BIT(PT_SUPER_ORDER);

    return p->s.level == 1 && op->left >= size && is_aligned(op->from, size) &&
           is_aligned(op->to, size);
}

/* Make tables down to the target slot; the target's tables decide on the page size as well. */
static int reach_target(struct map_op *op, struct page *p)
{
    int err;

    p->order = fits_big(op, p) ? PT_SUPER_ORDER : PT_PAGE_ORDER;
    err = tables_reach(op->dst, op->to, p->order == PT_SUPER_ORDER ? 1 : 0, &p->t);
    if (!err && pt_is_table(p->t.e, p->t.level)) {
        p->order = PT_PAGE_ORDER;
        err = tables_reach(op->dst, op->to, 0, &p->t);
    }
    p->frame = pt_frame(p->s.e) + (op->from & (BIT(pt_level_order(p->s.level)) - 1));
    return err;
}

static int take_lists(struct map_op *op)
{
    if (!op->lists)
        op->lists = frame_alloc_zeroed(op->src->quota);
    return op->lists ? 0 : -L4_ENOMEM;
}

static int take_charge(struct map_op *op)
{
    const int err = op->charged ? 0 : quota_charge(op->dst->quota, FRAME_SIZE);

    op->charged = !err;
    return err;
}

static int act(struct map_op *op, const struct page *p, enum verdict v)
{
    int err = 0;

    switch (v) {
    case V_DONE:
        op->mapped = true;
        op_advance(op, page_size(p));
        return op_progress(op);
    case V_SKIP: op_advance(op, page_size(p)); return op_progress(op);
    case V_AGAIN: break;
    case V_NODE: err = op_take_node(op); break;
    case V_LISTS: err = take_lists(op); break;
    case V_CHARGE: err = take_charge(op); break;
    case V_FLUSH: op_revoke(op, op->dst, op->to, PT_RWX, true, true, 0); break;
    case V_FLUSH_SELF: op_revoke(op, op->dst, op->to, PT_RWX, true, true, page_size(p)); break;
    case V_SPLIT: err = mem_split_step(op, op->to); break;
    case V_SHRINK:
        op_revoke(op, op->src, op->from, (PT_W | PT_X) & ~p->rights, true, true, 0);
        break;
    }
    return err ? err : MAP_MORE;
}

/* Can the hole be filled by a root node of sigma0? */
static bool is_fillable(const struct map_op *op, const struct leaf *hole)
{
    return !hole->e && (op->src->flags & SPACE_SIGMA0) && op->from < op->src->limit;
}

static int map_page(struct map_op *op, struct page *p)
{
    struct helplock *lock = mapdb_lock(pt_frame(p->s.e));
    enum verdict v;
    int err = reach_target(op, p);

    if (!err && !p->t.e)
        err = op_take_node(op); /* nearly always needed: saves a second look */
    if (err)
        return err;
    helplock_acquire(lock, op->me);
    v = decide(op, p);
    helplock_release(lock, op->me);
    return act(op, p, v);
}

int mem_map_step(struct map_op *op)
{
    struct page p;

    for (unsigned i = 0; i < OP_HOPS && op->left; i++) {
        tables_find(op->src, op->from, &p.s);
        if (leaf_is_live(&p.s) && (pt_rights(p.s.e) & op->rights))
            return map_page(op, &p);
        if (is_fillable(op, &p.s)) {
            const int err = space_sigma0_fault(op->src, op->me, op->from);

            return err ? err : MAP_MORE;
        }
        op_advance(op, tables_rest(op->from, p.s.level));
    }
    return op_progress(op);
}
