/* SPDX-License-Identifier: MIT */
/*
 * See <lib/prioq.h> for the contract.
 *
 * Digital search tree: the node at depth d decides by bit 7 - d of the priority whether the
 * way goes left or right, so all priorities below it share its first d bits. A node may hold
 * any priority of its subtree; hence a removed one is replaced by any leaf below it, and the
 * best is the largest seen on the way along the right edge.
 */
#include <lib/prioq.h>

#define PRIO_BITS 8

/* Where the tree points, or would point, to this priority. */
static struct prioq_node **find_link(struct prioq *q, uint8_t prio)
{
    struct prioq_node **link = &q->root;

    for (unsigned bit = PRIO_BITS; *link && (*link)->prio != prio; bit--) {
        kassert(bit > 0);
        link = &(*link)->child[(prio >> (bit - 1)) & 1];
    }
    return link;
}

/* Where the tree points to some leaf at or below *link. */
static struct prioq_node **find_leaf(struct prioq_node **link)
{
    for (unsigned i = 0; i < PRIO_BITS; i++) {
        if ((*link)->child[1])
            link = &(*link)->child[1];
        else if ((*link)->child[0])
            link = &(*link)->child[0];
        else
            break;
    }
    return link;
}

static void take_place(struct prioq_node **link, struct prioq_node *n)
{
    struct prioq_node *old = *link;

    n->child[0] = old->child[0];
    n->child[1] = old->child[1];
    *link = n;
}

void prioq_init(struct prioq *q)
{
    q->root = NULL;
    q->serial = 0;
    list_init(&q->all);
}

void prioq_node_init(struct prioq_node *n)
{
    *n = (struct prioq_node){ 0 };
    list_node_init(&n->all);
    list_node_init(&n->same);
}

void prioq_insert(struct prioq *q, struct prioq_node *n, uint8_t prio)
{
    kassert(!n->queued);

    struct prioq_node **link = find_link(q, prio);

    n->prio = prio;
    n->queued = true;
    n->serial = ++q->serial;
    list_push_back(&q->all, &n->all);

    /* The node in the tree is the oldest of its ring: in front of it is the end. */
    if (*link) {
        list_insert_before(&(*link)->same, &n->same);
    } else {
        n->child[0] = n->child[1] = NULL;
        *link = n;
    }
}

void prioq_remove(struct prioq *q, struct prioq_node *n)
{
    kassert(n->queued);

    struct prioq_node **link = find_link(q, n->prio);

    if (*link == n) {
        if (list_linked(&n->same)) {
            take_place(link, container_of(n->same.next, struct prioq_node, same));
        } else {
            struct prioq_node **leaf = find_leaf(link);
            struct prioq_node *heir = *leaf;

            *leaf = NULL; /* before the copy: n may be the leaf's parent, or the leaf */
            if (heir != n)
                take_place(link, heir);
        }
    }
    list_remove(&n->same);
    list_remove(&n->all);
    n->queued = false;
}

struct prioq_node *prioq_best(const struct prioq *q)
{
    struct prioq_node *best = q->root;

    for (struct prioq_node *n = q->root; n;) {
        if (n->prio > best->prio)
            best = n;
        n = n->child[1] ? n->child[1] : n->child[0];
    }
    return best;
}

void prioq_walk_begin(struct prioq *q, struct prioq_cursor *c)
{
    prioq_node_init(&c->node);
    c->end = q->serial;
    list_push_front(&q->all, &c->node.all);
}

enum prioq_step prioq_walk_step(struct prioq *q, struct prioq_cursor *c, struct prioq_node **found)
{
    struct list_node *next = list_next(&q->all, &c->node.all);
    struct prioq_node *n = next ? container_of(next, struct prioq_node, all) : NULL;

    if (!n || n->serial > c->end) {
        prioq_walk_stop(q, c);
        return PRIOQ_STEP_END;
    }
    list_remove(&c->node.all);
    list_insert_after(next, &c->node.all);
    if (!n->serial)
        return PRIOQ_STEP_SKIP; /* the cursor of another walk */
    *found = n;
    return PRIOQ_STEP_NODE;
}

void prioq_walk_stop(struct prioq *q, struct prioq_cursor *c)
{
    (void)q;
    list_remove(&c->node.all);
}
