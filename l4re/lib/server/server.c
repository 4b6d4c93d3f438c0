/* SPDX-License-Identifier: MIT */
/*
 * Registry and server loop, see <l4/re/server.h>.
 *
 *     wait ──► copy the message in ──► label ──► hash table ──► obj->dispatch ──► copy the answer
 *      ▲                                  │ unknown: -L4_ENOENT                        │ out
 *      └──────────────── reply (send timeout 0: nobody can make us wait) ◄─────────────┘
 *
 * Life of an owned object: after l4re_server_disown() our own capability of its gate no longer
 * counts. When the last other one goes the kernel destroys the gate and raises the deletion IRQ;
 * a round over all objects then looks for empty gate slots, a few of them after each message (or
 * at once while no message is waiting), so the number of objects of one client does not delay the
 * others. An object whose first capability got lost on its way
 * (the client's buffer was missing, or the client gone) never had another one, so no IRQ comes:
 * its count is checked after the answer was sent.
 */
#include <string.h>

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/re/server.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kernel_object.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/sys/utcb.h>

enum {
    OBJ_IRQ = 1,      /* messages are interrupts, never answered */
    OBJ_OWN_GATE = 2, /* we made the gate */
    OBJ_DISOWNED = 4, /* lives as long as somebody else holds it */
};

enum {
    GC_STEP = 32, /* objects looked at between two messages */
};

/* ---- registry --------------------------------------------------------------------------- */

static struct l4re_srv_obj **bucket_of(struct l4re_server *srv, const struct l4re_srv_obj *o)
{
    l4_umword_t a = (l4_umword_t)o;

    return &srv->bucket[(a >> 4 ^ a >> 12) % L4RE_SRV_BUCKETS];
}

static void obj_link(struct l4re_server *srv, struct l4re_srv_obj *o)
{
    struct l4re_srv_obj **b = bucket_of(srv, o);

    o->hash_next = *b;
    *b = o;
    o->prev = NULL;
    o->next = srv->objs;
    if (o->next)
        o->next->prev = o;
    srv->objs = o;
}

/* Returns: 0 if it was not linked. */
static int obj_unlink(struct l4re_server *srv, struct l4re_srv_obj *o)
{
    struct l4re_srv_obj **p = bucket_of(srv, o);

    while (*p && *p != o)
        p = &(*p)->hash_next;
    if (!*p)
        return 0;
    *p = o->hash_next;
    if (o->prev)
        o->prev->next = o->next;
    else
        srv->objs = o->next;
    if (o->next)
        o->next->prev = o->prev;
    if (srv->given == o)
        srv->given = NULL;
    if (srv->gc_at == o)
        srv->gc_at = o->next;
    return 1;
}

struct l4re_srv_obj *l4re_server_lookup(struct l4re_server *srv, l4_umword_t label)
{
    const struct l4re_srv_obj *want = (const struct l4re_srv_obj *)(label & ~3UL);
    struct l4re_srv_obj *o = *bucket_of(srv, want);

    while (o && o != want)
        o = o->hash_next;
    return o;
}

int l4re_server_register(struct l4re_server *srv, struct l4re_srv_obj *o)
{
    l4_cap_idx_t gate = l4re_util_cap_alloc();
    long err;

    if (l4_is_invalid_cap(gate))
        return -L4_ENOMEM;
    err = l4_error(l4_factory_create_gate(srv->factory, gate, srv->thread, (l4_umword_t)o));
    if (err < 0) {
        l4re_util_cap_free(gate);
        return (int)err;
    }

    /* -- no errors below this line -- */
    o->gate = gate;
    o->flags = OBJ_OWN_GATE;
    obj_link(srv, o);
    return 0;
}

static int register_ep(struct l4re_server *srv, struct l4re_srv_obj *o, l4_cap_idx_t ep,
                       unsigned flags)
{
    long err = l4_error(l4_rcv_ep_bind_thread(ep, srv->thread, (l4_umword_t)o));

    if (err < 0)
        return (int)err;
    o->gate = ep;
    o->flags = flags;
    obj_link(srv, o);
    return 0;
}

