/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sched.h>
#include <sync/mbox.h>
#include <utest/utest.h>

struct letter {
    struct mbox_node node;
    unsigned from, number;
};

static struct mbox m;

static struct letter *take(void)
{
    struct mbox_node *n = mbox_take(&m);

    return n ? container_of(n, struct letter, node) : NULL;
}

UTEST(mbox, a_new_mailbox_is_empty)
{
    mbox_init(&m);
    EXPECT_TRUE(mbox_empty(&m));
    EXPECT_NULL(take());
    EXPECT_TRUE(mbox_empty(&m));
}

UTEST(mbox, letters_come_out_in_the_order_of_posting)
{
    struct letter l[3];

    mbox_init(&m);
    for (unsigned round = 0; round < 3; round++) {
        for (unsigned i = 0; i < 3; i++)
            mbox_post(&m, &l[i].node);
        EXPECT_FALSE(mbox_empty(&m));
        for (unsigned i = 0; i < 3; i++)
            EXPECT_EQ(take(), &l[i]);
        EXPECT_NULL(take());
        EXPECT_TRUE(mbox_empty(&m));
    }
}

UTEST(mbox, a_letter_can_be_posted_again_as_soon_as_it_was_taken)
{
    struct letter l;

    mbox_init(&m);
    for (unsigned i = 0; i < 5; i++) {
        mbox_post(&m, &l.node);
        EXPECT_EQ(take(), &l);
    }
}

UTEST(mbox, behind_a_gap_nothing_is_taken_and_nothing_is_lost)
{
    struct letter a, b;

    mbox_init(&m);
    /* The first step of a post of `a`, its second one still to come. */
    atomic_ptr_store_relaxed(&a.node.next, NULL);

    struct mbox_node *prev = atomic_ptr_swap_acq_rel(&m.head, &a.node);

    mbox_post(&m, &b.node);
    EXPECT_NULL(take());
    EXPECT_FALSE(mbox_empty(&m));
    atomic_ptr_store_release(&prev->next, &a.node);
    EXPECT_EQ(take(), &a);
    EXPECT_EQ(take(), &b);
    EXPECT_NULL(take());
}

#define PRODUCERS 3u
#define LETTERS 4000u

static struct letter post[PRODUCERS][LETTERS];

static void *produce(void *arg)
{
    struct letter *l = arg;

    for (unsigned i = 0; i < LETTERS; i++)
        mbox_post(&m, &l[i].node);
    return NULL;
}

UTEST(mbox, with_three_producers_at_once_each_ones_order_is_kept)
{
    pthread_t t[PRODUCERS];
    unsigned next[PRODUCERS] = { 0 };

    mbox_init(&m);
    for (unsigned p = 0; p < PRODUCERS; p++) {
        for (unsigned i = 0; i < LETTERS; i++)
            post[p][i] = (struct letter){ .from = p, .number = i };
        ASSERT_EQ(pthread_create(&t[p], NULL, produce, post[p]), 0);
    }
    for (unsigned got = 0; got < PRODUCERS * LETTERS;) {
        struct letter *l = take();

        if (!l) {
            sched_yield();
            continue;
        }
        ASSERT_EQ(l->number, next[l->from]++);
        got++;
    }
    for (unsigned p = 0; p < PRODUCERS; p++)
        pthread_join(t[p], NULL);
    EXPECT_TRUE(mbox_empty(&m));
}
