/* SPDX-License-Identifier: MIT */
#include "standin.h"

#include <arch/irq.h>
#include <l4/sys/err.h>
#include <mem/fail.h>
#include <mem/frame.h>
#include <string.h>
#include <utest/utest.h>

#define MANY 200u

static void *frames[MANY];
static struct quota root, q;

static void setup(size_t n, uint64_t limit)
{
    quota_set_reclaim(NULL);
    quota_init_root(&root);
    ASSERT_EQ(quota_init_child(&q, &root, limit), 0);
    pool_of(n);
}

static size_t take_all(struct quota *from)
{
    size_t n = 0;

    while (n < MANY && (frames[n] = frame_alloc(from)))
        n++;
    return n;
}

UTEST(frame, every_frame_is_given_out_once_and_comes_back)
{
    setup(50, QUOTA_UNLIMITED / 2);

    size_t total = frame_count_total();

    EXPECT_GE(total, 50);
    for (unsigned round = 0; round < 3; round++) {
        EXPECT_EQ(frame_count_free(), total);
        ASSERT_EQ(take_all(&q), total);
        EXPECT_EQ(frame_count_free(), 0);
        EXPECT_EQ(quota_used(&q), total * FRAME_SIZE);
        for (size_t i = 0; i < total; i++) {
            EXPECT_TRUE(frame_in_pool(frames[i]));
            EXPECT_TRUE(is_aligned((uintptr_t)frames[i], FRAME_SIZE));
            memset(frames[i], (int)i, FRAME_SIZE); /* overlap would show below */
            *frame_word(frames[i]) = i;
        }
        for (size_t i = 0; i < total; i++) {
            EXPECT_EQ(((uint8_t *)frames[i])[0], i);
            EXPECT_EQ(((uint8_t *)frames[i])[FRAME_SIZE - 1], i);
            EXPECT_EQ(*frame_word(frames[i]), i);
            frame_free(frames[i], &q);
        }
        EXPECT_EQ(quota_used(&q), 0);
    }
}

UTEST(frame, an_exhausted_quota_leaves_the_pool_alone)
{
    setup(20, 3 * FRAME_SIZE + 1);

    size_t before = frame_count_free();

    EXPECT_EQ(take_all(&q), 3);
    EXPECT_EQ(frame_count_free(), before - 3);
    for (unsigned i = 0; i < 3; i++)
        frame_free(frames[i], &q);
    EXPECT_EQ(quota_used(&q), 0);
}

UTEST(frame, an_exhausted_pool_takes_no_charge)
{
    setup(20, QUOTA_UNLIMITED / 2);

    size_t n = take_all(NULL);

    EXPECT_EQ(n, frame_count_total());
    EXPECT_NULL(frame_alloc(&q));
    EXPECT_EQ(quota_used(&q), 0);
}

static bool give_one_back(struct quota *from)
{
    static bool done;

    if (done)
        return false;
    done = true;
    frame_free(frames[0], from);
    return true;
}

UTEST(frame, an_exhausted_pool_empties_graves_first)
{
    setup(20, QUOTA_UNLIMITED / 2);

    size_t n = take_all(&q);

    quota_set_reclaim(give_one_back);
    EXPECT_EQ(frame_alloc(&q), frames[0]);
    EXPECT_NULL(frame_alloc(&q));
    EXPECT_EQ(quota_used(&q), n * FRAME_SIZE);
}

UTEST(frame, zeroed_means_every_byte)
{
    static const uint8_t zeros[FRAME_SIZE];

    setup(1, QUOTA_UNLIMITED / 2);

    void *f = frame_alloc(&q);

    ASSERT_NOT_NULL(f);
    memset(f, 0xff, FRAME_SIZE);
    frame_free(f, &q);
    f = frame_alloc_zeroed(&q);
    ASSERT_NOT_NULL(f);
    EXPECT_MEMEQ(f, zeros, FRAME_SIZE);
}

UTEST(frame, several_ranges_make_one_pool)
{
    setup(5, QUOTA_UNLIMITED / 2);
    pool_of(7);

    size_t n = take_all(&q);

    EXPECT_EQ(n, frame_count_total());
    EXPECT_GE(n, 12);
    for (size_t i = 0; i < n; i++)
        frame_free(frames[i], &q);
    EXPECT_EQ(frame_count_free(), n);
}

UTEST(frame, a_range_without_room_is_refused)
{
    static char little[2 * FRAME_SIZE];

    EXPECT_FALSE(frame_pool_add(little, little + sizeof(little)));
    EXPECT_FALSE(frame_pool_add(little + 100, little));
    EXPECT_FALSE(frame_in_pool(little));
    EXPECT_EQ(frame_count_total(), 0);
    EXPECT_NULL(frame_alloc(NULL));
}

UTEST(frame, works_with_interrupts_off_as_at_boot)
{
    setup(5, QUOTA_UNLIMITED / 2);
    arch_irq_off();

    void *f = frame_alloc(&q);

    ASSERT_NOT_NULL(f);
    EXPECT_FALSE(arch_irqs_on());
    frame_free(f, &q);
    EXPECT_FALSE(arch_irqs_on());
    arch_irq_on();
}

UTEST(frame, the_nth_allocation_fails_on_demand)
{
    setup(5, QUOTA_UNLIMITED / 2);
    if (!enabled(CONFIG_FAIL_ALLOC))
        return;
    fail_alloc_after(2);
    EXPECT_NOT_NULL(frame_alloc(&q));
    EXPECT_NULL(frame_alloc(&q));
    EXPECT_EQ(quota_used(&q), FRAME_SIZE);
    EXPECT_NOT_NULL(frame_alloc(&q));
}
