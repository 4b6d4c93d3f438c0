/* SPDX-License-Identifier: MIT */
/*
 * Memory of dataspaces, see <moe/ds.h>.
 *
 * Entry of a loose dataspace's table: 0 = nothing yet; page address = its own page; page address
 * | DS_COW = the page of a static dataspace, to be copied before somebody writes. DS_SHOWN beside
 * DS_COW says that clients may have that page mapped, so it must be taken away after copying.
 */
#include <string.h>

#include <l4/re/c/dataspace.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/sys/err.h>
#include <l4/sys/task.h>
#include <moe/ds.h>

enum {
    DS_COW = 1,
    DS_SHOWN = 2,
    DS_FLAGS = 3,
    PIECE_ORDER_MAX = 22, /* bounds the time of one mapping */
};

#define DS_SIZE_MAX (1UL << 40)

static uint64_t page_up(uint64_t v)
{
    return (v + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
}

static uint64_t page_down(uint64_t v)
{
    return v & ~(uint64_t)(PAGE_BYTES - 1);
}

/* Take memory away from everybody we showed it to. */
static void unshow(uintptr_t addr, uintptr_t size)
{
    uintptr_t end = addr + size;

    while (addr < end) {
        unsigned order = l4_fpage_max_order(L4_PAGESHIFT, addr, addr, end - 1, addr);

        l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(addr, (unsigned char)order, L4_FPAGE_RWX),
                      L4_FP_OTHER_SPACES);
        addr += (uintptr_t)1 << order;
    }
}

/* ---- pages of loose dataspaces ---------------------------------------------------------- */

/* The entry of the page that holds `off`, NULL if its table is not there and cannot be made. */
static uintptr_t *entry_of(struct ds *d, uint64_t off, int make)
{
    uint64_t page = off / PAGE_BYTES;
    uintptr_t **t = &d->tables[page / DS_TABLE_ENTRIES];

    if (!*t && make)
        *t = moe_alloc(d->obj.quota, PAGE_BYTES);
    return *t ? &(*t)[page % DS_TABLE_ENTRIES] : NULL;
}

static uintptr_t page_take(struct ds *d)
{
    uintptr_t page;

    if (quota_take(d->obj.quota, PAGE_BYTES))
        return 0;
    page = pages_alloc(&moe.pages, PAGE_ORDER);
    if (!page)
        quota_give(d->obj.quota, PAGE_BYTES);
    return page;
}

static void entry_drop(struct ds *d, uintptr_t *e)
{
    uintptr_t page = *e & ~(uintptr_t)DS_FLAGS;

    if (!*e)
        return;
    if (!(*e & DS_COW) || *e & DS_SHOWN)
        unshow(page, PAGE_BYTES);
    if (!(*e & DS_COW)) {
        pages_free(&moe.pages, page, PAGE_ORDER);
        quota_give(d->obj.quota, PAGE_BYTES);
    }
    *e = 0;
}

/* Make the page behind the entry there, and ours alone if it is to be written. */
static int entry_fill(struct ds *d, uintptr_t *e, int write)
{
    uintptr_t shared = *e & ~(uintptr_t)DS_FLAGS;
    uintptr_t page;

    if (*e && !(*e & DS_COW && write))
        return 0;
    page = page_take(d);
    if (!page)
        return -L4_ENOMEM;
    if (*e)
        memcpy((void *)page, (const void *)shared, PAGE_BYTES);
    else
        memset((void *)page, 0, PAGE_BYTES);
    if (*e & DS_SHOWN)
        unshow(shared, PAGE_BYTES);
    *e = page;
    return 0;
}

/* ---- making and freeing ----------------------------------------------------------------- */

struct moe_obj *ds_new_static(uintptr_t base, uint64_t size, unsigned rights)
{
    struct moe_obj *o = obj_new(&ds_type, &moe.root);
    struct ds *d = (struct ds *)o;

    if (!o)
        return NULL;
    d->is_static = 1;
    d->base = base;
    d->size = size;
    d->rights = rights;
    return o;
}

static int make_solid(struct ds *d, unsigned align)
{
    uint64_t bytes = page_up(d->size);

    if (quota_take(d->obj.quota, bytes))
        return -L4_ENOMEM;
    d->base = pages_alloc_range(&moe.pages, bytes, align);
    if (!d->base) {
        quota_give(d->obj.quota, bytes);
        return -L4_ENOMEM;
    }
    memset((void *)d->base, 0, bytes);
    return 0;
}

