/* SPDX-License-Identifier: MIT */
#include <utest/utest.h>

#include <l4/util/parse_cmd.h>

static int count, verbose, level, called_id, called_num;
static char const *name;
static char const *called_text;

static void call(int id)
{
    called_id = id;
}

static void call_arg(int id, char const *text, int num)
{
    called_id = id;
    called_text = text;
    called_num = num;
}

static int run(int *argc, char const ***argv)
{
    verbose = 0;
    return parse_cmdline(argc, argv, 'n', "count", "rounds", PARSE_CMD_INT, 10, &count, 'v',
                         "verbose", "say more", PARSE_CMD_SWITCH, 7, &verbose, 's', "name",
                         "a name", PARSE_CMD_STRING, "preset", &name, ' ', "call", "calls",
                         PARSE_CMD_FN, call, 3, 'a', "arg", "calls with text", PARSE_CMD_FN_ARG,
                         call_arg, 4, 'i', NULL, "more", PARSE_CMD_INC, 1, &level, 'd', NULL,
                         "less", PARSE_CMD_DEC, 1, &level, 0);
}

#define RUN(...)                                                                                   \
    char const *words[] = { "prog", __VA_ARGS__, NULL };                                           \
    char const **argv = words;                                                                     \
    int argc = (int)(sizeof(words) / sizeof(words[0])) - 1;                                        \
    int r = run(&argc, &argv)

UTEST(parse_cmd, presets_hold_without_options)
{
    RUN("rest");
    EXPECT_EQ(r, 0);
    EXPECT_EQ(count, 10);
    EXPECT_EQ(verbose, 0);
    EXPECT_STREQ(name, "preset");
    EXPECT_EQ(argc, 1);
    EXPECT_STREQ(argv[0], "rest");
}

UTEST(parse_cmd, values_come_attached_or_as_the_next_word)
{
    RUN("-n12", "--name=x", "-a", "0x10", "--verbose", "--", "-n");
    EXPECT_EQ(r, 0);
    EXPECT_EQ(count, 12);
    EXPECT_STREQ(name, "x");
    EXPECT_EQ(called_id, 4);
    EXPECT_EQ(called_num, 16);
    EXPECT_STREQ(called_text, "0x10");
    EXPECT_EQ(verbose, 7);
    EXPECT_EQ(argc, 1);
    EXPECT_STREQ(argv[0], "-n");
}

UTEST(parse_cmd, switches_may_be_joined)
{
    RUN("-viiid", "--count", "-5", "--call");
    EXPECT_EQ(r, 0);
    EXPECT_EQ(verbose, 7);
    EXPECT_EQ(level, 3);
    EXPECT_EQ(count, -5);
    EXPECT_EQ(called_id, 3);
    EXPECT_EQ(argc, 0);
}

UTEST(parse_cmd, unknown_options_and_missing_values_are_errors)
{
    {
        RUN("--unknown");
        EXPECT_EQ(r, -1);
    }
    {
        RUN("-n");
        EXPECT_EQ(r, -1);
    }
    {
        RUN("--coun=1");
        EXPECT_EQ(r, -1);
    }
}

UTEST(parse_cmd, an_empty_argv_is_no_error)
{
    char const **argv = NULL;
    int argc = 0;

    EXPECT_EQ(run(&argc, &argv), 0);
    EXPECT_EQ(argc, 0);
}
