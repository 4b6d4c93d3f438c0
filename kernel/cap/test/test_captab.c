/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <l4/sys/err.h>
#include <mem/fail.h>
#include <mem/frame.h>

#define WEAK (CAP_ALL & ~(unsigned)CAP_COUNTED)
#define T (&world.a)
#define U (&world.b)

UTEST(captab, an_empty_table_names_nothing)
{
    world_start();
    EXPECT_NULL(at(T, 0));
    EXPECT_NULL(at(T, CAP_INDEX_MAX - 1));
    EXPECT_NULL(at(T, CAP_INDEX_MAX));
    EXPECT_NULL(at(T, ~0ul));
    captab_remove(T, 5, CAP_ALL, true);
    captab_remove(T, ~0ul, CAP_ALL, true);
    world_end();
}

UTEST(captab, a_slot_names_what_was_put_there_with_its_rights)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 3, x, CAP_W | CAP_COUNTED);
    EXPECT_TRUE(at(T, 3) == x);
    EXPECT_EQ(rights_at(T, 3), CAP_R | CAP_W | CAP_COUNTED);
    EXPECT_NULL(at(T, 2));
    EXPECT_NULL(at(T, 4));
    world_end();
    EXPECT_EQ(world.destroyed, 1);
}

UTEST(captab, slots_at_all_borders_of_the_tables_differ)
{
    static const unsigned long where[] = { 0,       1,       255,     256,     0x1ffff,
                                           0x20000, 0x3ffff, 0xfffff, 0xfff00, 0x80000 };
    struct thing *x[array_size(where)];

    world_start();
    for (unsigned i = 0; i < array_size(where); i++) {
        x[i] = thing_new(&world.payer);
        put(T, where[i], x[i], CAP_ALL);
    }
    for (unsigned i = 0; i < array_size(where); i++)
        EXPECT_TRUE(at(T, where[i]) == x[i]);
    EXPECT_EQ(captab_insert(T, CAP_INDEX_MAX, (struct cap){ .obj = &x[0]->obj }), -L4_EINVAL);
    world_end();
    EXPECT_EQ(world.destroyed, array_size(where));
}

UTEST(captab, a_slot_of_a_deleted_object_is_empty)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 3, x, CAP_ALL);
    put(U, 4, x, CAP_ALL);
    kobj_delete(&x->obj);
    EXPECT_NULL(at(T, 3));
    EXPECT_NULL(at(U, 4));
    EXPECT_EQ(x->freed, 1);
    world_end();
}

UTEST(captab, a_stale_slot_does_not_name_the_next_object_with_this_header)
{
    struct thing *x, *y;

    world_start();
    x = thing_new(&world.payer);
    put(T, 3, x, CAP_ALL);
    kobj_delete(&x->obj);
    y = thing_new(&world.payer);
    EXPECT_TRUE(x == y); /* the header is used again */
    EXPECT_NULL(at(T, 3));
    captab_remove(T, 3, CAP_ALL, true);
    EXPECT_TRUE(kobj_alive(&y->obj));
    EXPECT_EQ(y->destroyed, 0);
    put(T, 3, y, CAP_ALL);
    EXPECT_TRUE(at(T, 3) == y);
    world_end();
}

/* ---- counted and weak ---------------------------------------------------------------------- */

UTEST(captab, the_last_counted_slot_takes_the_object_along)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_R | CAP_COUNTED);
    put(T, 2, x, CAP_R | CAP_COUNTED);
    put(T, 3, x, CAP_R);
    captab_remove(T, 1, CAP_ALL, false);
    EXPECT_EQ(world.destroyed, 0);
    captab_remove(T, 2, CAP_ALL, false);
    EXPECT_EQ(world.destroyed, 1);
    EXPECT_NULL(at(T, 3));
    world_end();
}

UTEST(captab, a_weak_slot_keeps_nothing_alive_and_ends_nothing)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_R);
    captab_remove(T, 1, CAP_ALL, false);
    EXPECT_TRUE(kobj_alive(&x->obj));
    put(T, 1, x, CAP_COUNTED);
    world_end();
    EXPECT_EQ(world.destroyed, 1);
}

UTEST(captab, delete_needs_the_right_d)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_COUNTED);
    put(T, 2, x, CAP_W);
    captab_remove(T, 2, CAP_ALL, true);
    EXPECT_EQ(world.destroyed, 0);
    put(T, 2, x, CAP_D);
    captab_remove(T, 2, CAP_ALL, true);
    EXPECT_EQ(world.destroyed, 1);
    EXPECT_NULL(at(T, 1));
    world_end();
}

UTEST(captab, withdrawing_rights_leaves_the_others)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_ALL);
    captab_remove(T, 1, CAP_W | CAP_D, true);
    EXPECT_TRUE(at(T, 1) == x);
    EXPECT_EQ(rights_at(T, 1), CAP_ALL & ~(unsigned)(CAP_W | CAP_D));
    captab_remove(T, 1, CAP_R, true);
    EXPECT_NULL(at(T, 1));
    EXPECT_EQ(world.destroyed, 1); /* the last counted one */
    world_end();
}

