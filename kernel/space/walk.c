/* SPDX-License-Identifier: MIT */
/*
 * Taking rights away from everything derived from a node.
 *
 *     root
 *      +- a            The walk goes top down, depth first:  a  a1  a2  b ...
 *      |  +- a1        On the way down a node loses what the walk takes (its page is gone, or
 *      |  +- a2        read-only): from then on it cannot pass it on. On the way up, a node
 *      +- b            that lost everything is freed; then nothing is left below it.
 *
 * Between two sections the walk's cursor stands in a list, in front of the next node. Several
 * walks may be in one tree. Who frees a node first moves the cursors in it behind it ("expel");
 * to find them cheaply, foreign cursors of a list that ran empty, and cursors in search of
 * the next list, are parked in `children` (list = page to look at next).
 *
 * A big node has 513 lists: `children` first, then one for each page. If the node is split, its
 * leaf for that page is taken before the list is entered, and cleared when it is left.
 */
#include <space/mapdb.h>

#include "ports.h"
#include "tables.h"

#include <mem/frame.h>
#include <space/space.h>

#define SCAN_EMPTY 64 /* empty lists looked at in one unit */
#define SCAN_SPLIT 4  /* pages of a split node done in one unit */

static bool removes(const struct mapwalk *w)
{
    return w->take & PT_R;
}

/* Does the walk take from `n` itself, not only from what is below? */
static bool takes_from(const struct mapwalk *w, const struct mapnode *n)
{
    return n != w->root || w->self;
}

static uaddr page_addr(const struct mapnode *n, unsigned page)
{
    return n->addr + ((uaddr)page << PT_PAGE_ORDER);
}

/* ---- taking --------------------------------------------------------------------------- */

static void take_leaf(struct mapwalk *w, struct mapnode *n, uaddr va)
{
    struct leaf l;

    tables_find(n->space, va, &l);
    if (!pt_is_leaf(l.e, l.level) || *tables_twin(l.slot) != n)
        return;
    if (removes(w))
        w->used |= pt_used_of(pt_swap(l.slot, pt_make_dead(l.e)));
    else if (pt_rights(l.e) & w->take)
        pt_shrink(l.slot, w->take);
    else
        return;
    tables_flush(n->space, va);
}

static void take_ports(struct mapwalk *w, struct mapnode *n)
{
    ports_set_mask(n, n->frame & ~w->mask);
    if (!n->frame)
        n->flags |= MAPNODE_DEAD;
}

static void take_node(struct mapwalk *w, struct mapnode *n)
{
    if (n->flags & MAPNODE_PORTS) {
        take_ports(w, n);
        return;
    }
    if (!(n->flags & MAPNODE_SPLIT))
        take_leaf(w, n, n->addr);
    if (removes(w))
        n->flags |= MAPNODE_DEAD;
}

static bool has_dead_leaf(const struct mapnode *n, uaddr va, struct leaf *l)
{
    tables_find(n->space, va, l);
    return pt_is_dead(l->e) && *tables_twin(l->slot) == n;
}

static void clear_leaf(struct mapnode *n, uaddr va)
{
    struct leaf l;
    const bool found = has_dead_leaf(n, va, &l);

    kassert(found);
    if (!found)
        return;
    *tables_twin(l.slot) = NULL;
    (void)pt_swap(l.slot, 0);
}

/*
 * Nothing is derived any more from a dead page of a split node. The last leaf stays, dead, until
 * the node goes: else a walk that is given up here would leave a node that nobody finds.
 */
static void clear_page(struct mapnode *n, unsigned page)
{
    struct leaf l;

    if (!n->pages || !has_dead_leaf(n, page_addr(n, page), &l))
        return;
    if (n->pages == 1)
        n->list = (uint16_t)page;
    else
        clear_leaf(n, page_addr(n, page));
    n->pages--;
}

static void free_node(struct mapnode *n)
{
    struct space *s = n->space;

    mapnode_unlink(n);
    if (n->flags & MAPNODE_PORTS)
        ports_clear(n);
    else
        clear_leaf(n, n->flags & MAPNODE_SPLIT ? page_addr(n, n->list) : n->addr);
    if (n->small)
        frame_free(n->small, s->quota);
    mapnode_free(n, s);
}

/* ---- moving cursors ------------------------------------------------------------------- */

static void enter(struct mapwalk *w, struct mapnode *n, struct mapnode **list, unsigned number)
{
    mapnode_unlink(&w->cursor);
    w->cursor.parent = n;
    w->cursor.list = (uint16_t)number;
    w->cursor.flags = MAPNODE_CURSOR;
    mapnode_push(list, &w->cursor);
}

static void park(struct mapnode *cursor, struct mapnode *p, unsigned page)
{
    mapnode_unlink(cursor);
    cursor->list = (uint16_t)page;
    cursor->flags = MAPNODE_CURSOR | MAPNODE_PARKED;
    mapnode_push(&p->children, cursor);
}

