/* SPDX-License-Identifier: MIT */
/* The dataspace protocol. */
#include <l4/re/c/dataspace.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <moe/ds.h>
#include <proto/l4re.h>

void ds_send_piece(struct l4re_srv_msg *m, const struct ds_piece *p, uintptr_t spot,
                   unsigned rights, unsigned long flags)
{
    unsigned char cache = 0;

    if (flags & L4RE_DS_F_BUFFERABLE)
        cache = L4_FPAGE_BUFFERABLE;
    else if (flags & L4RE_DS_F_UNCACHEABLE)
        cache = L4_FPAGE_UNCACHEABLE;
    l4re_msg_put_item(&m->out, l4_map_control(spot, cache, L4_MAP_ITEM_MAP),
                      l4_fpage(p->addr, p->order, (unsigned char)(p->rights & rights)).raw);
}

/* What the caller's capability lets it do with the dataspace. */
static unsigned rights_of(const struct ds *d, const struct l4re_srv_msg *m)
{
    return m->rights & L4_CAP_FPAGE_W ? d->rights : d->rights & ~(unsigned)L4RE_DS_F_W;
}

static int op_map(struct ds *d, struct l4re_srv_msg *m)
{
    unsigned rights = rights_of(d, m);
    struct ds_piece p;
    l4_uint64_t off, spot;
    l4_umword_t flags;
    unsigned want;
    int err;

    l4re_msg_get_u64(&m->in, &off);
    l4re_msg_get_u64(&m->in, &spot);
    l4re_msg_get_uword(&m->in, &flags);
    if (m->in.err)
        return m->in.err;
    want = (unsigned)flags & L4RE_DS_F_RWX;
    if (want & ~rights)
        return -L4_EPERM;
    err = ds_piece(d, off, want, spot, 0, UINTPTR_MAX, &p);
    if (!err)
        ds_send_piece(m, &p, spot, want, flags);
    return err;
}

/* Operations on a range. */
static int op_range(struct ds *d, struct l4re_srv_msg *m, int op)
{
    l4_uint64_t off, size;

    l4re_msg_get_u64(&m->in, &off);
    l4re_msg_get_u64(&m->in, &size);
    if (m->in.err)
        return m->in.err;
    if (!(rights_of(d, m) & L4RE_DS_F_W))
        return -L4_EPERM;
    return op == PROTO_DS_CLEAR ? ds_clear(d, off, size) : ds_allocate(d, off, size);
}

static int op_copy_in(struct ds *d, struct l4re_srv_msg *m)
{
    struct moe_obj *src = obj_from_msg(m, 0, &ds_type);
    l4_uint64_t dst, from, size;

    l4re_msg_get_u64(&m->in, &dst);
    l4re_msg_get_u64(&m->in, &from);
    l4re_msg_get_u64(&m->in, &size);
    if (m->in.err)
        return m->in.err;
    if (!(rights_of(d, m) & L4RE_DS_F_W))
        return -L4_EPERM;
    if (!m->ncaps)
        return -L4_EMSGMISSARG;
    if (!src)
        return -L4_EINVAL; /* not one of our dataspaces: reading it could make us wait */
    return ds_copy_in(d, dst, (struct ds *)src, from, size);
}

static int ds_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    struct ds *d = (struct ds *)o;
    int op;

    if (l4re_srv_proto(m) == L4RE_PROTO_DEBUG) {
        moe_say("dataspace of 0x%llx bytes, %s, rights %x, %u references",
                (unsigned long long)d->size,
                d->is_static ? "static"
                : d->base    ? "contiguous"
                             : "page by page",
                d->rights, o->refs);
        return 0;
    }
    if (l4re_srv_proto(m) != L4RE_PROTO_DATASPACE)
        return -L4_EBADPROTO;
    op = moe_op(m);
    switch (op) {
    case PROTO_DS_MAP: return op_map(d, m);
    case PROTO_DS_CLEAR:
    case PROTO_DS_ALLOCATE: return op_range(d, m, op);
    case PROTO_DS_COPY_IN: return op_copy_in(d, m);
    case PROTO_DS_INFO:
        l4re_msg_put_u64(&m->out, d->size);
        l4re_msg_put_uword(&m->out, rights_of(d, m));
        return 0;
    default:
        return op < 0 ? op : -L4_ENOSYS; /* MAP_INFO too: only systems without an MMU have it */
    }
}

static const struct l4re_srv_iface ifaces[] = {
    { L4RE_PROTO_DATASPACE, "L4Re::Dataspace" },
    { 0, NULL },
};

const struct moe_type ds_type = {
    .name = "dataspace",
    .dispatch = ds_dispatch,
    .destroy = ds_destroy,
    .ifaces = ifaces,
    .size = sizeof(struct ds),
};
