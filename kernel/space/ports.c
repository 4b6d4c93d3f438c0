/* SPDX-License-Identifier: MIT */
/*
 * I/O ports: a node for each group of 64 that a space has ports of; `frame` is the mask.
 *
 * A slot (space, group) is protected by the lock of the group, so the node can be looked at
 * under it; the tables of slots appear by CAS. Ports are always mapped 1:1.
 */
#include "ports.h"

#include "op.h"

#include <l4/sys/err.h>
#include <lib/bits.h>
#include <mem/frame.h>
#include <space/space.h>

#define SLOTS_PER_TABLE (SPACE_IO_GROUPS / SPACE_IO_TABLES)

_Static_assert(SLOTS_PER_TABLE * sizeof(struct atomic_ptr) == FRAME_SIZE, "a table is a frame");

struct atomic_ptr *ports_slot(const struct space *s, unsigned group)
{
    struct atomic_ptr *table = atomic_ptr_load_acquire(&s->io[group / SLOTS_PER_TABLE]); /* (B) */

    return table ? &table[group % SLOTS_PER_TABLE] : NULL;
}

static struct mapnode *node_of(const struct space *s, unsigned group)
{
    struct atomic_ptr *slot = ports_slot(s, group);

    return slot ? atomic_ptr_load_acquire(slot) : NULL; /* (C) */
}

static int reach(struct space *s, unsigned group)
{
    void *table, *none = NULL;

    if (ports_slot(s, group))
        return 0;
    table = frame_alloc_zeroed(s->quota);
    if (!table)
        return -L4_ENOMEM;
    /* (B) release: the table is clear before it is seen */
    if (!atomic_ptr_cas_acq_rel(&s->io[group / SLOTS_PER_TABLE], &none, table))
        frame_free(table, s->quota);
    return 0;
}

void ports_changed(struct space *s)
{
    (void)atomic_u64_fetch_add_acq_rel(&s->io_gen, 1); /* (D) */
}

void ports_set_mask(struct mapnode *n, uint64_t mask)
{
    __atomic_store_n(&n->frame, mask, __ATOMIC_RELEASE);
    ports_changed(n->space);
}

void ports_clear(struct mapnode *n)
{
    atomic_ptr_store_release(ports_slot(n->space, (unsigned)n->addr / PORTS_PER_GROUP), NULL);
    ports_changed(n->space);
}

/* ---- a step --------------------------------------------------------------------------- */

struct group {
    unsigned number;
    unsigned ports; /* of it, that the op is about */
    uint64_t mask;
};

static struct group group_of(const struct map_op *op)
{
    const unsigned first = (unsigned)op->from % PORTS_PER_GROUP;
    const unsigned n = (unsigned)min(op->left, (uint64_t)PORTS_PER_GROUP - first);

    return (struct group){
        .number = (unsigned)op->from / PORTS_PER_GROUP,
        .ports = n,
        .mask = bits_below(n) << first,
    };
}

static void revoke_locked(struct map_op *op, struct mapnode *n, uint64_t mask, bool self,
                          const struct group *g, uint64_t skip)
{
    op->walking = true;
    op->skip = skip;
    op->walk.take = PT_RWX;
    op->walk.mask = mask;
    op->walk.self = self;
    op->walk.page = MAPWALK_ALL;
    mapwalk_begin(&op->walk, n, mapdb_port_lock(g->number));
}

int ports_unmap_step(struct map_op *op)
{
    const struct group g = group_of(op);
    struct helplock *lock = mapdb_port_lock(g.number);
    struct mapnode *n;

    if (!space_io_any(op->src)) { /* it never had a port */
        op_advance(op, op->left);
        return MAP_DONE;
    }
    helplock_acquire(lock, op->me);
    n = node_of(op->src, g.number);
    if (n)
        revoke_locked(op, n, g.mask, op->self, &g, g.ports);
    helplock_release(lock, op->me);
    if (!n)
        op_advance(op, g.ports);
    return n ? MAP_MORE : op_progress(op);
}

static void put(struct space *s, const struct group *g, struct mapnode *n)
{
    atomic_ptr_store_release(ports_slot(s, g->number), n); /* (C) the node is complete */
    ports_changed(s);
}

