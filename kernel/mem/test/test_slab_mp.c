/* SPDX-License-Identifier: MIT */
/* The slab as several CPUs see it, whatever the configuration of this build. */
#undef CONFIG_MP
#undef CONFIG_MAX_CPUS
#define CONFIG_MP 1
#define CONFIG_MAX_CPUS 4
#define slab_init mp_slab_init
#define slab_alloc mp_slab_alloc
#define slab_free mp_slab_free
#define slab_used mp_slab_used
#define slab_next mp_slab_next
#include "../slab.c"

#include "standin.h"

#include <utest/utest.h>

static struct slab s;

UTEST(slab, an_object_freed_on_another_cpu_goes_home_at_the_next_use_there)
{
    pool_of(20);
    slab_init(&s, "mp", 1000, 8);

    size_t before = frame_count_free();
    void *a = slab_alloc(&s, NULL), *b = slab_alloc(&s, NULL);

    standin_cpu = 2;
    slab_free(&s, a, NULL);
    slab_free(&s, b, NULL);
    EXPECT_EQ(slab_used(&s), 0);
    EXPECT_EQ(frame_count_free(), before - 1);

    void *c = slab_alloc(&s, NULL);

    EXPECT_NE(c, a);
    EXPECT_NE(c, b);
    EXPECT_EQ(frame_count_free(), before - 2);

    standin_cpu = 0;

    void *d = slab_alloc(&s, NULL);

    slab_free(&s, d, NULL);
    standin_cpu = 2;
    slab_free(&s, c, NULL);
    EXPECT_EQ(slab_used(&s), 0);
    EXPECT_EQ(frame_count_free(), before);
}
