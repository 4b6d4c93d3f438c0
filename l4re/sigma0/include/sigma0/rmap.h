/* SPDX-License-Identifier: MIT */
/*
 * Range map: which value belongs to which addresses. A balanced (AVL) tree of disjoint ranges;
 * neighbours with equal values are always joined, so its size depends on how often the value
 * changes, not on how many addresses there are.
 *
 * Use:    one owner, no concurrency. Nodes come from a pool the user fills.
 * Bounds: depth at most 75 for 2^52 ranges; every lookup is one walk down.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include <l4/sys/l4int.h>

struct rmap_node {
    l4_addr_t start; /* first address of the range */
    l4_addr_t last;  /* last address, inclusive */
    l4_umword_t value;
    struct rmap_node *left;
    struct rmap_node *right;
    int height; /* of the subtree; 1 = leaf */
};

struct rmap_pool {
    struct rmap_node *free; /* linked through left */
    size_t count;
};

struct rmap {
    struct rmap_node *root;
    struct rmap_pool *pool;
};

enum {
    RMAP_SET_NODES = 2, /* nodes that one rmap_set() or rmap_clear() may need */
};

/* Add nodes to the pool; they belong to it for ever. */
void rmap_pool_add(struct rmap_pool *p, struct rmap_node *nodes, size_t n);

void rmap_init(struct rmap *m, struct rmap_pool *pool);

/* Returns: the range that holds addr, or NULL. */
struct rmap_node *rmap_find(struct rmap const *m, l4_addr_t addr);

/* Returns: the first range that ends at or behind addr, or NULL. */
struct rmap_node *rmap_at_or_after(struct rmap const *m, l4_addr_t addr);

/* Returns: the range behind n, or NULL. Cost: one walk down. */
struct rmap_node *rmap_next(struct rmap const *m, struct rmap_node const *n);

/*
 * Give [start, last] the value, whatever was there before.
 * Returns: 0, or -L4_ENOMEM with nothing changed if the pool holds < RMAP_SET_NODES nodes.
 * Cost:    one walk per range that is replaced.
 */
int rmap_set(struct rmap *m, l4_addr_t start, l4_addr_t last, l4_umword_t value);

/* Remove [start, last] from the map. Returns and cost: as rmap_set(). */
int rmap_clear(struct rmap *m, l4_addr_t start, l4_addr_t last);

/* Is the tree ordered, balanced, disjoint and joined? For tests. */
bool rmap_check(struct rmap const *m);
