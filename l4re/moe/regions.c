/* SPDX-License-Identifier: MIT */
/*
 * See <moe/regions.h>. Both lists are arrays of pointers to structs that begin with start and
 * end, so one set of functions serves both. Lookup is a binary search; adding moves pointers.
 */
#include <string.h>

#include <l4/re/c/rm.h>
#include <l4/sys/err.h>
#include <moe/regions.h>

struct range {
    uintptr_t start;
    uintptr_t end;
};

static const struct range *at(const struct range_list *l, size_t i)
{
    return l->e[i];
}

/* Index of the first element that ends behind addr. */
static size_t first_behind(const struct range_list *l, uintptr_t addr)
{
    size_t low = 0;
    size_t high = l->count;

    while (low < high) {
        size_t mid = (low + high) / 2;

        if (at(l, mid)->end > addr)
            high = mid;
        else
            low = mid + 1;
    }
    return low;
}

/* The first element that overlaps [addr, addr + size), or NULL. */
static void *overlap(const struct range_list *l, uintptr_t addr, uintptr_t size)
{
    size_t i = first_behind(l, addr);
    uintptr_t end;

    if (i == l->count)
        return NULL;
    if (__builtin_add_overflow(addr, size ? size : 1, &end))
        end = UINTPTR_MAX;
    return at(l, i)->start < end ? l->e[i] : NULL;
}

static int list_add(struct regions *r, struct range_list *l, void *e)
{
    size_t i = first_behind(l, ((const struct range *)e)->start);

    if (l->count == l->room) {
        size_t room = l->room ? 2 * l->room : 16;
        void **bigger = r->alloc(r->ctx, room * sizeof(*bigger));

        if (!bigger)
            return -L4_ENOMEM;
        if (l->room) {
            memcpy(bigger, l->e, l->count * sizeof(*bigger));
            r->free(r->ctx, l->e, l->room * sizeof(*bigger));
        }
        l->e = bigger;
        l->room = room;
    }
    memmove(&l->e[i + 1], &l->e[i], (l->count - i) * sizeof(*l->e));
    l->e[i] = e;
    l->count++;
    return 0;
}

static void list_remove(struct range_list *l, const void *e)
{
    size_t i = first_behind(l, ((const struct range *)e)->start);

    memmove(&l->e[i], &l->e[i + 1], (l->count - i - 1) * sizeof(*l->e));
    l->count--;
}

void regions_init(struct regions *r, uintptr_t low, uintptr_t high)
{
    memset(&r->regions, 0, sizeof(r->regions));
    memset(&r->areas, 0, sizeof(r->areas));
    r->low = low;
    r->high = high;
}

/* ---- finding a place -------------------------------------------------------------------- */

/* What must be kept out of: the later end of the first region or (outside areas) area there. */
static int blocked(const struct regions *r, uintptr_t start, uintptr_t size, int in_area,
                   uintptr_t *next)
{
    const struct range *g = overlap(&r->regions, start, size);
    const struct range *a = in_area ? NULL : overlap(&r->areas, start, size);

    if (g)
        *next = g->end;
    if (a)
        *next = a->end;
    return g || a;
}

static int search(const struct regions *r, uintptr_t *start, uintptr_t size, unsigned align,
                  uintptr_t high, int in_area)
{
    uintptr_t mask = ((uintptr_t)1 << align) - 1;
    uintptr_t s = *start;

    for (;;) {
        if (__builtin_add_overflow(s, mask, &s))
            return -L4_EADDRNOTAVAIL;
        s &= ~mask;
        if (s >= high || size > high - s)
            return -L4_EADDRNOTAVAIL;
        if (!blocked(r, s, size, in_area, &s))
            break;
    }
    *start = s;
    return 0;
}

