/* SPDX-License-Identifier: MIT */
#include <utest/utest.h>

#include <l4/sys/__timeout.h>

UTEST(timeout, words_are_those_of_the_abi)
{
    EXPECT_EQ(L4_IPC_NEVER.raw, 0);
    EXPECT_EQ(L4_IPC_BOTH_TIMEOUT_0.raw, 0x04000400);
    EXPECT_EQ(l4_timeout(L4_IPC_TIMEOUT_0, L4_IPC_TIMEOUT_NEVER).raw, 0x04000000);
    EXPECT_EQ(l4_ipc_timeout(1, 2, 3, 4).raw, 0x08011003);
    EXPECT_EQ(l4_timeout_from_us(0).t, 0x0400);
    EXPECT_EQ(l4_timeout_from_us(~0U).t, 0);
}

UTEST(timeout, halves_are_independent)
{
    l4_timeout_t t = L4_IPC_NEVER;

    l4_snd_timeout(l4_timeout_rel(5, 6), &t);
    l4_rcv_timeout(l4_timeout_rel(7, 8), &t);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_snd_get(t)), 5 << 6);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_rcv_get(t)), 7 << 8);
    EXPECT_EQ(t.p.snd.t, l4_timeout_rel(5, 6).t);
    EXPECT_EQ(t.p.rcv.t, l4_timeout_rel(7, 8).t);
    EXPECT_FALSE(l4_timeout_is_absolute(t.p.rcv));
}

UTEST(timeout, is_never_shorter_than_asked_and_at_most_one_part_in_512_longer)
{
    for (uint64_t us = 1; us < L4_TIMEOUT_US_MAX; us += us / 3 + 1) {
        uint64_t got = l4_timeout_rel_get(l4_timeout_from_us64(us));

        ASSERT_FALSE(l4_timeout_is_never(l4_timeout_from_us64(us)));
        if (us <= 1023ULL << 31)
            ASSERT_TRUE(got >= us);
        ASSERT_TRUE(got - us <= us / 512);
    }
}

UTEST(timeout, exact_where_the_mantissa_suffices)
{
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_from_us64(1)), 1);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_from_us64(1023)), 1023);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_from_us64(1024)), 1024);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_from_us64(1025)), 1026);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_from_us64(1000000)), 1000448);
    EXPECT_EQ(l4_timeout_rel_get(l4_timeout_from_us64(~0ULL)), 1023ULL << 31);
}
