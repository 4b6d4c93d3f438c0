/* SPDX-License-Identifier: MIT */
/*
 * See <mem/frame.h> for the contract.
 *
 * The pool is a few ranges. A range begins with its own metadata, one link (for the tagged
 * stack) and one word per frame, then come the frames. Everything is initialised when a frame
 * is carved, so a large pool costs nothing at boot.
 *
 *     free --> this CPU's cache --full--> tagged stack of the range
 *     alloc <- this CPU's cache <-empty-- tagged stacks, then the uncarved ends
 *
 * Frames in use are counted per CPU; only the sum over the CPUs means something.
 */
#include <mem/frame.h>

#include <lib/string.h>
#include <mem/cpu.h>
#include <mem/fail.h>
#include <sync/micro.h>
#include <sync/tstack.h>

#define CACHE_FRAMES 16u

struct range {
    uintptr_t first;          /* [I] address of frame 0 */
    uint32_t frames;          /* [I] */
    uintptr_t *words;         /* [I] one per frame, for its user */
    struct atomic_u32 carved; /* [a] frames below this number were used at least once */
    struct tstack free;       /* [a] carved frames that are in no cache */
};

struct cache {
    void *frame[CACHE_FRAMES]; /* [c] */
    unsigned count;            /* [c] */
    struct atomic_u64 used;    /* written by this CPU: frames taken minus frames given back */
};

static struct range ranges[FRAME_RANGES]; /* [I] after boot */
static unsigned range_count;              /* [I] after boot */
static struct cache caches[MEM_CPUS];

bool frame_pool_add(void *start, void *end)
{
    uintptr_t at = align_up((uintptr_t)start, sizeof(uintptr_t));
    uintptr_t stop = align_down((uintptr_t)end, FRAME_SIZE);
    size_t each = FRAME_SIZE + sizeof(uintptr_t) + sizeof(struct atomic_u32);

    if (range_count == FRAME_RANGES || stop < at || stop - at < FRAME_SIZE + each)
        return false;

    /* One frame less pays for rounding up to the first frame. */
    size_t n = min((stop - at - FRAME_SIZE) / each, (size_t)TSTACK_NONE - 1);
    struct range *r = &ranges[range_count++];

    r->words = (uintptr_t *)at;
    at += n * sizeof(uintptr_t);
    tstack_init(&r->free, (struct atomic_u32 *)at);
    at += n * sizeof(struct atomic_u32);
    r->first = align_up(at, FRAME_SIZE);
    r->frames = (uint32_t)n;
    return true;
}

static struct range *range_of(const void *p)
{
    for (unsigned i = 0; i < range_count; i++) {
        struct range *r = &ranges[i];

        if ((uintptr_t)p - r->first < (uintptr_t)r->frames * FRAME_SIZE)
            return r;
    }
    return NULL;
}

static uint32_t number_of(const struct range *r, const void *frame)
{
    return (uint32_t)(((uintptr_t)frame - r->first) >> FRAME_SHIFT);
}

static uint32_t range_carve(struct range *r)
{
    uint32_t n = atomic_u32_load_relaxed(&r->carved);

    /* relaxed: the frame was never used, there is nothing to be seen of it. */
    while (n < r->frames)
        if (atomic_u32_cas_relaxed(&r->carved, &n, n + 1))
            return n;
    return TSTACK_NONE;
}

static void *range_take(struct range *r)
{
    uint32_t n = tstack_pop(&r->free);

    if (n == TSTACK_NONE)
        n = range_carve(r);
    return n == TSTACK_NONE ? NULL : (void *)(r->first + ((uintptr_t)n << FRAME_SHIFT));
}

static void cache_count(struct cache *c, uint64_t delta)
{
    atomic_u64_store_relaxed(&c->used, atomic_u64_load_relaxed(&c->used) + delta);
}

static void *take(void)
{
    bool entered = micro_join();
    struct cache *c = &caches[mem_cpu()];
    void *frame = NULL;

    if (c->count)
        frame = c->frame[--c->count];
    for (unsigned i = 0; !frame && i < range_count; i++)
        frame = range_take(&ranges[i]);
    if (frame)
        cache_count(c, 1);
    micro_part(entered);
    return frame;
}

static void give(void *frame)
{
    struct range *r = range_of(frame);

    kassert(r && is_aligned((uintptr_t)frame, FRAME_SIZE));

    bool entered = micro_join();
    struct cache *c = &caches[mem_cpu()];

    if (c->count < CACHE_FRAMES)
        c->frame[c->count++] = frame;
    else
        tstack_push(&r->free, number_of(r, frame));
    cache_count(c, (uint64_t)-1);
    micro_part(entered);
}

void *frame_alloc(struct quota *q)
{
    if (fail_alloc() || quota_charge(q, FRAME_SIZE))
        return NULL;

    void *frame = take();

    while (!frame && q && quota_reclaim(q))
        frame = take();
    if (!frame)
        quota_release(q, FRAME_SIZE);
    return frame;
}

void *frame_alloc_zeroed(struct quota *q)
{
    void *frame = frame_alloc(q);

    return frame ? memset(frame, 0, FRAME_SIZE) : NULL;
}

void frame_free(void *frame, struct quota *q)
{
    give(frame);
    quota_release(q, FRAME_SIZE);
}

uintptr_t *frame_word(const void *frame)
{
    struct range *r = range_of(frame);

    kassert(r);
    return &r->words[number_of(r, frame)];
}

bool frame_in_pool(const void *p)
{
    return range_of(p) != NULL;
}

size_t frame_count_total(void)
{
    size_t n = 0;

    for (unsigned i = 0; i < range_count; i++)
        n += ranges[i].frames;
    return n;
}

size_t frame_count_free(void)
{
    uint64_t used = 0;

    for (unsigned i = 0; i < MEM_CPUS; i++)
        used += atomic_u64_load_relaxed(&caches[i].used);
    return frame_count_total() - used;
}
