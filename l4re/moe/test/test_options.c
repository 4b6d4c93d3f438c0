/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include <l4/re/l4aux.h>
#include <moe/options.h>
#include <utest/utest.h>

static struct moe_options o;
static char said[600];
static int times;

static void complain(const char *text)
{
    snprintf(said, sizeof(said), "%s", text);
    times++;
}

static void parse(const char *line)
{
    times = 0;
    said[0] = 0;
    options_parse(&o, line, complain);
}

UTEST(options, nothing_given_starts_ned)
{
    parse("/boot/moe");
    EXPECT_STREQ(o.init, "rom/ned");
    EXPECT_STREQ(o.args[0], "rom/ned");
    EXPECT_NULL(o.args[1]);
    EXPECT_EQ(o.debug, DBG_WARN);
    parse("");
    EXPECT_STREQ(o.args[0], "rom/ned");
}

UTEST(options, plain_words_and_all_behind_two_dashes_go_to_init)
{
    parse("moe rom/x.cfg --qemu-exit -- --exit \"two words\" -e");
    EXPECT_EQ(o.qemu_exit, 1);
    EXPECT_EQ(o.nargs, 5);
    EXPECT_STREQ(o.args[1], "rom/x.cfg");
    EXPECT_STREQ(o.args[2], "--exit");
    EXPECT_STREQ(o.args[3], "two words");
    EXPECT_STREQ(o.args[4], "-e");
    EXPECT_NULL(o.args[5]);
    EXPECT_EQ(times, 0);
}

UTEST(options, lists_set_their_flags)
{
    parse("moe --debug=info,loader --l4re-dbg=all --ldr-flags=pinned_segs --init=rom/hello");
    EXPECT_EQ(o.debug, DBG_INFO | DBG_LOADER);
    EXPECT_EQ(o.l4re_dbg, DBG_ALL);
    EXPECT_EQ(o.ldr_flags, L4RE_AUX_LDR_FLAG_PINNED_SEGS);
    EXPECT_STREQ(o.init, "rom/hello");
    EXPECT_STREQ(o.args[0], "rom/hello");
}

UTEST(options, an_unknown_option_is_named_and_the_rest_still_counts)
{
    parse("moe --inti=x rom/a.cfg");
    EXPECT_EQ(times, 1);
    EXPECT_NOT_NULL(strstr(said, "--inti=x"));
    EXPECT_NOT_NULL(strstr(said, "--init=FILE"));
    EXPECT_STREQ(o.args[1], "rom/a.cfg");
}

UTEST(options, an_unknown_value_is_named_with_the_known_ones)
{
    parse("moe --debug=boot,lodaer");
    EXPECT_EQ(times, 1);
    EXPECT_NOT_NULL(strstr(said, "'lodaer'"));
    EXPECT_NOT_NULL(strstr(said, "exceptions"));
    EXPECT_EQ(o.debug, DBG_BOOT);
}

UTEST(options, too_much_is_said_and_survived)
{
    static char line[3 * OPT_LINE_LEN];

    strcpy(line, "moe");
    for (int i = 0; i < 100; i++)
        strcat(line, " a");
    parse(line);
    EXPECT_LT(0, times);
    EXPECT_NULL(o.args[o.nargs]);

    memset(line, 'x', sizeof(line) - 1);
    parse(line);
    EXPECT_LT(0, times);
    EXPECT_EQ(o.nargs, 1);
}
