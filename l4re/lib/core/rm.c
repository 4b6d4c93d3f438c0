/* SPDX-License-Identifier: MIT */
/*
 * Client side of the region map.
 *
 * The region map pages from its own server's dataspaces only. For a foreign one the own task
 * reserves the addresses (a region without dataspace that remembers the capability) and maps
 * everything at once; detaching unmaps it like any other region.
 */
#include <string.h>

#include <core/call.h>
#include <l4/re/c/debug.h>
#include <l4/re/c/rm.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <proto/l4re.h>

static int rm_call(l4_cap_idx_t rm, struct l4re_msg *m)
{
    long r = call(rm, m, L4RE_PROTO_RM, L4_INVALID_CAP);

    return (int)r;
}

int l4re_rm_reserve_area_srv(l4_cap_idx_t rm, l4_addr_t *start, unsigned long size,
                             l4re_rm_flags_t flags, unsigned char align)
{
    struct l4re_msg m;
    int r;

    call_begin(&m, PROTO_RM_RESERVE_AREA);
    l4re_msg_put_uword(&m, *start);
    l4re_msg_put_uword(&m, size);
    l4re_msg_put_u32(&m, flags);
    l4re_msg_put_u8(&m, align);
    r = rm_call(rm, &m);
    if (r < 0)
        return r;
    l4re_msg_get_uword(&m, start);
    return m.err;
}

int l4re_rm_free_area_srv(l4_cap_idx_t rm, l4_addr_t addr)
{
    struct l4re_msg m;
    int r;

    call_begin(&m, PROTO_RM_FREE_AREA);
    l4re_msg_put_uword(&m, addr);
    r = rm_call(rm, &m);
    return r < 0 ? r : 0;
}

struct attach {
    unsigned long size;
    l4re_rm_flags_t flags;
    l4re_ds_t mem;
    l4re_rm_offset_t offs;
    unsigned char align;
    char const *name;
    l4re_rm_offset_t backing_offset;
};

/* `send_ds` false: the region is to know the capability's index, but gets no dataspace. */
static int rm_attach(l4_cap_idx_t rm, void **start, const struct attach *a, int send_ds)
{
    l4_addr_t at = (l4_addr_t)*start;
    struct l4re_msg m;
    int r;

    call_begin(&m, PROTO_RM_ATTACH);
    l4re_msg_put_uword(&m, at);
    l4re_msg_put_uword(&m, a->size);
    l4re_msg_put_u32(&m, a->flags);
    l4re_msg_put_u64(&m, a->offs);
    l4re_msg_put_u8(&m, a->align);
    l4re_msg_put_u8(&m, 1);
    l4re_msg_put_uword(&m, a->mem);
    l4re_msg_put_str(&m, a->name);
    l4re_msg_put_u64(&m, a->backing_offset);
    l4re_msg_put_cap(&m, send_ds ? a->mem : L4_INVALID_CAP,
                     a->flags & L4RE_RM_F_W ? L4_CAP_FPAGE_RW : L4_CAP_FPAGE_RO, 0);
    r = rm_call(rm, &m);
    if (r < 0)
        return r;
    l4re_msg_get_uword(&m, &at);
    if (m.err)
        return m.err;
    *start = (void *)at;
    return 0;
}

static l4re_ds_flags_t map_flags(l4re_rm_flags_t flags)
{
    return flags & (L4RE_RM_F_RIGHTS_MASK | L4RE_RM_F_CACHING);
}

/* Map what was attached at `start` now. Undoes the attachment if that fails. */
static int map_now(l4_cap_idx_t rm, void *start, const struct attach *a)
{
    l4_addr_t at = l4_trunc_page((l4_addr_t)start);
    int err =
        l4re_ds_map_region(a->mem, a->offs, map_flags(a->flags), at, at + l4_round_page(a->size));

    if (err)
        l4re_rm_detach_srv(rm, at, NULL, L4_BASE_TASK_CAP);
    return err;
}

int l4re_rm_attach_w_info_srv(l4_cap_idx_t rm, void **start, unsigned long size,
                              l4re_rm_flags_t flags, l4re_ds_t mem, l4re_rm_offset_t offs,
                              unsigned char align, char const *name,
                              l4re_rm_offset_t backing_offset)
{
    struct attach a = { size, flags, mem, offs, align, name ? name : "", backing_offset };

    return rm_attach(rm, start, &a, 1);
}

int l4re_rm_attach_srv(l4_cap_idx_t rm, void **start, unsigned long size, l4re_rm_flags_t flags,
                       l4re_ds_t mem, l4re_rm_offset_t offs, unsigned char align)
{
    return l4re_rm_attach_w_info_srv(rm, start, size, flags, mem, offs, align, "", 0);
}

int l4re_rm_attach_w_info(void **start, unsigned long size, l4re_rm_flags_t flags, l4re_ds_t mem,
                          l4re_rm_offset_t offs, unsigned char align, char const *name,
                          l4re_rm_offset_t backing_offset)
{
    struct attach a = { size, flags, mem, offs, align, name ? name : "", backing_offset };
    l4_cap_idx_t rm = l4re_global_env->rm;
    int err = rm_attach(rm, start, &a, 1);
    int foreign = err == -L4_ENODEV;

    if (foreign)
        err = rm_attach(rm, start, &a, 0);
    if (err || l4_is_invalid_cap(mem))
        return err;
    if (foreign || (flags & L4RE_RM_F_EAGER_MAP && !(flags & L4RE_RM_F_NO_EAGER_MAP)))
        err = map_now(rm, *start, &a);
    return err;
}

