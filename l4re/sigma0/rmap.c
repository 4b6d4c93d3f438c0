/* SPDX-License-Identifier: MIT */
/*
 * See <sigma0/rmap.h> for the contract.
 *
 * Recursion goes down the tree only, so its depth is the tree's: at most 1.44 * log2(n).
 */
#include <sigma0/rmap.h>

#include <l4/sys/err.h>

static struct rmap_node *node_take(struct rmap_pool *p)
{
    struct rmap_node *n = p->free;

    p->free = n->left;
    p->count--;
    return n;
}

static void node_give(struct rmap_pool *p, struct rmap_node *n)
{
    n->left = p->free;
    p->free = n;
    p->count++;
}

void rmap_pool_add(struct rmap_pool *p, struct rmap_node *nodes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        node_give(p, &nodes[i]);
}

void rmap_init(struct rmap *m, struct rmap_pool *pool)
{
    m->root = NULL;
    m->pool = pool;
}

/* ---- balance ------------------------------------------------------------------------------ */

static int height(struct rmap_node const *n)
{
    return n ? n->height : 0;
}

static void update(struct rmap_node *n)
{
    int l = height(n->left);
    int r = height(n->right);

    n->height = (l > r ? l : r) + 1;
}

static struct rmap_node *rotate_right(struct rmap_node *n)
{
    struct rmap_node *top = n->left;

    n->left = top->right;
    top->right = n;
    update(n);
    update(top);
    return top;
}

static struct rmap_node *rotate_left(struct rmap_node *n)
{
    struct rmap_node *top = n->right;

    n->right = top->left;
    top->left = n;
    update(n);
    update(top);
    return top;
}

/* Restore balance at n, whose subtrees are balanced and differ in height by at most two. */
static struct rmap_node *rebalance(struct rmap_node *n)
{
    int diff = height(n->left) - height(n->right);

    update(n);
    if (diff > 1) {
        if (height(n->left->left) < height(n->left->right))
            n->left = rotate_left(n->left);
        return rotate_right(n);
    }
    if (diff < -1) {
        if (height(n->right->right) < height(n->right->left))
            n->right = rotate_right(n->right);
        return rotate_left(n);
    }
    return n;
}

static struct rmap_node *insert(struct rmap_node *at, struct rmap_node *n)
{
    if (!at)
        return n;
    if (n->start < at->start)
        at->left = insert(at->left, n);
    else
        at->right = insert(at->right, n);
    return rebalance(at);
}

static struct rmap_node *unlink_first(struct rmap_node *at, struct rmap_node **first)
{
    if (!at->left) {
        *first = at;
        return at->right;
    }
    at->left = unlink_first(at->left, first);
    return rebalance(at);
}

/* Take n, which is in the tree below `at`, out of it. */
static struct rmap_node *unlink(struct rmap_node *at, struct rmap_node const *n)
{
    struct rmap_node *first;

    if (n->start < at->start) {
        at->left = unlink(at->left, n);
        return rebalance(at);
    }
    if (n->start > at->start) {
        at->right = unlink(at->right, n);
        return rebalance(at);
    }
    if (!at->right)
        return at->left;
    at->right = unlink_first(at->right, &first);
    first->left = at->left;
    first->right = at->right;
    return rebalance(first);
}

static void node_remove(struct rmap *m, struct rmap_node *n)
{
    m->root = unlink(m->root, n);
    node_give(m->pool, n);
}

static void node_insert(struct rmap *m, l4_addr_t start, l4_addr_t last, l4_umword_t value)
{
    struct rmap_node *n = node_take(m->pool);

    *n = (struct rmap_node){ .start = start, .last = last, .value = value, .height = 1 };
    m->root = insert(m->root, n);
}

/* ---- queries -------------------------------------------------------------------------------- */

struct rmap_node *rmap_at_or_after(struct rmap const *m, l4_addr_t addr)
{
    struct rmap_node *n = m->root;
    struct rmap_node *best = NULL;

    while (n) {
        if (n->last < addr) {
            n = n->right;
            continue;
        }
        best = n;
        n = n->left;
    }
    return best;
}

struct rmap_node *rmap_find(struct rmap const *m, l4_addr_t addr)
{
    struct rmap_node *n = rmap_at_or_after(m, addr);

    return n && n->start <= addr ? n : NULL;
}

struct rmap_node *rmap_next(struct rmap const *m, struct rmap_node const *n)
{
    return n->last == ~0UL ? NULL : rmap_at_or_after(m, n->last + 1);
}

/* ---- changes -------------------------------------------------------------------------------- */

/* Make [start, last] empty; uses at most one node. Bounds of trimmed nodes keep their order. */
static void cut_out(struct rmap *m, l4_addr_t start, l4_addr_t last)
{
    struct rmap_node *n = rmap_find(m, start);

    if (n && n->start < start) {
        l4_addr_t end = n->last;

        n->last = start - 1;
        if (end > last) {
            node_insert(m, last + 1, end, n->value);
            return;
        }
    }
    while ((n = rmap_at_or_after(m, start)) && n->start <= last) {
        if (n->last > last) {
            n->start = last + 1;
            return;
        }
        node_remove(m, n);
    }
}

int rmap_clear(struct rmap *m, l4_addr_t start, l4_addr_t last)
{
    if (m->pool->count < RMAP_SET_NODES)
        return -L4_ENOMEM;

    /* -- no errors below this line -- */
    cut_out(m, start, last);
    return 0;
}

int rmap_set(struct rmap *m, l4_addr_t start, l4_addr_t last, l4_umword_t value)
{
    struct rmap_node *n = rmap_find(m, start);

    if (n && n->last >= last && n->value == value)
        return 0;
    if (m->pool->count < RMAP_SET_NODES)
        return -L4_ENOMEM;

    /* -- no errors below this line -- */
    cut_out(m, start, last);
    n = start ? rmap_find(m, start - 1) : NULL;
    if (n && n->value == value) {
        start = n->start;
        node_remove(m, n);
    }
    n = last != ~0UL ? rmap_find(m, last + 1) : NULL;
    if (n && n->value == value) {
        last = n->last;
        node_remove(m, n);
    }
    node_insert(m, start, last, value);
    return 0;
}

/* ---- self-check -------------------------------------------------------------------------------
 */

static bool check_heights(struct rmap_node const *n)
{
    int l, r;

    if (!n)
        return true;
    if (!check_heights(n->left) || !check_heights(n->right))
        return false;
    l = height(n->left);
    r = height(n->right);
    return n->height == (l > r ? l : r) + 1 && l - r <= 1 && r - l <= 1;
}

bool rmap_check(struct rmap const *m)
{
    struct rmap_node const *prev = NULL;

    for (struct rmap_node const *n = rmap_at_or_after(m, 0); n; n = rmap_next(m, n)) {
        if (n->start > n->last)
            return false;
        if (prev && n->start <= prev->last)
            return false;
        if (prev && n->start == prev->last + 1 && n->value == prev->value)
            return false;
        prev = n;
    }
    return check_heights(m->root);
}
