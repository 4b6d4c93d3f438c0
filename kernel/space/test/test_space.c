/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <arch/mmu.h>
#include <mem/frame.h>
#include <string.h>
#include <utest/utest.h>

#define P0 0x40000000ull
#define U 0x10000000ull

static uint64_t area(uint64_t va, unsigned order)
{
    return l4_fpage(va, order, L4_FPAGE_RW).raw;
}

UTEST(space, sigma0_faults_get_the_largest_page_one_to_one)
{
    world_start();
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0 + 5 * PAGE + 17), 0);
    EXPECT_EQ(at(S0, P0), P0 | RWX);
    EXPECT_EQ(size_at(S0, P0), 21);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0), 0);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, WORLD_LIMIT), -L4_EFAULT);
    (void)unmap(S0, P0, 21, PT_W, SELF);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0), 0);
    EXPECT_EQ(at(S0, P0), P0 | RWX);
    EXPECT_EQ(map(S0, P0, A, U, 12, R), 0);
    EXPECT_EQ(map(A, U, S0, P0 + SUPER, 12, R), 0);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0 + SUPER), -L4_EFAULT);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, ~0ull), -L4_EFAULT);
    world_check();
    world_end();
}

UTEST(space, sigma0_faults_on_a_page_half_revoked_until_it_is_gone)
{
    const struct hotspot h = spot_mem(P0, P0, 12, RWX);
    struct map_op op;
    unsigned faults = 0;

    world_start();
    for (unsigned i = 0; i < 100; i++)
        EXPECT_EQ(map(S0, P0, A, U + i * PAGE, 12, RWX), 0);
    unmap_init(&op, &world.me, S0, &h, SELF);
    EXPECT_EQ(map_step(&op), MAP_MORE);
    map_fini(&op);
    EXPECT_EQ(at(S0, P0), 0);
    while (!at(S0, P0) && ++faults < 100)
        EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0), 0);
    EXPECT_LT(faults, 100);
    EXPECT_EQ(at(A, U), 0);
    world_check();
    world_end();
}

UTEST(space, sigma0_at_a_limit_that_is_not_aligned_gets_small_pages)
{
    world_start();
    S0->limit = P0 + SUPER + 3 * PAGE;
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0 + SUPER + 2 * PAGE), 0);
    EXPECT_EQ(size_at(S0, P0 + SUPER + 2 * PAGE), 12);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0 + SUPER + 3 * PAGE), -L4_EFAULT);
    EXPECT_EQ(map(S0, P0 + SUPER, A, U, 21, RW), 0);
    EXPECT_NE(at(A, U + 2 * PAGE), 0);
    EXPECT_EQ(at(A, U + 3 * PAGE), 0);
    world_check();
    world_end();
}

UTEST(space, sigma0_around_kumem_gets_small_pages)
{
    world_start();
    EXPECT_EQ(space_add_kumem(S0, area(P0, 12)), 0);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0), -L4_EFAULT);
    EXPECT_EQ(space_sigma0_fault(S0, &world.me, P0 + PAGE), 0);
    EXPECT_EQ(at(S0, P0 + PAGE), (P0 + PAGE) | RWX);
    EXPECT_EQ(map(S0, P0, A, U, 13, RW), 0);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(A, U + PAGE), (P0 + PAGE) | RW);
    world_check();
    world_end();
}

UTEST(space, kumem_is_zeroed_and_found_page_by_page)
{
    char *p;

    world_start();
    EXPECT_EQ(space_add_kumem(A, area(U, 14)), 0);
    p = space_kumem_ptr(A, U + PAGE + 8, 100);
    ASSERT_NOT_NULL(p);
    for (unsigned i = 0; i < 100; i++)
        EXPECT_EQ(p[i], 0);
    memset(p, 1, 100);
    EXPECT_TRUE(frame_in_pool(p));
    EXPECT_EQ((uintptr_t)p % PAGE, 8);
    EXPECT_NOT_NULL(space_kumem_ptr(A, U, PAGE));
    EXPECT_NULL(space_kumem_ptr(A, U, PAGE + 1));
    EXPECT_NULL(space_kumem_ptr(A, U + PAGE - 8, 16));
    EXPECT_NULL(space_kumem_ptr(A, U + 4 * PAGE, 8));
    EXPECT_NULL(space_kumem_ptr(A, U - 8, 8));
    EXPECT_NULL(space_kumem_ptr(A, ~0ull - 7, 8));
    EXPECT_NULL(space_kumem_ptr(A, U, ~(size_t)0));
    EXPECT_EQ(at(A, U) & RWX, RW);
    world_check();
    world_end();
}

