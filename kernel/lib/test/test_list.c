/* SPDX-License-Identifier: MIT */
#include <lib/list.h>
#include <utest/utest.h>

struct item {
    struct list_node node;
    int value;
};

static struct item items[4];
static struct list list;

static void fill(int n)
{
    list_init(&list);
    for (int i = 0; i < n; i++) {
        items[i].value = i;
        list_push_back(&list, &items[i].node);
    }
}

/* The values as decimal digits, first one first; 9 in front so that 0 counts. */
static int digits(const struct list *l)
{
    int d = 9;

    list_for_each (l, n)
        d = d * 10 + container_of(n, struct item, node)->value;
    return d;
}

UTEST(list, keeps_the_order_of_insertion)
{
    fill(4);
    EXPECT_EQ(digits(&list), 90123);
    EXPECT_EQ(list_first(&list), &items[0].node);
    EXPECT_EQ(list_last(&list), &items[3].node);
    EXPECT_EQ(list_next(&list, &items[1].node), &items[2].node);
    EXPECT_NULL(list_next(&list, &items[3].node));
    EXPECT_NULL(list_prev(&list, &items[0].node));
}

UTEST(list, an_empty_list_has_no_first_and_no_last)
{
    fill(0);
    EXPECT_TRUE(list_empty(&list));
    EXPECT_NULL(list_first(&list));
    EXPECT_NULL(list_last(&list));
    EXPECT_NULL(list_pop_front(&list));
}

UTEST(list, removing_twice_is_harmless)
{
    fill(3);
    list_remove(&items[1].node);
    EXPECT_FALSE(list_linked(&items[1].node));
    list_remove(&items[1].node);
    EXPECT_EQ(digits(&list), 902);
}

UTEST(list, a_safe_walk_survives_removal)
{
    fill(4);
    list_for_each_safe (&list, n, after)
        if (container_of(n, struct item, node)->value != 2)
            list_remove(n);
    EXPECT_EQ(digits(&list), 92);
}

UTEST(list, append_moves_everything)
{
    struct list other = LIST_INIT(other);

    fill(3);
    list_remove(&items[0].node);
    list_push_front(&other, &items[0].node);
    list_append(&other, &list);
    EXPECT_EQ(digits(&other), 9012);
    EXPECT_TRUE(list_empty(&list));
    list_append(&other, &list);
    EXPECT_EQ(digits(&other), 9012);
}
