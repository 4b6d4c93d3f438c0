/* SPDX-License-Identifier: MIT */
/*
 * What the kernel calls when it gives up, for rooms below the console. Weak: a test that wants to
 * see the call brings its own, and so does the room that defines it for the real kernel.
 */
#include <lib/base.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

__attribute__((weak)) void panic(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    printf("# panic: ");
    vprintf(fmt, ap);
    printf("\n");
    va_end(ap);
    fflush(NULL);
    abort();
}

__attribute__((weak)) void kassert_fail(const char *file, int line, const char *text)
{
    printf("# assertion failed: %s:%d: %s\n", file, line, text);
    fflush(NULL);
    abort();
}
