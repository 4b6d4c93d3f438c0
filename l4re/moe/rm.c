/* SPDX-License-Identifier: MIT */
/*
 * Region maps: attach, detach, page faults.
 *
 * A page fault is answered with the piece of the dataspace that belongs there, or with a negative
 * label, which the kernel turns into an exception for the task's parent.
 */
#include <string.h>

#include <l4/re/c/rm.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/utcb_layout.h>
#include <moe/rm.h>
#include <proto/l4re.h>

#define RM_LOW PAGE_BYTES
#define RM_HIGH ((uintptr_t)L4_USER_ADDR_LAST + 1 - PAGE_BYTES)

enum {
    SEARCH_LOW = 0x100000, /* a search keeps away from NULL */
    RANGES_PER_MSG = 20,
};

static struct rm *rm_of(struct moe_obj *o)
{
    return (struct rm *)o;
}

static void *ctx_alloc(void *ctx, size_t size)
{
    return moe_alloc(ctx, size);
}

static void ctx_free(void *ctx, void *p, size_t size)
{
    moe_free(ctx, p, size);
}

struct moe_obj *rm_new(struct quota *q)
{
    struct moe_obj *o = obj_new(&rm_type, q);
    struct rm *rm = rm_of(o);

    if (!o)
        return NULL;
    rm->r.alloc = ctx_alloc;
    rm->r.free = ctx_free;
    rm->r.ctx = q;
    regions_init(&rm->r, RM_LOW, RM_HIGH);
    return o;
}

static void drop_region(void *ctx, struct region *g)
{
    struct ds *d = g->ds;

    (void)ctx;
    if (d)
        obj_put(&d->obj);
}

static void rm_destroy(struct moe_obj *o)
{
    regions_clear(&rm_of(o)->r, drop_region);
}

