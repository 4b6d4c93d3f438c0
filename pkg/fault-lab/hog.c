/* SPDX-License-Identifier: MIT */
/*
 * Take what there is: gates from the kernel, memory from the allocator, until both say no. The
 * quotas are this task's own, so nobody else notices.
 */
#include "patient.h"

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    OBJECTS_MAX = 100000, /* more than any quota of the laboratory allows */
    SPARE = 16,           /* objects given back, so that there is room to speak */
    DS_SIZE = 64 * 1024,
};

typedef long make_fn(l4_cap_idx_t slot);

static long make_gate(l4_cap_idx_t slot)
{
    return l4_error(l4_factory_create_gate(l4re_env()->factory, slot, L4_INVALID_CAP, 0));
}

static long make_dataspace(l4_cap_idx_t slot)
{
    return l4re_ma_alloc(DS_SIZE, slot, L4RE_MA_PINNED);
}

/*
 * Make objects until it fails; keep them, but for the last few.
 * Returns: how many there were, the reason of the end in *err.
 */
static unsigned take_all(make_fn *make, long *err)
{
    static l4_cap_idx_t last[SPARE];
    unsigned n = 0;

    for (*err = 0; n < OBJECTS_MAX; n++) {
        l4_cap_idx_t slot = l4re_util_cap_alloc();

        *err = l4_is_valid_cap(slot) ? make(slot) : -L4_ENOSPC;
        if (*err < 0)
            break;
        last[n % SPARE] = slot;
    }
    for (unsigned i = 0; i < SPARE && i < n; i++)
        l4re_util_cap_free_um(last[i]);
    return n;
}

static int take_and_tell(const char *what, make_fn *make)
{
    long err;
    unsigned n = take_all(make, &err);

    printf("%u %s, then: %s\n", n, what, l4sys_errtostr(err));
    return err == -L4_ENOMEM && n > 0;
}

int patient_hog(void)
{
    printf("I take what I can get.\n");
    if (!take_and_tell("dataspaces", make_dataspace) || !take_and_tell("kernel objects", make_gate))
        return EXIT_FAILURE;

    printf("There is nothing left. I give up.\n");
    __builtin_trap();
}
