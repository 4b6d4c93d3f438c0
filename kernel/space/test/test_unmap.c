/* SPDX-License-Identifier: MIT */
#include "world.h"

#include "../tables.h"

#include <utest/utest.h>

#define P0 0x40000000ull
#define U 0x10000000ull

/* sigma0 -> A -> B -> C, A -> D, at U each. */
static void chain(unsigned order)
{
    EXPECT_EQ(map(S0, P0, A, U, order, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, order, RWX), 0);
    EXPECT_EQ(map(B, U, C, U, order, RWX), 0);
    EXPECT_EQ(map(A, U, D, U, order, RWX), 0);
}

/* What the CPU does on an access. */
static void use(struct space *s, uint64_t va, bool write)
{
    struct leaf l;

    tables_find(s, va, &l);
    l.slot->raw |= write ? BIT(5) | BIT(6) : BIT(5);
}

UTEST(unmap, derived_only_keeps_the_page_itself)
{
    world_start();
    chain(12);
    (void)unmap(A, U, 12, RWX, DERIVED);
    EXPECT_EQ(at(A, U), P0 | RWX);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(at(D, U), 0);
    world_check();
    world_end();
}

UTEST(unmap, with_self_the_page_goes_too)
{
    world_start();
    chain(12);
    (void)unmap(B, U, 12, RWX, SELF);
    EXPECT_EQ(at(A, U), P0 | RWX);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(at(D, U), P0 | RWX);
    world_check();
    world_end();
}

UTEST(unmap, without_r_only_the_named_rights_go)
{
    world_start();
    chain(12);
    (void)unmap(A, U, 12, PT_W, DERIVED);
    EXPECT_EQ(at(A, U), P0 | RWX);
    EXPECT_EQ(at(B, U), P0 | RX);
    EXPECT_EQ(at(C, U), P0 | RX);
    EXPECT_EQ(at(D, U), P0 | RX);
    world_check();
    (void)unmap(A, U, 12, PT_X, SELF);
    EXPECT_EQ(at(A, U), P0 | RW);
    EXPECT_EQ(at(C, U), P0 | R);
    world_check();
    (void)unmap(A, U, 12, 0, SELF);
    EXPECT_EQ(at(A, U), P0 | RW);
    world_end();
}

UTEST(unmap, superpages_follow_the_same_rules)
{
    world_start();
    chain(21);
    (void)unmap(A, U, 21, PT_W, DERIVED);
    EXPECT_EQ(at(C, U + 5 * PAGE), (P0 + 5 * PAGE) | RX);
    EXPECT_EQ(size_at(C, U), 21);
    world_check();
    (void)unmap(A, U, 21, RWX, DERIVED);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(size_at(A, U), 21);
    world_check();
    world_end();
}

UTEST(unmap, a_part_of_a_superpage_takes_it_as_a_whole)
{
    world_start();
    chain(21);
    (void)unmap(B, U + 3 * PAGE, 12, RWX, SELF);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_NE(at(D, U), 0);
    world_check();
    (void)unmap(A, U + 3 * PAGE, 13, PT_W, SELF);
    EXPECT_EQ(at(A, U), P0 | RX);
    EXPECT_EQ(at(D, U + 9 * PAGE), (P0 + 9 * PAGE) | RX);
    world_check();
    world_end();
}

UTEST(unmap, derived_from_a_part_of_a_superpage)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(map(A, U + i * PAGE, B, 2 * U + i * PAGE, 12, RW), 0);
    EXPECT_EQ(map(A, U, C, U, 21, RW), 0);
    (void)unmap(A, U + 2 * PAGE, 13, RWX, DERIVED);
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(!at(B, 2 * U + i * PAGE), i == 2 || i == 3);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(size_at(A, U), 21);
    world_check();
    world_end();
}

UTEST(unmap, a_split_superpage_loses_single_pages)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(S0, P0 + SUPER, A, U, 12, RWX), 0); /* splits */
    EXPECT_EQ(map(A, U + 4 * PAGE, B, U, 12, RW), 0);
    EXPECT_EQ(map(A, U + 5 * PAGE, C, U, 12, RW), 0);
    (void)unmap(A, U + 4 * PAGE, 12, RWX, SELF);
    EXPECT_EQ(at(A, U + 4 * PAGE), 0);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(A, U + 5 * PAGE), (P0 + 5 * PAGE) | RWX);
    EXPECT_EQ(at(C, U), (P0 + 5 * PAGE) | RW);
    world_check();
    (void)unmap(A, U + 5 * PAGE, 12, PT_W, SELF);
    EXPECT_EQ(at(A, U + 5 * PAGE), (P0 + 5 * PAGE) | RX);
    EXPECT_EQ(at(A, U + 6 * PAGE), (P0 + 6 * PAGE) | RWX);
    EXPECT_EQ(at(C, U), (P0 + 5 * PAGE) | R);
    world_check();
    (void)unmap(A, U, 21, PT_W, SELF);
    EXPECT_EQ(at(A, U + 6 * PAGE), (P0 + 6 * PAGE) | RX);
    (void)unmap(A, U, 21, RWX, SELF);
    EXPECT_EQ(at(A, U + 6 * PAGE), 0);
    EXPECT_EQ(at(C, U), 0);
    world_check();
    EXPECT_EQ(mapnode_count(), 2); /* sigma0's two roots */
    world_end();
}

