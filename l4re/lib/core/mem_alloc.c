/* SPDX-License-Identifier: MIT */
#include <core/call.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/re/protocols.h>
#include <proto/l4re.h>

long l4re_ma_alloc_align_srv(l4_cap_idx_t srv, long size, l4re_ds_t const mem, unsigned long flags,
                             unsigned long align)
{
    struct l4re_msg m;
    long r;

    call_begin_create(&m, L4RE_PROTO_DATASPACE);
    l4re_msg_put_varg_int(&m, size);
    l4re_msg_put_varg_uint(&m, flags);
    l4re_msg_put_varg_uint(&m, align);
    r = call(srv, &m, L4_PROTO_FACTORY, mem);
    return r < 0 ? r : 0;
}

long l4re_ma_alloc(long size, l4re_ds_t const mem, unsigned long flags)
{
    return l4re_ma_alloc_align_srv(l4re_global_env->mem_alloc, size, mem, flags, 0);
}

long l4re_ma_alloc_align(long size, l4re_ds_t const mem, unsigned long flags, unsigned long align)
{
    return l4re_ma_alloc_align_srv(l4re_global_env->mem_alloc, size, mem, flags, align);
}

long l4re_ma_info_srv(l4_cap_idx_t srv, struct l4re_ma_info *info)
{
    struct l4re_msg m;
    long r;

    call_begin(&m, PROTO_MEM_ALLOC_INFO);
    r = call(srv, &m, L4RE_PROTO_MEM_ALLOC, L4_INVALID_CAP);
    if (r < 0)
        return r;
    l4re_msg_get_uword(&m, &info->quota);
    l4re_msg_get_uword(&m, &info->quota_used);
    l4re_msg_get_uword(&m, &info->mem_limit);
    l4re_msg_get_uword(&m, &info->mem_used);
    l4re_msg_get_uword(&m, &info->mem_free);
    return m.err;
}
