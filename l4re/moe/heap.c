/* SPDX-License-Identifier: MIT */
/* See <moe/heap.h>. The slab's head lies at the start of its page; pieces follow. */
#include <string.h>

#include <moe/heap.h>

struct piece {
    struct piece *next;
};

struct slab {
    struct slab *next, *prev; /* slabs of this class with a free piece */
    struct piece *free;
    unsigned used;
};

static unsigned class_of(size_t size)
{
    unsigned c = 0;

    while ((size_t)1 << (c + HEAP_MIN_ORDER) < size)
        c++;
    return c;
}

static size_t piece_size(unsigned c)
{
    return (size_t)1 << (c + HEAP_MIN_ORDER);
}

static int is_large(size_t size)
{
    return size > (size_t)1 << HEAP_MAX_ORDER;
}

size_t heap_cost(size_t size)
{
    if (is_large(size))
        return (size + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
    return piece_size(class_of(size));
}

static void slab_link(struct heap *h, unsigned c, struct slab *s)
{
    s->prev = NULL;
    s->next = h->partial[c];
    if (s->next)
        s->next->prev = s;
    h->partial[c] = s;
}

static void slab_unlink(struct heap *h, unsigned c, struct slab *s)
{
    if (s->prev)
        s->prev->next = s->next;
    else
        h->partial[c] = s->next;
    if (s->next)
        s->next->prev = s->prev;
}

static struct slab *slab_make(struct heap *h, unsigned c)
{
    uintptr_t page = pages_alloc(h->pages, PAGE_ORDER);
    struct slab *s = (struct slab *)page;
    uintptr_t first = (page + sizeof(*s) + piece_size(c) - 1) & ~(piece_size(c) - 1);

    if (!page)
        return NULL;
    *s = (struct slab){ 0 };
    for (uintptr_t p = first; p + piece_size(c) <= page + PAGE_BYTES; p += piece_size(c)) {
        struct piece *f = (struct piece *)p;

        f->next = s->free;
        s->free = f;
    }
    slab_link(h, c, s);
    return s;
}

void heap_init(struct heap *h, struct pages *p)
{
    *h = (struct heap){ .pages = p };
}

void *heap_alloc(struct heap *h, size_t size)
{
    unsigned c = 0;
    struct slab *s;
    void *p;

    if (is_large(size)) {
        p = (void *)pages_alloc_range(h->pages, size, PAGE_ORDER);
        return p ? memset(p, 0, size) : NULL;
    }
    c = class_of(size);
    s = h->partial[c] ? h->partial[c] : slab_make(h, c);
    if (!s)
        return NULL;
    p = s->free;
    s->free = s->free->next;
    s->used++;
    if (!s->free)
        slab_unlink(h, c, s);
    return memset(p, 0, piece_size(c));
}

void heap_free(struct heap *h, void *p, size_t size)
{
    struct slab *s = (struct slab *)((uintptr_t)p & ~(PAGE_BYTES - 1));
    struct piece *f = p;
    unsigned c;

    if (is_large(size)) {
        pages_free_range(h->pages, (uintptr_t)p, size);
        return;
    }
    c = class_of(size);
    if (!s->free)
        slab_link(h, c, s);
    f->next = s->free;
    s->free = f;
    if (--s->used)
        return;
    slab_unlink(h, c, s);
    pages_free(h->pages, (uintptr_t)s, PAGE_ORDER);
}