int l4re_server_register_cap(struct l4re_server *srv, struct l4re_srv_obj *o, l4_cap_idx_t gate)
{
    return register_ep(srv, o, gate, 0);
}

int l4re_server_register_name(struct l4re_server *srv, struct l4re_srv_obj *o, const char *name)
{
    l4_cap_idx_t gate = l4re_env_get_cap(name);

    return l4_is_invalid_cap(gate) ? -L4_ENOENT : register_ep(srv, o, gate, 0);
}

int l4re_server_register_irq(struct l4re_server *srv, struct l4re_srv_obj *o, l4_cap_idx_t irq)
{
    return register_ep(srv, o, irq, OBJ_IRQ);
}

void l4re_server_unregister(struct l4re_server *srv, struct l4re_srv_obj *o)
{
    if (!obj_unlink(srv, o))
        return;
    if (o->flags & OBJ_OWN_GATE) {
        l4_task_delete_obj(L4_BASE_TASK_CAP, o->gate);
        l4re_util_cap_free_um(o->gate);
    }
    o->gate = L4_INVALID_CAP;
}

/* ---- life of owned objects -------------------------------------------------------------- */

void l4re_server_disown(struct l4re_server *srv, struct l4re_srv_obj *o)
{
    (void)srv;
    if (o->flags & OBJ_DISOWNED || !(o->flags & OBJ_OWN_GATE))
        return;
    o->flags |= OBJ_DISOWNED;
    l4_kobject_dec_refcnt(o->gate, 1);
}

static void release(struct l4re_server *srv, struct l4re_srv_obj *o)
{
    obj_unlink(srv, o);
    l4re_util_cap_free(o->gate);
    o->gate = L4_INVALID_CAP;
    o->release(o);
}

static int gc_dispatch(struct l4re_srv_obj *gc, struct l4re_srv_msg *m)
{
    (void)gc;
    if (m->srv->gc_busy) {
        m->srv->gc_again = 1;
    } else {
        m->srv->gc_busy = 1;
        m->srv->gc_at = m->srv->objs;
    }
    return 0;
}

/* Look at a few objects; obj_unlink() keeps gc_at valid whatever release functions do. */
static void gc_step(struct l4re_server *srv)
{
    for (int i = 0; i < GC_STEP && srv->gc_at; i++) {
        struct l4re_srv_obj *o = srv->gc_at;

        srv->gc_at = o->next;
        if (o->flags & OBJ_DISOWNED && o->release &&
            l4_msgtag_label(l4_task_cap_valid(L4_BASE_TASK_CAP, o->gate)) <= 0)
            release(srv, o);
    }
    if (srv->gc_at)
        return;
    srv->gc_busy = srv->gc_again;
    srv->gc_again = 0;
    srv->gc_at = srv->gc_busy ? srv->objs : NULL;
}

/* Did the capability that went out with the last answer arrive anywhere? */
static void check_given(struct l4re_server *srv)
{
    struct l4re_srv_obj *o = srv->given;
    l4_msgtag_t t;

    srv->given = NULL;
    if (!o || !(o->flags & OBJ_DISOWNED) || !o->release)
        return;
    t = l4_kobject_dec_refcnt(o->gate, 0);
    if (l4_error(t) < 0 || l4_utcb_mr()->mr[0] != 0)
        return;
    l4_task_delete_obj(L4_BASE_TASK_CAP, o->gate);
    release(srv, o);
}

