/* SPDX-License-Identifier: MIT */
#include <lib/heap.h>
#include <utest/utest.h>

#define NODES 512u

static struct heap h;
static struct heap_node nodes[NODES];

static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void reset(void)
{
    seed = 3;
    heap_init(&h);
    for (unsigned i = 0; i < NODES; i++)
        heap_node_init(&nodes[i]);
}

/* Depth is bounded by NODES. */
static unsigned check(const struct heap_node *n, const struct heap_node *parent)
{
    if (!n)
        return 0;
    EXPECT_EQ(n->parent, parent);
    if (parent)
        EXPECT_LE(parent->key, n->key);

    uint32_t l = n->left ? n->left->rank : 0, r = n->right ? n->right->rank : 0;

    EXPECT_GE(l, r);
    EXPECT_EQ(n->rank, r + 1);
    return 1 + check(n->left, n) + check(n->right, n);
}

UTEST(heap, the_smallest_key_comes_first)
{
    static const uint64_t keys[] = { 5, 1, UINT64_MAX, 0, 5, 3 };
    static const uint64_t sorted[] = { 0, 1, 3, 5, 5, UINT64_MAX };

    reset();
    EXPECT_NULL(heap_min(&h));
    for (unsigned i = 0; i < array_size(keys); i++)
        heap_insert(&h, &nodes[i], keys[i]);
    for (unsigned i = 0; i < array_size(sorted); i++) {
        struct heap_node *n = heap_min(&h);

        EXPECT_EQ(n->key, sorted[i]);
        heap_remove(&h, n);
        EXPECT_FALSE(heap_queued(n));
    }
    EXPECT_NULL(heap_min(&h));
}

UTEST(heap, stays_leftist_and_ordered_under_random_changes)
{
    unsigned inside = 0;

    reset();
    for (unsigned round = 0; round < 8000; round++) {
        struct heap_node *n = &nodes[rnd(NODES)];

        if (heap_queued(n)) {
            heap_remove(&h, n);
            inside--;
        } else {
            heap_insert(&h, n, rnd(1000));
            inside++;
        }
        if (round % 16 == 0)
            ASSERT_EQ(check(h.root, NULL), inside);
    }
    EXPECT_EQ(check(h.root, NULL), inside);
}

UTEST(heap, rising_and_falling_insertions_keep_the_right_spine_short)
{
    reset();
    for (unsigned i = 0; i < NODES / 2; i++)
        heap_insert(&h, &nodes[i], i);
    for (unsigned i = NODES / 2; i < NODES; i++)
        heap_insert(&h, &nodes[i], NODES - i);
    EXPECT_LE(h.root->rank, 9);
    EXPECT_EQ(check(h.root, NULL), NODES);
}
