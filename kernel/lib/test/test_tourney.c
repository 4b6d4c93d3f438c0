/* SPDX-License-Identifier: MIT */
#include <lib/tourney.h>
#include <utest/utest.h>

static struct tourney t;
static uint64_t plain[TOURNEY_SIZE];

UTEST(tourney, empty_means_nothing_above_and_nothing_due)
{
    tourney_init(&t);
    EXPECT_EQ(tourney_min_above(&t, 0), TOURNEY_NONE);
    EXPECT_EQ(tourney_due(&t, TOURNEY_NONE), -1);
}

UTEST(tourney, above_excludes_the_index_itself)
{
    tourney_init(&t);
    tourney_set(&t, 10, 5);
    EXPECT_EQ(tourney_min_above(&t, 9), 5);
    EXPECT_EQ(tourney_min_above(&t, 10), TOURNEY_NONE);
    EXPECT_EQ(tourney_min_above(&t, 255), TOURNEY_NONE);
}

UTEST(tourney, the_highest_due_index_wins_over_the_earliest)
{
    tourney_init(&t);
    tourney_set(&t, 3, 1);
    tourney_set(&t, 200, 10);
    tourney_set(&t, 255, 11);
    EXPECT_EQ(tourney_due(&t, 0), -1);
    EXPECT_EQ(tourney_due(&t, 9), 3);
    EXPECT_EQ(tourney_due(&t, 10), 200);
    EXPECT_EQ(tourney_due(&t, 11), 255);
}

UTEST(tourney, agrees_with_a_search_of_all_keys)
{
    uint32_t seed = 5;

    tourney_init(&t);
    for (unsigned i = 0; i < TOURNEY_SIZE; i++)
        plain[i] = TOURNEY_NONE;
    for (unsigned round = 0; round < 5000; round++) {
        seed = seed * 1664525u + 1013904223u;

        uint8_t i = (uint8_t)(seed >> 8), above = (uint8_t)(seed >> 16);
        uint64_t key = seed >> 31 ? TOURNEY_NONE : (seed >> 12) % 1000, best = TOURNEY_NONE;
        int due = -1;

        plain[i] = key;
        tourney_set(&t, i, key);
        for (int k = 0; k < (int)TOURNEY_SIZE; k++) {
            if (k > above && plain[k] < best)
                best = plain[k];
            if (plain[k] <= 100)
                due = k;
        }
        ASSERT_EQ(tourney_min_above(&t, above), best);
        ASSERT_EQ(tourney_due(&t, 100), due);
    }
}
