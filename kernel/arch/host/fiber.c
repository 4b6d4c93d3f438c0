/* SPDX-License-Identifier: MIT */
/* See fiber.h. The sanitizer is told before and after each change of stacks. */
#include "fiber.h"

#include "context.h"

#include <lib/base.h>
#include <sys/mman.h>

#if defined(__SANITIZE_ADDRESS__)
#define HOST_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HOST_ASAN 1
#endif
#endif

#ifdef HOST_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#define STACK_BYTES KiB(256) /* sanitizer reports included */
#define GUARD_BYTES KiB(4)

/* switch.S */
void host_stack_switch(void **save, void *sp);
void host_stack_start(void **save, void *sp, void (*fn)(void *), void *arg);
void host_fiber_begin(void (*fn)(void *), void *arg);

/* The stack the host thread came with; its size is learnt when it is left first. */
static _Thread_local struct host_stack native;
static _Thread_local struct host_stack *here; /* NULL: native */

static void leaving(void **fake, const struct host_stack *to)
{
#ifdef HOST_ASAN
    __sanitizer_start_switch_fiber(fake, to->bottom, to->size);
#else
    (void)fake;
    (void)to;
#endif
}

static void arrived(void *fake)
{
#ifdef HOST_ASAN
    const void *bottom;
    size_t size;

    __sanitizer_finish_switch_fiber(fake, &bottom, &size);
    if (!native.size) { /* the first stack ever left is the native one */
        native.bottom = (void *)(uintptr_t)bottom;
        native.size = size;
    }
#else
    (void)fake;
#endif
}

/* What was poisoned for frames that were left for ever. */
static void stack_clear(const struct host_stack *s)
{
#ifdef HOST_ASAN
    __asan_unpoison_memory_region(s->bottom, s->size);
#else
    (void)s;
#endif
}

void host_stack_make(struct host_stack *s)
{
    char *p = mmap(NULL, GUARD_BYTES + STACK_BYTES, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (p == MAP_FAILED || mprotect(p, GUARD_BYTES, PROT_NONE) != 0)
        host_die("no memory for a stack");
    s->bottom = p + GUARD_BYTES;
    s->size = STACK_BYTES;
}

void host_fiber_switch(struct host_point *save, const struct host_point *to)
{
    struct host_point never;
    struct host_point *p = save ? save : &never;

    p->stack = here ? here : &native;
    here = to->stack;
    leaving(save ? &p->fake : NULL, to->stack);
    host_stack_switch(&p->sp, to->sp);
    arrived(p->fake);
}

void host_fiber_start(struct host_point *save, struct host_stack *on, void (*fn)(void *), void *arg)
{
    struct host_point never;
    struct host_point *p = save ? save : &never;

    if (!on->bottom)
        host_stack_make(on);
    p->stack = here ? here : &native;
    here = on;
    stack_clear(on);
    leaving(save ? &p->fake : NULL, on);
    host_stack_start(&p->sp, (char *)on->bottom + on->size, fn, arg);
    arrived(p->fake);
}

void host_fiber_begin(void (*fn)(void *), void *arg)
{
    arrived(NULL);
    fn(arg);
    host_die("a fiber has come to its end");
}
