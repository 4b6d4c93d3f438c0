/* SPDX-License-Identifier: MIT */
/*
 * The fibers of a thread: one for the kernel, one for user mode. They belong to its kernel
 * stack and are reused with it. The window of the kernel stack itself holds the user frame only:
 * instrumented code needs more stack than the kernel gives.
 */
#pragma once

#include <stdint.h>

#include "fiber.h"

struct host_context {
    void *stack_top; /* [I] whose kernel stack */
    struct host_stack kernel, user;
    struct host_point point;   /* where user mode stands; sp NULL: nowhere */
    struct host_context *next; /* [I] all of them */
};

/* The context of a kernel stack, as new. */
struct host_context *host_context_of(void *stack_top);

/* End the program: the test, or the kernel, did what no machine could go on with. */
_Noreturn void host_die(const char *why);
