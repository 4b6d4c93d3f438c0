/* SPDX-License-Identifier: MIT */
#include <utest/utest.h>

#include <l4/sys/err.h>
#include <l4/sys/types.h>

UTEST(tag, words_are_those_of_the_abi)
{
    EXPECT_EQ(l4_msgtag(1, 2, 3, L4_MSGTAG_SCHEDULE).raw, 0x120c2);
    EXPECT_EQ(l4_msgtag(L4_PROTO_PAGE_FAULT, 2, 0, 0).raw, -0x20000 + 2);
}

UTEST(tag, parts_come_back_with_the_sign_of_the_label)
{
    l4_msgtag_t t = l4_msgtag(-L4_ENOMEM, 63, 1, L4_MSGTAG_ERROR | L4_MSGTAG_TRANSFER_FPU);

    EXPECT_EQ(l4_msgtag_label(t), -12);
    EXPECT_EQ(l4_msgtag_words(t), 63);
    EXPECT_EQ(l4_msgtag_items(t), 1);
    EXPECT_EQ(l4_msgtag_flags(t), 0x9000);
    EXPECT_TRUE(l4_msgtag_has_error(t));
    EXPECT_TRUE(l4_msgtag_is_sigma0(l4_msgtag(L4_PROTO_SIGMA0, 0, 0, 0)));
    EXPECT_FALSE(l4_msgtag_is_exception(l4_msgtag(L4_PROTO_SIGMA0, 0, 0, 0)));
}

UTEST(tag, selectors)
{
    EXPECT_TRUE(l4_is_invalid_cap(L4_INVALID_CAP));
    EXPECT_TRUE(l4_is_invalid_cap(L4_INVALID_CAP | L4_SYSF_WAIT));
    EXPECT_TRUE(l4_is_valid_cap(L4_BASE_TASK_CAP));
    EXPECT_TRUE(l4_capability_equal(0x5000, 0x5003));
    EXPECT_EQ(l4_capability_next(L4_BASE_TASK_CAP), L4_BASE_FACTORY_CAP);
}

UTEST(tag, errors_have_texts)
{
    EXPECT_STREQ(l4sys_errtostr(0), "ok");
    EXPECT_STREQ(l4sys_errtostr(-L4_EPERM), "missing right");
    EXPECT_STREQ(l4sys_errtostr(L4_EPERM), "missing right");
    EXPECT_STREQ(l4sys_errtostr(-2003), "IPC: receive timeout");
    EXPECT_STREQ(l4sys_errtostr(-31999), "unknown error");
}
