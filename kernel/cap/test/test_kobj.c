/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <mem/fail.h>

#define CHAIN 2000u

UTEST(kobj, serials_are_given_out_once)
{
    uint64_t last = 0;

    world_start();
    for (unsigned i = 0; i < 100; i++) {
        struct thing *x = thing_new(&world.payer);

        EXPECT_LT(last, atomic_u64_load_relaxed(&x->obj.serial));
        last = atomic_u64_load_relaxed(&x->obj.serial);
        EXPECT_EQ(last & 0xff, 0);
        kobj_delete(&x->obj);
    }
    world_end();
}

UTEST(kobj, a_new_object_is_cleared)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    x->destroyed = 0;
    x->holds = (struct captab *)1;
    x->holds = NULL;
    x->kills = NULL;
    kobj_delete(&x->obj);
    x = thing_new(&world.payer);
    EXPECT_EQ(x->destroyed, 0);
    EXPECT_EQ(x->freed, 0);
    kobj_delete(&x->obj);
    world_end();
}

UTEST(kobj, deleting_twice_destroys_once)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    ASSERT_TRUE(kobj_get(&x->obj));
    kobj_delete(&x->obj);
    kobj_delete(&x->obj);
    EXPECT_EQ(x->destroyed, 1);
    EXPECT_EQ(x->freed, 0);
    kobj_put(&x->obj);
    EXPECT_EQ(world.freed, 1);
    world_end();
}

UTEST(kobj, a_reference_keeps_the_memory_but_not_the_name)
{
    struct thing *x, *y;

    world_start();
    x = thing_new(&world.payer);
    ASSERT_TRUE(kobj_get(&x->obj));
    kobj_delete(&x->obj);
    EXPECT_FALSE(kobj_alive(&x->obj));
    y = thing_new(&world.payer);
    EXPECT_TRUE(x != y);
    kobj_put(&x->obj);
    EXPECT_FALSE(kobj_get(&x->obj));
    kobj_delete(&y->obj);
    world_end();
}

UTEST(kobj, counting_down_says_that_nobody_is_left)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    for (unsigned i = 0; i < 4; i++)
        kobj_count(&x->obj);
    EXPECT_FALSE(kobj_uncount(&x->obj, 1));
    EXPECT_FALSE(kobj_uncount(&x->obj, 2));
    EXPECT_TRUE(kobj_uncount(&x->obj, 100));
    EXPECT_TRUE(kobj_uncount(&x->obj, 1)); /* a slot that the count does not know of any more */
    kobj_delete(&x->obj);
    world_end();
}

UTEST(kobj, without_quota_or_memory_there_is_no_object)
{
    struct kobj_payer small = { .holder = NULL };

    world_start();
    ASSERT_EQ(quota_init_child(&small.quota, &world.payer.quota, 2 * KOBJ_HEADER_SIZE), 0);
    struct thing *a = thing_new(&small), *b = thing_new(&small);

    EXPECT_NOT_NULL(b);
    EXPECT_NULL(thing_new(&small));
    kobj_delete(&a->obj);
    a = thing_new(&small);
    EXPECT_NOT_NULL(a);
    kobj_delete(&a->obj);
    kobj_unalloc(&b->obj);
    EXPECT_EQ(quota_used(&small.quota), 0);
    quota_fini(&small.quota);
    world_end();
}

UTEST(kobj, a_payers_object_lives_as_long_as_what_it_pays_for)
{
    struct kobj_payer inner;
    struct thing *factory, *x;

    world_start();
    factory = thing_new(&world.payer);
    ASSERT_EQ(quota_init_child(&inner.quota, &world.payer.quota, 4096), 0);
    inner.holder = &factory->obj;
    x = thing_new(&inner);
    kobj_delete(&factory->obj);
    EXPECT_EQ(world.destroyed, 1);
    EXPECT_EQ(world.freed, 0);
    EXPECT_NOT_NULL(thing_new(&world.payer)); /* elsewhere */
    kobj_delete(&x->obj);
    EXPECT_EQ(world.freed, 2);
    quota_fini(&inner.quota);
}

/* ---- deaths -------------------------------------------------------------------------------- */

UTEST(kobj, a_death_that_causes_another_does_not_nest)
{
    struct thing *x[CHAIN];

    world_start();
    for (unsigned i = 0; i < CHAIN; i++) {
        x[i] = thing_new(&world.payer);
        if (i)
            x[i]->kills = &x[i - 1]->obj;
    }
    kobj_delete(&x[CHAIN - 1]->obj);
    EXPECT_EQ(world.destroyed, CHAIN);
    EXPECT_EQ(world.deepest, 1);
    world_end();
}

UTEST(kobj, a_circle_of_deaths_ends)
{
    struct thing *a, *b;

    world_start();
    a = thing_new(&world.payer);
    b = thing_new(&world.payer);
    a->kills = &b->obj;
    b->kills = &a->obj;
    kobj_delete(&a->obj);
    EXPECT_EQ(world.freed, 2);
    world_end();
}

UTEST(kobj, tables_in_tables_are_emptied_without_recursion)
{
    static struct captab table[30];
    struct thing *outer = NULL;

    world_start();
    for (unsigned i = 0; i < array_size(table); i++) {
        struct thing *x = thing_new(&world.payer);

        captab_init(&table[i], &world.payer.quota);
        if (outer)
            put(&table[i], i, outer, CAP_ALL);
        x->holds = &table[i];
        outer = x;
    }
    put(&world.a, 9, outer, CAP_ALL);
    captab_remove(&world.a, 9, CAP_ALL, false);
    EXPECT_EQ(world.freed, array_size(table));
    EXPECT_EQ(world.deepest, 1);
    world_end();
}

UTEST(kobj, an_object_that_holds_itself_can_be_deleted)
{
    struct thing *x;

    world_start();
    x = thing_new(&world.payer);
    x->holds = &world.b;
    put(&world.b, 1, x, CAP_ALL);
    put(&world.b, 2, x, CAP_ALL);
    kobj_delete(&x->obj);
    EXPECT_EQ(x->destroyed, 1);
    world_end();
}

UTEST(kobj, a_header_that_could_not_be_had_charges_nothing)
{
    uint64_t used;

    world_start();
    used = quota_used(&world.payer.quota);
    fail_alloc_after(1);
    EXPECT_NULL(thing_new(&world.payer));
    fail_alloc_after(0);
    EXPECT_EQ(quota_used(&world.payer.quota), used);
    world_end();
}