int l4re_server_gc_enable(struct l4re_server *srv)
{
    long err;

    if (l4_is_valid_cap(srv->gc_irq))
        return 0;
    srv->gc_irq = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(srv->gc_irq))
        return -L4_ENOMEM;
    err = l4_error(l4_factory_create_irq(srv->factory, srv->gc_irq));
    if (err < 0)
        goto out;
    srv->gc.dispatch = gc_dispatch;
    err = l4re_server_register_irq(srv, &srv->gc, srv->gc_irq);
    if (err < 0)
        goto out;
    err = l4_error(l4_thread_register_del_irq(srv->thread, srv->gc_irq));
    if (err >= 0)
        return 0;
    obj_unlink(srv, &srv->gc);
out:
    l4re_util_cap_free_um(srv->gc_irq);
    srv->gc_irq = L4_INVALID_CAP;
    return (int)err;
}

void l4re_srv_give(struct l4re_srv_msg *m, struct l4re_srv_obj *o, unsigned rights, int owned)
{
    l4re_msg_put_cap(&m->out, o->gate, rights, 0);
    if (!owned)
        return;
    l4re_server_disown(m->srv, o);
    m->srv->given = o;
}

/* ---- messages --------------------------------------------------------------------------- */

long l4re_srv_proto(const struct l4re_srv_msg *m)
{
    return l4_msgtag_label(m->tag);
}

int l4re_server_set_demand(struct l4re_server *srv, unsigned n)
{
    if (n > L4RE_SRV_MAX_CAPS)
        return -L4_EINVAL;
    while (srv->demand < n) {
        l4_cap_idx_t c = l4re_util_cap_alloc();

        if (l4_is_invalid_cap(c))
            return -L4_ENOMEM;
        srv->slots[srv->demand++] = c;
    }
    return 0;
}

int l4re_server_init(struct l4re_server *srv, l4_cap_idx_t thread, l4_cap_idx_t factory)
{
    memset(srv, 0, sizeof(*srv));
    srv->thread = thread;
    srv->factory = factory;
    srv->gc_irq = L4_INVALID_CAP;
    srv->msg.srv = srv;
    return l4re_server_set_demand(srv, 1);
}

static void set_buffers(struct l4re_server *srv)
{
    l4_buf_regs_t *b = l4_utcb_br();

    b->bdr = 0;
    for (unsigned i = 0; i < srv->demand; i++)
        b->br[i] = srv->slots[i] | L4_RCV_ITEM_SINGLE_CAP | L4_RCV_ITEM_LOCAL_ID;
    b->br[srv->demand] = 0;
}

static void release_slots(struct l4re_server *srv)
{
    for (unsigned i = 0; i < srv->demand; i++)
        l4_task_unmap(L4_BASE_TASK_CAP, l4_obj_fpage(srv->slots[i], 0, L4_CAP_FPAGE_RWS),
                      L4_FP_ALL_SPACES);
}

/* What became of one item; `slot` counts the object buffers used so far. */
static struct l4re_srv_cap item_read(struct l4re_server *srv, l4_umword_t w0, l4_umword_t w1,
                                     unsigned *slot)
{
    struct l4re_srv_cap c = { .kind = L4RE_SRV_CAP_BROKEN, .cap = L4_INVALID_CAP };
    unsigned i = *slot;

    if (!w0) {
        c.kind = L4RE_SRV_CAP_NONE;
        return c;
    }
    if (((w0 >> L4_FPAGE_TYPE_SHIFT) & 3) != L4_FPAGE_OBJ)
        return c;
    if (w0 & L4_ITEM_CONT)
        return c; /* the next item lands in the same slot */
    *slot = i + 1;

    switch (w0 & L4_RET_ITEM_TYPE_MASK) {
    case L4_RET_ITEM_MAPPED:
        if (i < srv->demand) {
            c.kind = L4RE_SRV_CAP_MAPPED;
            c.cap = srv->slots[i];
        }
        return c;
    case L4_RET_ITEM_LOCAL_ID:
        c.obj = l4re_server_lookup(srv, w1);
        c.rights = (unsigned)w1 & L4_IPC_LABEL_RIGHTS;
        if (c.obj)
            c.kind = L4RE_SRV_CAP_LOCAL;
        return c;
    case L4_RET_ITEM_SAME_TASK:
        c.kind = L4RE_SRV_CAP_MAPPED;
        c.cap = w1 & L4_FPAGE_ADDR_MASK;
        return c;
    default: return c;
    }
}