UTEST(space, kumem_of_a_wrong_kind_or_size_is_refused)
{
    world_start();
    EXPECT_EQ(space_add_kumem(A, area(U, 11)), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, area(U, 18)), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, area(U + PAGE, 13)), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, l4_iofpage(0x60, 12).raw), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, area(ARCH_USER_END, 12)), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, area(ARCH_USER_END - PAGE, 12)), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, area(~0ull, 17)), -L4_EINVAL);
    EXPECT_EQ(space_add_kumem(A, area(ARCH_USER_END - 2 * PAGE, 12)), 0);
    EXPECT_EQ(space_add_kumem(A, area(U, 17)), 0);
    world_end();
}

UTEST(space, kumem_onto_something_is_refused_as_a_whole)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U + 3 * PAGE, 12, RW), 0);
    EXPECT_EQ(space_add_kumem(A, area(U, 14)), -L4_EEXIST);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(space_add_kumem(A, area(U, 13)), 0);
    EXPECT_EQ(space_add_kumem(A, area(U + PAGE, 12)), -L4_EEXIST);
    EXPECT_EQ(map(S0, P0, A, 4 * U, 21, RW), 0);
    EXPECT_EQ(space_add_kumem(A, area(4 * U, 12)), -L4_EEXIST);
    world_check();
    world_end();
}

UTEST(space, kumem_is_never_mapped_nor_unmapped)
{
    uint64_t was;

    world_start();
    EXPECT_EQ(space_add_kumem(A, area(U, 13)), 0);
    was = at(A, U);
    EXPECT_EQ(map(A, U, B, U, 13, RWX), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(map_item(A, U, B, U, 13, RWX, GRANT), 0);
    EXPECT_FALSE(world.mapped);
    (void)unmap(A, U, 13, RWX, SELF);
    (void)unmap(A, U, 13, PT_W, SELF);
    EXPECT_EQ(map(S0, P0, A, U, 14, RWX), 0);
    EXPECT_EQ(at(A, U), was);
    EXPECT_EQ(at(A, U + 2 * PAGE), (P0 + 2 * PAGE) | RWX);
    (void)unmap(A, 0, HOTSPOT_MEM_ORDER, RWX, SELF);
    EXPECT_EQ(at(A, U), was);
    world_check();
    world_end();
}

UTEST(space, lookup_says_where_and_what)
{
    unsigned rights;
    paddr pa;

    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RX), 0);
    EXPECT_TRUE(space_lookup(A, U + 0x12345, &pa, &rights));
    EXPECT_EQ(pa, P0 + 0x12345);
    EXPECT_EQ(rights, RX);
    EXPECT_TRUE(space_lookup(A, U, NULL, NULL));
    EXPECT_FALSE(space_lookup(A, U - 1, &pa, &rights));
    EXPECT_FALSE(space_lookup(A, ARCH_USER_END, NULL, NULL));
    EXPECT_FALSE(space_lookup(A, ~0ull, NULL, NULL));
    world_end();
}

UTEST(space, teardown_takes_what_others_got_and_leaves_the_rest)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 22, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 22, RWX), 0);
    EXPECT_EQ(map(A, U + PAGE, B, 4 * U, 12, RWX), 0);
    EXPECT_EQ(map(B, 4 * U, C, U, 12, RWX), 0);
    EXPECT_EQ(map(S0, P0, C, 2 * U, 12, RWX), 0);
    EXPECT_EQ(map_io(S0, A, 0x60, 3, 0), 0);
    EXPECT_EQ(map_io(A, C, 0x60, 3, 0), 0);
    EXPECT_EQ(space_add_kumem(A, area(7 * U, 17)), 0);
    EXPECT_EQ(map(S0, P0, A, ARCH_USER_END - 2 * PAGE, 12, R), 0);
    while (space_teardown_step(A, &world.me))
        if (A->root)
            world_check_moving();
    EXPECT_EQ(quota_used(A->quota), 0);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(space_io_chunk(C, 1), 0);
    EXPECT_EQ(at(C, 2 * U), P0 | RWX);
    world_end();
}