static void init_node(struct mapnode *n, struct space *s, const struct group *g, uint64_t mask)
{
    *n = (struct mapnode){
        .space = s,
        .addr = (uint64_t)g->number * PORTS_PER_GROUP,
        .frame = mask,
        .flags = MAPNODE_PORTS,
    };
}

/* sigma0 has every port: make its node. Returns: 0 or -L4_ENOMEM. */
static int make_root(struct map_op *op, const struct group *g)
{
    struct helplock *lock = mapdb_port_lock(g->number);
    struct mapnode *n;

    if (!(op->src->flags & SPACE_SIGMA0) || node_of(op->src, g->number))
        return 0;
    if (reach(op->src, g->number))
        return -L4_ENOMEM;
    n = mapnode_alloc(op->src);
    if (!n)
        return -L4_ENOMEM;
    helplock_acquire(lock, op->me);
    if (!node_of(op->src, g->number)) {
        init_node(n, op->src, g, ~0ull);
        put(op->src, g, n);
        n = NULL;
    }
    helplock_release(lock, op->me);
    if (n)
        mapnode_free(n, op->src);
    return 0;
}

/* The whole node moves; its charge as in map.c. */
static void grant(struct map_op *op, struct mapnode *n, const struct group *g)
{
    ports_clear(n);
    n->space = op->dst;
    put(op->dst, g, n);
    mapnode_free(op->node, op->src);
    op->node = NULL;
}

static void insert(struct map_op *op, struct mapnode *source, const struct group *g, uint64_t mask)
{
    init_node(op->node, op->dst, g, mask);
    put(op->dst, g, op->node);
    mapnode_link(op->node, source);
    op->node = NULL;
}

/* Locked; the kit has a node. Returns: the group is done. */
static bool map_group(struct map_op *op, const struct group *g)
{
    struct mapnode *source = node_of(op->src, g->number), *old = node_of(op->dst, g->number);
    const uint64_t mask = source ? source->frame & g->mask : 0;

    if (!mask)
        return true;
    if (old == source) {
        revoke_locked(op, old, g->mask, true, g, g->ports);
        return false;
    }
    if (old && old->parent == source && !(old->flags & MAPNODE_DEAD) && !op->grant) {
        ports_set_mask(old, old->frame | mask);
    } else if (old) {
        revoke_locked(op, old, ~0ull, true, g, 0);
        return false;
    } else if (op->grant && source->parent && source->frame == mask) {
        grant(op, source, g);
    } else {
        insert(op, source, g, mask);
    }
    op->mapped = true;
    return true;
}

int ports_map_step(struct map_op *op)
{
    const struct group g = group_of(op);
    struct helplock *lock = mapdb_port_lock(g.number);
    int err = make_root(op, &g);
    bool done;

    if (!err && !node_of(op->src, g.number)) {
        op_advance(op, g.ports);
        return op_progress(op);
    }
    if (!err)
        err = reach(op->dst, g.number);
    if (!err)
        err = op_take_node(op);
    if (err)
        return err;
    helplock_acquire(lock, op->me);
    done = map_group(op, &g);
    helplock_release(lock, op->me);
    if (done)
        op_advance(op, g.ports);
    return done ? op_progress(op) : MAP_MORE;
}

/* ---- looking -------------------------------------------------------------------------- */

/*
 * The node is read without its lock. Whatever happens to it or to its memory comes with a new
 * io_gen, (D) bumped before the slot or the mask changes hands, and then it is read again.
 */
uint64_t space_io_chunk(const struct space *s, unsigned i)
{
    uint64_t gen, mask;

    do {
        const struct mapnode *n;

        gen = atomic_u64_load_acquire(&s->io_gen); /* (D) */
        n = node_of(s, i);
        mask = n ? __atomic_load_n(&n->frame, __ATOMIC_ACQUIRE) : 0;
    } while (gen != atomic_u64_load_acquire(&s->io_gen));
    return mask;
}

bool space_io_any(const struct space *s)
{
    for (unsigned i = 0; i < SPACE_IO_TABLES; i++)
        if (atomic_ptr_load_acquire(&s->io[i]))
            return true;
    return false;
}
