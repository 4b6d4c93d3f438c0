/* SPDX-License-Identifier: MIT */
/*
 * Namespaces. A path is followed through our own namespaces; at a foreign one the client gets
 * that namespace and the rest of the path, because asking it ourselves could make us wait.
 */
#include <stdio.h>
#include <string.h>

#include <l4/re/c/namespace.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <moe/moe.h>
#include <moe/names.h>
#include <proto/l4re.h>

struct ns {
    struct moe_obj obj;
    struct names names;
};

/* A path on its way: where we are and what is left. */
struct walk {
    struct ns *at;
    struct name_entry *e; /* of the last component, NULL if it has none */
    const char *name;     /* the last component */
    size_t name_len;
    const char *rest; /* behind e, if e is not one of our namespaces */
    size_t rest_len;
};

static void *ctx_alloc(void *ctx, size_t size)
{
    return moe_alloc(ctx, size);
}

static void ctx_free(void *ctx, void *p, size_t size)
{
    moe_free(ctx, p, size);
}

struct moe_obj *ns_new(struct quota *q)
{
    struct moe_obj *o = obj_new(&ns_type, q);
    struct ns *ns = (struct ns *)o;

    if (!o)
        return NULL;
    ns->names.alloc = ctx_alloc;
    ns->names.free = ctx_free;
    ns->names.ctx = q;
    return o;
}

static void entry_clear(struct quota *q, struct name_entry *e)
{
    if (e->obj) {
        obj_put(e->obj);
    } else if (e->cap) {
        l4re_util_cap_free_um(e->cap);
        quota_give(q, MOE_CAP_COST);
    }
    e->obj = NULL;
    e->cap = 0;
}

static void drop_entry(void *ctx, struct name_entry *e)
{
    entry_clear(ctx, e);
}

static void ns_destroy(struct moe_obj *o)
{
    names_clear(&((struct ns *)o)->names, drop_entry);
}

/*
 * Follow a path as far as our own namespaces go.
 * Returns: 0; -L4_ENOENT if a component before the last is missing or no namespace;
 *          -L4_EINVAL for an empty path; -L4_ENAMETOOLONG.
 */
static int walk(struct ns *from, const char *path, size_t len, struct walk *w)
{
    *w = (struct walk){ .at = from };
    for (;;) {
        w->name_len = path_next(&path, &len, &w->name);
        if (!w->name_len)
            return -L4_EINVAL;
        if (w->name_len > NAME_LEN)
            return -L4_ENAMETOOLONG;
        w->e = names_find(&w->at->names, w->name, w->name_len);
        w->rest = path;
        w->rest_len = len;
        if (!len)
            return 0;
        if (!w->e)
            return -L4_ENOENT;
        if (!w->e->obj)
            return w->e->cap ? 0 : -L4_EAGAIN;
        if (((struct moe_obj *)w->e->obj)->type != &ns_type)
            return -L4_ENOENT;
        w->at = w->e->obj;
    }
}

static int op_query(struct ns *ns, struct l4re_srv_msg *m)
{
    unsigned long len;
    const char *path = l4re_msg_get_array(&m->in, &len);
    struct walk w;
    int err;

    if (!path)
        return m->in.err;
    err = walk(ns, path, len, &w);
    if (err)
        return err == -L4_EINVAL ? -L4_ENOENT : err;
    if (!w.e)
        return -L4_ENOENT;
    if (w.e->obj)
        return obj_give(m, w.e->obj, w.e->rights);
    if (!w.e->cap)
        return -L4_EAGAIN;
    if (w.rest_len) {
        l4re_msg_put_u8(&m->out, 1);
        l4re_msg_put_i32(&m->out, 0);
        l4re_msg_put_u8(&m->out, 1);
        l4re_msg_put_array(&m->out, w.rest, w.rest_len);
    }
    l4re_msg_put_cap(&m->out, w.e->cap, w.e->rights, L4_FPAGE_C_OBJ_RIGHTS);
    return w.rest_len ? PROTO_NS_PARTLY_RESOLVED : 0;
}

/* Rights of the new entry: what the flags allow. The object's own bits come from the capability. */
static unsigned entry_rights(unsigned flags)
{
    return (flags & (L4_CAP_FPAGE_W | L4_CAP_FPAGE_S)) | L4_CAP_FPAGE_R;
}

/* The entry to fill: new, or an old one that may be replaced. Returns: 0 or -L4_E*. */
static int entry_for(struct walk *w, unsigned flags)
{
    if (!w->e) {
        w->e = names_add(&w->at->names, w->name, w->name_len);
        return w->e ? 0 : -L4_ENOMEM;
    }
    if ((w->e->obj || w->e->cap) && !(flags & L4RE_NS_REGISTER_OVERWRITE))
        return -L4_EEXIST;
    entry_clear(w->at->obj.quota, w->e);
    return 0;
}

