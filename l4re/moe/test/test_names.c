/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <moe/names.h>
#include <utest/utest.h>

static int live;

static void *test_alloc(void *ctx, size_t size)
{
    (void)ctx;
    live++;
    return calloc(1, size);
}

static void test_free(void *ctx, void *p, size_t size)
{
    (void)ctx;
    (void)size;
    live--;
    free(p);
}

static struct names n = { .alloc = test_alloc, .free = test_free };

static void drop(void *ctx, struct name_entry *e)
{
    (void)ctx;
    (void)e;
}

static size_t next(const char **path, size_t *len, char *out)
{
    const char *name;
    size_t l = path_next(path, len, &name);

    memcpy(out, name, l);
    out[l] = 0;
    return l;
}

UTEST(names, a_path_falls_into_its_components)
{
    const char *p = "//rom//dir/file/";
    size_t len = strlen(p);
    char c[32];

    next(&p, &len, c);
    EXPECT_STREQ(c, "rom");
    next(&p, &len, c);
    EXPECT_STREQ(c, "dir");
    next(&p, &len, c);
    EXPECT_STREQ(c, "file");
    EXPECT_EQ(len, 0);
    EXPECT_EQ(next(&p, &len, c), 0);
}

UTEST(names, a_path_needs_no_end_mark)
{
    const char *p = "abcdef";
    size_t len = 3;
    char c[8];

    EXPECT_EQ(next(&p, &len, c), 3);
    EXPECT_STREQ(c, "abc");
    EXPECT_EQ(len, 0);
}

UTEST(names, what_was_added_is_found_and_prefixes_are_not)
{
    char name[8];

    for (int i = 99; i >= 0; i--) {
        name[0] = 'a';
        name[1] = (char)('0' + i / 10);
        name[2] = (char)('0' + i % 10);
        ASSERT_NULL(names_find(&n, name, 3));
        ASSERT_NOT_NULL(names_add(&n, name, 3));
    }
    EXPECT_EQ(n.count, 100);
    EXPECT_NOT_NULL(names_find(&n, "a42", 3));
    EXPECT_NULL(names_find(&n, "a4", 2));
    EXPECT_NULL(names_find(&n, "a421", 4));
    names_remove(&n, names_find(&n, "a42", 3));
    EXPECT_NULL(names_find(&n, "a42", 3));
    EXPECT_NOT_NULL(names_find(&n, "a43", 3));
    names_clear(&n, drop);
    EXPECT_EQ(live, 0);
    EXPECT_EQ(n.count, 0);
}

UTEST(names, all_bytes_count)
{
    ASSERT_NOT_NULL(names_add(&n, "a\0b", 3));
    EXPECT_NULL(names_find(&n, "a", 1));
    EXPECT_NOT_NULL(names_find(&n, "a\0b", 3));
    EXPECT_NULL(names_find(&n, "\xff", 1));
    ASSERT_NOT_NULL(names_add(&n, "\xff", 1));
    EXPECT_NOT_NULL(names_find(&n, "\xff", 1));
    names_clear(&n, drop);
}
