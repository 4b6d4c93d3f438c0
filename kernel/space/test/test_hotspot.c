/* SPDX-License-Identifier: MIT */
#include <l4/sys/__l4_fpage.h>
#include <space/hotspot.h>
#include <utest/utest.h>

#define ALL 0xfc0ull
#define MEM(base, order) ((uint64_t)(base) | (order) << 6 | L4_FPAGE_MEMORY << 4 | 7)
#define IO(port, order) ((uint64_t)(port) << 12 | (order) << 6 | L4_FPAGE_IO << 4 | 6)
#define OBJ(index, order) ((uint64_t)(index) << 12 | (order) << 6 | L4_FPAGE_OBJ << 4 | 15)
#define HOT(x) ((uint64_t)(x) | 8)

struct hot_case {
    uint64_t item, fpage, window;
    enum hotspot_result result;
    uint64_t src, dst;
    unsigned order;
};

static void run(const struct hot_case *c, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct hotspot h = { 0 };
        enum hotspot_result got = hotspot_find(&h, c[i].item, c[i].fpage, c[i].window);

        if (got != c[i].result)
            utest_fail(__FILE__, __LINE__, "case %zu: result %d", i, got);
        if (got != HOTSPOT_MAP || c[i].result != HOTSPOT_MAP)
            continue;
        if (h.src != c[i].src || h.dst != c[i].dst || h.order != c[i].order)
            utest_fail(__FILE__, __LINE__, "case %zu: %#lx -> %#lx order %u", i, h.src, h.dst,
                       h.order);
    }
}

UTEST(hotspot, memory_follows_the_table)
{
    static const struct hot_case cases[] = {
        /* window larger than what is sent */
        { HOT(0x5000), MEM(0x1000, 12), MEM(0x400000, 16), HOTSPOT_MAP, 0x1000, 0x405000, 12 },
        { HOT(0x25000), MEM(0x1000, 12), MEM(0x400000, 16), HOTSPOT_MAP, 0x1000, 0x405000, 12 },
        { HOT(0x7000), MEM(0x12000, 13), MEM(0x400000, 16), HOTSPOT_MAP, 0x12000, 0x406000, 13 },
        /* the same size */
        { HOT(0x9000), MEM(0x12000, 13), MEM(0x40000, 13), HOTSPOT_MAP, 0x12000, 0x40000, 13 },
        /* window smaller */
        { HOT(0x5000), MEM(0x100000, 16), MEM(0x3000, 12), HOTSPOT_MAP, 0x105000, 0x3000, 12 },
        { HOT(0x7abc000), MEM(0x100000, 16), MEM(0x2000, 13), HOTSPOT_MAP, 0x10c000, 0x2000, 13 },
        /* bases are cut to their own size */
        { HOT(0), MEM(0x13000, 16), MEM(0x43000, 16), HOTSPOT_MAP, 0x10000, 0x40000, 16 },
        /* everything as a window: the hot spot is the target */
        { HOT(0x7000), MEM(0x2000, 13), ALL, HOTSPOT_MAP, 0x2000, 0x6000, 13 },
        { HOT(0x7fff00003000), MEM(0x1000, 12), ALL, HOTSPOT_MAP, 0x1000, 0x7fff00003000, 12 },
        { HOT(0x800000000000), MEM(0x1000, 12), ALL, HOTSPOT_NOTHING, 0, 0, 0 },
        /* everything is sent */
        { HOT(0x5000), MEM(0, 63), MEM(0x3000, 12), HOTSPOT_MAP, 0x5000, 0x3000, 12 },
        { HOT(0), MEM(0, 63), ALL, HOTSPOT_MAP, 0, 0, 47 },
        { HOT(0x123000), MEM(0, 63), MEM(0, 63), HOTSPOT_MAP, 0, 0, 47 },
        { HOT(0x123000), MEM(0x1000, 12), MEM(0, 63), HOTSPOT_MAP, 0x1000, 0x123000, 12 },
        /* outside of user space */
        { HOT(0), MEM(0x800000000000, 12), ALL, HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), MEM(0x1000, 12), MEM(0xffff800000000000, 12), HOTSPOT_NOTHING, 0, 0, 0 },
        /* less than a page */
        { HOT(0), MEM(0x1000, 11), ALL, HOTSPOT_SMALL, 0, 0, 0 },
        { HOT(0), MEM(0x1000, 12), MEM(0x1000, 11), HOTSPOT_SMALL, 0, 0, 0 },
        { HOT(0), MEM(0x1000, 0), MEM(0x1000, 12), HOTSPOT_SMALL, 0, 0, 0 },
    };

    run(cases, sizeof(cases) / sizeof(cases[0]));
}

