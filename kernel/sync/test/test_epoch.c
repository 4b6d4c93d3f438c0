/* SPDX-License-Identifier: MIT */
/* The form for several CPUs, whatever the configuration of this build. */
#undef CONFIG_MP
#undef CONFIG_MAX_CPUS
#define CONFIG_MP 1
#define CONFIG_MAX_CPUS 4
#define epoch_wait_begin mp_epoch_wait_begin
#define epoch_wait_over mp_epoch_wait_over
#include "../epoch.c"

#include "standin.h"
#include <utest/utest.h>

UTEST(epoch, a_grace_period_is_over_if_nobody_is_inside)
{
    struct epoch_wait w;

    standin_reset();
    epoch_wait_begin(&w);
    EXPECT_TRUE(epoch_wait_over(&w));
    epoch_enter(&standin.cpu[1]);
    EXPECT_TRUE(epoch_wait_over(&w));
}

UTEST(epoch, it_waits_for_each_cpu_that_was_inside)
{
    struct epoch_wait w;

    standin_reset();
    epoch_enter(&standin.cpu[0]);
    epoch_enter(&standin.cpu[3]);
    epoch_wait_begin(&w);
    EXPECT_FALSE(epoch_wait_over(&w));
    epoch_leave(&standin.cpu[3]);
    EXPECT_FALSE(epoch_wait_over(&w));
    epoch_leave(&standin.cpu[0]);
    EXPECT_TRUE(epoch_wait_over(&w));
}

UTEST(epoch, a_cpu_that_left_and_entered_again_is_not_waited_for)
{
    struct epoch_wait w;

    standin_reset();
    epoch_enter(&standin.cpu[2]);
    epoch_wait_begin(&w);
    epoch_leave(&standin.cpu[2]);
    epoch_enter(&standin.cpu[2]);
    EXPECT_TRUE(epoch_wait_over(&w));
}

UTEST(epoch, entering_and_leaving_twice_is_once)
{
    standin_reset();
    epoch_enter(&standin.cpu[0]);
    epoch_enter(&standin.cpu[0]);
    EXPECT_TRUE(epoch_inside(&standin.cpu[0]));
    epoch_leave(&standin.cpu[0]);
    EXPECT_FALSE(epoch_inside(&standin.cpu[0]));
    epoch_leave(&standin.cpu[0]);
    EXPECT_FALSE(epoch_inside(&standin.cpu[0]));
}
