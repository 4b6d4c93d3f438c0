/* SPDX-License-Identifier: MIT */
/* The task object: operations of protocol -11. */
#include <object/task.h>

#include <cap/kcall.h>
#include <ipc/items.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/opcodes.h>
#include <mem/slab.h>
#include <object/invoke.h>
#include <object/thread.h>
#include <sched/io.h>
#include <sched/sched.h>
#include <space/space.h>
#include <sync/micro.h>

static struct slab space_slab;

void task_init(void)
{
    slab_init(&space_slab, "space", sizeof(struct space), 64);
}

struct kobj *task_create(struct kobj_payer *p)
{
    struct kobj *o = kobj_alloc(&task_type, p);
    struct task *t;

    if (!o)
        return NULL;
    t = task_of(o);
    t->space = slab_alloc(&space_slab, &p->quota);
    if (!t->space)
        goto out_obj;
    if (space_init(t->space, &p->quota) < 0)
        goto out_space;

    /* -- no errors below this line -- */
    helplock_init(&t->lock, TASK_RANK_THREADS);
    list_init(&t->threads);
    return o;

out_space:
    slab_free(&space_slab, t->space, &p->quota);
out_obj:
    kobj_unalloc(o);
    return NULL;
}

/* ---- map ------------------------------------------------------------------------------- */

static bool killed(void *ctx)
{
    const struct thread *t = ctx;

    return party_asked(&t->party) & REQ_KILL;
}

static long map_result(struct kcall *c, int err)
{
    if (!err || err == -L4_EAGAIN)
        return 0; /* a killed caller sees no result */
    return kcall_ipc_error(c, L4_IPC_SEMAPFAILED);
}

static no_inline long map_between(struct kcall *c, struct task *dst, struct task *src,
                                  unsigned src_rights)
{
    l4_umword_t spot = kcall_word(c, 1);
    l4_umword_t page = kcall_word(c, 2);
    struct hotspot h;
    struct map_op op;
    bool mapped = false;
    bool keep_s = (src_rights & CAP_S) && (c->rights & CAP_S);

    if (hotspot_find(&h, spot, page, l4_fpage_all().raw) != HOTSPOT_MAP)
        return 0;
    if (h.type == L4_FPAGE_OBJ)
        return map_result(c, items_map_caps(src->space, dst->space, &h,
                                            items_cap_mask(spot, page, keep_s),
                                            spot & L4_MAP_ITEM_GRANT, killed, c->self, &mapped));
    map_init(&op, &c->self->party,
             &(struct map_args){ .src = src->space, .dst = dst->space, .spot = &h, .item = spot });
    return map_result(c, map_run(&op, killed, c->self));
}

static long op_map(struct kobj *o, struct kcall *c)
{
    unsigned rights;
    long err;
    struct kobj *src;

    if (!(c->rights & CAP_W))
        return -L4_EPERM;
    if (c->words < 3)
        return -L4_EINVAL;
    src = kcall_cap_arg(c, 0, &rights, &err);
    if (!src)
        return err;
    if (src->type != &task_type || !kobj_alive(src) || !kobj_alive(o))
        err = -L4_EINVAL;
    else
        err = map_between(c, task_of(o), task_of(src), rights);
    kobj_put(src);
    return err;
}

/* ---- unmap ----------------------------------------------------------------------------- */

static void unmap_caps(struct kcall *c, struct space *s, const struct hotspot *h, l4_umword_t mask)
{
    bool del = (mask & L4_FP_DELETE_OBJ) == L4_FP_DELETE_OBJ;

    if (!(mask & L4_FP_ALL_SPACES))
        return; /* derived capabilities are not tracked */
    for (uint64_t i = captab_next(&s->caps, h->src); i < h->src + BIT(h->order);
         i = captab_next(&s->caps, i + 1)) {
        if (killed(c->self))
            return;
        if (h->rights & CAP_R)
            captab_remove(&s->caps, i, CAP_ALL, del);
        else
            captab_remove(&s->caps, i, h->rights, false);
    }
}

/* One flexpage, one kind. Returns the referenced and dirty bits of what was removed. */
static no_inline unsigned unmap_kind(struct kcall *c, struct space *s, l4_umword_t page,
                                     unsigned type, l4_umword_t mask)
{
    struct hotspot h;
    struct map_op op;

    if (hotspot_whole(&h, page, type) != HOTSPOT_MAP)
        return 0;
    if (type == L4_FPAGE_OBJ) {
        unmap_caps(c, s, &h, mask);
        return 0;
    }
    unmap_init(&op, &c->self->party, s, &h, mask);
    (void)!map_run(&op, killed, c->self);
    return op.used;
}

static unsigned unmap_page(struct kcall *c, struct space *s, l4_umword_t page, l4_umword_t mask)
{
    unsigned type = l4_fpage_type((l4_fpage_t){ .raw = page });
    unsigned used = 0;

    if (type != L4_FPAGE_SPECIAL)
        return unmap_kind(c, s, page, type, mask);
    if (l4_fpage_size((l4_fpage_t){ .raw = page }) != L4_WHOLE_ADDRESS_SPACE)
        return 0;
    for (type = L4_FPAGE_MEMORY; type <= L4_FPAGE_OBJ; type++)
        used |= unmap_kind(c, s, page | L4_FPAGE_RIGHTS_MASK, type, mask);
    return used;
}

