/* SPDX-License-Identifier: MIT */
/*
 * Typed items: (flexpage of the sender) x (hot spot) x (window of the receiver), one item after
 * the other, each in bounded steps. No lock is held: the passive party is in XFER, which nobody
 * else can end; whoever wants that to happen marks a party (req) and helps the mover one step.
 */
#include <ipc/items.h>

#include <cap/captab.h>
#include <ipc/gate.h>
#include <ipc/ipc.h>
#include <ipc/task.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <sched/cpu.h>
#include <space/space.h>
#include <sync/micro.h>

#define SMALL_BUFFER ((unsigned)L4_RCV_ITEM_SINGLE_CAP & ~(unsigned)L4_ITEM_MAP)

struct items {
    struct thread *s, *r;
    unsigned rights;        /* of the capability the message came by */
    unsigned next[4];       /* next buffer register, by flexpage type */
    l4_umword_t spot, page; /* the item: word 0, word 1 */
    unsigned ret;           /* L4_RET_ITEM_* */
};

struct window {
    l4_fpage_t page;
    bool local_id;
    struct space *space; /* where to map */
    struct kobj *task;   /* referenced forward task, or NULL */
};

static l4_umword_t mr_read(const struct thread *t, unsigned i)
{
    return *(const volatile l4_umword_t *)&t->utcb->msg.mr[i];
}

static l4_umword_t br_read(const struct thread *t, unsigned i)
{
    return *(const volatile l4_umword_t *)&t->utcb->buf.br[i];
}

/* Give up? Killed: the transfer is aborted; cancelled: it stops. */
static bool stop_asked(void *ctx)
{
    const struct items *it = ctx;

    return (party_asked(&it->s->party) | party_asked(&it->r->party)) & (REQ_KILL | REQ_CANCEL);
}

/* The task a buffer forwards to. False: no such task, or no right. */
static bool forward_task(struct thread *r, l4_umword_t selector, struct window *w)
{
    struct cap c;

    micro_enter();
    c = captab_lookup(&r->space->caps, selector >> L4_CAP_SHIFT);
    if (c.obj && (!(c.rights & CAP_W) || c.obj->type != &task_type || !kobj_get(c.obj)))
        c.obj = NULL;
    micro_leave();
    if (!c.obj)
        return false;
    w->task = c.obj;
    w->space = task_of(c.obj)->space;
    return true;
}

/* Read the buffer for an item of flexpage type `type`, and step to the next one. */
static bool window_next(struct items *it, unsigned type, bool compound, struct window *w)
{
    unsigned i = it->next[type];
    unsigned used = 1;
    l4_umword_t buf;

    *w = (struct window){ .space = it->r->space };
    if (i >= L4_UTCB_GENERIC_BUFFERS_SIZE)
        return false;
    buf = br_read(it->r, i);
    if (!buf)
        return false;
    if (buf & SMALL_BUFFER) {
        w->page = l4_obj_fpage(buf & L4_CAP_MASK, 0, L4_CAP_FPAGE_RWSD);
        w->local_id = buf & L4_RCV_ITEM_LOCAL_ID;
    } else {
        if (i + used >= L4_UTCB_GENERIC_BUFFERS_SIZE)
            return false;
        w->page.raw = br_read(it->r, i + used++);
    }
    if (buf & L4_RCV_ITEM_FORWARD_MAPPINGS) {
        if (i + used >= L4_UTCB_GENERIC_BUFFERS_SIZE ||
            !forward_task(it->r, br_read(it->r, i + used), w))
            return false;
        used++;
    }
    if (!compound)
        it->next[type] = i + used;
    return true;
}

/* ---- objects --------------------------------------------------------------------------- */

unsigned items_cap_mask(l4_umword_t spot, l4_umword_t page, bool keep_s)
{
    unsigned mask = (unsigned)(page & 0xf) | (unsigned)(spot & CAP_EXTRA);

    if (!(spot & L4_FPAGE_C_NO_REF_CNT))
        mask |= CAP_COUNTED;
    return keep_s ? mask : mask & ~(unsigned)CAP_S;
}

/* Local identification: the receiver learns what it is instead of getting a capability. */
static bool local_id(struct items *it, const struct window *w, l4_umword_t *word1)
{
    l4_fpage_t page = { .raw = it->page };
    struct cap c;
    bool known = false;

    if (!w->local_id || l4_fpage_size(page) != 0)
        return false;
    if (it->s->space == it->r->space) {
        it->ret = L4_RET_ITEM_SAME_TASK;
        *word1 = it->rights & CAP_S ? it->page : it->page & ~(l4_umword_t)CAP_S;
        return true;
    }
    micro_enter();
    c = captab_lookup(&it->s->space->caps, l4_fpage_page(page));
    if (c.obj && c.obj->type == &gate_type) {
        const struct gate *g = gate_of(c.obj);

        known = g->thread && g->thread->space == it->r->space;
        *word1 = g->label | (c.rights & l4_fpage_rights(page) & (CAP_W | CAP_S));
    }
    micro_leave();
    if (known)
        it->ret = L4_RET_ITEM_LOCAL_ID;
    return known;
}

int items_map_caps(struct space *from, struct space *to, const struct hotspot *h, unsigned mask,
                   bool grant, bool (*stop)(void *), void *ctx, bool *mapped)
{
    if (!(h->rights & CAP_R))
        return 0;
    for (uint64_t i = captab_next(&from->caps, h->src); i < h->src + BIT(h->order);
         i = captab_next(&from->caps, i + 1)) {
        int n = captab_copy(&from->caps, i, &to->caps, i - h->src + h->dst, mask, grant);

        if (n < 0)
            return n;
        if (n)
            *mapped = true;
        if (stop && stop(ctx))
            return -L4_EAGAIN;
    }
    return 0;
}