static int make_loose(struct ds *d)
{
    d->ntables =
        (size_t)((page_up(d->size) / PAGE_BYTES + DS_TABLE_ENTRIES - 1) / DS_TABLE_ENTRIES);
    d->tables = moe_alloc(d->obj.quota, d->ntables * sizeof(*d->tables));
    return d->tables ? 0 : -L4_ENOMEM;
}

/* The largest contiguous block that leaves `keep` bytes. Returns: 0 if there is none. */
static uint64_t largest_block(const struct quota *q, uint64_t keep)
{
    size_t left = quota_left(q);
    int order = pages_largest(&moe.pages);
    uint64_t size;

    if (left > moe.pages.available)
        left = moe.pages.available;
    if (order < 0 || left <= keep)
        return 0;
    size = 1UL << order;
    return size < left - keep ? size : page_down(left - keep);
}

struct ds *ds_new(struct quota *q, long size, unsigned long flags, unsigned align, int *err)
{
    int solid = flags & (L4RE_MA_CONTINUOUS | L4RE_MA_SUPER_PAGES);
    uint64_t bytes = (uint64_t)size;
    struct ds *d;

    *err = -L4_EINVAL;
    if (!size || align > PAGES_MAX_ORDER ||
        flags & ~(unsigned long)(L4RE_MA_CONTINUOUS | L4RE_MA_PINNED | L4RE_MA_SUPER_PAGES))
        return NULL;
    *err = -L4_ENOMEM;
    if (size < 0) {
        solid = 1;
        bytes = flags & (L4RE_MA_CONTINUOUS | L4RE_MA_PINNED) ? largest_block(q, 0 - (uint64_t)size)
                                                              : 0;
        if (!bytes) {
            *err = flags & (L4RE_MA_CONTINUOUS | L4RE_MA_PINNED) ? -L4_ENOMEM : -L4_EINVAL;
            return NULL;
        }
    }
    if (bytes > DS_SIZE_MAX) {
        *err = -L4_ERANGE;
        return NULL;
    }
    d = (struct ds *)obj_new(&ds_type, q);
    if (!d)
        return NULL;
    if (flags & L4RE_MA_SUPER_PAGES && align < L4_SUPERPAGESHIFT)
        align = L4_SUPERPAGESHIFT;
    d->size = bytes;
    d->rights = L4RE_DS_F_RWX;
    *err = solid ? make_solid(d, align) : make_loose(d);
    if (!*err && !solid && flags & L4RE_MA_PINNED)
        *err = ds_allocate(d, 0, bytes);
    if (!*err)
        return d;
    obj_put(&d->obj);
    return NULL;
}

void ds_destroy(struct moe_obj *o)
{
    struct ds *d = (struct ds *)o;

    if (d->is_static)
        return;
    if (d->base) {
        unshow(d->base, page_up(d->size));
        pages_free_range(&moe.pages, d->base, page_up(d->size));
        quota_give(o->quota, page_up(d->size));
    }
    for (size_t t = 0; d->tables && t < d->ntables; t++) {
        if (!d->tables[t])
            continue;
        for (unsigned i = 0; i < DS_TABLE_ENTRIES; i++)
            entry_drop(d, &d->tables[t][i]);
        moe_free(o->quota, d->tables[t], PAGE_BYTES);
    }
    moe_free(o->quota, d->tables, d->ntables * sizeof(*d->tables));
}

/* ---- showing and copying ---------------------------------------------------------------- */

static unsigned piece_order(uintptr_t addr, uintptr_t low, uintptr_t high, uintptr_t spot,
                            uintptr_t spot_min, uintptr_t spot_max)
{
    unsigned order = PAGE_ORDER;

    while (order < PIECE_ORDER_MAX) {
        uintptr_t size = (uintptr_t)2 << order;
        uintptr_t a = addr & ~(size - 1);
        uintptr_t s = spot & ~(size - 1);

        if ((addr ^ spot) & (size - 1) & ~(PAGE_BYTES - 1))
            break;
        if (a < low || size > high - a || s < spot_min || size > spot_max - s)
            break;
        order++;
    }
    return order;
}

