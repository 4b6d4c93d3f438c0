/* SPDX-License-Identifier: MIT */
/* See <space/check.h>. */
#include <space/check.h>

#include "ports.h"
#include "tables.h"

#include <space/mapdb.h>
#include <space/space.h>

struct look {
    struct space *s;
    bool still;
    struct leaf l;
    uaddr va;
    const struct mapnode *n;
};

static paddr leaf_frame(const struct leaf *l, uaddr va)
{
    return pt_frame(l->e) + (va & (BIT(pt_level_order(l->level)) - 1));
}

static const char *check_shape(const struct look *k)
{
    const bool split = k->n->flags & MAPNODE_SPLIT, big = k->n->flags & MAPNODE_BIG;
    const uint64_t offset = k->va - k->n->addr;

    if (split && (!big || k->l.level))
        return "a split node that is not split";
    if (!split && big != (k->l.level == 1))
        return "node and leaf of different size";
    if (offset >= BIT(big ? PT_SUPER_ORDER : PT_PAGE_ORDER))
        return "node of another address";
    if (leaf_frame(&k->l, k->va) != k->n->frame + offset)
        return "node of another frame";
    if (!split && pt_is_dead(k->l.e) != !!(k->n->flags & MAPNODE_DEAD))
        return "node and leaf disagree about death";
    if (k->n->flags & (MAPNODE_CURSOR | MAPNODE_PORTS))
        return "twin pointer to something else";
    return NULL;
}

static const char *check_parent(const struct look *k)
{
    const struct mapnode *p = k->n->parent;
    const uint64_t in_node = k->va - k->n->addr;
    struct leaf above;
    uaddr va;

    if (!p)
        return k->s->flags & SPACE_SIGMA0 ? NULL : "a root outside sigma0";
    if (!k->n->link || *k->n->link != k->n)
        return "node not in a list";
    va = p->addr + (k->n->frame - p->frame) + in_node;
    tables_find(p->space, va, &above);
    if (!leaf_is_mapping(&above) || *tables_twin(above.slot) != p)
        return "the parent's leaf names another node";
    if (leaf_frame(&above, va) != leaf_frame(&k->l, k->va))
        return "child and parent have different frames";
    if (k->still && leaf_is_live(&above) && (pt_rights(k->l.e) & ~pt_rights(above.e)))
        return "child has more rights than its parent";
    return NULL;
}

static const char *check_list(const struct mapnode *n, struct mapnode *const *list, unsigned number)
{
    for (const struct mapnode *c = *list; c; list = &c->next, c = c->next) {
        if (c->link != list)
            return "a broken list of children";
        if (c->parent != n)
            return "a child of somebody else";
        if (!(c->flags & MAPNODE_CURSOR) && mapnode_list(c, n) != number)
            return "a child in the wrong list";
    }
    return NULL;
}

static const char *check_children(const struct mapnode *n)
{
    const char *bad = check_list(n, &n->children, 0);

    for (unsigned i = 0; !bad && n->small && i < PT_ENTRIES; i++)
        bad = check_list(n, &n->small[i], i + 1);
    return bad;
}

static const char *check_leaf(struct look *k)
{
    const char *bad;

    if (k->l.level > 1)
        return k->l.e ? "a leaf too large" : NULL;
    k->n = *tables_twin(k->l.slot);
    if (!leaf_is_mapping(&k->l))
        return k->n ? "a twin pointer without a leaf" : NULL;
    if (!k->n)
        return "a leaf without a twin pointer";
    if (k->n->space != k->s)
        return "node of another space";
    bad = check_shape(k);
    if (!bad)
        bad = check_parent(k);
    return bad ? bad : check_children(k->n);
}

static const char *check_split_count(struct space *s, uaddr va)
{
    const struct mapnode *n = NULL;
    struct leaf l;
    unsigned found = 0;

    for (unsigned i = 0; i < PT_ENTRIES; i++) {
        tables_find(s, va + ((uaddr)i << PT_PAGE_ORDER), &l);
        if (leaf_is_mapping(&l) && ((*tables_twin(l.slot))->flags & MAPNODE_SPLIT)) {
            n = *tables_twin(l.slot);
            found++;
        }
    }
    if (!n || n->pages == found || (!n->pages && found == 1))
        return NULL;
    return "a split node has miscounted its pages";
}

static const char *check_ports(struct space *s, unsigned group, bool still)
{
    const struct atomic_ptr *slot = ports_slot(s, group);
    const struct mapnode *n = slot ? atomic_ptr_load_acquire(slot) : NULL;

    if (!n)
        return NULL;
    if (!(n->flags & MAPNODE_PORTS) || n->space != s || n->addr != group * PORTS_PER_GROUP)
        return "a port node in the wrong place";
    if (!n->frame != !!(n->flags & MAPNODE_DEAD))
        return "a port node without ports";
    if (!n->parent)
        return s->flags & SPACE_SIGMA0 ? check_children(n) : "ports from nowhere";
    if (!n->link || *n->link != n)
        return "port node not in a list";
    if (n->parent->addr != n->addr || (still && (n->frame & ~n->parent->frame)))
        return "ports its parent has not";
    return check_children(n);
}

const char *space_check(struct space *s, bool still)
{
    const char *bad = NULL;
    struct look k = { .s = s, .still = still };

    for (; !bad && k.va < SPACE_END; k.va += tables_rest(k.va, k.l.level)) {
        tables_find(s, k.va, &k.l);
        bad = check_leaf(&k);
        if (!bad && k.l.level == 0 && is_aligned(k.va, BIT(PT_SUPER_ORDER)))
            bad = check_split_count(s, k.va);
    }
    for (unsigned i = 0; !bad && i < SPACE_IO_GROUPS; i++)
        bad = check_ports(s, i, still);
    return bad;
}
