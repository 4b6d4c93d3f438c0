/* SPDX-License-Identifier: MIT */
/* Messages of ned itself. */
#pragma once

/* Print "ned: ", the text and a line end on ned's log, after all that scripts have printed. */
void report(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
