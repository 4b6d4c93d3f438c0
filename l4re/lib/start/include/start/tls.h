/* SPDX-License-Identifier: MIT */
/*
 * What each thread has for itself: thread-local variables, and the C library's state.
 *
 *     | .tdata .tbss | pad | struct tls_head |
 *                          ^ FS base
 */
#pragma once

#include <stddef.h>

#include <l4/sys/types.h>

struct _reent;

/* Lies at the FS base; the compiler's code reads `self` only. */
struct tls_head {
    struct tls_head *self;
    struct _reent *reent;
};

/* Take the description of the program's thread-local variables from its headers. */
void tls_describe(const void *phdr, size_t phnum, size_t phent);

/* Bytes that tls_make() needs, alignment included. */
size_t tls_size(void);

/* Build the block of a thread in `mem` (tls_size() bytes, any alignment). */
struct tls_head *tls_make(void *mem, struct _reent *reent);

/* Use the block in the running thread, whose capability this is. Returns: 0 or -L4_E*. */
long tls_use(l4_cap_idx_t thread, struct tls_head *head);
