/* SPDX-License-Identifier: MIT */
/*
 * Slab: objects of one type, cut out of frames.
 *
 *   frame:  | header | object | object | ... | not carved yet ... |
 *
 * Each CPU has its own frames; it carves them lazily and keeps those with room in a list. An
 * object freed on another CPU is posted to the mailbox of the frame's CPU, which takes it in
 * at its next operation, two at a time. A frame without objects goes back to the pool at once.
 *
 * Who allocates pays for the object's size; the frames belong to the kernel.
 * Progress: a constant number of steps; lock-free between CPUs.
 *
 *   [I] immutable after init   [c] owned by one CPU, in micro-sections
 */
#pragma once

#include <lib/base.h>
#include <lib/list.h>
#include <mem/cpu.h>
#include <mem/quota.h>
#include <sync/mbox.h>

#define SLAB_CPUS MEM_CPUS
#define SLAB_OBJECT_MAX 4032u /* largest object */

struct slab_cpu {
    struct list partial;    /* [c] frames with room */
    struct mbox remote;     /* objects other CPUs have freed */
    struct atomic_u64 used; /* [c] written by this CPU, read by anybody: objects handed out */
};

struct slab {
    const char *name;  /* [I] */
    uint32_t size;     /* [I] bytes per object */
    uint32_t align;    /* [I] power of two, <= 64 */
    uint32_t first;    /* [I] offset of the first object in a frame */
    uint32_t count;    /* [I] objects in a frame */
    struct slab *next; /* [I] initialised before this one; for slab_next() */
    struct slab_cpu cpu[SLAB_CPUS];
};

/* Prepare a slab for objects of `size` <= SLAB_OBJECT_MAX bytes. Boot. */
void slab_init(struct slab *s, const char *name, size_t size, size_t align);

/*
 * Take an object, charged to `q`. Its contents are undefined: the user clears it.
 * Context: any but interrupt handlers; reclaiming needs preemptible code.
 * Returns: NULL if the quota or the pool is exhausted.
 */
void *slab_alloc(struct slab *s, struct quota *q) must_check;

/* Give an object back, and its charge to `q`. Context: any. */
void slab_free(struct slab *s, void *object, struct quota *q);

/* Objects in use. Context: any; exact when nothing else goes on. */
size_t slab_used(const struct slab *s);

/* Walk over all slabs: the one behind `s` (begin with NULL), NULL at the end. For checks. */
const struct slab *slab_next(const struct slab *s) must_check;
