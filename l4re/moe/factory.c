/* SPDX-License-Identifier: MIT */
/* Factories: everything else is made by them and paid from their quota. */
#include <l4/re/c/mem_alloc.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <moe/ds.h>
#include <proto/l4re.h>

enum {
    PRIO_MAX = 255,
    CREATED_RIGHTS = L4_CAP_FPAGE_RWSD,
};

struct factory {
    struct moe_obj obj;
    struct quota *own; /* of what it makes; a child's is a piece of memory of its own */
};

struct moe_obj *factory_new(struct quota *pays, struct quota *own)
{
    struct moe_obj *o = obj_new(&factory_type, pays);

    if (o) {
        ((struct factory *)o)->own = own;
        quota_get(own);
    }
    return o;
}

static void factory_destroy(struct moe_obj *o)
{
    quota_drop(((struct factory *)o)->own);
}

/* An argument that must be there and be a number. */
static int get_number(struct l4re_srv_msg *m, l4_umword_t *v)
{
    struct l4re_varg a;

    if (!l4re_msg_get_varg(&m->in, &a))
        return m->in.err ? m->in.err : -L4_EMSGTOOSHORT;
    if ((a.type & 0x7f) != L4RE_VARG_UMWORD || a.len != sizeof(*v))
        return -L4_EINVAL;
    *v = a.value;
    return 0;
}

/* An argument that may be left out. */
static int get_option(struct l4re_srv_msg *m, l4_umword_t *v, l4_umword_t otherwise)
{
    int err;

    *v = otherwise;
    if (m->in.pos >= m->in.end)
        return 0;
    err = get_number(m, v);
    return err;
}

static struct moe_obj *make_ds(struct quota *q, struct l4re_srv_msg *m, int *err)
{
    l4_umword_t size, flags, align;
    struct ds *d;

    *err = get_number(m, &size);
    if (!*err)
        *err = get_option(m, &flags, 0);
    if (!*err)
        *err = get_option(m, &align, 0);
    if (!*err && m->in.pos < m->in.end)
        *err = -L4_EINVAL; /* a fixed address: systems without an MMU only */
    if (!*err && align > 63)
        *err = -L4_EINVAL;
    if (*err)
        return NULL;
    d = ds_new(q, (long)size, flags, (unsigned)align, err);
    return d ? &d->obj : NULL;
}

static struct moe_obj *make_factory(struct quota *q, struct l4re_srv_msg *m, int *err)
{
    struct quota *own;
    struct moe_obj *o;
    l4_umword_t limit;

    *err = get_number(m, &limit);
    if (!*err && !limit)
        *err = -L4_EINVAL;
    if (*err)
        return NULL;
    *err = -L4_ENOMEM;
    own = moe_alloc(q, sizeof(*own));
    if (!own)
        return NULL;
    if (quota_init_child(own, q, limit)) {
        moe_free(q, own, sizeof(*own));
        return NULL;
    }
    o = factory_new(q, own);
    quota_drop(own); /* the factory holds it now, or nobody does */
    return o;
}

static struct moe_obj *make_log(struct quota *q, struct l4re_srv_msg *m, int *err)
{
    struct l4re_varg tag, colour;

    if (!l4re_msg_get_varg(&m->in, &tag))
        *err = m->in.err ? m->in.err : -L4_EMSGTOOSHORT;
    else
        *err = tag.str ? 0 : -L4_EINVAL;
    if (*err)
        return NULL;
    if (!l4re_msg_get_varg(&m->in, &colour))
        colour.value = ~(l4_umword_t)0;
    *err = m->in.err ? m->in.err : -L4_ENOMEM;
    return m->in.err ? NULL : log_new(q, tag.str, colour.str, (long)colour.value);
}

static struct moe_obj *make_sched(struct factory *f, struct l4re_srv_msg *m, int *err)
{
    l4_umword_t limit, base, cpus;

    *err = -L4_ENODEV;
    if (f->own != &moe.root)
        return NULL;
    *err = get_number(m, &limit);
    if (!*err)
        *err = get_number(m, &base);
    if (!*err)
        *err = get_option(m, &cpus, ~(l4_umword_t)0);
    if (!*err && (limit <= base || limit > PRIO_MAX))
        *err = -L4_ERANGE;
    if (*err)
        return NULL;
    *err = -L4_ENOMEM;
    return sched_new(f->own, (unsigned)base, (unsigned)limit, cpus);
}

static struct moe_obj *make(struct factory *f, struct l4re_srv_msg *m, long type, int *err)
{
    *err = -L4_ENOMEM;
    switch (type) {
    case L4RE_PROTO_DATASPACE: return make_ds(f->own, m, err);
    case L4RE_PROTO_NAMESPACE: return ns_new(f->own);
    case L4RE_PROTO_RM: return rm_new(f->own);
    case L4_PROTO_FACTORY: return make_factory(f->own, m, err);
    case L4_PROTO_LOG: return make_log(f->own, m, err);
    case L4_PROTO_SCHEDULER: return make_sched(f, m, err);
    default: *err = -L4_ENODEV; return NULL;
    }
}

static int op_create(struct factory *f, struct l4re_srv_msg *m)
{
    struct moe_obj *o;
    l4_umword_t type;
    int err;

    l4re_msg_get_uword(&m->in, &type);
    if (m->in.err)
        return m->in.err;
    if (!(m->rights & L4_CAP_FPAGE_S))
        return -L4_EPERM;
    o = make(f, m, (long)type, &err);
    if (!o)
        return err;
    err = obj_give(m, o, CREATED_RIGHTS);
    obj_put(o); /* from here on the client's capability keeps it */
    return err;
}

static int op_info(const struct factory *f, struct l4re_srv_msg *m)
{
    int op = moe_op(m);

    if (op != PROTO_MEM_ALLOC_INFO)
        return op < 0 ? op : -L4_ENOSYS;
    l4re_msg_put_uword(&m->out, f->own->limit);
    l4re_msg_put_uword(&m->out, f->own->used);
    l4re_msg_put_uword(&m->out, moe.pages.total);
    l4re_msg_put_uword(&m->out, moe.pages.total - moe.pages.available);
    l4re_msg_put_uword(&m->out, moe.pages.available);
    return 0;
}

static int factory_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    struct factory *f = (struct factory *)o;

    switch (l4re_srv_proto(m)) {
    case L4_PROTO_FACTORY: return op_create(f, m);
    case L4RE_PROTO_MEM_ALLOC: return op_info(f, m);
    case L4RE_PROTO_DEBUG:
        moe_say("factory: %zu bytes of %zu used; machine: %zu of %zu free", f->own->used,
                f->own->limit, moe.pages.available, moe.pages.total);
        return 0;
    default: return -L4_EBADPROTO;
    }
}

static const struct l4re_srv_iface ifaces[] = {
    { L4_PROTO_FACTORY, "L4::Factory" },
    { L4RE_PROTO_MEM_ALLOC, "L4Re::Mem_alloc" },
    { 0, NULL },
};

const struct moe_type factory_type = {
    .name = "factory",
    .dispatch = factory_dispatch,
    .destroy = factory_destroy,
    .ifaces = ifaces,
    .size = sizeof(struct factory),
};