/* The cursor is through with everything in `p`. */
static void go_up(struct mapnode *cursor, struct mapnode *p)
{
    struct mapwalk *w = container_of(cursor, struct mapwalk, cursor);

    mapnode_unlink(cursor);
    if (w->root == p) {
        w->root = NULL;
        return;
    }
    cursor->parent = p->parent;
    cursor->list = (uint16_t)mapnode_list(p, p->parent);
    cursor->flags = MAPNODE_CURSOR;
    mapnode_insert_after(p, cursor);
}

static void hop(struct mapwalk *w, struct mapnode *n)
{
    mapnode_unlink(&w->cursor);
    mapnode_insert_after(n, &w->cursor);
}

/* ---- units of work -------------------------------------------------------------------- */

static void visit(struct mapwalk *w, struct mapnode *n)
{
    if ((n->flags & MAPNODE_PORTS) && !(n->frame & w->mask) && !(n->flags & MAPNODE_DEAD)) {
        hop(w, n); /* and so has none of them below */
        return;
    }
    take_node(w, n);
    enter(w, n, &n->children, 0);
}

/*
 * The cursor is at the end of a list. Of a page that the walk removes: park other cursors, one
 * a unit, and clear the page. Returns: true if this was the unit.
 */
static bool leave_list(struct mapwalk *w, struct mapnode *p)
{
    const unsigned list = w->cursor.list;
    struct mapnode *c;

    if (!list || !removes(w) || !takes_from(w, p))
        return false;
    c = p->small[list - 1];
    if (c == &w->cursor)
        c = c->next;
    if (c) {
        kassert(c->flags & MAPNODE_CURSOR);
        park(c, p, list);
        return true;
    }
    if (p->flags & MAPNODE_SPLIT)
        clear_page(p, list - 1);
    return false;
}

/* Find the next list with something in it, or park. Returns: false if there is none. */
static bool next_list(struct mapwalk *w, struct mapnode *p)
{
    const bool one = p == w->root && w->page != MAPWALK_ALL;
    const bool own = (p->flags & MAPNODE_SPLIT) && takes_from(w, p);
    unsigned page = w->cursor.list, end = PT_ENTRIES, budget = own ? SCAN_SPLIT : SCAN_EMPTY;
    const unsigned start = page;

    if (!(p->flags & MAPNODE_BIG))
        return false;
    if (one) {
        page = max(page, (unsigned)w->page);
        end = (unsigned)w->page + 1;
    }
    for (; page < end && budget; page++, budget--) {
        if (own)
            take_leaf(w, p, page_addr(p, page));
        if (p->small && p->small[page]) {
            enter(w, p, &p->small[page], page + 1);
            return true;
        }
        if (own && removes(w))
            clear_page(p, page);
    }
    if (page > start)
        park(&w->cursor, p, page);
    return page < end;
}

/* May this walk free `p`, with nothing but cursors left in it? */
static bool is_through(const struct mapwalk *w, const struct mapnode *p)
{
    if (!removes(w) || !takes_from(w, p))
        return false;
    if (p->flags & MAPNODE_SPLIT)
        return !p->pages;
    return (p->flags & MAPNODE_DEAD) && !mapnode_has_children(p);
}

static void leave_node(struct mapwalk *w, struct mapnode *p)
{
    const bool through = is_through(w, p);

    if (through) {
        struct mapnode *c = p->children;

        p->flags |= MAPNODE_DEAD; /* a split node whose last page went has nothing to map */
        if (c == &w->cursor)
            c = c->next;
        if (c) {
            go_up(c, p);
            return;
        }
    }
    go_up(&w->cursor, p);
    if (through)
        free_node(p);
}

static void unit(struct mapwalk *w)
{
    struct mapnode *p = w->cursor.parent, *n = w->cursor.next;

    if (!(w->cursor.flags & MAPNODE_PARKED)) {
        if (n && (n->flags & MAPNODE_CURSOR)) {
            hop(w, n);
            return;
        }
        if (n) {
            visit(w, n);
            return;
        }
        if (leave_list(w, p))
            return;
    }
    if (!next_list(w, p))
        leave_node(w, p);
}

/* ---- public --------------------------------------------------------------------------- */

void mapwalk_begin(struct mapwalk *w, struct mapnode *root, struct helplock *lock)
{
    w->cursor = (struct mapnode){ .flags = MAPNODE_CURSOR };
    w->root = root;
    w->lock = lock;
    w->used = 0;
    if (w->self) {
        if (!(root->flags & MAPNODE_SPLIT))
            take_node(w, root);
        else if (w->page >= 0)
            take_leaf(w, root, page_addr(root, (unsigned)w->page));
    }
    enter(w, root, &root->children, 0);
}

bool mapwalk_step(struct mapwalk *w, struct sync_party *me)
{
    bool more;

    helplock_acquire(w->lock, me);
    for (unsigned i = 0; i < MAPDB_UNITS && w->root; i++)
        unit(w);
    more = w->root;
    helplock_release(w->lock, me);
    return more;
}

void mapwalk_end(struct mapwalk *w, struct sync_party *me)
{
    helplock_acquire(w->lock, me);
    if (w->root) {
        mapnode_unlink(&w->cursor);
        w->root = NULL;
    }
    helplock_release(w->lock, me);
}
