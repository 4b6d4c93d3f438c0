/* SPDX-License-Identifier: MIT */
#include "world.h"

#include "../tables.h"

#include <utest/utest.h>

#define P0 0x40000000ull /* physical memory to play with */
#define U 0x10000000ull  /* where it goes */

UTEST(map, a_page_arrives_with_the_rights_both_sides_allow)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RW), 0);
    EXPECT_TRUE(world.mapped);
    EXPECT_EQ(at(A, U), P0 | RW);
    EXPECT_EQ(at(A, U + PAGE), 0);
    EXPECT_EQ(map(A, U, B, 2 * U, 12, RWX), 0);
    EXPECT_EQ(at(B, 2 * U), P0 | RW);
    EXPECT_EQ(map(A, U, C, U, 12, RX), 0);
    EXPECT_EQ(at(C, U), P0 | R);
    world_check();
    world_end();
}

UTEST(map, without_a_common_right_nothing_is_mapped)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, R), 0);
    EXPECT_EQ(map(A, U, B, U, 12, PT_W), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(map(A, U, B, U, 12, 0), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(at(B, U), 0);
    world_end();
}

UTEST(map, holes_in_the_source_are_skipped)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U + PAGE, 12, RW), 0);
    EXPECT_EQ(map(S0, P0 + 5 * PAGE, A, U + 6 * PAGE, 12, R), 0);
    EXPECT_EQ(map(A, U, B, U, 15, RWX), 0);
    EXPECT_TRUE(world.mapped);
    for (unsigned i = 0; i < 8; i++)
        EXPECT_EQ(at(B, U + i * PAGE), at(A, U + i * PAGE));
    EXPECT_EQ(map(A, 4 * U, B, 4 * U, 24, RWX), 0);
    EXPECT_FALSE(world.mapped);
    world_check();
    world_end();
}

UTEST(map, the_whole_address_space_finds_its_few_pages)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, 0x1000, 12, RW), 0);
    EXPECT_EQ(map(S0, P0 + PAGE, A, 0x7ffffffe0000, 12, R), 0);
    EXPECT_EQ(map(A, 0, B, 0, HOTSPOT_MEM_ORDER, RWX), 0);
    EXPECT_EQ(at(B, 0x1000), P0 | RW);
    EXPECT_EQ(at(B, 0x7ffffffe0000), (P0 + PAGE) | R);
    world_check();
    world_end();
}

UTEST(map, the_last_page_stays_empty)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, ARCH_USER_END - PAGE, 12, RW), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(map(S0, P0, A, ARCH_USER_END - SUPER, 21, RW), 0);
    EXPECT_EQ(size_at(A, ARCH_USER_END - SUPER), 12);
    EXPECT_EQ(at(A, ARCH_USER_END - 2 * PAGE), (P0 + SUPER - 2 * PAGE) | RW);
    EXPECT_EQ(at(A, ARCH_USER_END - PAGE), 0);
    world_check();
    world_end();
}

UTEST(map, aligned_2_mib_become_one_entry_and_a_gibibyte_512)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(size_at(A, U), 21);
    EXPECT_EQ(map(S0, P0, A, GiB(4), 30, RW), 0);
    for (unsigned i = 0; i < 512; i++)
        EXPECT_EQ(size_at(A, GiB(4) + i * SUPER), 21);
    EXPECT_EQ(at(A, GiB(5) - PAGE), (P0 + GiB(1) - PAGE) | RW);
    world_check();
    world_end();
}

UTEST(map, a_target_that_is_not_aligned_gets_small_pages)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U + 3 * PAGE, B, 3 * U + 4 * PAGE, 12, RWX), 0);
    EXPECT_EQ(at(B, 3 * U + 4 * PAGE), (P0 + 3 * PAGE) | RWX);
    EXPECT_EQ(size_at(B, 3 * U + 4 * PAGE), 12);
    world_check();
    world_end();
}

