/* SPDX-License-Identifier: MIT */
/*
 * See <cap/captab.h>.
 *
 * A slot has two words and no lock. Who changes it takes it first: CAS auth -> AUTH_TAKEN,
 * write obj, store the new auth; all in one micro-section, so that nobody ever finds a slot
 * taken by a preempted thread. A reader of a taken slot sees it empty.
 *
 * Pairs:  (A) store_release of auth  <->  load_acquire of auth in captab_lookup
 *         (B) CAS release of a table pointer  <->  load_acquire of the walk
 */
#include <cap/captab.h>

#include <cap/lookup.h>
#include <l4/sys/err.h>
#include <mem/frame.h>
#include <sync/micro.h>

#define AUTH_TAKEN 0x02ull /* no serial has the value 0 */
#define TEARDOWN_SLOTS 32u

_Static_assert(sizeof(struct cap_slot) * CAPTAB_LEAF_SLOTS == FRAME_SIZE, "a leaf is a frame");
_Static_assert(CAP_INDEX_BITS == CAPTAB_LEAF_BITS + CAPTAB_MID_BITS + 3, "three levels");

void captab_init(struct captab *t, struct quota *q)
{
    for (unsigned i = 0; i < CAPTAB_ROOTS; i++)
        atomic_ptr_store_relaxed(&t->root[i], NULL);
    t->quota = q;
    t->dying = 0;
}

static struct atomic_ptr *mid_of(const struct captab *t, unsigned long index)
{
    return atomic_ptr_load_acquire(
        &t->root[(index >> (CAPTAB_LEAF_BITS + CAPTAB_MID_BITS)) & 7]); /* (B) */
}

struct cap captab_get(const struct captab *t, unsigned long index)
{
    struct cap c;

    micro_enter();
    c = captab_lookup_inline(t, index);
    if (c.obj && !kobj_get(c.obj))
        c.obj = NULL;
    micro_leave();
    return c;
}

unsigned long captab_next(const struct captab *t, unsigned long index)
{
    const unsigned long leaf = CAPTAB_LEAF_SLOTS, mid = leaf * CAPTAB_MID_PTRS;

    while (index < CAP_INDEX_MAX) {
        struct atomic_ptr *m = mid_of(t, index);

        if (!m)
            index = (index | (mid - 1)) + 1;
        else if (!atomic_ptr_load_acquire(&m[(index / leaf) & (CAPTAB_MID_PTRS - 1)])) /* (B) */
            index = (index | (leaf - 1)) + 1;
        else
            break;
    }
    return index;
}

/* The table behind `p`, made if there is none; NULL if out of memory. */
static void *table_make(struct captab *t, struct atomic_ptr *p)
{
    void *table = atomic_ptr_load_acquire(p); /* (B) */
    void *none = NULL;

    if (table)
        return table;
    table = frame_alloc_zeroed(t->quota);
    if (!table)
        return NULL;
    if (atomic_ptr_cas_acq_rel(p, &none, table)) /* (B) */
        return table;
    frame_free(table, t->quota); /* somebody was faster */
    return none;
}

static struct cap_slot *slot_make(struct captab *t, unsigned long index)
{
    struct atomic_ptr *mid;
    struct cap_slot *leaf;

    mid = table_make(t, &t->root[(index >> (CAPTAB_LEAF_BITS + CAPTAB_MID_BITS)) & 7]);
    if (!mid)
        return NULL;
    leaf = table_make(t, &mid[(index >> CAPTAB_LEAF_BITS) & (CAPTAB_MID_PTRS - 1)]);
    return leaf ? &leaf[index & (CAPTAB_LEAF_SLOTS - 1)] : NULL;
}

struct cap captab_lookup(const struct captab *t, unsigned long index)
{
    return captab_lookup_inline(t, index);
}

/*
 * What was in a slot and is in it no more. `del`: the object is to go, too. In a
 * micro-section: the reference is taken there, the deletion happens outside.
 */
struct departed {
    struct kobj *del; /* referenced; to be deleted, or NULL */
};

static struct departed depart(struct cap old, bool del)
{
    struct departed d = { NULL };

    if (!old.obj)
        return d;
    if ((old.rights & CAP_COUNTED) && kobj_uncount(old.obj, 1))
        del = true;
    else
        del = del && (old.rights & CAP_D);
    if (del && kobj_get(old.obj))
        d.del = old.obj;
    return d;
}

static void departed_finish(struct departed d)
{
    if (!d.del)
        return;
    kobj_delete(d.del);
    kobj_put(d.del);
}

