/* SPDX-License-Identifier: MIT */
#include <utest/utest.h>

#include <l4/sys/__l4_fpage.h>

UTEST(fpage, words_are_those_of_the_abi)
{
    EXPECT_EQ(l4_fpage(0x1000, 12, L4_FPAGE_RWX).raw, 0x1317);
    EXPECT_EQ(l4_fpage(0, 12, L4_FPAGE_RX).raw, 0x315);
    EXPECT_EQ(l4_fpage(0, 12, L4_FPAGE_RW).raw, 0x316);
    EXPECT_EQ(l4_fpage(0xb3000000, 13, 0).raw, 0xb3000350);
    EXPECT_EQ(l4_obj_fpage(0x104000, 0, L4_CAP_FPAGE_RWS).raw, 0x104037);
    EXPECT_EQ(l4_fpage_all().raw, 0xfc0);
    EXPECT_EQ(l4_fpage_invalid().raw, 0);
    EXPECT_EQ(l4_iofpage(0x3f8, 3).raw, 0x3f80e6);
}

UTEST(fpage, parts_come_back)
{
    l4_fpage_t m = l4_fpage(0x12345678, 14, L4_FPAGE_RX);
    l4_fpage_t p = l4_iofpage(0x60, 2);

    EXPECT_EQ(l4_fpage_memaddr(m), 0x12345000);
    EXPECT_EQ(l4_fpage_page(m), 0x12345);
    EXPECT_EQ(l4_fpage_size(m), 14);
    EXPECT_EQ(l4_fpage_type(m), L4_FPAGE_MEMORY);
    EXPECT_EQ(l4_fpage_rights(m), L4_FPAGE_RX);
    EXPECT_EQ(l4_fpage_ioport(p), 0x60);
    EXPECT_EQ(l4_fpage_type(p), L4_FPAGE_IO);
    EXPECT_EQ(l4_fpage_obj(l4_obj_fpage(0x7000, 1, 0)), 0x7000);
    EXPECT_FALSE(l4_is_fpage_writable(m));
    EXPECT_TRUE(l4_is_fpage_writable(l4_fpage_set_rights(m, L4_FPAGE_RW)));
    EXPECT_EQ(l4_fpage_memaddr(l4_fpage_set_rights(m, 0xf)), 0x12345000);
}

UTEST(fpage, control_words_are_those_of_the_abi)
{
    EXPECT_EQ(l4_map_control(0x5000, 0, 0), 0x5008);
    EXPECT_EQ(l4_map_control(0x5123, L4_FPAGE_UNCACHEABLE, L4_MAP_ITEM_GRANT), 0x501a);
    EXPECT_EQ(l4_map_control(0, L4_FPAGE_CACHEABLE, 0), 0x38);
    EXPECT_EQ(l4_map_control(0, L4_FPAGE_BUFFERABLE, 0), 0x58);
    EXPECT_EQ(l4_map_obj_control(0x105000, L4_FPAGE_C_OBJ_RIGHTS), 0x1050e8);
}

UTEST(fpage, contains_compares_whole_regions)
{
    l4_fpage_t f = l4_fpage(0x40000, 16, L4_FPAGE_RW);

    EXPECT_TRUE(l4_fpage_contains(f, 0x40000, 16));
    EXPECT_TRUE(l4_fpage_contains(f, 0x4f000, 12));
    EXPECT_FALSE(l4_fpage_contains(f, 0x50000, 12));
    EXPECT_FALSE(l4_fpage_contains(f, 0x40000, 17));
    EXPECT_TRUE(l4_fpage_contains(l4_fpage_all(), ~0UL, 12));
}

UTEST(fpage, max_order_stays_in_the_region_and_fits_the_hot_spot)
{
    EXPECT_EQ(l4_fpage_max_order(12, 0x405000, 0x400000, 0x7fffff, 0x405000), 22);
    EXPECT_EQ(l4_fpage_max_order(12, 0x405000, 0x400000, 0x7ffffe, 0x405000), 21);
    EXPECT_EQ(l4_fpage_max_order(12, 0x405000, 0x404000, 0x407fff, 0x405000), 14);
    EXPECT_EQ(l4_fpage_max_order(12, 0x405000, 0, ~0UL, 0x0c405000), 26);
    EXPECT_EQ(l4_fpage_max_order(12, 0x405000, 0, ~0UL, 0x404000), 12);
    EXPECT_EQ(l4_fpage_max_order(12, 0x405000, 0x405000, 0x405fff, 0x405000), 12);
    EXPECT_EQ(l4_fpage_max_order(12, 0, 0, ~0UL, 0), 62);
}
