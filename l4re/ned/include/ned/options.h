/* SPDX-License-Identifier: MIT */
/*
 * ned's command line:
 *
 *   ned [--exit | --wait-and-exit] [-e STATEMENT] script... [args]
 *
 * Options come first. Then come the scripts: the first word, and the words after it that end in
 * .cfg or .lua. The first other word begins the arguments; so does "--". Scripts find the
 * arguments in the table `arg` and as `...`.
 */
#pragma once

#include <stdbool.h>

enum end_mode {
    END_DEFAULT, /* a script that returned a number decides; without one, wait for the tasks */
    END_AT_ONCE, /* --exit: when the last script is done */
    END_WAIT,    /* --wait-and-exit: when no task is left */
};

enum {
    OPTIONS_STEPS_MAX = 32,
};

/* One thing to run: a statement or a file. */
struct step {
    const char *text;
    bool is_statement;
};

struct options {
    enum end_mode end;
    struct step step[OPTIONS_STEPS_MAX];
    unsigned steps;
    char *const *args; /* the rest, ends with NULL */
    unsigned nargs;
    const char *error; /* what is wrong, if options_parse() failed */
    const char *word;  /* the word it stumbled over */
};

/*
 * Owner:   strings stay the caller's.
 * Returns: 0 or -L4_EINVAL with `error` and `word` set.
 */
int options_parse(struct options *o, int argc, char *const *argv);

/* The result of ned as a whole. */
struct outcome {
    bool failed;     /* a script ended with an error, or could not be read */
    bool has_number; /* a script returned a number */
    int number;      /* the first one that is not 0 */
    int task_code;   /* the first exit code of a task that is not 0 */
};

void outcome_add_number(struct outcome *o, int number);
void outcome_add_task(struct outcome *o, int code);

/* Whether ned goes on while tasks live. */
bool outcome_waits(const struct outcome *o, enum end_mode end);

/* ned's exit status: 1 after an error, else a script's number, else a task's exit code. */
int outcome_status(const struct outcome *o);
