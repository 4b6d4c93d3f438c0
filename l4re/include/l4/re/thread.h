/* SPDX-License-Identifier: MIT */
/* Threads of the own task. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

struct l4re_thread_attr {
    unsigned prio;     /* 1..255; 0: 2 */
    l4_umword_t stack; /* bytes; 0: 64 KiB */
    const char *name;  /* for the debugger; may be NULL */
};

/*
 * Start a thread that runs fn(arg) with a stack, a UTCB, C library state and thread-local
 * variables of its own. When fn returns the thread sleeps for ever.
 * `attr` may be NULL. Returns: 0 and the new thread in *thread; -L4_ENOMEM; other -L4_E*.
 */
int l4re_thread_create(l4_cap_idx_t *thread, void (*fn)(void *), void *arg,
                       const struct l4re_thread_attr *attr);

EXTERN_C_END
