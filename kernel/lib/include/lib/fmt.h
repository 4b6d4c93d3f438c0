/* SPDX-License-Identifier: MIT */
/*
 * Text out of values: the part of printf the kernel needs.
 *
 * %s %c %d %i %u %x %X %p %% with `-`, `0`, a width (number or *), a precision for %s, and
 * the lengths hh h l ll z t j. No floats. An unknown conversion is copied as it stands.
 */
#pragma once

#include <stdarg.h>

#include <lib/base.h>

/*
 * Write at most size - 1 characters and a final 0.
 *
 * Returns: the length the whole text has, as if there were room.
 * Cost:    one step per character of the result; not for micro-sections.
 */
int fmt_vsnprintf(char *out, size_t size, const char *fmt, va_list args) printf_like(3, 0);
int fmt_snprintf(char *out, size_t size, const char *fmt, ...) printf_like(3, 4);

/*
 * The same to a sink: put(ctx, c) is called for each character, in order.
 * For consoles, which need no buffer.
 */
int fmt_vprint(void (*put)(void *ctx, char c), void *ctx, const char *fmt, va_list args)
    printf_like(3, 0);
