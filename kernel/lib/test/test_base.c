/* SPDX-License-Identifier: MIT */
#include <lib/base.h>
#include <utest/utest.h>

#undef CONFIG_TEST_SET
#define CONFIG_TEST_SET 1
#define CONFIG_TEST_ZERO 0

struct outer {
    int before;
    int member;
};

UTEST(base, enabled_is_one_for_a_set_option_and_zero_otherwise)
{
    EXPECT_EQ(enabled(CONFIG_TEST_SET), 1);
    EXPECT_EQ(enabled(CONFIG_TEST_ZERO), 0);
    EXPECT_EQ(enabled(CONFIG_TEST_NEVER_DEFINED), 0);
#if enabled(CONFIG_TEST_NEVER_DEFINED) || !enabled(CONFIG_TEST_SET)
    utest_fail(__FILE__, __LINE__, "the preprocessor reads enabled() differently");
#endif
}

UTEST(base, container_of_finds_the_object_around_a_member)
{
    struct outer o = { 1, 2 };
    const int *member = &o.member;

    EXPECT_EQ(container_of(&o.member, struct outer, member), &o);
    EXPECT_EQ(container_of(member, struct outer, member), &o);
}

UTEST(base, alignment_keeps_aligned_numbers_and_the_type)
{
    EXPECT_EQ(align_up(0u, 8), 0);
    EXPECT_EQ(align_up(1u, 8), 8);
    EXPECT_EQ(align_up(8u, 8), 8);
    EXPECT_EQ(align_down(15u, 8), 8);
    EXPECT_EQ(align_down(0xfffffffffffff123ull, 4096), 0xfffffffffffff000ull);
    EXPECT_TRUE(is_aligned(4096ull, 4096));
    EXPECT_FALSE(is_aligned(4097ull, 4096));
}

UTEST(base, min_and_max_evaluate_their_arguments_once)
{
    int i = 1, j = 5;

    EXPECT_EQ(min(i++, j++), 1);
    EXPECT_EQ(max(i++, j++), 6);
    EXPECT_EQ(i, 3);
    EXPECT_EQ(j, 7);
}

UTEST(base, array_size_counts_elements)
{
    short a[7];

    EXPECT_EQ(array_size(a), 7);
}
