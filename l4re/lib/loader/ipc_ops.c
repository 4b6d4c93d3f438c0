/* SPDX-License-Identifier: MIT */
/* The loader's memory operations as calls to servers: how ned reaches moe. */
#include <l4/re/c/dataspace.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/loader.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>

static int op_ds_size(l4re_ds_t ds, l4_umword_t *size)
{
    l4re_ds_stats_t s;
    int err = l4re_ds_info(ds, &s);

    *size = err ? 0 : s.size;
    return err;
}

static int op_ds_alloc(l4_cap_idx_t mem, l4_umword_t size, unsigned long flags, l4re_ds_t *ds)
{
    long err;

    *ds = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(*ds))
        return -L4_ENOMEM;
    err = l4re_ma_alloc_align_srv(mem, (long)size, *ds, flags, 0);
    if (err)
        l4re_util_cap_free(*ds);
    return (int)err;
}

static int op_ds_copy_in(l4re_ds_t dst, l4_umword_t dst_off, l4re_ds_t src, l4_umword_t src_off,
                         l4_umword_t size)
{
    return l4re_ds_copy_in(dst, dst_off, src, src_off, size);
}

static void op_ds_free(l4re_ds_t ds)
{
    l4re_util_cap_free_um(ds);
}

static int op_map(l4re_ds_t ds, l4_umword_t size, int writable, void **addr)
{
    *addr = NULL;
    return l4re_rm_attach(addr, size,
                          L4RE_RM_F_SEARCH_ADDR | (writable ? L4RE_RM_F_RW : L4RE_RM_F_R), ds, 0,
                          L4_PAGESHIFT);
}

static void op_unmap(void *addr, l4_umword_t size)
{
    (void)size;
    l4re_rm_detach(addr);
}

static int op_rm_create(l4_cap_idx_t fab, l4_cap_idx_t *rm)
{
    long err;

    *rm = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(*rm))
        return -L4_ENOMEM;
    err = l4_error(l4_factory_create(fab, L4RE_PROTO_RM, *rm));
    if (err < 0)
        l4re_util_cap_free(*rm);
    return err < 0 ? (int)err : 0;
}

static void op_rm_free(l4_cap_idx_t rm)
{
    l4re_util_cap_free_um(rm);
}

static int op_rm_attach(l4_cap_idx_t rm, l4_addr_t start, l4_umword_t size, l4_uint32_t flags,
                        l4re_ds_t ds, l4_umword_t off, const char *name)
{
    void *at = (void *)start;

    return l4re_rm_attach_w_info_srv(rm, &at, size, flags, ds, off, 0, name, off);
}

static int op_rm_reserve(l4_cap_idx_t rm, l4_addr_t start, l4_umword_t size)
{
    return l4re_rm_reserve_area_srv(rm, &start, size, L4RE_RM_F_RESERVED, 0);
}

static const struct l4re_ldr_ops ipc_ops = {
    .ds_size = op_ds_size,
    .ds_alloc = op_ds_alloc,
    .ds_copy_in = op_ds_copy_in,
    .ds_free = op_ds_free,
    .map = op_map,
    .unmap = op_unmap,
    .rm_create = op_rm_create,
    .rm_free = op_rm_free,
    .rm_attach = op_rm_attach,
    .rm_reserve = op_rm_reserve,
};

int l4re_ldr_start(const struct l4re_ldr_prog *p, struct l4re_ldr_task *t)
{
    return l4re_ldr_start_with(&ipc_ops, p, t);
}