int l4re_rm_attach(void **start, unsigned long size, l4re_rm_flags_t flags, l4re_ds_t mem,
                   l4re_rm_offset_t offs, unsigned char align)
{
    return l4re_rm_attach_w_info(start, size, flags, mem, offs, align, "", 0);
}

/* Take [start, start + size) out of a task, in the largest aligned pieces. */
static void unmap_range(l4_cap_idx_t task, l4_addr_t start, l4_umword_t size)
{
    l4_addr_t end = start + size;

    while (start < end) {
        unsigned order = l4_fpage_max_order(L4_PAGESHIFT, start, start, end - 1, start);

        l4_task_unmap(task, l4_fpage(start, order, L4_FPAGE_RWX), L4_FP_ALL_SPACES);
        start += 1UL << order;
    }
}

int l4re_rm_detach_srv(l4_cap_idx_t rm, l4_addr_t addr, l4re_ds_t *ds, l4_cap_idx_t task)
{
    l4_umword_t start, size, cap;
    struct l4re_msg m;
    int r;

    call_begin(&m, PROTO_RM_DETACH);
    l4re_msg_put_uword(&m, addr);
    l4re_msg_put_uword(&m, 1);
    l4re_msg_put_u32(&m, L4RE_RM_DETACH_OVERLAP);
    r = rm_call(rm, &m);
    if (r < 0)
        return r;
    l4re_msg_get_uword(&m, &start);
    l4re_msg_get_uword(&m, &size);
    l4re_msg_get_uword(&m, &cap);
    if (m.err)
        return m.err;
    if (ds)
        *ds = cap;
    if (l4_is_valid_cap(task) && !(r & L4RE_RM_UNMAPPED_RANGE))
        unmap_range(task, start, size);
    return r & L4RE_RM_DETACH_RESULT_MASK;
}

int l4re_rm_detach(void *addr)
{
    return l4re_rm_detach_srv(l4re_global_env->rm, (l4_addr_t)addr, NULL, L4_BASE_TASK_CAP);
}

int l4re_rm_detach_ds(void *addr, l4re_ds_t *ds)
{
    return l4re_rm_detach_srv(l4re_global_env->rm, (l4_addr_t)addr, ds, L4_BASE_TASK_CAP);
}

int l4re_rm_detach_unmap(l4_addr_t addr, l4_cap_idx_t task)
{
    return l4re_rm_detach_srv(l4re_global_env->rm, addr, NULL, task);
}

int l4re_rm_detach_ds_unmap(void *addr, l4re_ds_t *ds, l4_cap_idx_t task)
{
    return l4re_rm_detach_srv(l4re_global_env->rm, (l4_addr_t)addr, ds, task);
}

int l4re_rm_find_srv(l4_cap_idx_t rm, l4_addr_t *addr, unsigned long *size,
                     l4re_rm_offset_t *offset, l4re_rm_flags_t *flags, l4re_ds_t *mem)
{
    struct l4re_msg m;
    int r;

    call_begin(&m, PROTO_RM_FIND);
    l4re_msg_put_uword(&m, *addr);
    l4re_msg_put_uword(&m, *size);
    r = rm_call(rm, &m);
    if (r < 0)
        return r;
    l4re_msg_get_uword(&m, addr);
    l4re_msg_get_uword(&m, size);
    l4re_msg_get_u32(&m, flags);
    l4re_msg_get_u64(&m, offset);
    l4re_msg_get_uword(&m, mem);
    return m.err ? m.err : r;
}

int l4re_rm_get_info_srv(l4_cap_idx_t rm, l4_addr_t addr, char *name, unsigned name_len,
                         l4re_rm_offset_t *backing_offset)
{
    struct l4re_msg m;
    const char *s;
    int r;

    call_begin(&m, PROTO_RM_GET_INFO);
    l4re_msg_put_uword(&m, addr);
    r = rm_call(rm, &m);
    if (r < 0)
        return r;
    s = l4re_msg_get_str(&m);
    if (s && name_len) {
        strncpy(name, s, name_len - 1);
        name[name_len - 1] = 0;
    }
    l4re_msg_get_u64(&m, backing_offset);
    return m.err;
}

void l4re_rm_show_lists_srv(l4_cap_idx_t rm)
{
    (void)l4re_debug_obj_debug(rm, 0);
}

int l4re_rm_reserve_area(l4_addr_t *start, unsigned long size, l4re_rm_flags_t flags,
                         unsigned char align)
{
    return l4re_rm_reserve_area_srv(l4re_global_env->rm, start, size, flags, align);
}

int l4re_rm_free_area(l4_addr_t addr)
{
    return l4re_rm_free_area_srv(l4re_global_env->rm, addr);
}

int l4re_rm_find(l4_addr_t *addr, unsigned long *size, l4re_rm_offset_t *offset,
                 l4re_rm_flags_t *flags, l4re_ds_t *mem)
{
    return l4re_rm_find_srv(l4re_global_env->rm, addr, size, offset, flags, mem);
}

int l4re_rm_get_info(l4_addr_t addr, char *name, unsigned name_len,
                     l4re_rm_offset_t *backing_offset)
{
    return l4re_rm_get_info_srv(l4re_global_env->rm, addr, name, name_len, backing_offset);
}

void l4re_rm_show_lists(void)
{
    l4re_rm_show_lists_srv(l4re_global_env->rm);
}
