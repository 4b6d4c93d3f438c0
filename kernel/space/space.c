/* SPDX-License-Identifier: MIT */
/* See <space/space.h>: making a space, looking into it, and the faults of sigma0. */
#include <space/space.h>

#include "tables.h"

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <mem/frame.h>

int space_init(struct space *s, struct quota *q)
{
    void *root = frame_alloc_zeroed(q);

    if (!root)
        return -L4_ENOMEM;

    /* -- no errors below this line -- */
    *s = (struct space){ .root = root, .quota = q };
    arch_root_init(root);
    captab_init(&s->caps, q);
    return 0;
}

void space_make_sigma0(struct space *s, paddr limit)
{
    s->flags |= SPACE_SIGMA0;
    s->limit = align_down(min(limit, (paddr)SPACE_END), BIT(PT_PAGE_ORDER));
}

paddr space_root(const struct space *s)
{
    return virt_to_phys(s->root);
}

bool space_lookup(const struct space *s, uaddr va, paddr *pa, unsigned *rights)
{
    struct leaf l;

    if (va >= ARCH_USER_END)
        return false;
    tables_find(s, va, &l);
    if (!pt_is_leaf(l.e, l.level))
        return false;
    if (pa)
        *pa = pt_frame(l.e) + (va & (BIT(pt_level_order(l.level)) - 1));
    if (rights)
        *rights = pt_rights(l.e);
    return true;
}

/* A root node and its leaf, 1:1, if the slot is still empty. The node is used up then. */
static bool sigma0_insert(struct space *s, struct sync_party *me, const struct leaf *l, uaddr va,
                          struct mapnode *n)
{
    const paddr frame = align_down(va, BIT(pt_level_order(l->level)));
    struct helplock *lock = mapdb_lock(frame);
    bool done;

    *n = (struct mapnode){
        .space = s,
        .addr = frame,
        .frame = frame,
        .flags = l->level ? MAPNODE_BIG : 0,
    };
    helplock_acquire(lock, me);
    done = pt_cas(l->slot, 0, pt_make_leaf(frame, l->level, PT_RWX, PT_CACHED));
    if (done)
        *tables_twin(l->slot) = n;
    helplock_release(lock, me);
    return done;
}

/*
 * A fault although a leaf is there. One of sigma0's own gets its rights back, a dead one is brought
 * nearer to its end; what others have mapped there is as it is.
 */
static int sigma0_present(struct space *s, struct sync_party *me, const struct leaf *l, uaddr va)
{
    const struct hotspot page = { .type = L4_FPAGE_MEMORY,
                                  .rights = PT_RWX,
                                  .order = PT_PAGE_ORDER,
                                  .src = align_down(va, FRAME_SIZE) };
    struct helplock *lock = mapdb_lock(pt_frame(l->e));
    struct map_op op;
    struct leaf now;
    int err = 0;

    if (pt_is_dead(l->e)) {
        unmap_init(&op, me, s, &page, L4_FP_ALL_SPACES);
        for (unsigned i = 0; i < 2 && map_step(&op) == MAP_MORE; i++)
            ;
        map_fini(&op);
        return 0;
    }
    helplock_acquire(lock, me);
    tables_find(s, va, &now);
    if (now.slot == l->slot && leaf_is_live(&now) && pt_frame(now.e) == pt_frame(l->e)) {
        if ((*tables_twin(now.slot))->parent)
            err = -L4_EFAULT;
        else
            pt_grow(now.slot, PT_RWX);
        tables_flush(s, va);
    }
    helplock_release(lock, me);
    return err;
}

/* Is there room for a 2 MiB page around `va` below the limit? */
static bool sigma0_fits_big(const struct space *s, uaddr va)
{
    return align_down(va, BIT(PT_SUPER_ORDER)) + BIT(PT_SUPER_ORDER) <= s->limit;
}

int space_sigma0_fault(struct space *s, struct sync_party *me, uaddr va)
{
    struct leaf l;
    struct mapnode *n;
    int err;

    kassert(s->flags & SPACE_SIGMA0);
    if (va >= s->limit)
        return -L4_EFAULT;
    err = tables_reach(s, va, sigma0_fits_big(s, va) ? 1 : 0, &l);
    if (!err && pt_is_table(l.e, l.level))
        err = tables_reach(s, va, 0, &l);
    if (err)
        return err;
    if (pt_is_kumem(l.e))
        return -L4_EFAULT;
    if (l.e)
        return sigma0_present(s, me, &l, va);
    n = mapnode_alloc(s);
    if (!n)
        return -L4_ENOMEM;
    if (!sigma0_insert(s, me, &l, va, n))
        mapnode_free(n, s); /* somebody else was faster; the fault comes again if need be */
    return 0;
}
