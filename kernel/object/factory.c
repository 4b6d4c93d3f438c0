/* SPDX-License-Identifier: MIT */
/* See <object/factory.h>. */
#include <object/factory.h>

#include <cap/captab.h>
#include <cap/kcall.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/opcodes.h>
#include <mem/slab.h>
#include <object/gate.h>
#include <object/invoke.h>
#include <object/irq.h>
#include <object/task.h>
#include <object/thread.h>
#include <space/space.h>

struct factory {
    struct kobj obj;
    struct kobj_payer *payer; /* [I] of what it makes; in a slab, but for the root's */
};

_Static_assert(sizeof(struct factory) <= KOBJ_HEADER_SIZE, "lives in its header");

static const struct kobj_type factory_type;
static struct slab payer_slab;
static struct kobj_payer root_payer;

static struct factory *factory_of(struct kobj *o)
{
    return container_of(o, struct factory, obj);
}

struct kobj_payer *factory_payer(struct kobj *o)
{
    return factory_of(o)->payer;
}

void factory_init(void)
{
    slab_init(&payer_slab, "factory", sizeof(struct kobj_payer), 16);
}

struct kobj *factory_create_root(void)
{
    struct kobj *o;

    quota_init_root(&root_payer.quota);
    o = kobj_alloc(&factory_type, &root_payer);
    if (o)
        factory_of(o)->payer = &root_payer;
    return o;
}

static struct kobj *factory_create(struct kobj_payer *p, uint64_t limit)
{
    struct kobj *o = kobj_alloc(&factory_type, p);
    struct kobj_payer *child;

    if (!o)
        return NULL;
    child = slab_alloc(&payer_slab, &p->quota);
    if (!child)
        goto out_obj;
    if (quota_init_child(&child->quota, &p->quota, limit) < 0)
        goto out_slab;

    /* -- no errors below this line -- */
    child->holder = o;
    factory_of(o)->payer = child;
    return o;

out_slab:
    slab_free(&payer_slab, child, &p->quota);
out_obj:
    kobj_unalloc(o);
    return NULL;
}

/* ---- the kinds of objects ---------------------------------------------------------------
 * Each returns a new object, or NULL with *err.
 */

static struct kobj *new_gate(struct kobj_payer *p, struct kcall *c, long *err)
{
    struct thread *t = NULL;
    struct kobj *thread = NULL;
    struct kobj *o;
    l4_umword_t label = 0;
    unsigned rights;

    if (c->items) {
        thread = kcall_cap_arg(c, 0, &rights, err);
        if (!thread)
            return NULL;
        label = kcall_word(c, 2);
        *err = 0;
        if (thread->type != &thread_type)
            *err = -L4_EINVAL;
        else if (!(rights & CAP_S))
            *err = -L4_EPERM;
        else if (c->words < 3)
            *err = -L4_EMSGTOOSHORT;
        else if (label & L4_IPC_LABEL_RIGHTS)
            *err = -L4_EINVAL;
        if (*err) {
            kobj_put(thread);
            return NULL;
        }
        t = thread_of_obj(thread);
    }
    o = gate_create(p, t, label);
    *err = o ? 0 : -L4_ENOMEM;
    if (thread)
        kobj_put(thread);
    return o;
}

static struct kobj *new_task(struct kobj_payer *p, struct kcall *c, long *err)
{
    l4_umword_t kumem = kcall_word(c, 2);
    struct kobj *o;

    *err = -L4_EINVAL;
    if (c->words < 3)
        return NULL;
    *err = -L4_ENOMEM;
    o = task_create(p);
    if (!o || !kumem)
        goto out;
    kumem &= ~(l4_umword_t)L4_FPAGE_RIGHTS_MASK;
    *err = space_add_kumem(task_of(o)->space, kumem);
    if (*err) {
        kobj_delete(o);
        return NULL;
    }
    c->out[0] = kumem;
    c->out_words = 1;
out:
    if (o)
        *err = 0;
    return o;
}

static struct kobj *new_thread(struct kobj_payer *p, struct kcall *c, long *err)
{
    struct thread *t = thread_create(p);

    (void)c;
    *err = t ? 0 : -L4_ENOMEM;
    return t ? t->obj : NULL;
}