static void msg_copy_in(struct l4re_server *srv, l4_umword_t label, l4_msgtag_t tag)
{
    struct l4re_srv_msg *m = &srv->msg;
    unsigned slot = 0;

    l4re_msg_read(&m->in, m->in_mr, tag);
    memcpy(m->in_mr, l4_utcb_mr()->mr,
           (l4_msgtag_words(tag) + 2 * m->in.items) * sizeof(l4_umword_t));
    l4re_msg_write(&m->out, m->out_mr);
    m->tag = tag;
    m->rights = (unsigned)label & L4_IPC_LABEL_RIGHTS;
    m->out_flags = 0;
    m->ncaps = 0;
    while (m->in.items && m->ncaps < L4RE_SRV_MAX_CAPS) {
        l4_umword_t w0, w1;

        l4re_msg_get_item(&m->in, &w0, &w1);
        m->caps[m->ncaps++] = item_read(srv, w0, w1, &slot);
    }
}

static int is_slot(const struct l4re_server *srv, l4_cap_idx_t cap)
{
    for (unsigned i = 0; i < srv->demand; i++) {
        if (srv->slots[i] == cap)
            return 1;
    }
    return 0;
}

l4_cap_idx_t l4re_srv_take_cap(struct l4re_srv_msg *m, unsigned i)
{
    l4_cap_idx_t fresh, cap;

    if (i >= m->ncaps || m->caps[i].kind != L4RE_SRV_CAP_MAPPED)
        return L4_INVALID_CAP;
    fresh = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(fresh))
        return L4_INVALID_CAP;
    cap = m->caps[i].cap;
    m->caps[i].kind = L4RE_SRV_CAP_NONE;

    if (!is_slot(m->srv, cap)) { /* the sender's own slot, in this very task */
        l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWSD),
                    l4_map_obj_control(fresh, L4_FPAGE_C_OBJ_RIGHTS));
        return fresh;
    }
    for (unsigned s = 0; s < m->srv->demand; s++) {
        if (m->srv->slots[s] == cap)
            m->srv->slots[s] = fresh;
    }
    return cap;
}

static void drop_caps(struct l4re_srv_msg *m)
{
    for (unsigned i = 0; i < m->ncaps; i++) {
        if (m->caps[i].kind == L4RE_SRV_CAP_MAPPED && is_slot(m->srv, m->caps[i].cap))
            l4re_util_cap_release(m->caps[i].cap);
    }
}

static int meta_dispatch(const struct l4re_srv_obj *o, struct l4re_srv_msg *m)
{
    unsigned count = 0;
    l4_umword_t proto;
    int op, idx;

    while (o->ifaces && o->ifaces[count].name)
        count++;
    l4re_msg_get_i32(&m->in, &op);
    if (m->in.err)
        return m->in.err;
    switch (op) {
    case L4_META_OP_NUM_INTERFACES: return (int)count;
    case L4_META_OP_INTERFACE:
        l4re_msg_get_i32(&m->in, &idx);
        if (m->in.err)
            return m->in.err;
        if (idx < 0 || (unsigned)idx >= count)
            return -L4_ERANGE;
        l4re_msg_put_uword(&m->out, (l4_umword_t)o->ifaces[idx].proto);
        l4re_msg_put_str(&m->out, o->ifaces[idx].name);
        return 0;
    case L4_META_OP_SUPPORTS:
        l4re_msg_get_uword(&m->in, &proto);
        if (m->in.err)
            return m->in.err;
        for (unsigned i = 0; i < count; i++) {
            if (o->ifaces[i].proto == (long)proto)
                return 1;
        }
        return 0;
    default: return -L4_ENOSYS;
    }
}

