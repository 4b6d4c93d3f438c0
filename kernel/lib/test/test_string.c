/* SPDX-License-Identifier: MIT */
/* Our functions under other names, compared with the C library's. */
#include <string.h>

#define memcpy own_memcpy
#define memmove own_memmove
#define memset own_memset
#define memcmp own_memcmp
#define strlen own_strlen
#define strnlen own_strnlen
#define strcmp own_strcmp
#define strncmp own_strncmp
#define strchr own_strchr
#include "../string.c"
#undef memcpy
#undef memmove
#undef memset
#undef memcmp
#undef strlen
#undef strnlen
#undef strcmp
#undef strncmp
#undef strchr
#include <utest/utest.h>

#define SIZE 80u

static uint8_t a[SIZE], b[SIZE];

static void fill(void)
{
    for (unsigned i = 0; i < SIZE; i++)
        a[i] = b[i] = (uint8_t)(i * 7 + 1);
}

UTEST(string, memmove_is_right_for_every_overlap)
{
    for (unsigned to = 0; to < 20; to++)
        for (unsigned from = 0; from < 20; from++)
            for (unsigned n = 0; n < 50; n += 1 + n / 8) {
                fill();
                EXPECT_EQ(own_memmove(a + to, a + from, n), a + to);
                memmove(b + to, b + from, n);
                ASSERT_EQ(memcmp(a, b, SIZE), 0);
            }
}

UTEST(string, memcpy_and_memset_touch_exactly_their_bytes)
{
    for (unsigned at = 0; at < 10; at++)
        for (unsigned n = 0; n < 50; n++) {
            fill();
            own_memcpy(a + at, b + 3, n);
            for (unsigned i = 0; i < SIZE; i++)
                ASSERT_EQ(a[i], i >= at && i < at + n ? b[i - at + 3] : b[i]);
            fill();
            own_memset(a + at, 0x1ab, n);
            for (unsigned i = 0; i < SIZE; i++)
                ASSERT_EQ(a[i], i >= at && i < at + n ? 0xab : b[i]);
        }
}

UTEST(string, memcmp_compares_bytes_as_unsigned)
{
    EXPECT_GT(own_memcmp("\xff", "\x01", 1), 0);
    EXPECT_LT(own_memcmp("ab", "ac", 2), 0);
    EXPECT_EQ(own_memcmp("ab", "ac", 1), 0);
    EXPECT_EQ(own_memcmp("a", "b", 0), 0);
}

UTEST(string, lengths_and_comparisons_stop_at_the_end)
{
    EXPECT_EQ(own_strlen(""), 0);
    EXPECT_EQ(own_strlen("four"), 4);
    EXPECT_EQ(own_strnlen("four", 2), 2);
    EXPECT_EQ(own_strnlen("four", 9), 4);
    EXPECT_EQ(own_strcmp("same", "same"), 0);
    EXPECT_LT(own_strcmp("sam", "same"), 0);
    EXPECT_GT(own_strcmp("same", "sam"), 0);
    EXPECT_EQ(own_strncmp("same", "samx", 3), 0);
    EXPECT_EQ(own_strncmp("a", "a", 10), 0);
}

UTEST(string, strchr_finds_the_first_and_the_final_zero)
{
    const char *s = "abcb";

    EXPECT_EQ(own_strchr(s, 'b'), s + 1);
    EXPECT_EQ(own_strchr(s, 0), s + 4);
    EXPECT_NULL(own_strchr(s, 'x'));
}
