/* SPDX-License-Identifier: MIT */
#include <l4/sys/err.h>
#include <ned/fault.h>
#include <ned/options.h>
#include <utest/utest.h>

static const char *describe(unsigned long trapno, unsigned long err)
{
    static char text[FAULT_TEXT_MAX];
    struct fault f = { .trapno = trapno, .err = err, .addr = 0x10, .ip = 0x1000123 };

    fault_describe(&f, text, sizeof(text));
    return text;
}

UTEST(ned, a_page_fault_names_access_address_and_reason)
{
    EXPECT_STREQ(describe(14, 4), "page fault, read of address 0x10 (not mapped) at ip 0x1000123");
    EXPECT_STREQ(describe(14, 7),
                 "page fault, write to address 0x10 (not permitted) at ip 0x1000123");
    EXPECT_STREQ(describe(14, 0x15),
                 "page fault, instruction fetch from address 0x10 (not permitted) at ip 0x1000123");
}

UTEST(ned, an_exception_carries_its_mnemonic)
{
    EXPECT_STREQ(describe(0, 0), "divide error (#DE) at ip 0x1000123");
    EXPECT_STREQ(describe(6, 0), "invalid opcode (#UD) at ip 0x1000123");
    EXPECT_STREQ(describe(13, 0x18), "general protection (#GP, error code 0x18) at ip 0x1000123");
}

UTEST(ned, an_unknown_exception_is_a_number)
{
    EXPECT_STREQ(describe(9, 2), "exception 9, error code 0x2 at ip 0x1000123");
    EXPECT_STREQ(describe(255, 0), "exception 255, error code 0x0 at ip 0x1000123");
}

UTEST(ned, a_short_buffer_cuts_the_text)
{
    struct fault f = { .trapno = 0 };
    char text[8];

    fault_describe(&f, text, sizeof(text));
    EXPECT_STREQ(text, "divide ");
}

/* options_parse() on "ned" and the words up to NULL. */
static int parse(struct options *o, const char *const *words)
{
    static char *argv[OPTIONS_STEPS_MAX + 4];
    int n = 0;

    argv[n++] = (char *)(uintptr_t) "ned";
    while (*words)
        argv[n++] = (char *)(uintptr_t)*words++;
    argv[n] = NULL;
    return options_parse(o, n, argv);
}
#define PARSE(o, ...) parse(o, (const char *const[]){ __VA_ARGS__, NULL })

UTEST(ned, scripts_and_arguments_are_told_apart)
{
    struct options o;

    ASSERT_EQ(PARSE(&o, "rom/a", "rom/b.cfg", "x", "c.cfg"), 0);
    EXPECT_EQ(o.steps, 2);
    EXPECT_STREQ(o.step[0].text, "rom/a");
    EXPECT_STREQ(o.step[1].text, "rom/b.cfg");
    EXPECT_EQ(o.nargs, 2);
    EXPECT_STREQ(o.args[0], "x");
    EXPECT_EQ(o.end, END_DEFAULT);
}

UTEST(ned, two_dashes_begin_the_arguments)
{
    struct options o;

    ASSERT_EQ(PARSE(&o, "rom/a.cfg", "--", "b.cfg"), 0);
    EXPECT_EQ(o.steps, 1);
    EXPECT_STREQ(o.args[0], "b.cfg");
}

UTEST(ned, statements_run_in_the_order_of_the_line)
{
    struct options o;

    ASSERT_EQ(PARSE(&o, "--wait-and-exit", "-e", "x = 1", "rom/a.cfg"), 0);
    EXPECT_EQ(o.end, END_WAIT);
    EXPECT_EQ(o.steps, 2);
    EXPECT_TRUE(o.step[0].is_statement);
    EXPECT_FALSE(o.step[1].is_statement);
}

UTEST(ned, what_is_wrong_with_the_line_is_named)
{
    struct options o;

    EXPECT_EQ(PARSE(&o, "--quick", "a.cfg"), -L4_EINVAL);
    EXPECT_STREQ(o.error, "unknown option");
    EXPECT_STREQ(o.word, "--quick");
    EXPECT_EQ(PARSE(&o, "-e"), -L4_EINVAL);
    EXPECT_EQ(PARSE(&o, "--exit"), -L4_EINVAL);
    EXPECT_STREQ(o.word, "rom/hello.cfg");
}

UTEST(ned, too_many_scripts_are_refused)
{
    const char *words[OPTIONS_STEPS_MAX + 2] = { NULL };
    struct options o;

    for (int i = 0; i < OPTIONS_STEPS_MAX; i++)
        words[i] = "a.cfg";
    EXPECT_EQ(parse(&o, words), 0);
    words[OPTIONS_STEPS_MAX] = "a.cfg";
    EXPECT_EQ(parse(&o, words), -L4_EINVAL);
}

UTEST(ned, a_returned_number_ends_ned_and_is_its_status)
{
    struct outcome o = { 0 };

    EXPECT_TRUE(outcome_waits(&o, END_DEFAULT));
    outcome_add_number(&o, 0);
    outcome_add_task(&o, 139);
    EXPECT_FALSE(outcome_waits(&o, END_DEFAULT));
    EXPECT_TRUE(outcome_waits(&o, END_WAIT));
    EXPECT_EQ(outcome_status(&o), 0);
    outcome_add_number(&o, 3);
    outcome_add_number(&o, 4);
    EXPECT_EQ(outcome_status(&o), 3);
}

UTEST(ned, without_a_number_the_first_failing_task_decides)
{
    struct outcome o = { 0 };

    EXPECT_EQ(outcome_status(&o), 0);
    outcome_add_task(&o, 0);
    outcome_add_task(&o, 142);
    outcome_add_task(&o, 7);
    EXPECT_EQ(outcome_status(&o), 142);
}

UTEST(ned, a_failed_script_is_status_one_and_the_rest_goes_on)
{
    struct outcome o = { .failed = true };

    outcome_add_number(&o, 0);
    EXPECT_EQ(outcome_status(&o), 1);
    EXPECT_TRUE(outcome_waits(&o, END_DEFAULT));
    EXPECT_FALSE(outcome_waits(&o, END_AT_ONCE));
}