UTEST(captab, what_stood_in_a_slot_is_removed_with_delete)
{
    struct thing *x, *y, *z;

    world_start();
    x = thing_new(&world.payer);
    y = thing_new(&world.payer);
    z = thing_new(&world.payer);
    put(T, 1, x, CAP_ALL);
    put(T, 2, x, CAP_ALL);
    put(T, 1, y, CAP_ALL & ~(unsigned)CAP_D);
    EXPECT_NULL(at(T, 2));
    EXPECT_EQ(world.destroyed, 1);
    put(T, 3, y, CAP_COUNTED);
    put(T, 1, z, CAP_ALL);
    EXPECT_TRUE(at(T, 3) == y); /* its old slot had no D */
    world_end();
}

UTEST(captab, a_dead_object_is_not_put_anywhere)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    ASSERT_TRUE(kobj_get(&x->obj));
    kobj_delete(&x->obj);
    put(T, 1, x, CAP_ALL);
    EXPECT_NULL(at(T, 1));
    EXPECT_EQ(x->freed, 0);
    kobj_put(&x->obj);
    EXPECT_EQ(world.freed, 1);
    world_end();
}

/* ---- copies -------------------------------------------------------------------------------- */

UTEST(captab, a_copy_has_at_most_the_rights_of_the_mask)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_R | CAP_S | CAP_COUNTED);
    EXPECT_EQ(captab_copy(T, 1, U, 7, CAP_R | CAP_W | CAP_COUNTED, false), 1);
    EXPECT_EQ(rights_at(U, 7), CAP_R | CAP_COUNTED);
    EXPECT_TRUE(at(T, 1) == x);
    world_end();
    EXPECT_EQ(world.destroyed, 1);
}

UTEST(captab, a_grant_moves)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_ALL);
    EXPECT_EQ(captab_copy(T, 1, U, 7, CAP_ALL, true), 1);
    EXPECT_TRUE(at(U, 7) == x);
    EXPECT_NULL(at(T, 1));
    EXPECT_EQ(world.destroyed, 0);
    world_end();
}

UTEST(captab, an_empty_slot_copies_to_nothing_and_leaves_the_target)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(U, 7, x, CAP_ALL);
    EXPECT_EQ(captab_copy(T, 1, U, 7, CAP_ALL, false), 0);
    EXPECT_TRUE(at(U, 7) == x);
    EXPECT_EQ(captab_copy(U, 7, T, CAP_INDEX_MAX, CAP_ALL, true), 0);
    EXPECT_TRUE(at(U, 7) == x);
    world_end();
}

UTEST(captab, a_slot_copied_onto_itself_goes)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_ALL);
    EXPECT_EQ(captab_copy(T, 1, T, 1, CAP_ALL, false), 0);
    EXPECT_NULL(at(T, 1));
    EXPECT_EQ(world.destroyed, 1);
    world_end();
}

UTEST(captab, a_copy_onto_another_slot_of_the_same_object_deletes_it_if_that_had_d)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_COUNTED);
    put(T, 2, x, CAP_COUNTED);
    EXPECT_EQ(captab_copy(T, 1, T, 2, CAP_ALL, false), 1);
    EXPECT_TRUE(at(T, 2) == x);
    put(T, 2, x, CAP_ALL);
    EXPECT_TRUE(at(T, 2) == x);
    EXPECT_EQ(captab_copy(T, 1, T, 2, CAP_ALL, false), 1);
    EXPECT_NULL(at(T, 2));
    EXPECT_EQ(world.destroyed, 1);
    world_end();
}

UTEST(captab, a_copy_without_memory_changes_nothing)
{
    struct thing *x;
    uint64_t used;

    world_start();
    x = thing_new(&world.payer);
    put(T, 1, x, CAP_ALL);
    for (uint32_t n = 1; n <= 2; n++) {
        used = quota_used(&world.payer.quota);
        fail_alloc_after(n);
        EXPECT_EQ(captab_copy(T, 1, U, 7, CAP_ALL, true), -L4_ENOMEM);
        fail_alloc_after(0);
        EXPECT_TRUE(at(T, 1) == x);
        EXPECT_LE(quota_used(&world.payer.quota) - used, (n - 1) * FRAME_SIZE);
    }
    EXPECT_EQ(captab_copy(T, 1, U, 7, CAP_ALL, true), 1);
    world_end();
}

/* ---- the end of a table -------------------------------------------------------------------- */

UTEST(captab, a_teardown_takes_bounded_steps)
{
    unsigned most = 0;
    unsigned steps = 0;
    bool more = true;

    world_start();
    for (unsigned i = 0; i < 600; i++)
        put(T, i * 3, thing_new(&world.payer), CAP_ALL);
    while (more) {
        unsigned before = world.destroyed;

        more = captab_teardown_step(T);
        most = max(most, world.destroyed - before);
        steps++;
    }
    EXPECT_EQ(world.destroyed, 600);
    EXPECT_LE(most, 32);
    EXPECT_LE(steps, 600 * 3 / 32 + 512 + 8 + 8);
    world_end();
}

UTEST(captab, a_teardown_deletes_what_it_counted_and_no_more)
{
    struct thing *x, *y;

    world_start();
    x = thing_new(&world.payer);
    y = thing_new(&world.payer);
    put(T, 1, x, CAP_ALL);
    put(T, 2, y, CAP_ALL);
    put(U, 1, x, CAP_ALL);
    put(T, 3, y, WEAK);
    while (captab_teardown_step(T))
        ;
    EXPECT_TRUE(at(U, 1) == x);
    EXPECT_EQ(world.destroyed, 1);
    world_end();
}
