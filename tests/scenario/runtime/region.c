/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/sys/err.h>

#include "check.h"

#define PLACE 0x60000000UL

static int attach_at(l4_addr_t at, unsigned long size, unsigned flags, l4re_ds_t ds,
                     l4re_rm_offset_t off)
{
    void *p = (void *)at;

    return l4re_rm_attach(&p, size, flags, ds, off, L4_PAGESHIFT);
}

static void places(l4re_ds_t ds)
{
    l4_addr_t at = PLACE + 0x1000;
    unsigned long size = 1;
    l4re_rm_flags_t flags;
    l4re_rm_offset_t off;
    l4re_ds_t found;

    check_eq(attach_at(PLACE, 0x4000, L4RE_RM_F_RW, ds, 0x1000), 0, "an address can be chosen");
    check_eq(attach_at(PLACE + 0x3000, 0x1000, L4RE_RM_F_RW, ds, 0), -L4_EADDRNOTAVAIL,
             "but not twice");
    check_eq(attach_at(PLACE + 0x10000, 0x8000, L4RE_RM_F_RW, ds, 0x1000), -L4_ERANGE,
             "no more than the dataspace has can be attached");
    check_eq(attach_at(0, 0x1000, L4RE_RM_F_RW, ds, 0), -L4_EADDRNOTAVAIL,
             "nothing can be attached at NULL");
    check_eq(attach_at(0x7fffffff0000, 0x100000, L4RE_RM_F_RW, ds, 0), -L4_EINVAL,
             "nor beyond the last address");
    check_eq(attach_at(PLACE + 0x10000, 0, L4RE_RM_F_RW, ds, 0), -L4_EINVAL, "nor nothing");
    check_eq(l4re_rm_find(&at, &size, &off, &flags, &found), L4RE_RM_FOUND_REGION,
             "the region is found by any of its addresses");
    check(at == PLACE && size == 0x4000 && off == 0x1000 && (flags & 7) == 6 && found == ds,
          "with all that was given");
    check_eq(l4re_rm_detach_ds((void *)(PLACE + 0x2000), &found), 0,
             "it is detached by any of its addresses");
    check_eq((long)found, (long)ds, "and tells its capability");
    check_eq(l4re_rm_detach((void *)PLACE), -L4_ENOENT, "once");
}

static void names(l4re_ds_t ds)
{
    l4re_rm_offset_t backing = 0;
    void *p = (void *)PLACE;
    char name[16] = "";

    check_eq(l4re_rm_attach_w_info(&p, 0x1000, L4RE_RM_F_RW, ds, 0, 12, "my region", 77), 0,
             "a region can have a name");
    check_eq(l4re_rm_get_info(PLACE, name, sizeof(name), &backing), 0, "which can be asked for");
    check(!strcmp(name, "my region") && backing == 77, "and is the same");
    l4re_rm_detach(p);
}

static void areas(l4re_ds_t ds)
{
    l4_addr_t a = PLACE;
    void *p = (void *)PLACE;

    check_eq(l4re_rm_reserve_area(&a, 0x10000, 0, 12), 0, "addresses can be reserved");
    check_eq(l4re_rm_reserve_area(&a, 0x1000, 0, 12), -L4_EADDRNOTAVAIL, "once");
    check_eq(attach_at(PLACE, 0x1000, L4RE_RM_F_RW, ds, 0), -L4_EADDRNOTAVAIL,
             "who does not know of the area stays out");
    check_eq(attach_at(PLACE, 0x1000, L4RE_RM_F_RW | L4RE_RM_F_IN_AREA, ds, 0), 0,
             "who does goes in");
    check_eq(l4re_rm_attach(&p, 0x1000, L4RE_RM_F_RW | L4RE_RM_F_SEARCH_ADDR, ds, 0, 12), 0,
             "a search");
    check((l4_addr_t)p == PLACE + 0x10000, "passes the area by");
    l4re_rm_detach(p);
    l4re_rm_detach((void *)PLACE);
    check_eq(l4re_rm_free_area(PLACE + 5), 0, "an area is freed by any of its addresses");
    check_eq(l4re_rm_free_area(PLACE), -L4_ENOENT, "once");
}

static void aligned(l4re_ds_t ds)
{
    void *p = (void *)(PLACE + 0x1000);

    check_eq(l4re_rm_attach(&p, 0x1000, L4RE_RM_F_RW | L4RE_RM_F_SEARCH_ADDR, ds, 0, 20), 0,
             "a search can ask for alignment");
    check_eq((long)((l4_addr_t)p & 0xfffff), 0, "and gets it");
    l4re_rm_detach(p);
}

static void survives(void)
{
    l4_cap_idx_t ds = slot();
    void *p = (void *)PLACE;

    l4re_ma_alloc(0x2000, ds, 0);
    l4re_rm_attach(&p, 0x2000, L4RE_RM_F_RW, ds, 0, 12);
    l4re_util_cap_free_um(ds);
    memset(p, 7, 0x2000);
    check(((char *)p)[0x1fff] == 7, "attached memory lives on without its capability");
    l4re_rm_detach(p);
}

void test_region_map(void)
{
    l4_cap_idx_t ds = slot();
    unsigned long before = used();

    l4re_ma_alloc(0x6000, ds, 0);
    places(ds);
    names(ds);
    areas(ds);
    aligned(ds);
    l4re_util_cap_free_um(ds);
    survives();
    check_eq((long)used(), (long)before, "nothing attached is kept after detach");
}
