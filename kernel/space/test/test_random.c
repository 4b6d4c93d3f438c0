/* SPDX-License-Identifier: MIT */
/*
 * Random operations: one after the other against the model, and many at once with the invariants
 * looked at after each step.
 */
#include "model.h"
#include "world.h"

#include <utest/utest.h>

#define P0 0x40000000ull
#define U 0x10000000ull
#define SEEDS 3u
#define OPS 300u
#define TOGETHER 5u
#define TOGETHER_STEPS 2500u

static uint64_t seed;

static unsigned dice(unsigned n)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (unsigned)(seed >> 33) % n;
}

static struct space *space_of(int s)
{
    return s ? &world.space[s - 1] : S0;
}

static uint64_t address(int s, unsigned page)
{
    return (s ? U : P0) + page * PAGE;
}

struct choice {
    bool unmap, grant, self;
    int src, dst;
    unsigned from, to, order, rights;
};

static unsigned place(unsigned order)
{
    const unsigned region = dice(M_REGIONS) * 512;

    if (order >= 21)
        return order == 22 ? 0 : region;
    return (region + dice(12)) & ~((1u << (order - 12)) - 1);
}

static struct choice choose(void)
{
    static const uint8_t orders[] = { 12, 12, 12, 12, 13, 14, 21, 21, 21, 22 };
    static const uint8_t rights[] = { RWX, RWX, RWX, RW, RX, R, PT_W, PT_X };
    struct choice c = {
        .unmap = dice(10) < 3,
        .grant = dice(6) == 0,
        .self = dice(2),
        .src = (int)dice(M_SPACES),
        .dst = (int)dice(M_SPACES),
        .order = orders[dice(sizeof(orders))],
        .rights = rights[dice(sizeof(rights))],
    };

    if (!c.dst && dice(8)) /* seldom into sigma0 */
        c.dst = 1 + (int)dice(M_SPACES - 1);
    c.from = place(c.order);
    c.to = place(c.order);
    return c;
}

static void do_real(const struct choice *c)
{
    struct space *src = space_of(c->src);
    const uint64_t from = address(c->src, c->from);

    if (c->unmap)
        (void)unmap(src, from, c->order, c->rights, c->self ? SELF : DERIVED);
    else
        EXPECT_EQ(map_item(src, from, space_of(c->dst), address(c->dst, c->to), c->order, c->rights,
                           c->grant ? GRANT : 0),
                  0);
}

static bool do_model(const struct choice *c)
{
    const unsigned pages = 1u << (c->order - 12);

    if (c->unmap)
        model_unmap(c->src, c->from, pages, c->rights, c->self);
    else
        return model_map(c->src, c->from, c->dst, c->to, pages, c->rights, c->grant);
    return false;
}

static bool same_everywhere(void)
{
    for (int s = 0; s < M_SPACES; s++)
        for (unsigned p = 0; p < M_PAGES; p++) {
            unsigned frame = 0;
            const unsigned rights = model_rights(s, p, &frame);
            const uint64_t want = rights ? (P0 + frame * PAGE) | rights : 0;
            const uint64_t got = at(space_of(s), address(s, p));

            if (got == want && (!want || size_at(space_of(s), address(s, p)) == model_order(s, p)))
                continue;
            utest_fail(__FILE__, __LINE__, "space %d page %u: %#lx, should be %#lx", s, p, got,
                       want);
            return false;
        }
    return true;
}

UTEST(random, operations_do_what_the_model_says)
{
    for (unsigned round = 0; round < SEEDS; round++) {
        seed = 0x9e3779b97f4a7c15ull * (round + 1);
        model_reset();
        world_start();
        for (unsigned i = 0; i < OPS; i++) {
            const struct choice c = choose();
            bool mapped;

            do_real(&c);
            mapped = do_model(&c);
            world_check();
            if (same_everywhere() && (c.unmap || mapped == world.mapped))
                continue;
            utest_fail(__FILE__, __LINE__,
                       "round %u op %u: %s %d:%u -> %d:%u order %u rights %u grant %d self %d",
                       round, i, c.unmap ? "unmap" : "map", c.src, c.from, c.dst, c.to, c.order,
                       c.rights, c.grant, c.self);
            utest_stop();
        }
        world_end();
    }
}

/* ---- many at once --------------------------------------------------------------------- */

static void begin(struct map_op *op, const struct choice *c)
{
    const struct hotspot h =
        spot_mem(address(c->src, c->from), address(c->dst, c->to), c->order, c->rights);
    const struct map_args args = {
        .src = space_of(c->src), .dst = space_of(c->dst), .spot = &h, .item = c->grant ? GRANT : 0
    };

    if (c->unmap)
        unmap_init(op, &world.me, space_of(c->src), &h, c->self ? SELF : DERIVED);
    else
        map_init(op, &world.me, &args);
}

static void begin_ports(struct map_op *op, const struct choice *c)
{
    const struct hotspot h = spot_io(64 * (c->from % 2) + 8 * dice(8), c->order % 7);
    const struct map_args args = {
        .src = space_of(c->src), .dst = space_of(c->dst), .spot = &h, .item = c->grant ? GRANT : 0
    };

    if (c->unmap)
        unmap_init(op, &world.me, space_of(c->src), &h, c->self ? SELF : DERIVED);
    else
        map_init(op, &world.me, &args);
}

static unsigned preemptions;

/* Somebody else does a whole operation, or half of one. */
static void somebody_else(void)
{
    static struct map_op op;
    const struct choice c = choose();

    if (dice(3))
        return;
    preemptions++;
    if (dice(5))
        begin(&op, &c);
    else
        begin_ports(&op, &c);
    for (unsigned steps = 1 + dice(600); steps && map_step(&op) == MAP_MORE; steps--)
        ;
    map_fini(&op);
}

UTEST(random, operations_preempted_between_look_and_lock_keep_the_invariants)
{
    for (unsigned round = 0; round < SEEDS; round++) {
        seed = 0xa0761d6478bd642full * (round + 1);
        preemptions = 0;
        world_start_limited(round % 2 ? 40 * 4096 : MiB(16));
        world_on_preemption(somebody_else);
        for (unsigned i = 0; i < OPS; i++) {
            const struct choice c = choose();
            struct map_op op;

            begin(&op, &c);
            (void)!map_run(&op, NULL, NULL);
            if (i % 4 == 0)
                world_check_moving();
        }
        world_on_preemption(NULL);
        EXPECT_GT(preemptions, OPS);
        world_check_moving();
        world_end();
    }
}

UTEST(random, operations_at_once_keep_the_invariants)
{
    static struct map_op ops[TOGETHER];

    for (unsigned round = 0; round < SEEDS; round++) {
        bool busy[TOGETHER] = { false };

        seed = 0xd1342543de82ef95ull * (round + 1);
        world_start_limited(round % 2 ? 40 * 4096 : MiB(16)); /* in half of them too little */
        for (unsigned i = 0; i < TOGETHER_STEPS; i++) {
            const unsigned k = dice(TOGETHER);

            if (!busy[k]) {
                const struct choice c = choose();

                if (dice(5))
                    begin(&ops[k], &c);
                else
                    begin_ports(&ops[k], &c);
                busy[k] = true;
            } else if (map_step(&ops[k]) != MAP_MORE || !dice(40)) {
                map_fini(&ops[k]); /* done, out of memory, or stopped */
                busy[k] = false;
            }
            if (i % 4 == 0)
                world_check_moving();
        }
        for (unsigned k = 0; k < TOGETHER; k++)
            if (busy[k])
                map_fini(&ops[k]);
        world_check_moving();
        world_end();
    }
}