/* Keep the foreign capability that came with the message. On failure the entry goes. */
static int entry_keep(struct ns *ns, struct name_entry *e, struct l4re_srv_msg *m)
{
    struct quota *q = ns->obj.quota;

    if (!quota_take(q, MOE_CAP_COST)) {
        l4_cap_idx_t cap = l4re_srv_take_cap(m, 0);

        if (l4_is_valid_cap(cap)) {
            e->cap = cap;
            return 0;
        }
        quota_give(q, MOE_CAP_COST);
    }
    names_remove(&ns->names, e);
    return -L4_ENOMEM;
}

static int op_register(struct ns *ns, struct l4re_srv_msg *m)
{
    struct moe_obj *o = obj_from_msg(m, 0, NULL);
    l4_uint32_t flags;
    unsigned long len;
    const char *path;
    struct walk w;
    int err;

    l4re_msg_get_u32(&m->in, &flags);
    path = l4re_msg_get_array(&m->in, &len);
    if (!path)
        return m->in.err;
    if (!(m->rights & L4_CAP_FPAGE_W))
        return -L4_EPERM;
    if (m->ncaps && m->caps[0].kind == L4RE_SRV_CAP_BROKEN)
        return -L4_EINVAL;
    if (m->ncaps && m->caps[0].kind == L4RE_SRV_CAP_LOCAL && !o)
        return -L4_EINVAL;
    err = walk(ns, path, len, &w);
    if (!err && w.rest_len)
        err = -L4_ENODEV; /* inside a foreign namespace: the client must ask that one */
    if (!err)
        err = entry_for(&w, flags);
    if (err)
        return err;

    w.e->rights = entry_rights(flags);
    if (o) {
        obj_get(o);
        w.e->obj = o;
        w.e->rights &= m->caps[0].rights | L4_CAP_FPAGE_R;
    } else if (m->ncaps && m->caps[0].kind == L4RE_SRV_CAP_MAPPED) {
        err = entry_keep(w.at, w.e, m);
        if (err)
            return err;
    }
    moe_debug(DBG_NAME_SPACE, "registered '%.*s'", (int)len, path);
    return 0;
}

static int op_unlink(struct ns *ns, struct l4re_srv_msg *m)
{
    unsigned long len;
    const char *path = l4re_msg_get_array(&m->in, &len);
    struct walk w;
    int err;

    if (!path)
        return m->in.err;
    if (!(m->rights & L4_CAP_FPAGE_W))
        return -L4_EPERM;
    err = walk(ns, path, len, &w);
    if (err)
        return err;
    if (!w.e || w.rest_len)
        return -L4_ENOENT;
    entry_clear(w.at->obj.quota, w.e);
    names_remove(&w.at->names, w.e);
    return 0;
}

static int ns_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    struct ns *ns = (struct ns *)o;
    char text[200];
    int op;

    if (l4re_srv_proto(m) == L4RE_PROTO_DEBUG) {
        ns_list(o, text, sizeof(text));
        moe_say("namespace: %s", text);
        return 0;
    }
    if (l4re_srv_proto(m) != L4RE_PROTO_NAMESPACE)
        return -L4_EBADPROTO;
    op = moe_op(m);
    switch (op) {
    case PROTO_NS_QUERY: return op_query(ns, m);
    case PROTO_NS_REGISTER: return op_register(ns, m);
    case PROTO_NS_UNLINK: return op_unlink(ns, m);
    default: return op < 0 ? op : -L4_ENOSYS;
    }
}

int ns_put(struct moe_obj *o, const char *name, struct moe_obj *obj, unsigned rights)
{
    struct ns *ns = (struct ns *)o;
    size_t len = strlen(name);
    struct name_entry *e;

    if (!len || len > NAME_LEN)
        return -L4_EINVAL;
    if (names_find(&ns->names, name, len))
        return -L4_EEXIST;
    e = names_add(&ns->names, name, len);
    if (!e)
        return -L4_ENOMEM;
    obj_get(obj);
    e->obj = obj;
    e->rights = rights;
    return 0;
}

struct moe_obj *ns_lookup(struct moe_obj *o, const char *path)
{
    struct walk w;

    return walk((struct ns *)o, path, strlen(path), &w) || !w.e ? NULL : w.e->obj;
}

void ns_list(struct moe_obj *o, char *buf, size_t size)
{
    const struct names *n = &((struct ns *)o)->names;
    size_t at = 0;

    buf[0] = 0;
    for (size_t i = 0; i < n->count && at < size; i++)
        at += (size_t)snprintf(buf + at, size - at, "%s%.*s", i ? " " : "", n->e[i]->len,
                               n->e[i]->name);
}

static const struct l4re_srv_iface ifaces[] = {
    { L4RE_PROTO_NAMESPACE, "L4Re::Namespace" },
    { 0, NULL },
};

const struct moe_type ns_type = {
    .name = "namespace",
    .dispatch = ns_dispatch,
    .destroy = ns_destroy,
    .ifaces = ifaces,
    .size = sizeof(struct ns),
};
