/* SPDX-License-Identifier: MIT */
#include <lib/cmdline.h>
#include <utest/utest.h>

static struct cmdline_word w;

static struct cmdline_word word(const char *text)
{
    const char *pos = text;
    struct cmdline_word r = { "", 0 };

    (void)!cmdline_next(&pos, &r);
    return r;
}

UTEST(cmdline, words_are_separated_by_any_blanks)
{
    const char *pos = "  one\ttwo \n three  ";

    ASSERT_TRUE(cmdline_next(&pos, &w));
    EXPECT_TRUE(cmdline_is(&w, "one"));
    ASSERT_TRUE(cmdline_next(&pos, &w));
    EXPECT_TRUE(cmdline_is(&w, "two"));
    ASSERT_TRUE(cmdline_next(&pos, &w));
    EXPECT_TRUE(cmdline_is(&w, "three"));
    EXPECT_FALSE(cmdline_next(&pos, &w));
    EXPECT_FALSE(cmdline_next(&pos, &w));
}

UTEST(cmdline, quotes_keep_blanks_and_may_stay_open)
{
    const char *pos = "\"a b\" \"\" \"open end";

    ASSERT_TRUE(cmdline_next(&pos, &w));
    EXPECT_TRUE(cmdline_is(&w, "a b"));
    ASSERT_TRUE(cmdline_next(&pos, &w));
    EXPECT_EQ(w.len, 0);
    ASSERT_TRUE(cmdline_next(&pos, &w));
    EXPECT_TRUE(cmdline_is(&w, "open end"));
    EXPECT_FALSE(cmdline_next(&pos, &w));
}

UTEST(cmdline, no_line_has_no_words)
{
    const char *pos = NULL;

    EXPECT_FALSE(cmdline_next(&pos, &w));
    EXPECT_FALSE(cmdline_option(NULL, "x", &w));
}

UTEST(cmdline, an_option_matches_whole_and_the_last_one_wins)
{
    const char *line = "kernel -serial -mem=12 -memory=3 -mem=14 -flag";

    ASSERT_TRUE(cmdline_option(line, "-mem", &w));
    EXPECT_TRUE(cmdline_is(&w, "14"));
    ASSERT_TRUE(cmdline_option(line, "-flag", &w));
    EXPECT_EQ(w.len, 0);
    EXPECT_TRUE(cmdline_option(line, "-serial", NULL));
    EXPECT_FALSE(cmdline_option(line, "-me", &w));
    EXPECT_FALSE(cmdline_option(line, "-ser", NULL));
}

UTEST(cmdline, numbers_know_their_base_and_suffix)
{
    uint64_t n = 0;

    w = word("64");
    ASSERT_TRUE(cmdline_number(&w, &n));
    EXPECT_EQ(n, 64);
    w = word("0xDeadBeef");
    ASSERT_TRUE(cmdline_number(&w, &n));
    EXPECT_EQ(n, 0xdeadbeef);
    w = word("16M");
    ASSERT_TRUE(cmdline_number(&w, &n));
    EXPECT_EQ(n, 16u << 20);
    w = word("18446744073709551615");
    ASSERT_TRUE(cmdline_number(&w, &n));
    EXPECT_EQ(n, UINT64_MAX);
}

UTEST(cmdline, what_is_no_number_is_refused)
{
    static const char *const bad[] = {
        "", "0x", "K", "12a", "-1", "18446744073709551616", "18446744073709551615K"
    };
    uint64_t n = 77;

    for (unsigned i = 0; i < array_size(bad); i++) {
        w = word(bad[i]);
        EXPECT_FALSE(cmdline_number(&w, &n));
    }
    EXPECT_EQ(n, 77);
}
