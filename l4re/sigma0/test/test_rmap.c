/* SPDX-License-Identifier: MIT */
#include <sigma0/rmap.h>
#include <utest/utest.h>

#include <l4/sys/err.h>

enum {
    CELLS = 200,
    NODES = 256,
};

static struct rmap_node nodes[NODES];
static struct rmap_pool pool;
static struct rmap map;

static void fresh(size_t n)
{
    pool = (struct rmap_pool){ NULL, 0 };
    rmap_pool_add(&pool, nodes, n);
    rmap_init(&map, &pool);
}

static size_t count(void)
{
    size_t n = 0;

    for (struct rmap_node *r = rmap_at_or_after(&map, 0); r; r = rmap_next(&map, r))
        n++;
    return n;
}

UTEST(rmap, an_empty_map_knows_nothing)
{
    fresh(NODES);
    EXPECT_EQ(rmap_find(&map, 0), NULL);
    EXPECT_EQ(rmap_at_or_after(&map, 0), NULL);
    EXPECT_TRUE(rmap_check(&map));
}

UTEST(rmap, neighbours_with_equal_values_become_one_range)
{
    fresh(NODES);
    EXPECT_EQ(rmap_set(&map, 0, 9, 1), 0);
    EXPECT_EQ(rmap_set(&map, 20, 29, 1), 0);
    EXPECT_EQ(rmap_set(&map, 10, 19, 1), 0);
    EXPECT_EQ(count(), 1);
    EXPECT_EQ(rmap_find(&map, 15)->last, 29);
    EXPECT_EQ(pool.count, NODES - 1);
}

UTEST(rmap, a_hole_splits_a_range)
{
    fresh(NODES);
    EXPECT_EQ(rmap_set(&map, 0, 99, 1), 0);
    EXPECT_EQ(rmap_set(&map, 40, 49, 2), 0);
    EXPECT_EQ(count(), 3);
    EXPECT_EQ(rmap_find(&map, 39)->value, 1);
    EXPECT_EQ(rmap_find(&map, 40)->value, 2);
    EXPECT_EQ(rmap_find(&map, 50)->start, 50);
}

UTEST(rmap, the_whole_address_space_is_a_range)
{
    fresh(NODES);
    EXPECT_EQ(rmap_set(&map, 0, ~0UL, 7), 0);
    EXPECT_EQ(rmap_clear(&map, 0x1000, ~0UL), 0);
    EXPECT_EQ(rmap_find(&map, 0xfff)->last, 0xfff);
    EXPECT_EQ(rmap_find(&map, 0x1000), NULL);
    EXPECT_EQ(rmap_set(&map, ~0UL, ~0UL, 7), 0);
    EXPECT_EQ(rmap_next(&map, rmap_find(&map, ~0UL)), NULL);
}

UTEST(rmap, without_nodes_nothing_changes)
{
    fresh(3);
    EXPECT_EQ(rmap_set(&map, 0, 99, 1), 0);
    EXPECT_EQ(rmap_set(&map, 40, 49, 2), 0);
    EXPECT_EQ(pool.count, 0);
    EXPECT_EQ(rmap_set(&map, 60, 69, 3), -L4_ENOMEM);
    EXPECT_EQ(rmap_clear(&map, 60, 69), -L4_ENOMEM);
    EXPECT_EQ(rmap_find(&map, 65)->value, 1);
    EXPECT_EQ(rmap_set(&map, 60, 69, 1), 0); /* nothing to do needs no node */
}

static uint32_t rnd(uint32_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 17;
    *s ^= *s << 5;
    return *s;
}

UTEST(rmap, agrees_with_an_array_under_random_changes)
{
    unsigned char ref[CELLS] = { 0 };
    uint32_t seed = 0x1234567;

    fresh(NODES);
    for (unsigned step = 0; step < 20000; step++) {
        uint32_t a = rnd(&seed) % CELLS;
        uint32_t len = rnd(&seed) % (rnd(&seed) % 4 ? 4 : 60);
        uint32_t b = a + len < CELLS ? a + len : CELLS - 1;
        unsigned char v = (unsigned char)(rnd(&seed) % 4);

        ASSERT_EQ(v ? rmap_set(&map, a, b, v) : rmap_clear(&map, a, b), 0);
        for (uint32_t i = a; i <= b; i++)
            ref[i] = v;
        for (uint32_t i = 0; i < CELLS; i++) {
            struct rmap_node *n = rmap_find(&map, i);

            ASSERT_EQ(n ? n->value : 0, ref[i]);
        }
        ASSERT_TRUE(rmap_check(&map));
        ASSERT_EQ(pool.count + count(), NODES);
    }
}