int ds_piece(struct ds *d, uint64_t off, unsigned want, uintptr_t spot, uintptr_t spot_min,
             uintptr_t spot_max, struct ds_piece *p)
{
    uintptr_t *e;
    int err;

    if (off >= page_up(d->size))
        return -L4_ERANGE;
    if (want & ~d->rights)
        return -L4_EPERM;
    off = page_down(off);
    if (d->base) {
        uintptr_t addr = d->base + off;

        p->order = piece_order(addr, d->base, d->base + page_up(d->size), spot, spot_min, spot_max);
        p->addr = addr & ~(((uintptr_t)1 << p->order) - 1);
        p->rights = d->rights;
        return 0;
    }
    e = entry_of(d, off, 1);
    if (!e)
        return -L4_ENOMEM;
    err = entry_fill(d, e, (want & L4RE_DS_F_W) != 0);
    if (err)
        return err;
    if (*e & DS_COW)
        *e |= DS_SHOWN;
    p->addr = *e & ~(uintptr_t)DS_FLAGS;
    p->order = PAGE_ORDER;
    p->rights = *e & DS_COW ? d->rights & ~(unsigned)L4RE_DS_F_W : d->rights;
    return 0;
}

/* Are [off, off + size) bytes of the dataspace? */
static int in_range(const struct ds *d, uint64_t off, uint64_t size)
{
    return off <= page_up(d->size) && size <= page_up(d->size) - off;
}

int ds_allocate(struct ds *d, uint64_t off, uint64_t size)
{
    if (!in_range(d, off, size))
        return -L4_ERANGE;
    if (d->base)
        return 0;
    for (uint64_t at = page_down(off); at < off + size; at += PAGE_BYTES) {
        uintptr_t *e = entry_of(d, at, 1);

        if (!e || entry_fill(d, e, 1))
            return -L4_ENOMEM;
    }
    return 0;
}

int ds_clear(struct ds *d, uint64_t off, uint64_t size)
{
    if (!in_range(d, off, size))
        return -L4_ERANGE;
    if (d->base) {
        memset((void *)(d->base + off), 0, size);
        return 0;
    }
    while (size) {
        uint64_t n = PAGE_BYTES - off % PAGE_BYTES;
        uintptr_t *e = entry_of(d, off, 0);

        if (n > size)
            n = size;
        if (e && n == PAGE_BYTES)
            entry_drop(d, e);
        else if (e && *e) {
            if (entry_fill(d, e, 1))
                return -L4_ENOMEM;
            memset((void *)(*e + off % PAGE_BYTES), 0, n);
        }
        off += n;
        size -= n;
    }
    return 0;
}

/* Where the bytes at `off` are, NULL if they are zeroes that take no memory. */
static const void *read_at(struct ds *d, uint64_t off)
{
    uintptr_t *e;

    if (d->base)
        return (const void *)(d->base + off);
    e = entry_of(d, off, 0);
    return e && *e ? (const void *)((*e & ~(uintptr_t)DS_FLAGS) + off % PAGE_BYTES) : NULL;
}

/* Copy up to the next page border of the destination. */
static int copy_step(struct ds *d, uint64_t dst, struct ds *src, uint64_t from, uint64_t n)
{
    const void *in = read_at(src, from);
    uintptr_t *e;
    char *out;

    if (d->base) {
        out = (char *)d->base + dst;
    } else {
        e = entry_of(d, dst, 1);
        if (!e)
            return -L4_ENOMEM;
        if (n == PAGE_BYTES) {
            entry_drop(d, e);
            if (!in)
                return 0;
            if (src->is_static && !(src->rights & L4RE_DS_F_W)) {
                *e = (uintptr_t)in | DS_COW;
                return 0;
            }
        }
        if (entry_fill(d, e, 1))
            return -L4_ENOMEM;
        out = (char *)*e + dst % PAGE_BYTES;
    }
    if (in)
        memmove(out, in, n);
    else
        memset(out, 0, n);
    return 0;
}

int ds_copy_in(struct ds *d, uint64_t dst, struct ds *src, uint64_t from, uint64_t size)
{
    if (!in_range(d, dst, size) || !in_range(src, from, size))
        return -L4_ERANGE;
    if (d == src && dst < from + size && from < dst + size)
        return -L4_EINVAL;
    while (size) {
        uint64_t n = PAGE_BYTES - dst % PAGE_BYTES;
        int err;

        if (n > PAGE_BYTES - from % PAGE_BYTES)
            n = PAGE_BYTES - from % PAGE_BYTES;
        if (n > size)
            n = size;
        err = copy_step(d, dst, src, from, n);
        if (err)
            return err;
        dst += n;
        from += n;
        size -= n;
    }
    return 0;
}
