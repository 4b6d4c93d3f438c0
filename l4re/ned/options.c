/* SPDX-License-Identifier: MIT */
#include <ned/options.h>

#include <l4/sys/err.h>
#include <string.h>

static int options_fail(struct options *o, const char *error, const char *word)
{
    o->error = error;
    o->word = word;
    return -L4_EINVAL;
}

static int options_step(struct options *o, const char *text, bool is_statement)
{
    if (o->steps == OPTIONS_STEPS_MAX)
        return options_fail(o, "too many scripts, at", text);
    o->step[o->steps++] = (struct step){ text, is_statement };
    return 0;
}

static bool ends_with(const char *word, const char *end)
{
    size_t n = strlen(word), m = strlen(end);

    return n > m && strcmp(word + n - m, end) == 0;
}

static bool is_script(const char *word)
{
    return ends_with(word, ".cfg") || ends_with(word, ".lua");
}

/* Reads one option at argv[*i]; moves *i to the last word it used. */
static int options_option(struct options *o, int argc, char *const *argv, int *i)
{
    const char *word = argv[*i];

    if (!strcmp(word, "--exit")) {
        o->end = END_AT_ONCE;
    } else if (!strcmp(word, "--wait-and-exit")) {
        o->end = END_WAIT;
    } else if (!strcmp(word, "-e") || !strcmp(word, "--execute")) {
        if (++*i == argc)
            return options_fail(o, "a Lua statement must follow", word);
        return options_step(o, argv[*i], true);
    } else {
        return options_fail(o, "unknown option", word);
    }
    return 0;
}

int options_parse(struct options *o, int argc, char *const *argv)
{
    bool scripts = false;
    int i, err = 0;

    *o = (struct options){ 0 };
    for (i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        if (!scripts && argv[i][0] == '-') {
            err = options_option(o, argc, argv, &i);
        } else if (!scripts || is_script(argv[i])) {
            scripts = true;
            err = options_step(o, argv[i], false);
        } else {
            break;
        }
        if (err)
            return err;
    }
    o->args = argv + i;
    o->nargs = (unsigned)(argc - i);
    if (!o->steps)
        return options_fail(o, "no script: name one, such as", "rom/hello.cfg");
    return 0;
}

void outcome_add_number(struct outcome *o, int number)
{
    o->has_number = true;
    if (!o->number)
        o->number = number;
}

void outcome_add_task(struct outcome *o, int code)
{
    if (!o->task_code)
        o->task_code = code;
}

bool outcome_waits(const struct outcome *o, enum end_mode end)
{
    switch (end) {
    case END_AT_ONCE: return false;
    case END_WAIT: return true;
    case END_DEFAULT: return o->failed || !o->has_number;
    }
    return false;
}

int outcome_status(const struct outcome *o)
{
    if (o->failed)
        return 1;
    return o->has_number ? o->number : o->task_code;
}
