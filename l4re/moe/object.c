/* SPDX-License-Identifier: MIT */
/* Life of moe's objects, see <moe/moe.h>. */
#include <l4/sys/err.h>
#include <moe/moe.h>

void *moe_alloc(struct quota *q, size_t size)
{
    void *p;

    if (quota_take(q, heap_cost(size)))
        return NULL;
    p = heap_alloc(&moe.heap, size);
    if (!p)
        quota_give(q, heap_cost(size));
    return p;
}

void moe_free(struct quota *q, void *p, size_t size)
{
    if (!p)
        return;
    heap_free(&moe.heap, p, size);
    quota_give(q, heap_cost(size));
}

void quota_drop(struct quota *q)
{
    while (quota_put(q)) { /* never the last of the root: moe itself holds that */
        struct quota *parent = q->parent;

        moe_free(parent, q, sizeof(*q));
        q = parent;
    }
}

static struct moe_obj *obj_of(struct l4re_srv_obj *s)
{
    return (struct moe_obj *)s;
}

static int obj_dispatch(struct l4re_srv_obj *s, struct l4re_srv_msg *m)
{
    struct moe_obj *o = obj_of(s);

    return o->type->dispatch(o, m);
}

/* Nobody outside holds a capability any more. */
static void obj_release(struct l4re_srv_obj *s)
{
    struct moe_obj *o = obj_of(s);

    moe_debug(DBG_SERVER, "%s: the last capability is gone", o->type->name);
    o->exported = 0;
    obj_put(o);
}

struct moe_obj *obj_new(const struct moe_type *t, struct quota *q)
{
    struct moe_obj *o;

    if (quota_take(q, MOE_CAP_COST))
        return NULL;
    o = moe_alloc(q, t->size);
    if (!o) {
        quota_give(q, MOE_CAP_COST);
        return NULL;
    }
    quota_get(q);
    o->type = t;
    o->quota = q;
    o->refs = 1;
    o->srv.dispatch = obj_dispatch;
    o->srv.release = obj_release;
    o->srv.ifaces = t->ifaces;
    o->srv.gate = L4_INVALID_CAP;
    return o;
}

void obj_get(struct moe_obj *o)
{
    o->refs++;
}

void obj_put(struct moe_obj *o)
{
    struct quota *q = o->quota;

    if (--o->refs)
        return;
    if (o->type->destroy)
        o->type->destroy(o);
    moe_free(q, o, o->type->size);
    quota_give(q, MOE_CAP_COST);
    quota_drop(q);
}

int obj_export(struct moe_obj *o)
{
    int err;

    if (o->exported)
        return 0;
    err = l4re_server_register(&moe.srv, &o->srv);
    if (err)
        return err;
    o->exported = 1;
    o->refs++;
    return 0;
}

int obj_make_permanent(struct moe_obj *o)
{
    o->srv.dispatch = obj_dispatch;
    return obj_export(o);
}

int obj_give(struct l4re_srv_msg *m, struct moe_obj *o, unsigned rights)
{
    int err = obj_export(o);

    if (!err)
        l4re_srv_give(m, &o->srv, rights, 1);
    return err;
}

struct moe_obj *obj_from_msg(struct l4re_srv_msg *m, unsigned i, const struct moe_type *t)
{
    struct moe_obj *o;

    if (i >= m->ncaps || m->caps[i].kind != L4RE_SRV_CAP_LOCAL)
        return NULL;
    if (m->caps[i].obj->dispatch != obj_dispatch)
        return NULL; /* one of moe's few objects that are not of this kind */
    o = obj_of(m->caps[i].obj);
    return !t || o->type == t ? o : NULL;
}

struct moe_obj *obj_from_cap(l4_cap_idx_t gate, const struct moe_type *t)
{
    for (struct l4re_srv_obj *s = moe.srv.objs; s; s = s->next) {
        if (s->dispatch == obj_dispatch && s->gate == gate && obj_of(s)->type == t)
            return obj_of(s);
    }
    return NULL;
}

int moe_op(struct l4re_srv_msg *m)
{
    int op;

    l4re_msg_get_i32(&m->in, &op);
    if (m->in.err)
        return m->in.err;
    return op < 0 ? -L4_ENOSYS : op;
}
