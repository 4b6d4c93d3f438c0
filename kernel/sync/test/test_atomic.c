/* SPDX-License-Identifier: MIT */
#include <sync/atomic.h>
#include <utest/utest.h>

UTEST(atomic, cas_changes_the_word_only_if_it_is_as_expected)
{
    struct atomic_u64 a = { 5 };
    uint64_t expected = 4;

    EXPECT_FALSE(atomic_u64_cas_acq_rel(&a, &expected, 9));
    EXPECT_EQ(expected, 5);
    EXPECT_TRUE(atomic_u64_cas_acq_rel(&a, &expected, 9));
    EXPECT_EQ(atomic_u64_load_relaxed(&a), 9);
}

UTEST(atomic, fetch_and_swap_return_the_value_before)
{
    struct atomic_u32 a = { 6 };

    EXPECT_EQ(atomic_u32_fetch_add_relaxed(&a, 2), 6);
    EXPECT_EQ(atomic_u32_fetch_sub_acq_rel(&a, 1), 8);
    EXPECT_EQ(atomic_u32_fetch_or_seq_cst(&a, 8), 7);
    EXPECT_EQ(atomic_u32_fetch_and_release(&a, 9), 15);
    EXPECT_EQ(atomic_u32_swap_acq_rel(&a, 1), 9);
    EXPECT_EQ(atomic_u32_load_acquire(&a), 1);
}

UTEST(atomic, pointers_travel_unchanged)
{
    struct atomic_ptr p = { NULL };
    int x;
    void *expected = NULL;

    EXPECT_TRUE(atomic_ptr_cas_acquire(&p, &expected, &x));
    EXPECT_EQ(atomic_ptr_load_acquire(&p), &x);
    EXPECT_EQ(atomic_ptr_swap_seq_cst(&p, NULL), &x);
}
