/* SPDX-License-Identifier: MIT */
#include <arch/irq.h>
#include <l4/sys/err.h>
#include <mem/quota.h>
#include <utest/utest.h>

static struct quota root, child;
static uint64_t in_graves;
static unsigned asked;

static bool reclaim(struct quota *q)
{
    uint64_t some = min(in_graves, (uint64_t)10);

    asked++;
    in_graves -= some;
    quota_release(q, some);
    return some != 0;
}

static void make(uint64_t limit)
{
    asked = 0;
    in_graves = 0;
    quota_set_reclaim(NULL);
    quota_init_root(&root);
    ASSERT_EQ(quota_init_child(&child, &root, limit), 0);
}

UTEST(quota, charges_up_to_the_limit_and_not_past_it)
{
    make(100);
    EXPECT_EQ(quota_charge(&child, 60), 0);
    EXPECT_EQ(quota_charge(&child, 41), -L4_ENOMEM);
    EXPECT_EQ(quota_used(&child), 60);
    EXPECT_EQ(quota_charge(&child, 40), 0);
    EXPECT_EQ(quota_charge(&child, 1), -L4_ENOMEM);
    EXPECT_EQ(quota_charge(&child, UINT64_MAX), -L4_ENOMEM);
    quota_release(&child, 100);
    EXPECT_EQ(quota_used(&child), 0);
}

UTEST(quota, a_child_is_carved_out_of_its_parent)
{
    struct quota grandchild;

    make(100);
    EXPECT_EQ(quota_used(&root), 100);
    EXPECT_EQ(quota_init_child(&grandchild, &child, 101), -L4_ENOMEM);
    ASSERT_EQ(quota_init_child(&grandchild, &child, 100), 0);
    EXPECT_EQ(quota_charge(&child, 1), -L4_ENOMEM);
    EXPECT_EQ(quota_charge(&grandchild, 100), 0);
    EXPECT_EQ(quota_used(&root), 100);
    quota_release(&grandchild, 100);
    quota_fini(&grandchild);
    EXPECT_EQ(quota_used(&child), 0);
    quota_fini(&child);
    EXPECT_EQ(quota_used(&root), 0);
}

UTEST(quota, the_root_has_no_limit_and_the_kernel_is_not_charged)
{
    make(0);
    EXPECT_EQ(quota_charge(&root, UINT64_MAX), 0);
    EXPECT_EQ(quota_charge(NULL, 5), 0);
    quota_release(NULL, 5);
}

UTEST(quota, graves_are_emptied_before_a_charge_fails)
{
    make(100);
    quota_set_reclaim(reclaim);
    ASSERT_EQ(quota_charge(&child, 100), 0);
    in_graves = 35;
    EXPECT_EQ(quota_charge(&child, 30), 0);
    EXPECT_EQ(asked, 3);
    EXPECT_EQ(quota_charge(&child, 30), -L4_ENOMEM);
    EXPECT_EQ(in_graves, 0);
    EXPECT_EQ(quota_used(&child), 95);
}

UTEST(quota, in_a_micro_section_graves_stay_closed)
{
    make(10);
    quota_set_reclaim(reclaim);
    ASSERT_EQ(quota_charge(&child, 10), 0);
    in_graves = 10;
    arch_irq_off();
    EXPECT_EQ(quota_charge(&child, 1), -L4_ENOMEM);
    arch_irq_on();
    EXPECT_EQ(asked, 0);
}
