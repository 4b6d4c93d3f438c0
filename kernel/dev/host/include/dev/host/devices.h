/* SPDX-License-Identifier: MIT */
/* The devices of the host machine, seen from outside: what tests plug in, type and read. */
#pragma once

#include <lib/base.h>

#define HOST_LINES 24u          /* interrupt lines of the one controller */
#define HOST_CONSOLE_LINE 4u    /* of the console's input */
#define HOST_TICKS_KHZ 1024000u /* 1024 ticks are a microsecond, exactly */

/* Add the interrupt controller. Boot. */
void host_intr_init(void);

/* A device pulls its line: an edge, or the beginning of a level. */
void host_line_raise(unsigned line);

/* A level line goes down again. */
void host_line_lower(unsigned line);

bool host_line_masked(unsigned line);

/* Type on the console. Raises HOST_CONSOLE_LINE if its interrupt is on. */
void host_console_type(const char *text);

/* What was written to the console since it was last cleared; at most the last 64 KiB. */
const char *host_console_text(void);
void host_console_clear(void);

/* How often power off and reboot were asked for. */
unsigned host_power_offs(void);
