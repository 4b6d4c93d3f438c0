/* SPDX-License-Identifier: MIT */
/*
 * Words of a command line: separated by blanks, double quotes keep blanks together.
 * Words are slices of the line; nothing is copied.
 */
#pragma once

#include <lib/base.h>

struct cmdline_word {
    const char *text; /* not terminated */
    size_t len;
};

/*
 * Step to the next word. `*pos` starts as the line (NULL is an empty line) and is moved.
 * A word in quotes comes without them.
 *
 * Returns: false at the end.
 */
bool cmdline_next(const char **pos, struct cmdline_word *word) must_check;

/* Does the word equal this text? */
bool cmdline_is(const struct cmdline_word *word, const char *text);

/*
 * Find option `name` in the line, either the word itself or `name=value`. The last one wins.
 *
 * Returns: true if present; `*value` (if not NULL) is then the value, of length 0 without one.
 */
bool cmdline_option(const char *line, const char *name, struct cmdline_word *value);

/*
 * A number: decimal, or hexadecimal after 0x; K, M, G as last letter multiply.
 *
 * Returns: false if the word is no number or too large.
 */
bool cmdline_number(const struct cmdline_word *word, uint64_t *number) must_check;