/* Replace what is in the slot. Context: micro-section. */
static struct cap slot_swap(struct cap_slot *s, struct cap c)
{
    struct cap old = { .obj = NULL };
    uint64_t auth = atomic_u64_load_acquire(&s->auth); /* (A) */
    uint64_t serial;

    while (auth == AUTH_TAKEN || !atomic_u64_cas_acq_rel(&s->auth, &auth, AUTH_TAKEN)) {
        arch_pause(); /* another CPU is between its three steps */
        auth = atomic_u64_load_acquire(&s->auth);
    }
    if (auth)
        old = captab_read(s, auth);
    atomic_ptr_store_relaxed(&s->obj, c.obj);
    serial = c.obj ? atomic_u64_load_acquire(&c.obj->serial) : 0;
    /* (A) A dead object has serial 0: the slot stays empty. */
    atomic_u64_store_release(&s->auth, serial ? serial | CAP_R | c.rights : 0);
    if (serial && (c.rights & CAP_COUNTED))
        kobj_count(c.obj);
    return old;
}

int captab_insert(struct captab *t, unsigned long index, struct cap c)
{
    struct cap_slot *s;
    struct departed d;

    if (index >= CAP_INDEX_MAX)
        return -L4_EINVAL;
    s = slot_make(t, index);
    if (!s)
        return -L4_ENOMEM;

    /* -- no errors below this line -- */
    micro_enter();
    d = depart(slot_swap(s, c), true);
    micro_leave();
    departed_finish(d);
    return 0;
}

void captab_remove(struct captab *t, unsigned long index, unsigned rights, bool del)
{
    struct cap_slot *s = captab_slot(t, index);
    struct departed d = { NULL };
    struct cap old;

    if (!s)
        return;
    micro_enter();
    if (rights & CAP_R) {
        old = slot_swap(s, (struct cap){ .obj = NULL });
        d = depart(old, del);
    } else {
        uint64_t auth = atomic_u64_load_acquire(&s->auth); /* (A) */

        /* Withdrawing is one CAS; a slot that changes meanwhile holds something else. */
        if (auth > 0xff)
            (void)!atomic_u64_cas_acq_rel(&s->auth, &auth, auth & ~(uint64_t)(rights & 0xff));
    }
    micro_leave();
    departed_finish(d);
}

int captab_copy(struct captab *from, unsigned long si, struct captab *to, unsigned long di,
                unsigned mask, bool grant)
{
    struct cap c;
    int err;

    if (di >= CAP_INDEX_MAX)
        return 0;
    c = captab_get(from, si);
    if (!c.obj)
        return 0;

    if (from == to && si == di) {
        captab_remove(from, si, CAP_ALL, true);
        kobj_put(c.obj);
        return 0;
    }
    c.rights &= mask;
    err = captab_insert(to, di, c);
    if (!err && grant)
        captab_remove(from, si, CAP_ALL, false);
    kobj_put(c.obj);
    return err ? err : 1;
}

/* ---- teardown -------------------------------------------------------------------------- */

static void leaf_empty(struct captab *t, unsigned long from)
{
    for (unsigned i = 0; i < TEARDOWN_SLOTS; i++)
        captab_remove(t, from + i, CAP_ALL, false);
}

bool captab_teardown_step(struct captab *t)
{
    unsigned long at = t->dying;
    struct atomic_ptr *mid;
    struct atomic_ptr *leafp;

    if (at >= CAP_INDEX_MAX)
        return false;
    mid = mid_of(t, at);
    if (!mid) {
        t->dying = (at | ((1ul << (CAPTAB_LEAF_BITS + CAPTAB_MID_BITS)) - 1)) + 1;
        return true;
    }
    leafp = &mid[(at >> CAPTAB_LEAF_BITS) & (CAPTAB_MID_PTRS - 1)];
    if (!atomic_ptr_load_relaxed(leafp)) {
        t->dying = (at | (CAPTAB_LEAF_SLOTS - 1)) + 1;
    } else {
        leaf_empty(t, at);
        t->dying = at + TEARDOWN_SLOTS;
    }
    if (!(t->dying & (CAPTAB_LEAF_SLOTS - 1))) {
        void *leaf = atomic_ptr_swap_acq_rel(leafp, NULL);

        if (leaf)
            frame_free(leaf, t->quota);
    }
    if (!(t->dying & ((1ul << (CAPTAB_LEAF_BITS + CAPTAB_MID_BITS)) - 1))) {
        atomic_ptr_store_relaxed(&t->root[at >> (CAPTAB_LEAF_BITS + CAPTAB_MID_BITS)], NULL);
        frame_free(mid, t->quota);
    }
    return true;
}
