/* SPDX-License-Identifier: MIT */
/*
 * Small pieces of memory, in classes of 2^n bytes, carved out of pages. A page belongs to one
 * class; when all of its pieces are free it goes back. The caller remembers the size.
 */
#pragma once

#include <stddef.h>

#include <moe/pages.h>

enum {
    HEAP_MIN_ORDER = 5,
    HEAP_MAX_ORDER = 10, /* larger pieces are whole pages */
    HEAP_CLASSES = HEAP_MAX_ORDER - HEAP_MIN_ORDER + 1,
};

struct slab;

struct heap {
    struct pages *pages;
    struct slab *partial[HEAP_CLASSES];
};

void heap_init(struct heap *h, struct pages *p);

/* Returns: zeroed memory aligned to 16 bytes, NULL if there is none. */
void *heap_alloc(struct heap *h, size_t size);
void heap_free(struct heap *h, void *p, size_t size);

/* What a piece of this size really takes. */
size_t heap_cost(size_t size);