UTEST(hotspot, objects_follow_the_table)
{
    static const struct hot_case cases[] = {
        { HOT(0x105000), OBJ(0x104, 0), ALL, HOTSPOT_MAP, 0x104, 0x105, 0 },
        { HOT(0x107000), OBJ(0x104, 1), ALL, HOTSPOT_MAP, 0x104, 0x106, 1 },
        { HOT(0x3000), OBJ(0x104, 0), OBJ(0x200, 4), HOTSPOT_MAP, 0x104, 0x203, 0 },
        { HOT(0x3000), OBJ(0x100, 4), OBJ(0x200, 0), HOTSPOT_MAP, 0x103, 0x200, 0 },
        { HOT(0), OBJ(0, 63), OBJ(0x5, 0), HOTSPOT_MAP, 0, 5, 0 },
        { HOT(0), OBJ(0, 63), ALL, HOTSPOT_MAP, 0, 0, 20 },
        { HOT(0x5000), OBJ(7, 0), OBJ(0, 63), HOTSPOT_MAP, 7, 5, 0 },
        { HOT(0x100000000), OBJ(7, 0), ALL, HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), OBJ(0x100000, 0), ALL, HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), OBJ(7, 0), OBJ(0x100000, 0), HOTSPOT_NOTHING, 0, 0, 0 },
    };

    run(cases, sizeof(cases) / sizeof(cases[0]));
}

UTEST(hotspot, ports_map_one_to_one_where_both_meet)
{
    static const struct hot_case cases[] = {
        { HOT(0x7000), IO(0x3f8, 3), ALL, HOTSPOT_MAP, 0x3f8, 0x3f8, 3 },
        { HOT(0), IO(0x3f8, 3), IO(0, 16), HOTSPOT_MAP, 0x3f8, 0x3f8, 3 },
        { HOT(0), IO(0, 16), IO(0x60, 0), HOTSPOT_MAP, 0x60, 0x60, 0 },
        { HOT(0), IO(0x60, 4), IO(0x64, 0), HOTSPOT_MAP, 0x64, 0x64, 0 },
        { HOT(0), IO(0x60, 4), IO(0x70, 4), HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), IO(0, 63), IO(0, 63), HOTSPOT_MAP, 0, 0, 16 },
        { HOT(0), IO(0x10000, 0), ALL, HOTSPOT_NOTHING, 0, 0, 0 },
    };

    run(cases, sizeof(cases) / sizeof(cases[0]));
}

UTEST(hotspot, another_type_of_window_takes_nothing)
{
    static const struct hot_case cases[] = {
        { HOT(0), MEM(0x1000, 12), IO(0, 16), HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), MEM(0x1000, 12), OBJ(0, 12), HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), OBJ(1, 0), MEM(0x1000, 12), HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), MEM(0x1000, 12), 0, HOTSPOT_NOTHING, 0, 0, 0 },
        { HOT(0), 0, ALL, HOTSPOT_BAD, 0, 0, 0 },
        { HOT(0), ALL, ALL, HOTSPOT_BAD, 0, 0, 0 },
    };

    run(cases, sizeof(cases) / sizeof(cases[0]));
}

UTEST(hotspot, a_flexpage_of_its_own_type_or_of_all_types_is_unmapped)
{
    struct hotspot h;

    EXPECT_EQ(hotspot_whole(&h, MEM(0x13000, 16), L4_FPAGE_MEMORY), HOTSPOT_MAP);
    EXPECT_EQ(h.src, 0x10000);
    EXPECT_EQ(h.order, 16);
    EXPECT_EQ(h.rights, 7);
    EXPECT_EQ(hotspot_whole(&h, ALL | 7, L4_FPAGE_MEMORY), HOTSPOT_MAP);
    EXPECT_EQ(h.order, 47);
    EXPECT_EQ(h.rights, 7);
    EXPECT_EQ(hotspot_whole(&h, ALL, L4_FPAGE_IO), HOTSPOT_MAP);
    EXPECT_EQ(h.order, 16);
    EXPECT_EQ(hotspot_whole(&h, ALL, L4_FPAGE_OBJ), HOTSPOT_MAP);
    EXPECT_EQ(h.order, 20);
    EXPECT_EQ(hotspot_whole(&h, MEM(0x1000, 11), L4_FPAGE_MEMORY), HOTSPOT_SMALL);
    EXPECT_EQ(hotspot_whole(&h, MEM(0x1000, 12), L4_FPAGE_IO), HOTSPOT_NOTHING);
    EXPECT_EQ(hotspot_whole(&h, OBJ(0x104, 0), L4_FPAGE_OBJ), HOTSPOT_MAP);
    EXPECT_EQ(h.src, 0x104);
}

UTEST(hotspot, the_return_item_keeps_spot_order_type_and_compound)
{
    EXPECT_EQ(hotspot_return_item(0x105000 | 0xe0 | 8 | 1, OBJ(0x104, 3), L4_RET_ITEM_NOT_MAPPED),
              0x105000 | 3 << 6 | 3 << 4 | 8 | 2 | 1);
    EXPECT_EQ(hotspot_return_item(0x7000 | 8 | 2, MEM(0x1000, 12), L4_RET_ITEM_MAPPED),
              0x7000 | 12 << 6 | 1 << 4 | 8);
}
