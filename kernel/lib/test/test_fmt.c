/* SPDX-License-Identifier: MIT */
#include <lib/fmt.h>
#include <utest/utest.h>

static char out[80];

#define EXPECT_FMT(text, ...)                                                                      \
    do {                                                                                           \
        int fmt_len = fmt_snprintf(out, sizeof(out), __VA_ARGS__);                                 \
        EXPECT_STREQ(out, text);                                                                   \
        EXPECT_EQ(fmt_len, sizeof(text) - 1);                                                      \
    } while (0)

UTEST(fmt, integers_of_every_length)
{
    EXPECT_FMT("0 -1 2147483647", "%d %d %i", 0, -1, INT32_MAX);
    EXPECT_FMT("-9223372036854775808", "%ld", INT64_MIN);
    EXPECT_FMT("18446744073709551615", "%lu", UINT64_MAX);
    EXPECT_FMT("ffffffff FFFFFFFF", "%x %X", UINT32_MAX, UINT32_MAX);
    EXPECT_FMT("deadbeefcafe", "%llx", 0xdeadbeefcafeull);
    EXPECT_FMT("12 34", "%zu %jd", (size_t)12, (intmax_t)34);
    EXPECT_FMT("255 -1 65535", "%hhu %hhd %hu", (uint8_t)255, (int8_t)-1, (uint16_t)65535);
}

UTEST(fmt, width_zeros_and_sides)
{
    EXPECT_FMT("   42|42   |00042", "%5d|%-5d|%05d", 42, 42, 42);
    EXPECT_FMT("-0042|  -42", "%05d|%5d", -42, -42);
    EXPECT_FMT("  ab|ab  |a", "%4s|%-4s|%.1s", "ab", "ab", "ab");
    EXPECT_FMT("  7|7  ", "%*d|%*d", 3, 7, -3, 7);
    EXPECT_FMT("ab", "%.*s", 2, "abcdef");
}

static const char *volatile nothing; /* volatile: or the compiler sees the NULL */

UTEST(fmt, pointers_characters_and_percent)
{
    EXPECT_FMT("0xffff800000001000", "%p", (void *)0xffff800000001000);
    EXPECT_FMT("x 100%", "%c %d%%", 'x', 100);
    EXPECT_FMT("(null)", "%s", nothing);
}

UTEST(fmt, a_short_buffer_is_cut_and_terminated)
{
    char small[4] = "###";

    EXPECT_EQ(fmt_snprintf(small, sizeof(small), "%d", 123456), 6);
    EXPECT_STREQ(small, "123");
    EXPECT_EQ(fmt_snprintf(small, 1, "abc"), 3);
    EXPECT_STREQ(small, "");
    EXPECT_EQ(fmt_snprintf(NULL, 0, "abc"), 3);
}

UTEST(fmt, an_unknown_conversion_is_copied)
{
    const char *strange = "a%kb%";

    EXPECT_EQ(fmt_snprintf(out, sizeof(out), strange, 0), 5);
    EXPECT_STREQ(out, strange);
}
