/* SPDX-License-Identifier: MIT */
#include "world.h"

#include "../tables.h"

#include <arch/host/machine.h>
#include <l4/sys/consts.h>
#include <mem/frame.h>
#include <space/check.h>
#include <stdlib.h>
#include <sync/upcall.h>
#include <utest/utest.h>

#define POOL_FRAMES 6000u
#define RAM_END GiB(1)

struct world world;
static struct sync_cpu cpu;
static void (*preempt_fn)(void);
static bool preempting;

static void preempt(void *unused)
{
    (void)unused;
    if (!preempt_fn || preempting || world.me.locks)
        return;
    preempting = true;
    preempt_fn();
    preempting = false;
}

void world_on_preemption(void (*fn)(void))
{
    preempt_fn = fn;
    host_irq_on_offer(fn ? preempt : NULL, NULL);
}

/* ---- what kernel/sync asks of the scheduler: one CPU, one thread ---------------------- */

void sched_micro_leave(void)
{
}

struct sync_cpu *sched_sync_cpu(void)
{
    return &cpu;
}

struct sync_cpu *sched_sync_cpu_of(cpu_id id)
{
    return id ? NULL : &cpu;
}

cpu_id sched_cpus(void)
{
    return 1;
}

cpu_id sched_cpu_hint(void)
{
    return 0;
}

struct sync_party *sched_party_of(uint32_t index)
{
    return index == world.me.index ? &world.me : NULL;
}

bool sched_help(struct sync_party *owner, struct helplock *l)
{
    utest_fail(__FILE__, __LINE__, "thread %u waits for lock %u", owner->index, l->rank);
    abort();
}

void sched_helped_release(void)
{
    preempt(NULL);
}

/* ---- beginning and end ---------------------------------------------------------------- */

static void pool_fill(void)
{
    const size_t bytes = (POOL_FRAMES + 32) * FRAME_SIZE;
    char *memory = malloc(bytes);

    if (!memory || !frame_pool_add(memory, memory + bytes))
        abort();
}

void world_start_limited(uint64_t limit)
{
    if (!frame_count_total()) {
        pool_fill();
        mapdb_init(RAM_END);
    }
    sync_cpu_init(&cpu, 0);
    party_init(&world.me, 1);
    world.frames = frame_count_free();
    quota_init_root(&world.root);
    ASSERT_EQ(space_init(&world.sigma0, &world.root), 0);
    space_make_sigma0(&world.sigma0, WORLD_LIMIT);
    for (unsigned i = 0; i < WORLD_SPACES; i++) {
        ASSERT_EQ(quota_init_child(&world.quota[i], &world.root, limit), 0);
        ASSERT_EQ(space_init(&world.space[i], &world.quota[i]), 0);
    }
}

void world_start(void)
{
    world_start_limited(MiB(64));
}

static void end_space(struct space *s)
{
    unsigned steps = 0;

    while (space_teardown_step(s, &world.me))
        if (++steps > 10000000) {
            utest_fail(__FILE__, __LINE__, "a teardown without end");
            return;
        }
}

void world_end(void)
{
    for (unsigned i = 0; i < WORLD_SPACES; i++) {
        end_space(&world.space[i]);
        EXPECT_EQ(quota_used(&world.quota[i]), 0);
        quota_fini(&world.quota[i]);
    }
    end_space(&world.sigma0);
    EXPECT_EQ(quota_used(&world.root), 0);
    EXPECT_EQ(mapnode_count(), 0);
    EXPECT_EQ(frame_count_free(), world.frames);
}

static void check_one(struct space *s, const char *name, bool still)
{
    const char *bad = space_check(s, still);

    if (bad)
        utest_fail(__FILE__, __LINE__, "space %s: %s", name, bad);
}

static void check_all(bool still)
{
    static const char *const names[WORLD_SPACES] = { "A", "B", "C", "D", "E", "F" };

    check_one(&world.sigma0, "sigma0", still);
    for (unsigned i = 0; i < WORLD_SPACES; i++)
        check_one(&world.space[i], names[i], still);
}

void world_check(void)
{
    check_all(true);
}

void world_check_moving(void)
{
    check_all(false);
}

/* ---- operations ----------------------------------------------------------------------- */

struct hotspot spot_mem(uint64_t from, uint64_t to, unsigned order, unsigned rights)
{
    return (struct hotspot){
        .type = L4_FPAGE_MEMORY, .rights = rights, .order = order, .src = from, .dst = to
    };
}

struct hotspot spot_io(unsigned port, unsigned order)
{
    return (struct hotspot){
        .type = L4_FPAGE_IO, .rights = RW, .order = order, .src = port, .dst = port
    };
}

static int map_spot(struct space *src, struct space *dst, const struct hotspot *h, uint64_t item)
{
    const struct map_args args = { .src = src, .dst = dst, .spot = h, .item = item };
    struct map_op op;
    int err;

    map_init(&op, &world.me, &args);
    err = map_run(&op, NULL, NULL);
    world.mapped = op.mapped;
    return err;
}

int map_item(struct space *src, uint64_t from, struct space *dst, uint64_t to, unsigned order,
             unsigned rights, uint64_t item)
{
    const struct hotspot h = spot_mem(from, to, order, rights);

    return map_spot(src, dst, &h, item);
}

int map(struct space *src, uint64_t from, struct space *dst, uint64_t to, unsigned order,
        unsigned rights)
{
    return map_item(src, from, dst, to, order, rights, 0);
}

int map_io(struct space *src, struct space *dst, unsigned port, unsigned order, uint64_t item)
{
    const struct hotspot h = spot_io(port, order);

    return map_spot(src, dst, &h, item);
}

static unsigned unmap_spot(struct space *s, const struct hotspot *h, uint64_t mask)
{
    struct map_op op;

    unmap_init(&op, &world.me, s, h, mask);
    EXPECT_EQ(map_run(&op, NULL, NULL), 0);
    return op.used;
}

unsigned unmap(struct space *s, uint64_t va, unsigned order, unsigned rights, uint64_t mask)
{
    const struct hotspot h = spot_mem(va, va, order, rights);

    return unmap_spot(s, &h, mask);
}

void unmap_io(struct space *s, unsigned port, unsigned order, uint64_t mask)
{
    const struct hotspot h = spot_io(port, order);

    (void)unmap_spot(s, &h, mask);
}

uint64_t at(const struct space *s, uint64_t va)
{
    unsigned rights;
    paddr pa;

    return space_lookup(s, va, &pa, &rights) ? pa | rights : 0;
}

unsigned size_at(const struct space *s, uint64_t va)
{
    struct leaf l;

    tables_find(s, va, &l);
    return pt_is_leaf(l.e, l.level) ? pt_level_order(l.level) : 0;
}
