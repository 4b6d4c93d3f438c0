/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <utest/utest.h>

static bool may(const struct space *s, unsigned port)
{
    return space_io_chunk(s, port / 64) >> (port % 64) & 1;
}

UTEST(ports, arrive_as_named_and_no_others)
{
    world_start();
    EXPECT_FALSE(space_io_any(A));
    EXPECT_EQ(map_io(S0, A, 0x3f8, 3, 0), 0);
    EXPECT_TRUE(world.mapped);
    EXPECT_TRUE(space_io_any(A));
    for (unsigned p = 0; p < 0x10000; p++)
        EXPECT_EQ(may(A, p), p >= 0x3f8 && p < 0x400);
    EXPECT_EQ(map_io(A, B, 0x3fc, 0, 0), 0);
    EXPECT_TRUE(may(B, 0x3fc));
    EXPECT_FALSE(may(B, 0x3f8));
    EXPECT_EQ(map_io(B, C, 0x3f8, 3, 0), 0);
    EXPECT_EQ(space_io_chunk(C, 0x3f8 / 64), space_io_chunk(B, 0x3f8 / 64));
    EXPECT_EQ(map_io(B, C, 0x60, 2, 0), 0);
    EXPECT_FALSE(world.mapped);
    world_check();
    world_end();
}

UTEST(ports, all_of_them_at_once)
{
    world_start();
    EXPECT_EQ(map_io(S0, A, 0, 16, 0), 0);
    for (unsigned i = 0; i < SPACE_IO_GROUPS; i++)
        EXPECT_EQ(space_io_chunk(A, i), ~0ull);
    world_check();
    unmap_io(A, 0, 16, SELF);
    for (unsigned i = 0; i < SPACE_IO_GROUPS; i++)
        EXPECT_EQ(space_io_chunk(A, i), 0);
    world_check();
    world_end();
}

UTEST(ports, from_the_same_parent_come_together)
{
    world_start();
    EXPECT_EQ(map_io(S0, A, 0, 16, 0), 0);
    EXPECT_EQ(map_io(A, B, 0x60, 0, 0), 0);
    EXPECT_EQ(map_io(A, B, 0x64, 0, 0), 0);
    EXPECT_TRUE(may(B, 0x60) && may(B, 0x64));
    EXPECT_FALSE(may(B, 0x62));
    world_check();
    world_end();
}

UTEST(ports, from_another_parent_replace_the_group)
{
    world_start();
    EXPECT_EQ(map_io(S0, A, 0x60, 2, 0), 0);
    EXPECT_EQ(map_io(S0, B, 0x60, 4, 0), 0);
    EXPECT_EQ(map_io(A, C, 0x60, 1, 0), 0);
    EXPECT_EQ(map_io(C, D, 0x60, 0, 0), 0);
    EXPECT_EQ(map_io(B, C, 0x68, 2, 0), 0);
    EXPECT_EQ(space_io_chunk(C, 1), 0xfull << 0x28);
    EXPECT_FALSE(may(D, 0x60));
    world_check();
    world_end();
}

UTEST(ports, revoked_ports_go_from_all_below)
{
    uint64_t gen;

    world_start();
    EXPECT_EQ(map_io(S0, A, 0x60, 4, 0), 0);
    EXPECT_EQ(map_io(A, B, 0x60, 4, 0), 0);
    EXPECT_EQ(map_io(B, C, 0x60, 2, 0), 0);
    gen = atomic_u64_load_relaxed(&C->io_gen);
    unmap_io(A, 0x62, 1, DERIVED);
    EXPECT_EQ(space_io_chunk(A, 1), 0xffffull << 0x20);
    EXPECT_EQ(space_io_chunk(B, 1), 0xfff3ull << 0x20);
    EXPECT_EQ(space_io_chunk(C, 1), 0x3ull << 0x20);
    EXPECT_NE(atomic_u64_load_relaxed(&C->io_gen), gen);
    world_check();
    unmap_io(A, 0x60, 2, SELF);
    EXPECT_EQ(space_io_chunk(A, 1), 0xfff0ull << 0x20);
    EXPECT_EQ(space_io_chunk(B, 1), 0xfff0ull << 0x20);
    EXPECT_EQ(space_io_chunk(C, 1), 0);
    EXPECT_EQ(mapnode_count(), 3);
    world_check();
    unmap_io(S0, 0, 16, DERIVED);
    EXPECT_EQ(mapnode_count(), 1);
    world_end();
}

UTEST(ports, grant_moves_a_whole_group_and_maps_a_part)
{
    world_start();
    EXPECT_EQ(map_io(S0, A, 0x60, 2, 0), 0);
    EXPECT_EQ(map_io(A, B, 0x60, 0, 0), 0);
    EXPECT_EQ(map_io(A, C, 0x60, 2, GRANT), 0);
    EXPECT_EQ(space_io_chunk(A, 1), 0);
    EXPECT_EQ(space_io_chunk(C, 1), 0xfull << 0x20);
    EXPECT_TRUE(may(B, 0x60));
    world_check();
    EXPECT_EQ(map_io(C, D, 0x61, 0, GRANT), 0);
    EXPECT_TRUE(may(C, 0x61) && may(D, 0x61));
    unmap_io(C, 0x60, 2, SELF);
    EXPECT_FALSE(may(B, 0x60) || may(D, 0x61));
    world_check();
    world_end();
}

UTEST(ports, onto_itself_or_an_ancestor_flushes)
{
    world_start();
    EXPECT_EQ(map_io(S0, A, 0x60, 2, 0), 0);
    EXPECT_EQ(map_io(A, B, 0x60, 2, 0), 0);
    EXPECT_EQ(map_io(B, B, 0x60, 0, 0), 0);
    EXPECT_EQ(space_io_chunk(B, 1), 0xeull << 0x20);
    EXPECT_EQ(map_io(B, A, 0x61, 0, 0), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(space_io_chunk(A, 1), 0);
    EXPECT_EQ(space_io_chunk(B, 1), 0);
    world_check();
    world_end();
}

UTEST(ports, two_partial_walks_leave_nothing_behind)
{
    for (unsigned lead = 0; lead < 6; lead++) {
        const struct hotspot low = spot_io(0x60, 1), high = spot_io(0x62, 1);
        struct map_op a, b;
        int more_a = MAP_MORE, more_b = MAP_MORE;

        world_start();
        EXPECT_EQ(map_io(S0, A, 0x60, 2, 0), 0);
        EXPECT_EQ(map_io(A, B, 0x60, 2, 0), 0);
        EXPECT_EQ(map_io(B, C, 0x62, 1, 0), 0);
        EXPECT_EQ(map_io(B, D, 0x60, 1, 0), 0);
        unmap_init(&a, &world.me, A, &low, SELF);
        unmap_init(&b, &world.me, A, &high, SELF);
        for (unsigned i = 0; i < lead && more_b == MAP_MORE; i++)
            more_b = map_step(&b);
        while (more_a == MAP_MORE || more_b == MAP_MORE) {
            if (more_a == MAP_MORE)
                more_a = map_step(&a);
            if (more_b == MAP_MORE)
                more_b = map_step(&b);
            world_check_moving();
        }
        EXPECT_EQ(mapnode_count(), 1);
        world_end();
    }
}
