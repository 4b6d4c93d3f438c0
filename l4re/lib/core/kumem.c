/* SPDX-License-Identifier: MIT */
#include <l4/re/c/rm.h>
#include <l4/re/c/util/kumem_alloc.h>
#include <l4/sys/task.h>

int l4re_util_kumem_alloc(l4_addr_t *mem, unsigned pages_order, l4_cap_idx_t task, l4_cap_idx_t rm)
{
    unsigned order = pages_order + L4_PAGESHIFT;
    l4_addr_t at = L4RE_UTCB_AREA;
    l4_fpage_t area;
    long err;

    /* The region map must keep the addresses free: it never pages there. */
    err = l4re_rm_reserve_area_srv(rm, &at, 1UL << order,
                                   L4RE_RM_F_RESERVED | L4RE_RM_F_KERNEL | L4RE_RM_F_SEARCH_ADDR,
                                   (unsigned char)order);
    if (err)
        return (int)err;
    area = l4_fpage(at, order, L4_FPAGE_RW);
    err = l4_error(l4_task_add_ku_mem(task, &area));
    if (err < 0) {
        l4re_rm_free_area_srv(rm, at);
        return (int)err;
    }
    *mem = at;
    return 0;
}
