/* SPDX-License-Identifier: MIT */
/* moe's command line. */
#pragma once

#include <stddef.h>

enum moe_debug {
    DBG_INFO = 1,
    DBG_WARN = 2,
    DBG_BOOT = 4,
    DBG_SERVER = 0x10,
    DBG_EXCEPTIONS = 0x20,
    DBG_CMD_LINE = 0x40,
    DBG_LOADER = 0x80,
    DBG_NAME_SPACE = 0x400,
    DBG_ALL = 0xffff,
};

enum {
    OPT_ARGS_MAX = 64,
    OPT_LINE_LEN = 2048,
};

struct moe_options {
    unsigned debug;
    unsigned l4re_dbg;
    unsigned ldr_flags;
    int qemu_exit;
    const char *init;                   /* program in namespace rom, "rom/ned" */
    const char *args[OPT_ARGS_MAX + 2]; /* of init, args[0] its name; ends with NULL */
    unsigned nargs;
    char text[OPT_LINE_LEN]; /* the words */
};

/*
 * Parse the command line; its first word is moe's own name. `complain` gets one sentence for
 * each thing that is wrong; the rest of the line is still used.
 */
void options_parse(struct moe_options *o, const char *line, void (*complain)(const char *text));
