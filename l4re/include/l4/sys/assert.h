/* SPDX-License-Identifier: MIT */
/* Assertion for code that has no C library: reports to the kernel debugger and stops. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/kdebug.h>

#ifdef NDEBUG
#define l4_assert(cond) ((void)0)
#else
#define l4_assert(cond)                                                                            \
    do {                                                                                           \
        if (L4_UNLIKELY(!(cond))) {                                                                \
            l4_kd_outstring("assertion failed: " #cond " at " __FILE__                             \
                            ":" L4_STRINGIFY(__LINE__) "\n");                                      \
            __builtin_trap();                                                                      \
        }                                                                                          \
    } while (0)
#endif