static long op_unmap(struct kobj *o, struct kcall *c)
{
    l4_umword_t mask = kcall_word(c, 1);

    if (!kobj_alive(o))
        return kcall_ipc_error(c, L4_IPC_ENOT_EXISTENT);
    for (unsigned i = 2; i < c->words && !killed(c->self); i++) {
        l4_umword_t page = kcall_word(c, i);
        unsigned used = unmap_page(c, task_of(o)->space, page, mask);

        c->utcb->msg.mr[i] = (page & ~0xful) | used;
    }
    c->keep_words = c->words;
    return 0;
}

/* ---- capability information ------------------------------------------------------------ */

static long same_cap(struct captab *t, l4_umword_t a, l4_umword_t b)
{
    struct cap x, y;
    long same;

    if ((a | b) & (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT))
        return (a >> 10) == (b >> 10);
    micro_enter();
    x = captab_lookup(t, a >> L4_CAP_SHIFT);
    y = captab_lookup(t, b >> L4_CAP_SHIFT);
    same = x.obj == y.obj && !((x.rights ^ y.rights) & (CAP_W | CAP_S | CAP_SVR));
    micro_leave();
    return same || (a >> 10) == (b >> 10);
}

static long op_cap_info(struct kobj *o, struct kcall *c)
{
    struct captab *t = &task_of(o)->space->caps;
    l4_umword_t a = kcall_word(c, 1);
    struct cap x;

    if (c->words == 3)
        return same_cap(t, a, kcall_word(c, 2));
    if (c->words != 2)
        return -L4_EINVAL;
    if (a & (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT))
        return 0;
    micro_enter();
    x = captab_lookup(t, a >> L4_CAP_SHIFT);
    micro_leave();
    return x.obj != NULL;
}

/* ---- kernel-user memory ---------------------------------------------------------------- */

static long op_add_ku_mem(struct kobj *o, struct kcall *c)
{
    unsigned n = c->words - 1;

    for (unsigned i = 0; i < n; i++) {
        l4_umword_t page = kcall_word(c, 1 + i);
        long err;

        if (l4_fpage_type((l4_fpage_t){ .raw = page }) != L4_FPAGE_MEMORY)
            return -L4_EINVAL;
        err = space_add_kumem(task_of(o)->space, page);
        if (err)
            return err;
        c->utcb->msg.mr[i] = page; /* the answer follows the question, one word behind */
    }
    c->keep_words = n;
    return 0;
}

/* ---- dispatch -------------------------------------------------------------------------- */

static long task_op(struct kobj *o, struct kcall *c)
{
    if (l4_msgtag_label(c->tag) != L4_PROTO_TASK)
        return -L4_EBADPROTO;
    if (!c->words)
        return -L4_ENOSYS;
    switch (kcall_word(c, 0)) {
    case L4_TASK_MAP_OP: return op_map(o, c);
    case L4_TASK_UNMAP_OP: return op_unmap(o, c);
    case L4_TASK_CAP_INFO_OP: return op_cap_info(o, c);
    case L4_TASK_ADD_KU_MEM_OP: return op_add_ku_mem(o, c);
    default: return -L4_ENOSYS;
    }
}

static void task_invoke(struct kobj *o, struct kcall *c)
{
    kcall_finish(c, task_op(o, c));
}

/*
 * The first thread of the task, referenced, and moved to the end of the list. NULL if there is
 * none. Nobody joins the list: the task is dead.
 */
static struct thread *next_thread(struct task *t)
{
    struct sync_party *me = &current()->party;
    struct thread *k = NULL;
    struct list_node *n;

    helplock_acquire(&t->lock, me);
    n = list_first(&t->threads);
    if (n) {
        list_remove(n);
        list_push_back(&t->threads, n);
        k = container_of(n, struct thread, in_task);
        if (!kobj_get(k->obj)) /* its last reference is dropped after it left the list */
            k = NULL;
    }
    helplock_release(&t->lock, me);
    return k;
}

/* All are marked first: so they end even if the one who asked is killed in the middle. */
static void mark_threads(struct task *t)
{
    struct thread *k;

    for (uint32_t n = t->nthreads; n && (k = next_thread(t)); n--) {
        thread_mark_killed(k);
        kobj_put(k->obj);
    }
}

static void task_destroy(struct kobj *o)
{
    struct task *t = task_of(o);
    struct thread *self = current();
    struct thread *k;
    bool spared = false;

    mark_threads(t);
    while (!(party_asked(&self->party) & REQ_KILL) && (k = next_thread(t))) {
        bool again = k == self->ipc.passive && spared;

        spared |= k == self->ipc.passive;
        thread_kill(k);
        kobj_put(k->obj);
        if (again)
            break; /* only our partner in a transfer is left, which dies after it */
    }
}

static void task_free(struct kobj *o)
{
    struct space *s = task_of(o)->space;

    micro_enter();
    sched_io_forget(s);
    sched_leave_space(this_cpu(), s);
    micro_leave();
    while (captab_teardown_step(&s->caps))
        ;
    while (space_teardown_step(s, &current()->party))
        ;
    slab_free(&space_slab, s, &o->payer->quota);
}

const struct kobj_type task_type = {
    .name = "task",
    .invoke = task_invoke,
    .destroy = task_destroy,
    .free = task_free,
};