UTEST(unmap, revoking_a_split_superpage_from_above_takes_all_of_it)
{
    for (unsigned round = 0; round < 3; round++) {
        world_start();
        EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
        EXPECT_EQ(map(A, U, B, U, 21, RWX), 0);
        EXPECT_EQ(map(S0, P0 + SUPER, B, U, 12, RWX), 0);
        EXPECT_EQ(map(B, U + 7 * PAGE, C, U, 12, RW), 0);
        if (round == 0)
            (void)unmap(A, U, 21, RWX, DERIVED);
        else if (round == 1)
            (void)unmap(A, U + 9 * PAGE, 12, RWX, DERIVED); /* partly: as a whole */
        else
            (void)unmap(A, U, 21, RWX, SELF);
        EXPECT_EQ(at(B, U), (P0 + SUPER) | RWX);
        EXPECT_EQ(at(B, U + 7 * PAGE), 0);
        EXPECT_EQ(at(B, U + 511 * PAGE), 0);
        EXPECT_EQ(at(C, U), 0);
        world_check();
        world_end();
    }
}

UTEST(unmap, withdrawing_from_above_reaches_every_page_of_a_split_superpage)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 21, RWX), 0);
    EXPECT_EQ(map(S0, P0 + SUPER, B, U, 12, RWX), 0);
    EXPECT_EQ(map(B, U + 7 * PAGE, C, U, 12, RW), 0);
    (void)unmap(A, U, 21, PT_W, DERIVED);
    EXPECT_EQ(at(A, U), P0 | RWX);
    EXPECT_EQ(at(B, U), (P0 + SUPER) | RWX);
    for (unsigned i = 1; i < 512; i++)
        EXPECT_EQ(at(B, U + i * PAGE), (P0 + i * PAGE) | RX);
    EXPECT_EQ(at(C, U), (P0 + 7 * PAGE) | R);
    world_check();
    world_end();
}

UTEST(unmap, the_used_bits_of_removed_pages_come_back)
{
    world_start();
    chain(12);
    EXPECT_EQ(unmap(A, U, 12, PT_W, DERIVED), 0);
    use(C, U, false);
    use(D, U, true);
    use(A, U, true);
    EXPECT_EQ(unmap(B, U, 12, RWX, DERIVED), PT_REFERENCED);
    EXPECT_EQ(unmap(A, U, 12, RWX, DERIVED), PT_REFERENCED | PT_DIRTY);
    EXPECT_EQ(unmap(A, U, 12, RWX, DERIVED), 0);
    EXPECT_EQ(unmap(A, U, 12, RWX, SELF), PT_REFERENCED | PT_DIRTY);
    world_end();
}

UTEST(unmap, a_split_page_keeps_the_used_bits_of_the_superpage)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    use(A, U, true);
    EXPECT_EQ(map(S0, P0 + SUPER, A, U, 12, RWX), 0);
    EXPECT_EQ(unmap(A, U + PAGE, 12, RWX, SELF), PT_REFERENCED | PT_DIRTY);
    world_end();
}

UTEST(unmap, large_ranges_with_holes)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(S0, P0, A, GiB(300) + PAGE, 12, RWX), 0);
    EXPECT_EQ(map(A, 0, B, 0, HOTSPOT_MEM_ORDER, RWX), 0);
    EXPECT_NE(at(B, GiB(300) + PAGE), 0);
    (void)unmap(A, 0, HOTSPOT_MEM_ORDER, RWX, DERIVED);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(B, GiB(300) + PAGE), 0);
    EXPECT_NE(at(A, GiB(300) + PAGE), 0);
    (void)unmap(A, 0, HOTSPOT_MEM_ORDER, RWX, SELF);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(A, GiB(300) + PAGE), 0);
    world_check();
    world_end();
}

/* ---- walks that meet ------------------------------------------------------------------ */

static struct map_op op_of(struct space *s, unsigned order, unsigned rights, uint64_t mask)
{
    const struct hotspot h = spot_mem(U, U, order, rights);
    struct map_op op;

    unmap_init(&op, &world.me, s, &h, mask);
    return op;
}

static void wide_tree(void)
{
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    for (unsigned i = 0; i < 100; i++) {
        EXPECT_EQ(map(A, U, B, U + i * PAGE, 12, RWX), 0);
        EXPECT_EQ(map(B, U + i * PAGE, C, U + i * PAGE, 12, RWX), 0);
        EXPECT_EQ(map(C, U + i * PAGE, D, U + i * PAGE, 12, RW), 0);
    }
}

