/* SPDX-License-Identifier: MIT */
/*
 * See <lib/heap.h> for the contract.
 *
 * Merging is one way down along the two right spines, which weaves them into one, and one way
 * up, which restores ranks and swaps children where the right one has become the longer. When
 * a node is removed, ranks above it only shrink; each changed one is one larger than the one
 * below, so the way up ends after log2(n + 1) steps too.
 */
#include <lib/heap.h>

static uint32_t rank_of(const struct heap_node *n)
{
    return n ? n->rank : 0;
}

/* Restore order of children and rank. Returns: false if the rank is what it was. */
static bool settle(struct heap_node *n)
{
    if (rank_of(n->left) < rank_of(n->right)) {
        struct heap_node *l = n->left;

        n->left = n->right;
        n->right = l;
    }

    uint32_t rank = rank_of(n->right) + 1;
    bool changed = rank != n->rank;

    n->rank = rank;
    return changed;
}

/* Merge two heaps that have no parent. Returns: the root. */
static struct heap_node *merge(struct heap_node *a, struct heap_node *b)
{
    struct heap_node *root = NULL, *last = NULL;
    struct heap_node **link = &root;

    while (a && b) {
        if (b->key < a->key) {
            struct heap_node *t = a;

            a = b;
            b = t;
        }
        *link = a;
        a->parent = last;
        last = a;
        link = &a->right;
        a = a->right;
    }

    struct heap_node *rest = a ? a : b;

    *link = rest;
    if (rest)
        rest->parent = last;
    for (; last; last = last->parent)
        settle(last);
    return root;
}

void heap_insert(struct heap *h, struct heap_node *n, uint64_t key)
{
    kassert(!heap_queued(n));

    *n = (struct heap_node){ .key = key, .rank = 1 };
    h->root = merge(h->root, n);
}

void heap_remove(struct heap *h, struct heap_node *n)
{
    kassert(heap_queued(n));

    struct heap_node *up = n->parent;
    struct heap_node **link = !up ? &h->root : up->left == n ? &up->left : &up->right;

    if (n->left)
        n->left->parent = NULL;
    if (n->right)
        n->right->parent = NULL;
    *link = merge(n->left, n->right);
    if (*link)
        (*link)->parent = up;
    while (up && settle(up))
        up = up->parent;
    *n = (struct heap_node){ 0 };
}