/* ---- words ----------------------------------------------------------------------------- */

void ipc_copy_words(const struct l4_utcb_layout *s, struct l4_utcb_layout *r, unsigned n)
{
    const volatile l4_umword_t *a = s->msg.mr;
    l4_umword_t *b = r->msg.mr;

    for (; n >= 4; n -= 4, a += 4, b += 4) { /* four at a time: this counts */
        l4_umword_t w0 = a[0], w1 = a[1], w2 = a[2], w3 = a[3];

        b[0] = w0;
        b[1] = w1;
        b[2] = w2;
        b[3] = w3;
    }
    for (; n; n--)
        *b++ = *a++;
}

/* ---- one item -------------------------------------------------------------------------- */

static int map_one(struct items *it, const struct hotspot *h, const struct window *w, bool *mapped)
{
    struct map_op op;
    int err;

    if (h->type == L4_FPAGE_OBJ)
        return items_map_caps(it->s->space, w->space, h,
                              items_cap_mask(it->spot, it->page, it->rights & CAP_S),
                              it->spot & L4_MAP_ITEM_GRANT, stop_asked, it, mapped);
    map_init(
        &op, &current()->party,
        &(struct map_args){ .src = it->s->space, .dst = w->space, .spot = h, .item = it->spot });
    err = map_run(&op, stop_asked, it);
    *mapped = op.mapped;
    return err;
}

static unsigned item_error(int err)
{
    if (!err)
        return 0;
    return err == -L4_EAGAIN ? L4_IPC_SECANCELED : L4_IPC_SEMAPFAILED;
}

static unsigned item_into(struct items *it, const struct window *w, l4_umword_t *word1)
{
    struct hotspot h;
    bool mapped = false;
    unsigned err = 0;

    it->ret = L4_RET_ITEM_NOT_MAPPED;
    if (local_id(it, w, word1))
        return 0;
    switch (hotspot_find(&h, it->spot, it->page, w->page.raw)) {
    case HOTSPOT_BAD: return L4_IPC_SEMSGCUT;
    case HOTSPOT_NOTHING: return 0;
    case HOTSPOT_SMALL: it->ret = L4_RET_ITEM_MAPPED; return 0;
    case HOTSPOT_MAP: break;
    }
    err = item_error(map_one(it, &h, w, &mapped));
    if (mapped)
        it->ret = L4_RET_ITEM_MAPPED;
    return err;
}

/* The item in MRs `at`, `at` + 1. */
static unsigned item_transfer(struct items *it, unsigned at)
{
    l4_umword_t word1;
    struct window w;
    unsigned err;
    unsigned type;

    it->spot = mr_read(it->s, at);
    it->page = mr_read(it->s, at + 1);
    word1 = it->page;
    if (!it->spot) { /* void */
        it->r->utcb->msg.mr[at] = 0;
        return 0;
    }
    type = l4_fpage_type((l4_fpage_t){ .raw = it->page });
    if (!(it->spot & L4_ITEM_MAP) || type == L4_FPAGE_SPECIAL)
        return L4_IPC_SEMSGCUT;
    if (!window_next(it, type, it->spot & L4_ITEM_CONT, &w))
        return L4_IPC_SEMSGCUT;

    err = item_into(it, &w, &word1);
    if (w.task)
        kobj_put(w.task);
    it->r->utcb->msg.mr[at] = hotspot_return_item(it->spot, it->page, it->ret);
    if (it->ret == L4_RET_ITEM_LOCAL_ID || it->ret == L4_RET_ITEM_SAME_TASK)
        it->r->utcb->msg.mr[at + 1] = word1;
    return err;
}

unsigned ipc_items(struct thread *s, struct thread *r, l4_msgtag_t tag, unsigned rights, bool words)
{
    l4_umword_t bdr = *(const volatile l4_umword_t *)&r->utcb->buf.bdr;
    struct items it = {
        .s = s,
        .r = r,
        .rights = rights,
        .next = { [L4_FPAGE_MEMORY] = (bdr >> L4_BDR_MEM_SHIFT) & L4_BDR_OFFSET_MASK,
                  [L4_FPAGE_IO] = (bdr >> L4_BDR_IO_SHIFT) & L4_BDR_OFFSET_MASK,
                  [L4_FPAGE_OBJ] = (bdr >> L4_BDR_OBJ_SHIFT) & L4_BDR_OFFSET_MASK },
    };
    unsigned at = l4_msgtag_words(tag);
    unsigned err = 0;
    bool deferred;

    /* A capability that is replaced may take its object along, a thread of ours even: later. */
    deferred = kobj_deaths_defer();
    if (words)
        ipc_copy_words(s->utcb, r->utcb, l4_msgtag_words(tag));
    for (unsigned i = 0; i < l4_msgtag_items(tag) && !err; i++, at += 2) {
        if (at + 1 >= L4_UTCB_GENERIC_DATA_SIZE)
            err = L4_IPC_SEMSGCUT;
        else if (stop_asked(&it))
            err = L4_IPC_SECANCELED;
        else
            err = item_transfer(&it, at);
    }
    kobj_deaths_resume(deferred);
    return err;
}
