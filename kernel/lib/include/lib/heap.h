/* SPDX-License-Identifier: MIT */
/*
 * Leftist heap with intrusive nodes: the smallest key first, any node can be removed.
 *
 * `rank` is the length of the way down the right spine; left.rank >= right.rank everywhere,
 * so a right spine has at most log2(n + 1) nodes. The owner protects the heap.
 * Cost: insert and remove <= 3 * log2(n + 1) steps, min one.
 */
#pragma once

#include <lib/base.h>

struct heap_node {
    struct heap_node *parent, *left, *right;
    uint64_t key;
    uint32_t rank; /* 0 = in no heap */
};

struct heap {
    struct heap_node *root;
};

static inline void heap_init(struct heap *h)
{
    h->root = NULL;
}

static inline void heap_node_init(struct heap_node *n)
{
    *n = (struct heap_node){ 0 };
}

static inline bool heap_queued(const struct heap_node *n)
{
    return n->rank != 0;
}

/* Returns: a node with the smallest key, NULL if empty. */
static inline struct heap_node *heap_min(const struct heap *h)
{
    return h->root;
}

/* Insert a node that is in no heap. */
void heap_insert(struct heap *h, struct heap_node *n, uint64_t key);

/* Take out a node of this heap. */
void heap_remove(struct heap *h, struct heap_node *n);
