/* SPDX-License-Identifier: MIT */
/* See <moe/pages.h>. meta: 0 = not the head of a free block, else order + 1. */
#include <moe/pages.h>

#include <string.h>

static size_t index_of(const struct pages *p, uintptr_t addr)
{
    return (addr >> PAGE_ORDER) - p->first;
}

/* Does a free block of this order begin at addr? */
static int is_free(const struct pages *p, uintptr_t addr, unsigned order)
{
    uintptr_t page = addr >> PAGE_ORDER;

    return page >= p->first && page - p->first < p->count && p->meta[page - p->first] == order + 1;
}

static void block_link(struct pages *p, uintptr_t addr, unsigned order)
{
    struct free_block *b = (struct free_block *)addr;

    b->prev = NULL;
    b->next = p->free[order];
    if (b->next)
        b->next->prev = b;
    p->free[order] = b;
    p->meta[index_of(p, addr)] = (uint8_t)(order + 1);
}

static void block_unlink(struct pages *p, uintptr_t addr, unsigned order)
{
    struct free_block *b = (struct free_block *)addr;

    if (b->prev)
        b->prev->next = b->next;
    else
        p->free[order] = b->next;
    if (b->next)
        b->next->prev = b->prev;
    p->meta[index_of(p, addr)] = 0;
}

void pages_init(struct pages *p, uint8_t *meta, uintptr_t low, uintptr_t high)
{
    memset(p, 0, sizeof(*p));
    p->meta = meta;
    p->first = low >> PAGE_ORDER;
    p->count = (high >> PAGE_ORDER) - p->first;
    memset(meta, 0, p->count);
}

void pages_free(struct pages *p, uintptr_t addr, unsigned order)
{
    p->available += (size_t)1 << order;
    while (order < PAGES_MAX_ORDER) {
        uintptr_t buddy = addr ^ (uintptr_t)1 << order;

        if (!is_free(p, buddy, order))
            break;
        block_unlink(p, buddy, order);
        if (buddy < addr)
            addr = buddy;
        order++;
    }
    block_link(p, addr, order);
}

void pages_add(struct pages *p, uintptr_t addr, unsigned order)
{
    p->total += (size_t)1 << order;
    pages_free(p, addr, order);
}

uintptr_t pages_alloc(struct pages *p, unsigned order)
{
    unsigned from = order < PAGE_ORDER ? PAGE_ORDER : order;
    uintptr_t addr;

    order = from;
    while (from <= PAGES_MAX_ORDER && !p->free[from])
        from++;
    if (from > PAGES_MAX_ORDER)
        return 0;

    addr = (uintptr_t)p->free[from];
    block_unlink(p, addr, from);
    while (from > order) {
        from--;
        block_link(p, addr + ((uintptr_t)1 << from), from);
    }
    p->available -= (size_t)1 << order;
    return addr;
}

static unsigned order_of(size_t size)
{
    unsigned order = PAGE_ORDER;

    while (order <= PAGES_MAX_ORDER && (size_t)1 << order < size)
        order++;
    return order;
}

uintptr_t pages_alloc_range(struct pages *p, size_t size, unsigned align)
{
    unsigned order = order_of(size);
    size_t used = (size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    uintptr_t addr;

    if (order < align)
        order = align;
    if (!size || order > PAGES_MAX_ORDER)
        return 0;
    addr = pages_alloc(p, order);
    if (addr)
        pages_free_range(p, addr + used, ((size_t)1 << order) - used);
    return addr;
}

void pages_free_range(struct pages *p, uintptr_t addr, size_t size)
{
    uintptr_t end = (addr + size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);

    while (addr < end) {
        unsigned order = PAGE_ORDER;

        while (order < PAGES_MAX_ORDER && !(addr & (uintptr_t)1 << order) &&
               (uintptr_t)1 << (order + 1) <= end - addr)
            order++;
        pages_free(p, addr, order);
        addr += (uintptr_t)1 << order;
    }
}

int pages_largest(const struct pages *p)
{
    for (int order = PAGES_MAX_ORDER; order >= PAGE_ORDER; order--) {
        if (p->free[order])
            return order;
    }
    return -1;
}
