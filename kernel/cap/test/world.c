/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <mem/frame.h>
#include <sync/cpu.h>
#include <sync/upcall.h>
#include <sys/mman.h>

#define POOL_BYTES MiB(4)

struct world world;
static struct sync_cpu cpu;

void sched_micro_leave(void)
{
}

struct sync_cpu *sched_sync_cpu(void)
{
    return &cpu;
}

static struct kobj_deaths *deaths_of_current(void)
{
    return &world.deaths;
}

static void destroy(struct kobj *o)
{
    struct thing *t = thing_of(o);

    t->destroyed++;
    world.destroyed++;
    world.depth++;
    world.deepest = max(world.deepest, world.depth);
    EXPECT_FALSE(kobj_alive(o));
    if (t->kills)
        kobj_delete(t->kills);
    while (t->holds && captab_teardown_step(t->holds))
        ;
    world.depth--;
}

static void destroyed_for_good(struct kobj *o)
{
    thing_of(o)->freed++;
    world.freed++;
}

static const struct kobj_type thing_type = {
    .name = "thing",
    .destroy = destroy,
    .free = destroyed_for_good,
};

void world_start(void)
{
    char *pool = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    ASSERT_TRUE(frame_pool_add(pool, pool + POOL_BYTES));
    quota_init_root(&world.payer.quota);
    captab_init(&world.a, &world.payer.quota);
    captab_init(&world.b, &world.payer.quota);
    kobj_set_deaths(deaths_of_current);
}

void world_end(void)
{
    while (captab_teardown_step(&world.a))
        ;
    while (captab_teardown_step(&world.b))
        ;
    EXPECT_EQ(kobj_live_headers(), 0);
    EXPECT_EQ(quota_used(&world.payer.quota), 0);
    EXPECT_EQ(world.destroyed, world.freed);
    EXPECT_NULL(world.deaths.first);
}

struct thing *thing_new(struct kobj_payer *p)
{
    struct kobj *o = kobj_alloc(&thing_type, p);

    return o ? thing_of(o) : NULL;
}

void put(struct captab *t, unsigned long index, struct thing *thing, unsigned rights)
{
    ASSERT_EQ(captab_insert(t, index, (struct cap){ .obj = &thing->obj, .rights = rights }), 0);
}

struct thing *at(const struct captab *t, unsigned long index)
{
    struct cap c = captab_lookup(t, index);

    return c.obj ? thing_of(c.obj) : NULL;
}

unsigned rights_at(const struct captab *t, unsigned long index)
{
    return captab_lookup(t, index).rights;
}
