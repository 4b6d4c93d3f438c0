/* SPDX-License-Identifier: MIT */
/* panic() and kassert_fail() of the kernel's rooms (lib/base.h): the test has failed. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));
void kassert_fail(const char *file, int line, const char *text) __attribute__((noreturn));

void panic(const char *fmt, ...)
{
    va_list args;

    fflush(stdout);
    fputs("kernel panic: ", stderr);
    va_start(args, fmt);
    vfprintf(stderr, fmt, args);
    va_end(args);
    fputc('\n', stderr);
    abort();
}

void kassert_fail(const char *file, int line, const char *text)
{
    panic("%s:%d: assertion failed: %s", file, line, text);
}
