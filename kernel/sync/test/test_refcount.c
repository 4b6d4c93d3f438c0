/* SPDX-License-Identifier: MIT */
#include <pthread.h>
#include <sync/refcount.h>
#include <utest/utest.h>

UTEST(refcount, the_last_put_tells_and_then_get_fails)
{
    struct refcount r;

    refcount_init(&r);
    EXPECT_TRUE(refcount_get(&r));
    EXPECT_FALSE(refcount_put(&r));
    EXPECT_FALSE(refcount_dead(&r));
    EXPECT_TRUE(refcount_put(&r));
    EXPECT_TRUE(refcount_dead(&r));
    for (unsigned i = 0; i < 3; i++)
        EXPECT_FALSE(refcount_get(&r));
    EXPECT_TRUE(refcount_dead(&r));
}

static struct refcount shared;
static struct atomic_u32 last;

static void *use(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 20000 && refcount_get(&shared); i++)
        if (refcount_put(&shared))
            atomic_u32_fetch_add_relaxed(&last, 1);
    return NULL;
}

UTEST(refcount, exactly_one_of_many_is_the_last)
{
    for (unsigned round = 0; round < 10; round++) {
        pthread_t t[2];

        refcount_init(&shared);
        atomic_u32_store_relaxed(&last, 0);
        for (unsigned i = 0; i < 2; i++)
            ASSERT_EQ(pthread_create(&t[i], NULL, use, NULL), 0);
        if (refcount_put(&shared))
            atomic_u32_fetch_add_relaxed(&last, 1);
        for (unsigned i = 0; i < 2; i++)
            pthread_join(t[i], NULL);
        EXPECT_EQ(atomic_u32_load_relaxed(&last), 1);
        EXPECT_TRUE(refcount_dead(&shared));
    }
}
