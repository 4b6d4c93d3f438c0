/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sync/tstack.h>
#include <utest/utest.h>

#define NUMBERS 16u

static struct atomic_u32 links[NUMBERS];
static struct tstack s;

UTEST(tstack, gives_back_in_reverse_order_until_it_is_empty)
{
    tstack_init(&s, links);
    EXPECT_EQ(tstack_pop(&s), TSTACK_NONE);
    for (uint32_t i = 0; i < NUMBERS; i++)
        tstack_push(&s, i);
    for (uint32_t i = NUMBERS; i-- > 0;)
        EXPECT_EQ(tstack_pop(&s), i);
    EXPECT_EQ(tstack_pop(&s), TSTACK_NONE);
}

UTEST(tstack, a_pop_that_was_overtaken_does_not_take_the_old_link)
{
    tstack_init(&s, links);
    tstack_push(&s, 1);
    tstack_push(&s, 2);

    /* What a pop reads before it is delayed: head 2, below it 1. */
    uint64_t head = atomic_u64_load_acquire(&s.head);
    uint32_t below = atomic_u32_load_relaxed(&s.links[2]);

    EXPECT_EQ(tstack_pop(&s), 2);
    EXPECT_EQ(tstack_pop(&s), 1);
    tstack_push(&s, 2);
    /* The same number is on top again; without the tag 1 would now come back to life. */
    EXPECT_FALSE(atomic_u64_cas_acq_rel(&s.head, &head, head + (1ull << 32) - 3 + below));
    EXPECT_EQ(tstack_pop(&s), 2);
    EXPECT_EQ(tstack_pop(&s), TSTACK_NONE);
}

static struct atomic_u32 owners[NUMBERS];
static struct atomic_u32 clashes;

static void *shuffle(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 20000; i++) {
        uint32_t n = tstack_pop(&s);

        if (n == TSTACK_NONE)
            continue;
        if (atomic_u32_swap_acq_rel(&owners[n], 1))
            atomic_u32_fetch_add_relaxed(&clashes, 1);
        atomic_u32_store_release(&owners[n], 0);
        tstack_push(&s, n);
    }
    return NULL;
}

UTEST(tstack, no_number_is_given_to_two_threads)
{
    pthread_t t[3];
    unsigned left = 0;

    tstack_init(&s, links);
    for (uint32_t i = 0; i < 4; i++)
        tstack_push(&s, i);
    for (unsigned i = 0; i < 3; i++)
        ASSERT_EQ(pthread_create(&t[i], NULL, shuffle, NULL), 0);
    for (unsigned i = 0; i < 3; i++)
        pthread_join(t[i], NULL);
    EXPECT_EQ(atomic_u32_load_relaxed(&clashes), 0);
    while (tstack_pop(&s) != TSTACK_NONE)
        left++;
    EXPECT_EQ(left, 4);
}
