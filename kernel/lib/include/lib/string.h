/* SPDX-License-Identifier: MIT */
/*
 * Memory and text functions with their usual meaning; the compiler calls some of them too.
 *
 * Cost: one step per word where both sides are aligned alike, else one per byte. A call with a
 * length that a user chose belongs outside micro-sections.
 */
#pragma once

#include <lib/base.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t most);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strchr(const char *s, int c);
