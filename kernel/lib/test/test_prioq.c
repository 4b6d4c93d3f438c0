/* SPDX-License-Identifier: MIT */
#include <lib/prioq.h>
#include <utest/utest.h>

#define NODES 300u

static struct prioq q;
static struct prioq_node nodes[NODES];

static uint32_t seed;

static uint32_t rnd(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 8) % below;
}

static void reset(void)
{
    seed = 7;
    prioq_init(&q);
    for (unsigned i = 0; i < NODES; i++)
        prioq_node_init(&nodes[i]);
}

/* What best() has to return, by looking at all nodes. */
static struct prioq_node *expected_best(void)
{
    struct prioq_node *best = NULL;

    for (unsigned i = 0; i < NODES; i++) {
        struct prioq_node *n = &nodes[i];

        if (n->queued &&
            (!best || n->prio > best->prio || (n->prio == best->prio && n->serial < best->serial)))
            best = n;
    }
    return best;
}

/* Every node must be where its bits lead, in at most 8 steps. Depth is bounded by the check. */
static unsigned check_tree(struct prioq_node *n, unsigned depth, unsigned prefix)
{
    if (!n || depth > 8)
        return depth > 8 ? 1000 : 0;
    EXPECT_EQ(n->prio >> (8 - depth), prefix);
    if (depth == 8)
        return 1;
    return 1 + check_tree(n->child[0], depth + 1, prefix << 1) +
           check_tree(n->child[1], depth + 1, prefix << 1 | 1);
}

UTEST(prioq, the_highest_priority_comes_first_and_within_it_the_oldest)
{
    static const uint8_t prio[] = { 5, 200, 5, 255, 200, 0 };
    static const unsigned order[] = { 3, 1, 4, 0, 2, 5 };

    reset();
    for (unsigned i = 0; i < array_size(prio); i++)
        prioq_insert(&q, &nodes[i], prio[i]);
    for (unsigned i = 0; i < array_size(order); i++) {
        EXPECT_EQ(prioq_best(&q), &nodes[order[i]]);
        prioq_remove(&q, &nodes[order[i]]);
        EXPECT_FALSE(prioq_queued(&nodes[order[i]]));
    }
    EXPECT_TRUE(prioq_empty(&q));
    EXPECT_NULL(prioq_best(&q));
}

UTEST(prioq, all_256_priorities_fit_and_leave_in_order)
{
    reset();
    for (unsigned i = 0; i < 256; i++)
        prioq_insert(&q, &nodes[i], (uint8_t)(i * 37));
    EXPECT_EQ(check_tree(q.root, 0, 0), 256);
    for (int p = 255; p >= 0; p--) {
        struct prioq_node *n = prioq_best(&q);

        ASSERT_NOT_NULL(n);
        EXPECT_EQ(n->prio, p);
        prioq_remove(&q, n);
    }
    EXPECT_TRUE(prioq_empty(&q));
}

UTEST(prioq, agrees_with_a_search_of_all_nodes_under_random_changes)
{
    reset();
    for (unsigned round = 0; round < 6000; round++) {
        struct prioq_node *n = &nodes[rnd(NODES)];

        if (n->queued)
            prioq_remove(&q, n);
        else
            prioq_insert(&q, n, (uint8_t)(rnd(4) ? rnd(8) * 32 : rnd(256)));
        ASSERT_EQ(prioq_best(&q), expected_best());
        if (round % 64 == 0)
            EXPECT_LE(check_tree(q.root, 0, 0), 256);
    }
}

UTEST(prioq, a_walk_meets_every_node_that_stays)
{
    struct prioq_cursor c;
    struct prioq_node *n;
    static bool met[NODES];

    reset();
    for (unsigned i = 0; i < 100; i++)
        prioq_insert(&q, &nodes[i], (uint8_t)i);
    prioq_walk_begin(&q, &c);
    for (unsigned i = 0; prioq_walk_step(&q, &c, &n) == PRIOQ_STEP_NODE; i++) {
        met[n - nodes] = true;
        prioq_remove(&q, n); /* the one just met */
        if (i < 40)
            prioq_remove(&q, &nodes[99 - i]);  /* one not met yet */
        prioq_insert(&q, &nodes[100 + i], 17); /* one that comes too late */
    }
    for (unsigned i = 0; i < 60; i++)
        EXPECT_TRUE(met[i]);
    for (unsigned i = 100; i < NODES; i++)
        EXPECT_FALSE(met[i]);
}

UTEST(prioq, two_walks_do_not_disturb_each_other_nor_best)
{
    struct prioq_cursor a, b;
    struct prioq_node *n;
    unsigned found = 0;
    enum prioq_step s;

    reset();
    prioq_insert(&q, &nodes[0], 1);
    prioq_insert(&q, &nodes[1], 2);
    prioq_walk_begin(&q, &b);
    prioq_walk_begin(&q, &a);
    while ((s = prioq_walk_step(&q, &a, &n)) != PRIOQ_STEP_END)
        found += s == PRIOQ_STEP_NODE;
    EXPECT_EQ(found, 2);
    prioq_remove(&q, &nodes[0]);
    prioq_remove(&q, &nodes[1]);
    EXPECT_NULL(prioq_best(&q));
    EXPECT_TRUE(prioq_empty(&q));
    EXPECT_EQ(prioq_walk_step(&q, &b, &n), PRIOQ_STEP_END);
    prioq_walk_stop(&q, &b);
    EXPECT_TRUE(list_empty(&q.all));
}
