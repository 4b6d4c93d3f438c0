/* SPDX-License-Identifier: MIT */
/*
 * Kernel-user memory. It is found through the page table alone: an entry marked as kumem is a
 * frame of ours, in exactly one place, until the space goes. So there is no list of areas and no
 * lock. Places are reserved first, one CAS each, and filled when all of them are ours: memory
 * that was seen by anybody is never taken back.
 */
#include <space/space.h>

#include "tables.h"

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/err.h>
#include <mem/frame.h>

#define KUMEM_PAGES_MAX BIT(L4_KUMEM_ORDER_MAX - PT_PAGE_ORDER)

struct area {
    uaddr start;
    unsigned pages;
};

static int area_of(struct area *a, uint64_t fpage)
{
    const l4_fpage_t f = { .raw = fpage };
    const unsigned order = l4_fpage_size(f);

    a->start = l4_fpage_memaddr(f);
    if (l4_fpage_type(f) != L4_FPAGE_MEMORY || order < L4_KUMEM_ORDER_MIN ||
        order > L4_KUMEM_ORDER_MAX || !is_aligned(a->start, BIT(order)))
        return -L4_EINVAL;
    if (a->start >= SPACE_END || BIT(order) > SPACE_END - a->start)
        return -L4_EINVAL;
    a->pages = 1u << (order - PT_PAGE_ORDER);
    return 0;
}

static uaddr page_addr(const struct area *a, unsigned i)
{
    return a->start + ((uaddr)i << PT_PAGE_ORDER);
}

static void unreserve(struct space *s, const struct area *a, unsigned pages)
{
    struct leaf l;

    while (pages--) {
        tables_find(s, page_addr(a, pages), &l);
        (void)pt_swap(l.slot, 0);
    }
}

static int reserve(struct space *s, const struct area *a)
{
    struct leaf l;

    for (unsigned i = 0; i < a->pages; i++) {
        int err = tables_reach(s, page_addr(a, i), 0, &l);

        if (!err && (l.level || !pt_cas(l.slot, 0, pt_make_reserved())))
            err = -L4_EEXIST;
        if (err) {
            unreserve(s, a, i);
            return err;
        }
    }
    return 0;
}

static int take_frames(struct space *s, void **frames, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        frames[i] = frame_alloc_zeroed(s->quota);
        if (!frames[i]) {
            while (i--)
                frame_free(frames[i], s->quota);
            return -L4_ENOMEM;
        }
    }
    return 0;
}

int space_add_kumem(struct space *s, uint64_t fpage)
{
    void *frames[KUMEM_PAGES_MAX];
    struct area a;
    int err = area_of(&a, fpage);

    if (err)
        return err;
    err = reserve(s, &a);
    if (err)
        return err;
    err = take_frames(s, frames, a.pages);
    if (err) {
        unreserve(s, &a, a.pages);
        return err;
    }

    /* -- no errors below this line -- */
    for (unsigned i = 0; i < a.pages; i++) {
        struct leaf l;

        tables_find(s, page_addr(&a, i), &l);
        (void)pt_swap(l.slot, pt_make_kumem(frames[i]));
    }
    return 0;
}

void *space_kumem_ptr(const struct space *s, uaddr va, size_t size)
{
    const uint64_t offset = va & (FRAME_SIZE - 1);
    struct leaf l;

    if (va >= SPACE_END || size > FRAME_SIZE - offset)
        return NULL;
    tables_find(s, va, &l);
    if (!pt_is_leaf(l.e, l.level) || !pt_is_kumem(l.e))
        return NULL;
    return (char *)phys_to_virt(pt_frame(l.e)) + offset;
}
