/* SPDX-License-Identifier: MIT */
#include <time/timeq.h>
#include <utest/utest.h>

#define EVENTS 200u

static struct timeq q;
static struct tevent ev[EVENTS];

static void reset(void)
{
    timeq_init(&q);
    for (unsigned i = 0; i < EVENTS; i++)
        tevent_init(&ev[i]);
}

UTEST(timeq, empty_has_nothing_next_and_nothing_due)
{
    uint64_t when;

    reset();
    EXPECT_FALSE(timeq_next_above(&q, 0, &when));
    EXPECT_NULL(timeq_due(&q, 0, UINT64_MAX - 1));
    EXPECT_NULL(timeq_due_any(&q, UINT64_MAX - 1));
    timeq_remove(&q, &ev[0]);
}

UTEST(timeq, a_due_event_of_high_priority_comes_before_earlier_low_ones)
{
    reset();
    timeq_insert(&q, &ev[0], 10, 5);
    timeq_insert(&q, &ev[1], 200, 50);
    timeq_insert(&q, &ev[2], 200, 40);
    timeq_insert(&q, &ev[3], 250, 100);
    EXPECT_EQ(timeq_due(&q, 0, 45), &ev[2]);
    EXPECT_EQ(timeq_due(&q, 0, 100), &ev[3]);
    EXPECT_EQ(timeq_due(&q, 0, 30), &ev[0]);
    EXPECT_NULL(timeq_due(&q, 10, 30));
    EXPECT_NULL(timeq_due(&q, 250, 1000));
}

UTEST(timeq, the_next_time_above_a_priority_ignores_the_rest)
{
    uint64_t when = 0;

    reset();
    timeq_insert(&q, &ev[0], 10, 5);
    timeq_insert(&q, &ev[1], 20, 50);
    ASSERT_TRUE(timeq_next_above(&q, 9, &when));
    EXPECT_EQ(when, 5);
    ASSERT_TRUE(timeq_next_above(&q, 10, &when));
    EXPECT_EQ(when, 50);
    EXPECT_FALSE(timeq_next_above(&q, 20, &when));
}

UTEST(timeq, firing_leaves_the_event_until_its_owner_takes_it_out)
{
    reset();
    timeq_insert(&q, &ev[0], 7, 3);
    EXPECT_EQ(timeq_due(&q, 0, 3), &ev[0]);
    EXPECT_EQ(timeq_due(&q, 0, 3), &ev[0]);
    EXPECT_EQ(tevent_when(&ev[0]), 3);
    timeq_remove(&q, &ev[0]);
    EXPECT_FALSE(tevent_queued(&ev[0]));
    EXPECT_NULL(timeq_due(&q, 0, 3));
    timeq_insert(&q, &ev[0], 0, 4);
    EXPECT_NULL(timeq_due(&q, 0, 4));
    EXPECT_EQ(timeq_due_any(&q, 4), &ev[0]);
}

UTEST(timeq, agrees_with_a_search_of_all_events)
{
    uint32_t seed = 11;

    reset();
    for (unsigned round = 0; round < 5000; round++) {
        seed = seed * 1664525u + 1013904223u;

        struct tevent *e = &ev[(seed >> 8) % EVENTS], *due = NULL;
        uint8_t above = (uint8_t)(seed >> 20);
        uint64_t next = UINT64_MAX, got = UINT64_MAX;

        if (tevent_queued(e))
            timeq_remove(&q, e);
        else
            timeq_insert(&q, e, (uint8_t)((seed >> 16) % 16 * 17), (seed >> 10) % 4000);
        for (unsigned i = 0; i < EVENTS; i++) {
            struct tevent *x = &ev[i];

            if (!tevent_queued(x) || x->prio <= above)
                continue;
            next = min(next, tevent_when(x));
            if (tevent_when(x) <= 500 && (!due || x->prio > due->prio))
                due = x;
        }
        ASSERT_EQ(timeq_next_above(&q, above, &got), next != UINT64_MAX);
        ASSERT_EQ(got, next);

        struct tevent *found = timeq_due(&q, above, 500);

        ASSERT_EQ(found != NULL, due != NULL);
        if (found)
            ASSERT_EQ(found->prio, due->prio);
    }
}