/*
 * Serve one message that is in the UTCB.
 * Returns: 1 if an answer with *tag is in the UTCB now; 0 if none is to be sent.
 */
static int serve(struct l4re_server *srv, l4_umword_t label, l4_msgtag_t *tag)
{
    struct l4re_srv_msg *m = &srv->msg;
    struct l4re_srv_obj *o;
    int no_answer = 0;
    int r;

    msg_copy_in(srv, label, *tag);
    check_given(srv);
    o = l4re_server_lookup(srv, label);
    if (!o) {
        r = -L4_ENOENT;
    } else if (l4_msgtag_label(*tag) == L4_PROTO_META) {
        r = meta_dispatch(o, m);
    } else {
        no_answer = (o->flags & OBJ_IRQ) != 0;
        r = o->dispatch(o, m);
    }
    drop_caps(m);
    if (srv->gc_busy)
        gc_step(srv);
    if (no_answer || r == -L4_ENOREPLY)
        return 0;

    if (r >= 0 && m->out.err)
        r = m->out.err;
    if (r < 0)
        l4re_msg_write(&m->out, m->out_mr);
    *tag = l4re_msg_tag(&m->out, r, m->out_flags);
    memcpy(l4_utcb_mr()->mr, m->out_mr,
           (l4_msgtag_words(*tag) + 2 * l4_msgtag_items(*tag)) * sizeof(l4_umword_t));
    return 1;
}

/*
 * Send the answer in the UTCB (if there is one), then wait for a message. While objects are still
 * to be looked at, only a message that is there already counts; otherwise the time is used.
 */
static l4_msgtag_t receive(struct l4re_server *srv, int answer, l4_msgtag_t tag, l4_umword_t *label,
                           l4_timeout_s timeout)
{
    l4_utcb_t *u = l4_utcb();
    l4_timeout_t to;

    for (;;) {
        to = l4_timeout(L4_IPC_TIMEOUT_0, srv->gc_busy ? L4_IPC_TIMEOUT_0 : timeout);
        set_buffers(srv);
        if (answer)
            tag = l4_ipc_reply_and_wait(u, tag, label, to);
        else
            tag = l4_ipc_wait(u, label, to);
        if (!l4_msgtag_has_error(tag) || !srv->gc_busy || l4_ipc_error(tag, u) != L4_IPC_RETIMEOUT)
            return tag;
        answer = 0;
        check_given(srv);
        gc_step(srv);
    }
}

void l4re_server_loop(struct l4re_server *srv)
{
    l4_msgtag_t tag = l4_msgtag(0, 0, 0, 0);
    l4_umword_t label = 0;
    int answer = 0;

    for (;;) {
        tag = receive(srv, answer, tag, &label, L4_IPC_TIMEOUT_NEVER);
        if (!l4_msgtag_has_error(tag)) {
            answer = serve(srv, label, &tag);
            continue;
        }
        /* The answer could not be sent, or a message was cut: parts of it may have arrived. */
        answer = 0;
        check_given(srv);
        release_slots(srv);
    }
}

int l4re_server_step(struct l4re_server *srv, l4_timeout_t timeout)
{
    l4_utcb_t *u = l4_utcb();
    l4_umword_t label = 0;
    l4_msgtag_t tag;
    l4_umword_t err;

    for (;;) {
        tag = receive(srv, 0, l4_msgtag(0, 0, 0, 0), &label, l4_timeout_rcv_get(timeout));
        if (!l4_msgtag_has_error(tag))
            break;
        err = l4_ipc_error(tag, u);
        release_slots(srv);
        if (err == L4_IPC_RETIMEOUT || err == L4_IPC_RECANCELED)
            return -L4_EAGAIN;
    }
    if (serve(srv, label, &tag)) {
        l4_ipc_reply(u, tag, L4_IPC_SEND_TIMEOUT_0);
        check_given(srv);
    }
    return 0;
}