UTEST(unmap, takes_a_bounded_number_of_nodes_in_a_step)
{
    struct map_op op;
    unsigned steps = 0;
    size_t before;

    world_start();
    wide_tree();
    op = op_of(A, 12, RWX, DERIVED);
    do {
        before = mapnode_count();
        steps++;
        world_check();
    } while (map_step(&op) == MAP_MORE && before - mapnode_count() <= MAPDB_UNITS);
    EXPECT_GE(steps, 300 * 2 / MAPDB_UNITS);
    EXPECT_EQ(mapnode_count(), 2);
    world_end();
}

UTEST(unmap, two_walks_of_one_tree_both_finish_whatever_they_take)
{
    for (unsigned lead = 0; lead < 24; lead++)
        for (unsigned kind = 0; kind < 4; kind++) {
            struct map_op first, second;
            int a = MAP_MORE, b = MAP_MORE;

            world_start();
            wide_tree();
            first = op_of(A, 12, kind & 1 ? PT_W : RWX, kind & 2 ? SELF : DERIVED);
            second = op_of(lead & 1 ? A : B, 12, RWX, SELF);
            for (unsigned i = 0; i < lead && a == MAP_MORE; i++)
                a = map_step(&first);
            while (a == MAP_MORE || b == MAP_MORE) {
                if (b == MAP_MORE)
                    b = map_step(&second);
                if (a == MAP_MORE)
                    a = map_step(&first);
                world_check_moving();
            }
            EXPECT_EQ(at(B, U), 0);
            EXPECT_EQ(at(D, U), 0);
            if (!(kind & 1))
                EXPECT_EQ(at(D, U + 50 * PAGE), 0);
            else if (!(lead & 1))
                EXPECT_EQ(at(D, U + 50 * PAGE), P0 | R);
            map_fini(&first);
            map_fini(&second);
            world_check();
            world_end();
        }
}

UTEST(unmap, a_walk_that_is_given_up_leaves_a_tree_that_can_be_finished)
{
    for (unsigned lead = 1; lead < 24; lead++) {
        struct map_op op;

        world_start();
        wide_tree();
        op = op_of(A, 12, RWX, SELF);
        for (unsigned i = 0; i < lead; i++)
            if (map_step(&op) != MAP_MORE)
                break;
        map_fini(&op);
        world_check();
        EXPECT_EQ(at(A, U), 0);
        switch (lead % 3) {
        case 0: (void)unmap(A, U, 12, RWX, SELF); break;
        case 1: EXPECT_EQ(map(S0, P0 + PAGE, A, U, 12, R), 0); break;
        case 2: (void)unmap(S0, P0, 12, RWX, DERIVED); break;
        }
        for (unsigned i = 0; i < 100; i++)
            EXPECT_EQ(at(D, U + i * PAGE), 0);
        world_check();
        world_end();
    }
}

UTEST(unmap, new_children_of_a_removed_page_are_impossible)
{
    struct map_op op;

    world_start();
    wide_tree();
    op = op_of(B, 12, RWX, SELF);
    EXPECT_EQ(map_step(&op), MAP_MORE); /* B's page is dead now */
    EXPECT_EQ(map(B, U, D, 3 * U, 12, RWX), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(map_run(&op, NULL, NULL), 0);
    EXPECT_EQ(at(D, U), 0);
    world_check();
    world_end();
}

UTEST(unmap, nor_below_a_split_superpage_that_is_still_being_removed)
{
    struct map_op op;

    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 21, RWX), 0);
    EXPECT_EQ(map(S0, P0 + SUPER, B, U, 12, RWX), 0);
    op = op_of(A, 21, RWX, DERIVED);
    EXPECT_EQ(map_step(&op), MAP_MORE);
    EXPECT_EQ(map_step(&op), MAP_MORE);
    EXPECT_EQ(at(B, U + PAGE), 0);
    EXPECT_NE(at(B, U + 500 * PAGE), 0); /* not yet taken */
    EXPECT_EQ(map(B, U + 500 * PAGE, C, U, 12, RW), 0);
    EXPECT_FALSE(world.mapped);
    world_check();
    EXPECT_EQ(map_run(&op, NULL, NULL), 0);
    EXPECT_EQ(at(B, U + 500 * PAGE), 0);
    world_check();
    world_end();
}

static bool at_once(void *ctx)
{
    (void)ctx;
    return true;
}

UTEST(unmap, stop_is_asked_between_steps)
{
    struct map_op op;

    world_start();
    wide_tree();
    op = op_of(A, 12, RWX, DERIVED);
    EXPECT_EQ(map_run(&op, at_once, NULL), -L4_EAGAIN);
    EXPECT_NE(at(B, U), 0);
    world_check();
    world_end();
}