static struct kobj *new_factory(struct kobj_payer *p, struct kcall *c, long *err)
{
    struct kobj *o;

    if (c->words != 3 || c->items) {
        *err = c->words < 3 ? -L4_EMSGTOOSHORT : -L4_EMSGTOOLONG;
        return NULL;
    }
    o = factory_create(p, kcall_word(c, 2));
    *err = o ? 0 : -L4_ENOMEM;
    return o;
}

static struct kobj *new_irq(struct kobj_payer *p, struct kcall *c, long *err)
{
    struct kobj *o = irq_create(p);

    (void)c;
    *err = o ? 0 : -L4_ENOMEM;
    return o;
}

static struct kobj *new_semaphore(struct kobj_payer *p, struct kcall *c, long *err)
{
    struct kobj *o = semaphore_create(p);

    (void)c;
    *err = o ? 0 : -L4_ENOMEM;
    return o;
}

static struct kobj *new_object(struct kobj_payer *p, struct kcall *c, long *err)
{
    switch ((l4_mword_t)kcall_word(c, 0)) {
    case 0:
    case L4_PROTO_KOBJECT: return new_gate(p, c, err);
    case L4_PROTO_TASK: return new_task(p, c, err);
    case L4_PROTO_THREAD: return new_thread(p, c, err);
    case L4_PROTO_FACTORY: return new_factory(p, c, err);
    case L4_PROTO_IRQ_SENDER: return new_irq(p, c, err);
    case L4_PROTO_SEMAPHORE: return new_semaphore(p, c, err);
    default: *err = -L4_ENODEV; return NULL;
    }
}

/* ---- the operation ---------------------------------------------------------------------- */

/* Where the caller wants the capability: its first object receive buffer. */
static bool destination(struct kcall *c, unsigned long *index)
{
    const volatile l4_umword_t *br = c->utcb->buf.br;
    l4_umword_t bdr = *(const volatile l4_umword_t *)&c->utcb->buf.bdr;
    unsigned i = (bdr >> L4_BDR_OBJ_SHIFT) & L4_BDR_OFFSET_MASK;
    l4_umword_t buf = br[i];
    l4_fpage_t page;

    if (!buf)
        return false;
    if (buf & ((unsigned)L4_RCV_ITEM_SINGLE_CAP & ~(unsigned)L4_ITEM_MAP)) {
        *index = buf >> L4_CAP_SHIFT;
        return true;
    }
    page.raw = br[i + 1]; /* i is at most 31 */
    if (l4_fpage_type(page) != L4_FPAGE_OBJ)
        return false;
    *index = l4_fpage_page(page);
    return true;
}

static long create(struct kobj *self, struct kcall *c)
{
    struct kobj_payer *p = factory_of(self)->payer;
    unsigned long index;
    struct kobj *o;
    long err;

    if (l4_msgtag_label(c->tag) != L4_PROTO_FACTORY)
        return -L4_EBADPROTO;
    if (!(c->rights & CAP_S))
        return -L4_EPERM;
    if (!c->words)
        return -L4_EMSGTOOSHORT;
    if (!kcall_wants_answer(c))
        return 0;
    if (!destination(c, &index))
        return kcall_ipc_error(c, L4_IPC_REMSGCUT);

    o = new_object(p, c, &err);
    if (!o)
        return err;
    err = captab_insert(c->caps, index, (struct cap){ .obj = o, .rights = CAP_ALL });
    if (err) {
        kobj_delete(o);
        c->out_words = 0;
        return err;
    }
    c->out_items = 1;
    return 0;
}

static void factory_invoke(struct kobj *o, struct kcall *c)
{
    long ret = create(o, c);

    kcall_finish(c, ret);
    if (!ret && c->out_items && !c->ipc_error)
        c->utcb->msg.mr[c->out_words] = L4_RET_ITEM_FACTORY;
}

static void factory_free(struct kobj *o)
{
    struct kobj_payer *child = factory_of(o)->payer;

    if (child == &root_payer)
        return;
    quota_fini(&child->quota);
    slab_free(&payer_slab, child, &o->payer->quota);
}

static const struct kobj_type factory_type = {
    .name = "factory",
    .invoke = factory_invoke,
    .destroy = kobj_keep, /* what it made lives on, and keeps the quota */
    .free = factory_free,
};
