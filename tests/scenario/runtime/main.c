/* SPDX-License-Identifier: MIT */
/*
 * The runtime, seen from an ordinary program: dataspaces, region map, namespaces, allocators,
 * malformed messages, C library, threads, servers. Its last line tells the sum, its exit code is
 * the number of failures.
 */
#include <stdio.h>
#include <stdlib.h>

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>

#include "check.h"

static int done, failed;

void check(int ok, const char *what)
{
    done++;
    failed += !ok;
    printf("%sok %d - %s\n", ok ? "" : "not ", done, what);
}

void check_eq(long got, long want, const char *what)
{
    if (got != want)
        printf("# %ld instead of %ld\n", got, want);
    check(got == want, what);
}

l4_cap_idx_t slot(void)
{
    l4_cap_idx_t c = l4re_util_cap_alloc();

    if (l4_is_invalid_cap(c)) {
        printf("not ok - no capability slots\n");
        exit(99);
    }
    return c;
}

unsigned long used(void)
{
    struct l4re_ma_info i;

    return l4re_ma_info_srv(l4re_env()->mem_alloc, &i) ? 0 : i.quota_used;
}

int main(void)
{
    printf("The runtime tries itself.\n"); /* the console's buffer is made now */
    test_dataspace();
    test_region_map();
    test_namespace();
    test_allocator();
    test_malformed();
    test_libc();
    test_server();
    test_thread();
    printf("1..%d\n", done);
    if (failed)
        printf("%d of %d failed\n", failed, done);
    else
        printf("all %d are true\n", done);
    return failed;
}
