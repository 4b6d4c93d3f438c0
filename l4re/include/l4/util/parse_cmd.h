/* SPDX-License-Identifier: MIT */
/*
 * Command-line options by one call:
 *
 *     parse_cmdline(&argc, &argv,
 *                   'n', "count", "number of rounds", PARSE_CMD_INT, 10, &count,
 *                   'v', "verbose", "say more", PARSE_CMD_SWITCH, 1, &verbose,
 *                   0);
 *
 * Each option: short name (a character, ' ' = none), long name (or NULL), description, kind,
 * and two arguments that depend on the kind:
 *
 *   PARSE_CMD_INT      int preset, int *where       takes a number (decimal, 0x, leading 0)
 *   PARSE_CMD_SWITCH   int value, int *where        stores the value; untouched if not given
 *   PARSE_CMD_STRING   char const *preset, char const **where
 *   PARSE_CMD_FN       void (*fn)(int), int id      calls fn(id)
 *   PARSE_CMD_FN_ARG   void (*fn)(int, char const *, int), int id
 *                                                   calls fn(id, text, text as a number)
 *   PARSE_CMD_INC      int preset, int *where       adds one each time
 *   PARSE_CMD_DEC      int preset, int *where       subtracts one each time
 *
 * Long options: --name, --name=value, --name value. Short ones: -n value, -nvalue, several
 * switches together. Parsing ends at the first word that is no option, or behind "--". The
 * options -h and --help print a table of the options, unless the program has its own.
 *
 * Needs the C library (printf).
 */
#pragma once

#include <l4/sys/compiler.h>

EXTERN_C_BEGIN

enum parse_cmd_type {
    PARSE_CMD_INT,
    PARSE_CMD_SWITCH,
    PARSE_CMD_STRING,
    PARSE_CMD_FN,
    PARSE_CMD_FN_ARG,
    PARSE_CMD_INC,
    PARSE_CMD_DEC,
};

typedef void (*parse_cmd_fn_t)(int id);
typedef void (*parse_cmd_fn_arg_t)(int id, char const *text, int number);

enum {
    PARSE_CMD_MAX_OPTIONS = 64, /* in one call */
};

/*
 * Returns: 0; -1 for an unknown option or a missing value (which is printed); -2 if there are
 * more than PARSE_CMD_MAX_OPTIONS; 1 after help was printed. On 0, *argc and *argv stand at the
 * first word that is no option.
 */
int parse_cmdline(int *argc, char const ***argv, int arg0, ...);
int parse_cmdlinev(int *argc, char const ***argv, int arg0, __builtin_va_list va);

EXTERN_C_END
