/* SPDX-License-Identifier: MIT */
/*
 * Options of the kernel's command line. Words that do not begin with `-` are not ours.
 */
#pragma once

#include <dev/console.h>
#include <lib/base.h>

struct boot_options {
    struct console_config console;
    uint64_t kmem_bytes; /* size of the kernel's memory, 0: by the size of RAM */
    uint64_t max_mem;    /* memory above is not used, 0: no limit */
    bool wait;           /* wait for a key before the first task starts */
};

/*
 * Take over all options; what is unknown or malformed changes nothing.
 */
void options_parse(const char *cmdline, struct boot_options *o);

/*
 * Say one line about each word that options_parse() did not take over, and list the valid
 * options if one was unknown.
 * Returns: number of such words.
 */
unsigned options_report(const char *cmdline, void (*say)(void *arg, const char *line), void *arg);