UTEST(map, a_target_with_a_table_gets_small_pages)
{
    world_start();
    EXPECT_EQ(map(S0, P0, B, U + 7 * PAGE, 12, R), 0);
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 21, RWX), 0);
    EXPECT_EQ(size_at(B, U), 12);
    for (unsigned i = 0; i < 512; i++)
        EXPECT_EQ(at(B, U + i * PAGE), (P0 + i * PAGE) | RWX);
    world_check();
    world_end();
}

UTEST(map, mapping_the_same_page_again_adds_rights)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, R), 0);
    EXPECT_EQ(map(B, U, C, U, 12, R), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RX), 0);
    EXPECT_EQ(at(B, U), P0 | RX);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(at(B, U), P0 | RWX);
    EXPECT_EQ(at(C, U), P0 | R);
    EXPECT_EQ(map(A, U, B, U, 12, R), 0);
    EXPECT_EQ(at(B, U), P0 | RWX);
    world_check();
    world_end();
}

UTEST(map, the_same_frame_from_another_parent_replaces)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(map(S0, P0, B, U, 12, R), 0);
    EXPECT_EQ(at(B, U), P0 | R);
    (void)unmap(A, U, 12, RWX, SELF);
    EXPECT_EQ(at(B, U), P0 | R);
    world_check();
    world_end();
}

UTEST(map, another_frame_replaces_and_flushes_what_was_derived)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(map(S0, P0 + SUPER, A, U, 12, R), 0);
    EXPECT_EQ(at(A, U), (P0 + SUPER) | R);
    EXPECT_EQ(at(B, U), 0);
    world_check();
    world_end();
}

UTEST(map, onto_itself_flushes_and_maps_nothing)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(map(A, U, A, U, 12, RWX), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(B, U), 0);
    world_check();
    world_end();
}

UTEST(map, onto_an_ancestor_flushes_and_maps_nothing)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(map(B, U, C, U, 12, RW), 0);
    EXPECT_EQ(map(C, U, A, U, 12, RW), 0);
    EXPECT_FALSE(world.mapped);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(B, U), 0);
    EXPECT_EQ(at(C, U), 0);
    world_check();
    world_end();
}

UTEST(map, a_superpage_onto_its_ancestor_in_sigma0_ends)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, S0, P0, 21, RWX), 0);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(map(S0, P0, S0, P0, 22, RWX), 0);
    EXPECT_FALSE(world.mapped);
    world_check();
    world_end();
}

UTEST(map, a_small_page_into_a_superpage_leaves_the_other_511)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U + 9 * PAGE, B, U, 12, RW), 0); /* derived, stays */
    EXPECT_EQ(map(A, U + 8 * PAGE, C, U, 12, RW), 0); /* derived from the page that goes */
    EXPECT_EQ(map(A, U, D, U, 21, RW), 0);            /* derived as a whole: goes */
    EXPECT_EQ(map(S0, P0 + SUPER, A, U + 8 * PAGE, 12, R), 0);
    for (unsigned i = 0; i < 512; i++)
        EXPECT_EQ(at(A, U + i * PAGE), i == 8 ? (P0 + SUPER) | R : (P0 + i * PAGE) | RWX);
    EXPECT_EQ(at(B, U), (P0 + 9 * PAGE) | RW);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(at(D, U), 0);
    world_check();
    EXPECT_EQ(map(A, U, D, U, 21, RW), 0);
    EXPECT_EQ(at(D, U + 8 * PAGE), (P0 + SUPER) | R);
    EXPECT_EQ(at(D, U + 511 * PAGE), (P0 + 511 * PAGE) | RW);
    world_check();
    (void)unmap(S0, P0, 21, RWX, DERIVED);
    for (unsigned i = 0; i < 512; i++)
        EXPECT_EQ(at(A, U + i * PAGE), i == 8 ? (P0 + SUPER) | R : 0);
    EXPECT_EQ(at(B, U), 0);
    world_check();
    world_end();
}

