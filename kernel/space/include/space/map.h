/* SPDX-License-Identifier: MIT */
/*
 * Mapping and unmapping of memory and ports, in bounded preemptible steps.
 *
 *     struct map_op op;
 *
 *     map_init(&op, me, &(struct map_args){ .src = a, .dst = b, .spot = &h, ... });
 *     err = map_run(&op, stop, ctx);          (op.mapped: was there anything to map?)
 *
 *     unmap_init(&op, me, space, &h, mask);
 *     err = map_run(&op, stop, ctx);          (op.used: referenced, dirty)
 *
 * A step does one page (4 KiB or 2 MiB), one group of 64 ports, or 32 nodes of a revocation.
 * Steps done stay done; a step that fails has changed nothing.
 *
 * Context:  preemptible; a step takes one helping lock (rank 90 or 91), never two. The spaces
 *           live as long as the op.
 */
#pragma once

#include <arch/pt.h>
#include <space/hotspot.h>
#include <space/mapdb.h>

struct map_args {
    struct space *src, *dst;
    const struct hotspot *spot; /* memory or ports; rights: those of the send flexpage */
    uint64_t item;              /* word 0 of the send item: grant, caching attributes */
};

enum map_kind {
    MAP_MEM,
    MAP_PORTS,
    UNMAP_MEM,
    UNMAP_PORTS,
    MAP_VOID, /* nothing to do */
};

struct map_op {
    enum map_kind kind;
    struct sync_party *me;
    struct space *src, *dst; /* unmap: src only */
    uint64_t from, to, left; /* bytes or ports still to do */
    unsigned rights;         /* map: to pass on; unmap: to take */
    int cache;               /* enum pt_cache, or -1: as the source has it */
    bool grant;
    bool self;     /* unmap: the given space too */
    bool mapped;   /* result of map: something was mapped */
    unsigned used; /* result of unmap: enum pt_used of the pages removed */

    /* The kit: memory taken before the lock, so that nothing fails below it. */
    struct mapnode *node;   /* charged to dst */
    struct mapnode **lists; /* charged to src */
    bool charged;           /* dst has paid for lists that will be granted */
    void *table, *twin;     /* to split a 2 MiB leaf of dst; charged to dst */

    bool walking;  /* a revocation has to end before the next page */
    uint64_t skip; /* bytes or ports done when that walk ends */
    struct mapwalk walk;
};

/* Map or grant. Nothing happens before the first step. */
void map_init(struct map_op *op, struct sync_party *me, const struct map_args *args);

/*
 * Unmap what `spot` (hotspot_whole) covers. `mask`: L4_FP_*, the given space too or only what
 * is derived from it. Memory: R among the rights removes, else W and X named are withdrawn.
 */
void unmap_init(struct map_op *op, struct sync_party *me, struct space *s,
                const struct hotspot *spot, uint64_t mask);

enum map_progress {
    MAP_DONE = 0,
    MAP_MORE = 1,
};

/* One step. Returns: enum map_progress or -L4_ENOMEM; after DONE or an error: map_fini(). */
int map_step(struct map_op *op) must_check;

/* Give back what was not used. Any time, also in the middle; harmless twice. */
void map_fini(struct map_op *op);

/*
 * All steps and map_fini(). Between steps `stop` (may be NULL) is asked whether to give up.
 * Returns: 0, -L4_ENOMEM, or -L4_EAGAIN if stopped.
 */
int map_run(struct map_op *op, bool (*stop)(void *ctx), void *ctx) must_check;