int regions_place(const struct regions *r, uintptr_t *start, uintptr_t size, uint32_t flags,
                  unsigned align)
{
    int in_area = (flags & L4RE_RM_F_IN_AREA) != 0;
    uintptr_t low = r->low;
    uintptr_t high = r->high;
    uintptr_t ignored;

    if (!size || align >= 47)
        return -L4_EINVAL;
    if (in_area) {
        const struct area *a = overlap(&r->areas, *start, 1);

        if (!a)
            return -L4_ENOENT;
        if (a->flags & L4RE_RM_F_RESERVED)
            return -L4_EADDRNOTAVAIL;
        low = a->start;
        high = a->end;
    }
    if (flags & L4RE_RM_F_SEARCH_ADDR) {
        if (*start < low)
            *start = low;
        return search(r, start, size, align < 12 ? 12 : align, high, in_area);
    }
    if (*start < low || *start >= high || size > high - *start)
        return -L4_EADDRNOTAVAIL;
    return blocked(r, *start, size, in_area, &ignored) ? -L4_EADDRNOTAVAIL : 0;
}

/* ---- regions ---------------------------------------------------------------------------- */

struct region *regions_add(struct regions *r, const struct region *tmpl)
{
    struct region *g = r->alloc(r->ctx, sizeof(*g));

    if (!g)
        return NULL;
    *g = *tmpl;
    if (list_add(r, &r->regions, g)) {
        r->free(r->ctx, g, sizeof(*g));
        return NULL;
    }
    return g;
}

struct region *regions_find(const struct regions *r, uintptr_t addr, uintptr_t size)
{
    return overlap(&r->regions, addr, size);
}

void regions_remove(struct regions *r, struct region *g)
{
    list_remove(&r->regions, g);
    r->free(r->ctx, g, sizeof(*g));
}

int regions_cut(struct regions *r, struct region *g, uintptr_t start, uintptr_t end,
                struct region **rest)
{
    struct region tail = *g;

    if (start <= g->start && end >= g->end) {
        regions_remove(r, g);
        return 0;
    }
    if (start <= g->start) {
        g->off += end - g->start;
        g->start = end;
        return 2;
    }
    if (end >= g->end) {
        g->end = start;
        return 2;
    }
    tail.off += end - g->start;
    tail.start = end;
    g->end = start;
    *rest = regions_add(r, &tail);
    if (!*rest) {
        g->end = tail.end;
        return -L4_ENOMEM;
    }
    return 1;
}

/* ---- areas ------------------------------------------------------------------------------ */

int regions_reserve(struct regions *r, uintptr_t start, uintptr_t size, uint32_t flags)
{
    struct area *a = r->alloc(r->ctx, sizeof(*a));

    if (!a)
        return -L4_ENOMEM;
    *a = (struct area){ start, start + size, flags };
    if (list_add(r, &r->areas, a)) {
        r->free(r->ctx, a, sizeof(*a));
        return -L4_ENOMEM;
    }
    return 0;
}

struct area *regions_find_area(const struct regions *r, uintptr_t addr, uintptr_t size)
{
    return overlap(&r->areas, addr, size);
}

int regions_free_area(struct regions *r, uintptr_t addr)
{
    struct area *a = overlap(&r->areas, addr, 1);

    if (!a)
        return -L4_ENOENT;
    list_remove(&r->areas, a);
    r->free(r->ctx, a, sizeof(*a));
    return 0;
}

static void list_clear(struct regions *r, struct range_list *l, size_t size,
                       void (*drop)(void *ctx, struct region *g))
{
    for (size_t i = 0; i < l->count; i++) {
        if (drop)
            drop(r->ctx, l->e[i]);
        r->free(r->ctx, l->e[i], size);
    }
    if (l->room)
        r->free(r->ctx, l->e, l->room * sizeof(*l->e));
    memset(l, 0, sizeof(*l));
}

void regions_clear(struct regions *r, void (*drop)(void *ctx, struct region *g))
{
    list_clear(r, &r->regions, sizeof(struct region), drop);
    list_clear(r, &r->areas, sizeof(struct area), NULL);
}