UTEST(map, rights_can_be_added_to_one_page_of_a_superpage)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 21, R), 0);
    EXPECT_EQ(map(A, U + PAGE, B, U + PAGE, 12, R), 0);
    EXPECT_EQ(size_at(B, U), 21);
    EXPECT_EQ(map(A, U + PAGE, B, U + PAGE, 12, RW), 0);
    EXPECT_EQ(at(B, U), P0 | R);
    EXPECT_EQ(at(B, U + PAGE), (P0 + PAGE) | RW);
    EXPECT_EQ(at(B, U + 2 * PAGE), (P0 + 2 * PAGE) | R);
    world_check();
    world_end();
}

UTEST(map, splitting_for_a_right_revokes_nothing)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 21, R), 0);
    EXPECT_EQ(map(B, U, C, U, 21, R), 0);
    EXPECT_EQ(map(B, U + 9 * PAGE, D, U, 12, R), 0);
    EXPECT_EQ(map(A, U + PAGE, B, U + PAGE, 12, RW), 0);
    EXPECT_EQ(size_at(B, U), 12);
    EXPECT_EQ(size_at(C, U), 21);
    EXPECT_EQ(at(D, U), (P0 + 9 * PAGE) | R);
    world_check();
    (void)unmap(B, U + 2 * PAGE, 12, RWX, SELF);
    EXPECT_EQ(at(C, U), 0);
    EXPECT_EQ(at(B, U + PAGE), (P0 + PAGE) | RW);
    EXPECT_EQ(at(D, U), (P0 + 9 * PAGE) | R);
    world_check();
    world_end();
}

UTEST(map, within_one_superpage_of_the_same_space)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(A, U + 3 * PAGE, A, U + 7 * PAGE, 12, RW), 0);
    EXPECT_EQ(at(A, U + 7 * PAGE), (P0 + 3 * PAGE) | RW);
    EXPECT_EQ(at(A, U + 3 * PAGE), (P0 + 3 * PAGE) | RWX);
    world_check();
    (void)unmap(A, U + 3 * PAGE, 12, RWX, DERIVED);
    EXPECT_EQ(at(A, U + 7 * PAGE), 0);
    world_check();
    world_end();
}

UTEST(map, grant_moves_the_page_and_keeps_its_children)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(map_item(A, U, C, 3 * U, 12, RWX, GRANT), 0);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(C, 3 * U), P0 | RWX);
    EXPECT_EQ(at(B, U), P0 | RW);
    world_check();
    (void)unmap(C, 3 * U, 12, RWX, DERIVED);
    EXPECT_EQ(at(B, U), 0);
    world_check();
    world_end();
}

UTEST(map, grant_of_a_superpage_moves_its_lists_and_their_price)
{
    uint64_t a, c;

    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 21, RWX), 0);
    EXPECT_EQ(map(S0, P0, C, 2 * U, 12, R), 0); /* its tables are there */
    a = quota_used(&world.quota[0]);
    EXPECT_EQ(map(A, U + 5 * PAGE, B, U, 12, RW), 0);
    EXPECT_EQ(quota_used(&world.quota[0]), a + 4096);
    c = quota_used(&world.quota[2]);
    EXPECT_EQ(map_item(A, U, C, 3 * U, 21, RWX, GRANT), 0);
    EXPECT_EQ(size_at(C, 3 * U), 21);
    EXPECT_EQ(quota_used(&world.quota[0]), a - sizeof(struct mapnode));
    EXPECT_EQ(quota_used(&world.quota[2]), c + 4096 + sizeof(struct mapnode));
    EXPECT_EQ(at(B, U), (P0 + 5 * PAGE) | RW);
    world_check();
    world_end();
}