/* Widen [start, start + size) to whole pages. */
static int to_pages(uintptr_t *start, uintptr_t *size)
{
    uintptr_t low = *start & ~(PAGE_BYTES - 1);
    uintptr_t end;

    if (!*size || __builtin_add_overflow(*start, *size, &end) || end > RM_HIGH)
        return -L4_EINVAL;
    end = (end + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    *start = low;
    *size = end - low;
    return 0;
}

static int place(struct rm *rm, uintptr_t *start, uintptr_t *size, uint32_t flags, unsigned align)
{
    int err = to_pages(start, size);

    if (err)
        return err;
    if (flags & L4RE_RM_F_SEARCH_ADDR && *start < SEARCH_LOW)
        *start = SEARCH_LOW;
    return regions_place(&rm->r, start, *size, flags, align);
}

int rm_do_attach(struct rm *rm, struct rm_attach *a)
{
    struct region g = { .ds = a->ds,
                        .flags = a->flags & L4RE_RM_REGION_FLAGS,
                        .client_cap = a->client_cap,
                        .backing = a->backing };
    uint64_t ds_end;
    int err = place(rm, &a->start, &a->size, a->flags, a->align);

    if (err)
        return err;
    g.start = a->start;
    g.end = a->start + a->size;
    g.off = a->off & ~(uint64_t)(PAGE_BYTES - 1);
    if (a->ds) {
        ds_end = (a->ds->size + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
        if (g.off > ds_end || a->size > ds_end - g.off)
            return -L4_ERANGE;
        if (a->flags & L4RE_RM_F_RWX & ~a->ds->rights)
            return -L4_EPERM;
    }
    strncpy(g.name, a->name ? a->name : "", sizeof(g.name) - 1);
    if (!regions_add(&rm->r, &g))
        return -L4_ENOMEM;
    if (a->ds)
        obj_get(&a->ds->obj);
    return 0;
}

int rm_do_reserve(struct rm *rm, uintptr_t *start, uintptr_t size, uint32_t flags, unsigned align)
{
    int err = place(rm, start, &size, flags & ~(uint32_t)L4RE_RM_F_IN_AREA, align);

    return err ? err : regions_reserve(&rm->r, *start, size, flags & L4RE_RM_REGION_FLAGS);
}

/* ---- operations ------------------------------------------------------------------------- */

/* The dataspace that came with an attach request. Returns: 0 (with NULL if none came) or -L4_E*. */
static int attached_ds(struct l4re_srv_msg *m, uint32_t flags, struct ds **ds)
{
    struct moe_obj *o = obj_from_msg(m, 0, &ds_type);

    *ds = (struct ds *)o;
    if (!m->ncaps || m->caps[0].kind == L4RE_SRV_CAP_NONE)
        return 0;
    if (m->caps[0].kind == L4RE_SRV_CAP_MAPPED)
        return -L4_ENODEV; /* somebody else's: asking it for pages could make us wait */
    if (!o)
        return -L4_EINVAL;
    return flags & L4RE_RM_F_W && !(m->caps[0].rights & L4_CAP_FPAGE_W) ? -L4_EPERM : 0;
}

static int op_attach(struct rm *rm, struct l4re_srv_msg *m)
{
    struct rm_attach a = { .client_cap = L4_INVALID_CAP };
    l4_uint8_t align, has_cap;
    int err;

    l4re_msg_get_uword(&m->in, &a.start);
    l4re_msg_get_uword(&m->in, &a.size);
    l4re_msg_get_u32(&m->in, &a.flags);
    l4re_msg_get_u64(&m->in, &a.off);
    l4re_msg_get_u8(&m->in, &align);
    l4re_msg_get_u8(&m->in, &has_cap);
    if (has_cap)
        l4re_msg_get_uword(&m->in, &a.client_cap);
    a.name = l4re_msg_get_str(&m->in);
    l4re_msg_get_u64(&m->in, &a.backing);
    if (m->in.err)
        return m->in.err;
    a.align = align;
    err = attached_ds(m, a.flags, &a.ds);
    if (!err)
        err = rm_do_attach(rm, &a);
    if (!err)
        l4re_msg_put_uword(&m->out, a.start);
    return err;
}

static int op_detach(struct rm *rm, struct l4re_srv_msg *m)
{
    l4_umword_t addr, size, start, end, cap;
    struct region *g, *rest;
    l4_uint32_t how;
    struct ds *ds;
    int r;

    l4re_msg_get_uword(&m->in, &addr);
    l4re_msg_get_uword(&m->in, &size);
    l4re_msg_get_u32(&m->in, &how);
    if (m->in.err)
        return m->in.err;
    if (to_pages(&addr, &size))
        return -L4_EINVAL;
    g = regions_find(&rm->r, addr, size);
    if (!g)
        return -L4_ENOENT;
    start = g->start;
    end = g->end;
    if (how & L4RE_RM_DETACH_EXACT) {
        start = start < addr ? addr : start;
        end = end > addr + size ? addr + size : end;
    }
    ds = g->ds;
    cap = g->client_cap;
    r = regions_cut(&rm->r, g, start, end, &rest);
    if (r < 0)
        return r;
    if (ds && r == 0)
        obj_put(&ds->obj);
    if (ds && r == 1)
        obj_get(&ds->obj);

    l4re_msg_put_uword(&m->out, start);
    l4re_msg_put_uword(&m->out, end - start);
    l4re_msg_put_uword(&m->out, cap);
    r = r ? L4RE_RM_SPLIT_DS : L4RE_RM_DETACHED_DS;
    if (end < addr + size && regions_find(&rm->r, end, addr + size - end))
        r |= L4RE_RM_DETACH_AGAIN;
    return r;
}

static int op_find(struct rm *rm, struct l4re_srv_msg *m)
{
    l4_umword_t addr, size;
    const struct region *g;
    const struct area *a;

    l4re_msg_get_uword(&m->in, &addr);
    l4re_msg_get_uword(&m->in, &size);
    if (m->in.err)
        return m->in.err;
    g = regions_find(&rm->r, addr, size);
    a = g ? NULL : regions_find_area(&rm->r, addr, size);
    if (!g && !a)
        return -L4_ENOENT;
    l4re_msg_put_uword(&m->out, g ? g->start : a->start);
    l4re_msg_put_uword(&m->out, g ? g->end - g->start : a->end - a->start);
    l4re_msg_put_u32(&m->out, g ? g->flags : a->flags);
    l4re_msg_put_u64(&m->out, g ? g->off : 0);
    l4re_msg_put_uword(&m->out, g ? g->client_cap : L4_INVALID_CAP);
    return g ? L4RE_RM_FOUND_REGION : L4RE_RM_FOUND_AREA;
}

static int op_reserve_area(struct rm *rm, struct l4re_srv_msg *m)
{
    l4_umword_t start, size;
    l4_uint32_t flags;
    l4_uint8_t align;
    int err;

    l4re_msg_get_uword(&m->in, &start);
    l4re_msg_get_uword(&m->in, &size);
    l4re_msg_get_u32(&m->in, &flags);
    l4re_msg_get_u8(&m->in, &align);
    if (m->in.err)
        return m->in.err;
    err = rm_do_reserve(rm, &start, size, flags, align);
    if (!err)
        l4re_msg_put_uword(&m->out, start);
    return err;
}

static int op_list(const struct rm *rm, struct l4re_srv_msg *m, int op)
{
    const struct range_list *l = op == PROTO_RM_GET_REGIONS ? &rm->r.regions : &rm->r.areas;
    l4_umword_t start;
    int n = 0;

    l4re_msg_get_uword(&m->in, &start);
    if (m->in.err)
        return m->in.err;
    for (size_t i = 0; i < l->count && n < RANGES_PER_MSG; i++) {
        const struct region *g = op == PROTO_RM_GET_REGIONS ? l->e[i] : NULL;
        const struct area *a = g ? NULL : l->e[i];
        struct proto_rm_range e = { g ? g->start : a->start, (g ? g->end : a->end) - 1,
                                    (unsigned short)(g ? g->flags : a->flags) };

        if (e.start < start)
            continue;
        l4re_msg_put_bytes(&m->out, &e, sizeof(e));
        n++;
    }
    return n;
}

static int op_get_info(const struct rm *rm, struct l4re_srv_msg *m)
{
    const struct region *g;
    l4_umword_t addr;

    l4re_msg_get_uword(&m->in, &addr);
    if (m->in.err)
        return m->in.err;
    g = regions_find(&rm->r, addr, 1);
    if (!g)
        return -L4_ENOENT;
    l4re_msg_put_str(&m->out, g->name);
    l4re_msg_put_u64(&m->out, g->backing);
    return 0;
}

/* ---- page faults ------------------------------------------------------------------------ */

/* Answer with the memory at addr. Returns: 0 or -L4_E*. */
static int show(struct rm *rm, struct l4re_srv_msg *m, uintptr_t addr, unsigned want)
{
    const struct region *g = regions_find(&rm->r, addr, 1);
    struct ds_piece p;
    int err;

    if (!g)
        return -L4_ENOENT;
    if (want & ~g->flags)
        return -L4_EACCESS;
    if (!g->ds)
        return -L4_ENODEV;
    err = ds_piece(g->ds, g->off + (addr - g->start), want, addr, g->start, g->end, &p);
    if (!err)
        ds_send_piece(m, &p, addr, g->flags & L4RE_DS_F_RWX, g->flags);
    return err;
}

static int page_fault(struct rm *rm, struct l4re_srv_msg *m)
{
    unsigned want = L4RE_DS_F_R;
    l4_umword_t pfa, ip;
    int err;

    l4re_msg_get_uword(&m->in, &pfa);
    l4re_msg_get_uword(&m->in, &ip);
    if (m->in.err)
        return m->in.err;
    if (pfa & L4_PF_WRITE)
        want |= L4RE_DS_F_W;
    if (pfa & L4_PF_FETCH)
        want |= L4RE_DS_F_X;
    err = show(rm, m, pfa & ~(l4_umword_t)L4_PF_BITS, want);
    if (err)
        moe_debug(DBG_INFO, "page fault at %#lx (%s%s) by ip %#lx: error %d",
                  pfa & ~(l4_umword_t)L4_PF_BITS, want & L4RE_DS_F_W ? "write" : "read",
                  want & L4RE_DS_F_X ? ", fetch" : "", ip, err);
    return err;
}

static int op_page_in(struct rm *rm, struct l4re_srv_msg *m)
{
    l4_umword_t min, max;
    l4_uint16_t rights;

    l4re_msg_get_uword(&m->in, &min);
    l4re_msg_get_uword(&m->in, &max);
    l4re_msg_get_u16(&m->in, &rights);
    if (m->in.err)
        return m->in.err;
    l4re_msg_put_uword(&m->out, 0); /* no helper function: call again for the rest */
    return show(rm, m, min, rights & L4RE_DS_F_RWX);
}

static void print_all(const struct rm *rm)
{
    for (size_t i = 0; i < rm->r.regions.count; i++) {
        const struct region *g = rm->r.regions.e[i];

        moe_say("region %#lx-%#lx flags %x %s", g->start, g->end - 1, g->flags, g->name);
    }
    for (size_t i = 0; i < rm->r.areas.count; i++) {
        const struct area *a = rm->r.areas.e[i];

        moe_say("area   %#lx-%#lx flags %x", a->start, a->end - 1, a->flags);
    }
}

static int rm_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    struct rm *rm = rm_of(o);
    l4_umword_t addr;
    int op;

    if (l4re_srv_proto(m) == L4_PROTO_PAGE_FAULT)
        return page_fault(rm, m);
    if (l4re_srv_proto(m) == L4RE_PROTO_DEBUG) {
        print_all(rm);
        return 0;
    }
    if (l4re_srv_proto(m) != L4RE_PROTO_RM)
        return -L4_EBADPROTO;
    op = moe_op(m);
    switch (op) {
    case PROTO_RM_ATTACH: return op_attach(rm, m);
    case PROTO_RM_DETACH: return op_detach(rm, m);
    case PROTO_RM_FIND: return op_find(rm, m);
    case PROTO_RM_RESERVE_AREA: return op_reserve_area(rm, m);
    case PROTO_RM_FREE_AREA:
        l4re_msg_get_uword(&m->in, &addr);
        return m->in.err ? m->in.err : regions_free_area(&rm->r, addr);
    case PROTO_RM_GET_REGIONS:
    case PROTO_RM_GET_AREAS: return op_list(rm, m, op);
    case PROTO_RM_GET_INFO: return op_get_info(rm, m);
    case PROTO_RM_PAGE_IN: return op_page_in(rm, m);
    default: return op < 0 ? op : -L4_ENOSYS; /* rescue jumps belong to a service inside a task */
    }
}

static const struct l4re_srv_iface ifaces[] = {
    { L4RE_PROTO_RM, "L4Re::Rm" },
    { L4_PROTO_PAGE_FAULT, "Pager" },
    { 0, NULL },
};

const struct moe_type rm_type = {
    .name = "region map",
    .dispatch = rm_dispatch,
    .destroy = rm_destroy,
    .ifaces = ifaces,
    .size = sizeof(struct rm),
};
