/* SPDX-License-Identifier: MIT */
#include <init/options.h>
#include <string.h>
#include <utest/utest.h>

static char said[4096];

static void note(void *arg, const char *line)
{
    (void)arg;
    strcat(said, line);
    strcat(said, "\n");
}

UTEST(options, no_line_and_an_empty_one_mean_defaults)
{
    struct boot_options o;

    options_parse(NULL, &o);
    EXPECT_FALSE(o.wait || o.console.off || o.console.exit_on_panic);
    EXPECT_EQ(o.kmem_bytes, 0);
    EXPECT_EQ(o.console.line, CONSOLE_LINE_OF_PORT);
    options_parse("", &o);
    EXPECT_EQ(o.max_mem, 0);
}

UTEST(options, every_option_is_taken)
{
    struct boot_options o;

    options_parse("kernel -wait -noserial -comport=2 -comspeed=9600 -comirq=3 -kmemsize=16384 "
                  "-maxmem=256 -qemu-exit-on-panic",
                  &o);
    EXPECT_TRUE(o.wait && o.console.off && o.console.exit_on_panic);
    EXPECT_EQ(o.console.port, 0x2f8);
    EXPECT_EQ(o.console.baud, 9600);
    EXPECT_EQ(o.console.line, 3);
    EXPECT_EQ(o.kmem_bytes, MiB(16));
    EXPECT_EQ(o.max_mem, MiB(256));
    options_parse("-comport=0x3e8", &o);
    EXPECT_EQ(o.console.port, 0x3e8);
}

UTEST(options, bad_values_change_nothing_and_are_said)
{
    struct boot_options o;
    const char *line = "-comport=0 -comport=70000 -comport -comspeed=x -comirq=16 -kmemsize= "
                       "-kmemsize=0 -maxmem=99999999999999999999 -wait=1";

    options_parse(line, &o);
    EXPECT_EQ(o.console.port, 0);
    EXPECT_EQ(o.kmem_bytes, 0);
    EXPECT_EQ(o.max_mem, 0);
    EXPECT_FALSE(o.wait);
    EXPECT_EQ(options_report(line, note, NULL), 9);
    EXPECT_NULL(strstr(said, "the options are"));
}

UTEST(options, an_unknown_option_is_named_and_the_list_comes_once)
{
    EXPECT_EQ(options_report("-foo word -bar=1 -wait", note, NULL), 2);
    EXPECT_NOT_NULL(strstr(said, "'-foo'"));
    EXPECT_NOT_NULL(strstr(said, "'-bar=1'"));
    EXPECT_NOT_NULL(strstr(said, "-kmemsize=KiB"));
    EXPECT_EQ(strstr(strstr(said, "the options are") + 1, "the options are") == NULL, true);
}

UTEST(options, options_of_other_kernels_are_known_without_effect)
{
    EXPECT_EQ(options_report("-serial_esc -jdb_cmd=X -nohlt", note, NULL), 3);
    EXPECT_NOT_NULL(strstr(said, "no effect"));
    EXPECT_NULL(strstr(said, "unknown"));
}

UTEST(options, words_without_dash_and_a_single_dash_are_not_ours)
{
    EXPECT_EQ(options_report("- hello a=b", note, NULL), 0);
    EXPECT_STREQ(said, "");
}
