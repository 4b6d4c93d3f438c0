/* SPDX-License-Identifier: MIT */
/*
 * The space is loaded and the CPU's TLB holds its pages: after every operation that takes something
 * away, all of them are used again. The host's CPU ends the test if it meets a stale entry.
 */
#include "world.h"

#include <arch/host/machine.h>
#include <arch/irq.h>
#include <arch/mmu.h>
#include <utest/utest.h>

#define P0 0x40000000ull
#define U 0x10000000ull

static void load(struct space *s)
{
    arch_irq_off();
    arch_root_load(space_root(s));
    arch_irq_on();
}

/* Use everything around U, whatever is allowed. Returns: pages that could be read. */
static unsigned use_all(void)
{
    unsigned n = 0;
    paddr pa;

    for (unsigned i = 0; i < 1024; i++) {
        (void)!host_mmu_access(U + i * PAGE, RW, &pa);
        n += host_mmu_access(U + i * PAGE, R, &pa);
    }
    return n;
}

static void stop_using(void)
{
    arch_irq_off();
    arch_root_load(arch_root_kernel());
    arch_irq_on();
}

UTEST(tlb, forgets_pages_that_are_unmapped_or_made_read_only)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 14, RW), 0);
    load(B);
    EXPECT_EQ(use_all(), 4);
    (void)unmap(A, U, 12, PT_W, DERIVED);
    EXPECT_EQ(use_all(), 4);
    (void)unmap(A, U, 13, RWX, DERIVED);
    EXPECT_EQ(use_all(), 2);
    EXPECT_EQ(map(S0, P0 + SUPER, B, U + 3 * PAGE, 12, R), 0);
    EXPECT_EQ(use_all(), 2);
    EXPECT_EQ(map_item(B, U + 2 * PAGE, C, U, 12, RW, GRANT), 0);
    EXPECT_EQ(use_all(), 1);
    stop_using();
    world_end();
}

UTEST(tlb, forgets_superpages_that_are_unmapped_or_split)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 22, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 22, RW), 0);
    load(B);
    EXPECT_EQ(use_all(), 1024);
    EXPECT_EQ(map(S0, P0 + 2 * SUPER, B, U + PAGE, 12, R), 0);
    EXPECT_EQ(use_all(), 1024);
    (void)unmap(A, U, 22, PT_W, DERIVED);
    EXPECT_EQ(use_all(), 1024);
    (void)unmap(A, U + SUPER, 21, RWX, DERIVED);
    EXPECT_EQ(use_all(), 512);
    (void)unmap(A, U, 21, RWX, SELF);
    EXPECT_EQ(use_all(), 1);
    stop_using();
    world_end();
}
