/* SPDX-License-Identifier: MIT */
#include <ned/report.h>

#include <stdarg.h>
#include <stdio.h>

void report(const char *fmt, ...)
{
    va_list ap;

    fputs("ned: ", stdout);
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    putchar('\n');
    fflush(stdout);
}
