/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <l4/re/c/dataspace.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/namespace.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>

#include "check.h"

enum {
    SIZE = 0x5000,
};

static char *attach(l4re_ds_t ds, unsigned flags)
{
    void *p = NULL;

    if (l4re_rm_attach(&p, SIZE, L4RE_RM_F_SEARCH_ADDR | flags, ds, 0, L4_PAGESHIFT))
        return NULL;
    return p;
}

static void info(l4re_ds_t ds)
{
    l4re_ds_stats_t s = { 0, 0 };

    check_eq(l4re_ds_info(ds, &s), 0, "a dataspace tells about itself");
    check(s.size == SIZE && s.flags == L4RE_DS_F_RWX, "its size and rights are as asked for");
    check_eq(l4re_ds_map_info(ds, NULL, NULL), -L4_ENOSYS, "there is no direct map here");
}

static void memory(l4re_ds_t ds)
{
    char *p = attach(ds, L4RE_RM_F_RW);
    int zero = 1;

    check(p != NULL, "a dataspace can be attached");
    for (int i = 0; i < SIZE; i++)
        zero &= !p[i];
    check(zero, "fresh memory is zero");
    memset(p, 'x', SIZE);
    check_eq(l4re_ds_clear(ds, 0x800, 0x2000), 0, "a range can be cleared");
    check(p[0x7ff] == 'x' && !p[0x800] && !p[0x27ff] && p[0x2800] == 'x',
          "exactly the range is zero then");
    check_eq(l4re_ds_clear(ds, SIZE, 1), -L4_ERANGE, "no byte behind the end can be cleared");
    check_eq(l4re_ds_clear(ds, 1, ~0UL), -L4_ERANGE, "a size that wraps is refused");
    check_eq(l4re_rm_detach(p), L4RE_RM_DETACHED_DS, "it can be detached");
}

static void rights(l4re_ds_t ds)
{
    l4_cap_idx_t ro = slot();
    void *p = NULL;

    l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, l4_obj_fpage(ds, 0, L4_CAP_FPAGE_RO),
                l4_map_obj_control(ro, 0));
    check_eq((long)l4re_ds_flags(ro), L4RE_DS_F_RX, "a read-only capability shows no write right");
    check_eq(l4re_ds_clear(ro, 0, 1), -L4_EPERM, "it does not clear");
    check_eq(l4re_rm_attach(&p, SIZE, L4RE_RM_F_SEARCH_ADDR | L4RE_RM_F_RW, ro, 0, 12), -L4_EPERM,
             "it is not attached for writing");
    check_eq(l4re_ds_map(ro, 0, L4RE_DS_F_RW, 0x50000000, 0x50000000, 0x50001000), -L4_EPERM,
             "it is not mapped for writing");
    l4re_util_cap_free_um(ro);
}

static void copies(l4re_ds_t ds)
{
    l4_cap_idx_t file = slot();
    char *p = attach(ds, L4RE_RM_F_RW);
    const char *f, *again;
    l4re_ds_size_t size;

    check_eq(l4re_ns_query_path("rom/runtime-test", file), 0, "our own file is in rom");
    size = l4re_ds_size(file);
    f = attach(file, L4RE_RM_F_R);
    check(f && size > SIZE && !memcmp(f, "\177ELF", 4), "it is a program");
    check_eq(l4re_ds_copy_in(ds, 0, file, 0, 0x3000), 0, "pages of a file can be copied");
    check(!memcmp(p, f, 0x3000), "the copy is the same");
    memset(p + 0x1000, 'y', 10);
    again = attach(file, L4RE_RM_F_R);
    check(p[0x1000] == 'y' && again && !memcmp(f, again, SIZE),
          "writing to the copy does not change the file");
    l4re_rm_detach((void *)(l4_addr_t)again);
    check(!memcmp(p + 0x100a, f + 0x100a, 0xff6), "the rest of a written page is still the file's");
    check_eq(l4re_ds_copy_in(ds, 5, file, 0x777, 0x2000), 0, "any bytes can be copied");
    check(!memcmp(p + 5, f + 0x777, 0x2000), "they are the same, too");
    check_eq(l4re_ds_copy_in(ds, 0, file, size, 0x2000), -L4_ERANGE,
             "nothing is copied from behind the end");
    check_eq(l4re_ds_copy_in(file, 0, ds, 0, 1), -L4_EPERM, "a file is not written");
    check_eq(l4re_ds_copy_in(ds, 0, l4re_env()->log, 0, 1), -L4_EINVAL,
             "a log is no source of bytes");
    l4re_rm_detach(p);
    l4re_rm_detach((void *)(l4_addr_t)f);
    l4re_util_cap_free_um(file);
}

static void by_hand(l4re_ds_t ds)
{
    volatile char *p = (volatile char *)0x50000000;

    check_eq(l4re_ds_map_region(ds, 0, L4RE_DS_F_RW, 0x50000000, 0x50000000 + SIZE), 0,
             "a dataspace can be mapped without the region map");
    p[0x4fff] = 'z';
    check(p[0x4fff] == 'z', "the memory is there");
    check_eq(l4re_ds_map(ds, SIZE, L4RE_DS_F_R, 0x50000000, 0x50000000, 0x50001000), -L4_ERANGE,
             "but not behind its end");
    l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(0x50000000, 15, L4_FPAGE_RWX), L4_FP_ALL_SPACES);
}

static void kinds(void)
{
    l4_cap_idx_t ds = slot();
    char *p;

    check_eq(l4re_ma_alloc(SIZE, ds, L4RE_MA_CONTINUOUS), 0, "memory can be contiguous");
    p = attach(ds, L4RE_RM_F_RW);
    check(p && !p[SIZE - 1], "it is zero as well");
    p[SIZE - 1] = 1;
    check_eq(l4re_ds_clear(ds, 0, SIZE), 0, "and can be cleared");
    check(!p[SIZE - 1], "which works");
    l4re_rm_detach(p);
    l4re_util_cap_free_um(ds);
}

void test_dataspace(void)
{
    l4_cap_idx_t ds = slot();
    unsigned long before = used();

    check_eq(l4re_ma_alloc(SIZE, ds, 0), 0, "an allocator makes dataspaces");
    info(ds);
    memory(ds);
    rights(ds);
    copies(ds);
    by_hand(ds);
    l4re_util_cap_free_um(ds);
    kinds();
    check_eq((long)used(), (long)before, "all memory of dropped dataspaces came back");
}
