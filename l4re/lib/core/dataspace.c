/* SPDX-License-Identifier: MIT */
/* Client side of the dataspace protocol. */
#include <core/call.h>
#include <l4/re/c/dataspace.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <proto/l4re.h>

enum {
    MAP_ORDER_MAX = 30, /* larger windows are asked for piece by piece */
};

static int ds_call(l4re_ds_t ds, struct l4re_msg *m)
{
    long r = call(ds, m, L4RE_PROTO_DATASPACE, L4_INVALID_CAP);

    return r < 0 ? (int)r : 0;
}

/*
 * One request with the window of 2^order bytes that holds `spot`.
 * Returns: log2 of the size that was mapped there, or -L4_E*.
 */
static int ds_map_piece(l4re_ds_t ds, l4re_ds_offset_t off, l4re_ds_flags_t flags, l4_addr_t spot,
                        unsigned order)
{
    l4_addr_t base = l4_trunc_size(spot, (unsigned char)order);
    l4_umword_t w0, w1;
    struct l4re_msg m;
    unsigned sent;
    long r;

    call_begin(&m, PROTO_DS_MAP);
    l4re_msg_put_u64(&m, l4_trunc_page(off));
    l4re_msg_put_u64(&m, spot - base);
    l4re_msg_put_uword(&m, flags);
    r = call_for_memory(ds, &m, L4RE_PROTO_DATASPACE, l4_fpage(base, order, L4_FPAGE_RWX));
    if (r < 0)
        return (int)r;

    /* The returned item tells how large the server's piece was. */
    l4re_msg_get_item(&m, &w0, &w1);
    if (m.err || (w0 & L4_RET_ITEM_TYPE_MASK) != L4_RET_ITEM_MAPPED)
        return -L4_EIO;
    sent = (unsigned)(w0 & L4_FPAGE_SIZE_MASK) >> L4_FPAGE_SIZE_SHIFT;
    return (int)(sent < order ? sent : order);
}

/* The largest window for `at` in [min, end) that dataspace and address space can share. */
static unsigned window_order(l4re_ds_offset_t off, l4_addr_t at, l4_addr_t min, l4_addr_t end)
{
    unsigned order = l4_fpage_max_order(L4_PAGESHIFT, at, min, end - 1, l4_trunc_page(off));

    return order > MAP_ORDER_MAX ? MAP_ORDER_MAX : order;
}

int l4re_ds_map(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_flags_t flags,
                l4re_ds_map_addr_t local_addr, l4re_ds_map_addr_t min_addr,
                l4re_ds_map_addr_t max_addr)
{
    l4_addr_t at = l4_trunc_page(local_addr);
    int r;

    min_addr = l4_round_page(min_addr);
    max_addr = l4_trunc_page(max_addr);
    if (at < min_addr || at >= max_addr)
        return -L4_EINVAL;
    r = ds_map_piece(ds, offset, flags, at, window_order(offset, at, min_addr, max_addr));
    return r < 0 ? r : 0;
}

int l4re_ds_map_region(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_flags_t flags,
                       l4re_ds_map_addr_t min_addr, l4re_ds_map_addr_t max_addr)
{
    l4_addr_t at = l4_trunc_page(min_addr);
    l4_addr_t end = l4_round_page(max_addr);

    offset = l4_trunc_page(offset);
    while (at < end) {
        int r = ds_map_piece(ds, offset, flags, at, window_order(offset, at, at, end));

        if (r < 0)
            return r;
        at += 1UL << r;
        offset += 1UL << r;
    }
    return 0;
}

long l4re_ds_clear(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_size_t size)
{
    struct l4re_msg m;

    call_begin(&m, PROTO_DS_CLEAR);
    l4re_msg_put_u64(&m, offset);
    l4re_msg_put_u64(&m, size);
    return ds_call(ds, &m);
}

long l4re_ds_allocate(l4re_ds_t ds, l4re_ds_offset_t offset, l4re_ds_size_t size)
{
    struct l4re_msg m;

    call_begin(&m, PROTO_DS_ALLOCATE);
    l4re_msg_put_u64(&m, offset);
    l4re_msg_put_u64(&m, size);
    return ds_call(ds, &m);
}

int l4re_ds_copy_in(l4re_ds_t ds, l4re_ds_offset_t dst_offs, l4re_ds_t src,
                    l4re_ds_offset_t src_offs, l4re_ds_size_t size)
{
    struct l4re_msg m;

    call_begin(&m, PROTO_DS_COPY_IN);
    l4re_msg_put_u64(&m, dst_offs);
    l4re_msg_put_u64(&m, src_offs);
    l4re_msg_put_u64(&m, size);
    l4re_msg_put_cap(&m, src, L4_CAP_FPAGE_RO, 0);
    return ds_call(ds, &m);
}

int l4re_ds_info(l4re_ds_t ds, l4re_ds_stats_t *stats)
{
    struct l4re_msg m;
    int err;

    call_begin(&m, PROTO_DS_INFO);
    err = ds_call(ds, &m);
    if (err)
        return err;
    l4re_msg_get_u64(&m, &stats->size);
    l4re_msg_get_uword(&m, &stats->flags);
    return m.err;
}

l4re_ds_size_t l4re_ds_size(l4re_ds_t ds)
{
    l4re_ds_stats_t s;

    return l4re_ds_info(ds, &s) ? 0 : s.size;
}

l4re_ds_flags_t l4re_ds_flags(l4re_ds_t ds)
{
    l4re_ds_stats_t s;

    return l4re_ds_info(ds, &s) ? 0 : s.flags;
}

int l4re_ds_map_info(l4re_ds_t ds, l4_addr_t *start_addr, l4_addr_t *end_addr)
{
    struct l4re_msg m;
    int err;

    call_begin(&m, PROTO_DS_MAP_INFO);
    err = ds_call(ds, &m);
    if (err)
        return err;
    l4re_msg_get_uword(&m, start_addr);
    l4re_msg_get_uword(&m, end_addr);
    return m.err;
}