UTEST(map, grant_with_fewer_rights_takes_them_from_the_children_too)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    EXPECT_EQ(map(B, U, D, U, 12, RW), 0);
    EXPECT_EQ(map_item(A, U, C, U, 12, RX, GRANT), 0);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(C, U), P0 | RX);
    EXPECT_EQ(at(B, U), P0 | R);
    EXPECT_EQ(at(D, U), P0 | R);
    world_check();
    world_end();
}

UTEST(map, grant_of_a_part_of_a_superpage_or_from_sigma0_is_a_map)
{
    world_start();
    EXPECT_EQ(map_item(S0, P0, A, U, 21, RWX, GRANT), 0);
    EXPECT_NE(at(S0, P0), 0);
    EXPECT_EQ(map_item(A, U + PAGE, B, U, 12, RW, GRANT), 0);
    EXPECT_EQ(at(B, U), (P0 + PAGE) | RW);
    EXPECT_EQ(at(A, U + PAGE), (P0 + PAGE) | RWX);
    world_check();
    world_end();
}

UTEST(map, grant_onto_its_own_child_replaces_the_child)
{
    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, R), 0);
    EXPECT_EQ(map_item(A, U, B, U, 12, RWX, GRANT), 0);
    EXPECT_EQ(at(A, U), 0);
    EXPECT_EQ(at(B, U), P0 | RWX);
    EXPECT_EQ(map_item(B, U, B, U, 12, RWX, GRANT), 0);
    EXPECT_EQ(at(B, U), 0);
    world_check();
    world_end();
}

static enum pt_cache cache_at(const struct space *s, uint64_t va)
{
    struct leaf l;

    tables_find(s, va, &l);
    return pt_cache_of(l.e);
}

UTEST(map, the_item_word_chooses_the_memory_type)
{
    world_start();
    EXPECT_EQ(map_item(S0, P0, A, U, 12, RW, 0x10), 0);
    EXPECT_EQ(cache_at(A, U), PT_UNCACHED);
    EXPECT_EQ(map_item(A, U, B, U, 12, RW, 0), 0);
    EXPECT_EQ(cache_at(B, U), PT_UNCACHED);
    EXPECT_EQ(map_item(A, U, C, U, 12, RW, 0x30), 0);
    EXPECT_EQ(cache_at(C, U), PT_CACHED);
    EXPECT_EQ(map_item(S0, P0, D, U, 21, RW, 0x50), 0);
    EXPECT_EQ(cache_at(D, U), PT_WRITE_COMBINING);
    EXPECT_EQ(cache_at(S0, P0), PT_CACHED);
    world_check();
    world_end();
}

UTEST(map, every_narrowed_translation_counts_a_generation)
{
    uint64_t gen;

    world_start();
    EXPECT_EQ(map(S0, P0, A, U, 12, RWX), 0);
    EXPECT_EQ(map(A, U, B, U, 12, RW), 0);
    gen = atomic_u64_load_relaxed(&B->tlb_gen);
    (void)unmap(A, U, 12, PT_W, DERIVED);
    EXPECT_EQ(atomic_u64_load_relaxed(&B->tlb_gen), gen + 1);
    (void)unmap(A, U, 12, RWX, DERIVED);
    EXPECT_EQ(atomic_u64_load_relaxed(&B->tlb_gen), gen + 2);
    world_end();
}

static void map_next_to_it(void)
{
    static uint64_t next = U + PAGE;

    EXPECT_EQ(map(S0, P0, A, next, 12, R), 0);
    next += PAGE;
}

UTEST(map, a_table_that_somebody_else_has_made_meanwhile_is_used)
{
    world_start();
    world_on_preemption(map_next_to_it);
    EXPECT_EQ(map(S0, P0, A, U, 12, RW), 0);
    world_on_preemption(NULL);
    EXPECT_EQ(at(A, U), P0 | RW);
    EXPECT_EQ(at(A, U + PAGE), P0 | R);
    world_check();
    world_end();
}
