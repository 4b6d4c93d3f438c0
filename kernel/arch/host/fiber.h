/* SPDX-License-Identifier: MIT */
/*
 * Fibers: several stacks in one host thread, announced to the address sanitizer.
 *
 * A point is where a fiber stands while it does not run; it lives on the fiber's own stack, or
 * in its owner.
 */
#pragma once

#include <stddef.h>

struct host_stack {
    void *bottom;
    size_t size;
};

struct host_point {
    void *sp;
    struct host_stack *stack;
    void *fake; /* of the sanitizer */
};

/* Memory for a stack, an empty page below it. Lasts as long as the program. */
void host_stack_make(struct host_stack *s);

/* Leave this fiber at *save for the one that stands at *to. `save` NULL: never to come back. */
void host_fiber_switch(struct host_point *save, const struct host_point *to);

/*
 * The same for a fiber that begins with fn(arg) on an empty stack; fn does not return. `on` may
 * be the stack of the fiber that is left for ever.
 */
void host_fiber_start(struct host_point *save, struct host_stack *on, void (*fn)(void *),
                      void *arg);
