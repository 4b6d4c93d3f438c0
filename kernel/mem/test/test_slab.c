/* SPDX-License-Identifier: MIT */
#include "standin.h"

#include <mem/frame.h>
#include <mem/slab.h>
#include <string.h>
#include <utest/utest.h>

#define MANY 600u

static struct slab s;
static struct quota root, q;
static uint8_t *objects[MANY];

static void setup(size_t size, size_t align, uint64_t limit)
{
    quota_set_reclaim(NULL);
    quota_init_root(&root);
    ASSERT_EQ(quota_init_child(&q, &root, limit), 0);
    pool_of(60);
    slab_init(&s, "test", size, align);
}

UTEST(slab, objects_are_aligned_apart_and_all_come_back)
{
    static const struct {
        size_t size, align;
    } kinds[] = { { 1, 1 }, { 24, 8 }, { 100, 64 }, { 640, 64 }, { 1000, 16 } };

    for (unsigned k = 0; k < array_size(kinds); k++) {
        unsigned n = kinds[k].size > 500 ? 50 : MANY;

        setup(kinds[k].size, kinds[k].align, QUOTA_UNLIMITED / 2);

        size_t before = frame_count_free();

        for (unsigned i = 0; i < n; i++) {
            objects[i] = slab_alloc(&s, &q);
            ASSERT_NOT_NULL(objects[i]);
            EXPECT_TRUE(is_aligned((uintptr_t)objects[i], kinds[k].align));
            memset(objects[i], (int)i, kinds[k].size);
        }
        EXPECT_EQ(slab_used(&s), n);
        EXPECT_EQ(quota_used(&q), n * s.size);
        for (unsigned i = 0; i < n; i++) {
            EXPECT_EQ(objects[i][0], i & 0xff);
            EXPECT_EQ(objects[i][kinds[k].size - 1], i & 0xff);
            slab_free(&s, objects[i], &q);
        }
        EXPECT_EQ(slab_used(&s), 0);
        EXPECT_EQ(quota_used(&q), 0);
        EXPECT_EQ(frame_count_free(), before);
    }
}

UTEST(slab, the_largest_object_fills_a_frame)
{
    setup(SLAB_OBJECT_MAX, 64, QUOTA_UNLIMITED / 2);

    size_t before = frame_count_free();
    void *a = slab_alloc(&s, &q), *b = slab_alloc(&s, &q);

    EXPECT_NOT_NULL(a);
    EXPECT_NOT_NULL(b);
    EXPECT_EQ(frame_count_free(), before - 2);
    slab_free(&s, a, &q);
    slab_free(&s, b, &q);
    EXPECT_EQ(frame_count_free(), before);
}

UTEST(slab, random_use_keeps_every_object_whole)
{
    uint32_t seed = 9;

    setup(72, 8, QUOTA_UNLIMITED / 2);
    memset(objects, 0, sizeof(objects));
    for (unsigned round = 0; round < 20000; round++) {
        seed = seed * 1664525u + 1013904223u;

        unsigned i = (seed >> 8) % MANY;

        if (!objects[i]) {
            objects[i] = slab_alloc(&s, &q);
            ASSERT_NOT_NULL(objects[i]);
            memset(objects[i], (int)i, 72);
        } else {
            ASSERT_EQ(objects[i][0], i & 0xff);
            ASSERT_EQ(objects[i][71], i & 0xff);
            slab_free(&s, objects[i], &q);
            objects[i] = NULL;
        }
    }
}

UTEST(slab, an_exhausted_quota_or_pool_is_null_and_costs_nothing)
{
    setup(2000, 8, 4000);

    void *a = slab_alloc(&s, &q), *b = slab_alloc(&s, &q);

    EXPECT_NOT_NULL(b);
    EXPECT_NULL(slab_alloc(&s, &q));
    EXPECT_EQ(quota_used(&q), 4000);
    slab_free(&s, a, &q);
    slab_free(&s, b, &q);
    while (frame_alloc(NULL))
        ;
    EXPECT_NULL(slab_alloc(&s, &q));
    EXPECT_EQ(quota_used(&q), 0);
}
