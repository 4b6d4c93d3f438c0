/* SPDX-License-Identifier: MIT */
/*
 * Running out of memory: the same script in worlds whose quotas end at every possible place, and
 * with every allocation of the kernel failing in turn. A page that fails has changed nothing.
 */
#include "world.h"

#include <mem/fail.h>
#include <mem/frame.h>
#include <string.h>
#include <utest/utest.h>

#define P0 0x40000000ull
#define U 0x10000000ull

static unsigned failures;

/* What the spaces have where the script plays. */
struct picture {
    uint64_t page[4][16];
    uint64_t kumem[4];
    uint64_t ports[4];
};

static struct picture take_picture(void)
{
    struct picture p;

    for (unsigned s = 0; s < 4; s++) {
        for (unsigned i = 0; i < 16; i++)
            p.page[s][i] = at(&world.space[s], U + i * PAGE);
        p.kumem[s] = at(&world.space[s], 5 * U);
        p.ports[s] = space_io_chunk(&world.space[s], 1);
    }
    return p;
}

static struct picture before;

static void begin(void)
{
    before = take_picture();
}

static void end(int err)
{
    const struct picture after = take_picture();

    if (err) {
        EXPECT_EQ(err, -L4_ENOMEM);
        EXPECT_MEMEQ(&before, &after, sizeof(after));
        failures++;
    }
    world_check();
}

#define TRY(call) (begin(), end(call))

static void script(void)
{
    TRY(map(S0, P0, A, U, 12, RWX));
    TRY(map(A, U, B, U + PAGE, 12, RW));
    TRY(map(A, U, B, U + PAGE, 12, RWX));
    TRY(map_item(A, U, C, U + 2 * PAGE, 12, RX, GRANT));
    TRY(map(S0, P0 + SUPER, A, U + 3 * PAGE, 12, R));
    TRY(map_io(S0, A, 0x60, 3, 0));
    TRY(map_io(A, B, 0x60, 2, 0));
    TRY(map_io(A, C, 0x60, 3, GRANT));
    TRY(space_add_kumem(A, l4_fpage(5 * U, 14, 0).raw));
    (void)unmap(C, U, 20, RWX, SELF);
    world_check();
}

/* Superpages: the ones at U belong to D. */
static void script_super(void)
{
    TRY(map(S0, P0, D, U, 21, RWX));
    TRY(map(D, U + PAGE, A, U, 12, RW));
    TRY(map(D, U, B, U, 21, RW));
    TRY(map(A, U, B, U + 5 * PAGE, 12, RW)); /* splits B's */
    TRY(map(S0, P0 + SUPER, D, U, 12, R));
    TRY(map(D, U + 8 * PAGE, C, U, 12, R)); /* the lists of a split node */
    TRY(map_item(B, U + 6 * PAGE, C, U + PAGE, 12, RWX, GRANT));
    TRY(map(S0, P0 + 2 * SUPER, A, 4 * U, 21, RW));
    TRY(map(A, 4 * U, C, U + 2 * PAGE, 12, RW));
    TRY(map_item(A, 4 * U, B, 4 * U, 21, R, GRANT));
}

static void run_limited(void (*what)(void), unsigned frames)
{
    bool failed = false, fitted = false;

    for (unsigned k = 1; k <= frames; k++)
        for (unsigned j = 0; j < 5; j++)
            for (unsigned less = 0; less < 2; less++) {
                const uint64_t limit = k * FRAME_SIZE + j * sizeof(struct mapnode) - less;

                if (limit < FRAME_SIZE)
                    continue;
                failures = 0;
                world_start_limited(limit);
                what();
                world_end();
                failed |= failures > 0;
                fitted |= failures == 0;
            }
    EXPECT_TRUE(failed && fitted);
}

UTEST(quota, may_end_anywhere_among_pages_ports_and_kumem)
{
    run_limited(script, 18);
}

UTEST(quota, may_end_anywhere_among_superpages)
{
    run_limited(script_super, 14);
}

UTEST(quota, pays_for_exactly_what_there_is)
{
    const uint64_t node = sizeof(struct mapnode);

    world_start();
    EXPECT_EQ(quota_used(A->quota), FRAME_SIZE);
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(quota_used(A->quota), 4 * FRAME_SIZE + node); /* level 2, level 1 with twin */
    EXPECT_EQ(map(S0, P0, A, 2 * U, 12, RWX), 0);
    EXPECT_EQ(quota_used(A->quota), 6 * FRAME_SIZE + 2 * node);
    (void)unmap(A, 0, HOTSPOT_MEM_ORDER, RWX, SELF);
    EXPECT_EQ(quota_used(A->quota), 6 * FRAME_SIZE); /* tables stay with the space */
    EXPECT_EQ(space_add_kumem(A, l4_fpage(3 * U, 14, 0).raw), 0);
    EXPECT_EQ(quota_used(A->quota), 12 * FRAME_SIZE);
    world_end();
}

UTEST(quota, a_right_is_added_without_memory)
{
    world_start_limited(5 * FRAME_SIZE + FRAME_SIZE + sizeof(struct mapnode));
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, R), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RWX), 0);
    EXPECT_EQ(at(B, U), P0 | RWX);
    EXPECT_EQ(map(A, U, B, U + PAGE, 12, R), -L4_ENOMEM);
    world_end();
}

UTEST(quota, earlier_pages_of_an_item_stay)
{
    world_start_limited(6 * FRAME_SIZE + 3 * sizeof(struct mapnode));
    EXPECT_EQ(map(S0, P0, A, U, 15, RWX), -L4_ENOMEM);
    EXPECT_TRUE(world.mapped);
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(at(A, U + i * PAGE), i < 3 ? (P0 + i * PAGE) | RWX : 0);
    world_check();
    world_end();
}

UTEST(quota, every_single_allocation_may_fail)
{
    if (!enabled(CONFIG_FAIL_ALLOC))
        return;
    for (unsigned round = 0; round < 2; round++) {
        uint32_t n = 0;

        do {
            failures = 0;
            world_start();
            fail_alloc_after(++n);
            if (round)
                script_super();
            else
                script();
            fail_alloc_after(0);
            world_end();
            EXPECT_LE(failures, 1);
        } while (failures && n < 1000);
        EXPECT_GT(n, 20);
    }
}
