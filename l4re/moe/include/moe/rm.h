/* SPDX-License-Identifier: MIT */
/* Region map objects: the address space of a task, and its pager. */
#pragma once

#include <moe/ds.h>
#include <moe/regions.h>

struct rm {
    struct moe_obj obj;
    struct regions r;
};

/* What to attach where; see l4re_rm_attach(). */
struct rm_attach {
    uintptr_t start;
    uintptr_t size;
    uint32_t flags;
    struct ds *ds; /* NULL: addresses only */
    uint64_t off;
    unsigned align;
    uintptr_t client_cap;
    uint64_t backing;
    const char *name;
};

/* Returns: 0 and the place in a->start, or -L4_E*. Takes a reference of the dataspace. */
int rm_do_attach(struct rm *rm, struct rm_attach *a);
int rm_do_reserve(struct rm *rm, uintptr_t *start, uintptr_t size, uint32_t flags, unsigned align);
