/* SPDX-License-Identifier: MIT */
/*
 * See <cap/kobj.h>.
 *
 * Headers are cut from frames that never go back to the pool; free ones form a list, linked
 * through the payer pointer. The list and the next serial belong to one CPU at a time
 * (micro-section); 2^56 serials last for 2,000 years at a million objects per second.
 */
#include <cap/kobj.h>

#include <lib/string.h>
#include <mem/frame.h>
#include <sync/micro.h>

#define PER_FRAME (FRAME_SIZE / KOBJ_HEADER_SIZE)

static struct kobj *free_headers;
static uint64_t next_serial = 1;
static struct atomic_u64 live;
static char *frames; /* the latest frame of headers; each names the one before it */
static unsigned long nframes;
static uint32_t pins;
static struct kobj_deaths *(*deaths_of_current)(void);

static struct kobj *next_free(const struct kobj *o)
{
    return (struct kobj *)(void *)o->payer;
}

static void header_push(struct kobj *o)
{
    bool entered = micro_join();

    o->payer = (struct kobj_payer *)(void *)free_headers;
    free_headers = o;
    micro_part(entered);
}

static struct kobj *header_pop(void)
{
    bool entered = micro_join();
    struct kobj *o = free_headers;

    if (o)
        free_headers = next_free(o);
    micro_part(entered);
    return o;
}

/* For kobj_next(). */
static void frame_note(char *frame)
{
    bool entered;

    if (!enabled(CONFIG_DEBUG))
        return;
    entered = micro_join();
    *frame_word(frame) = (uintptr_t)frames;
    frames = frame;
    nframes++;
    micro_part(entered);
}

static struct kobj *header_take(void)
{
    struct kobj *o = header_pop();
    char *frame;

    if (o)
        return o;
    frame = frame_alloc_zeroed(NULL);
    if (!frame)
        return NULL;
    frame_note(frame);
    for (unsigned i = 1; i < PER_FRAME; i++)
        header_push((struct kobj *)(void *)(frame + i * KOBJ_HEADER_SIZE));
    return (struct kobj *)(void *)frame;
}

static uint64_t serial_take(void)
{
    bool entered = micro_join();
    uint64_t s = next_serial++;

    micro_part(entered);
    return s << 8;
}

struct kobj *kobj_alloc(const struct kobj_type *type, struct kobj_payer *p)
{
    struct kobj *o;

    if (p->holder && !kobj_get(p->holder))
        return NULL;
    if (quota_charge(&p->quota, KOBJ_HEADER_SIZE) < 0)
        goto out_holder;
    o = header_take();
    if (!o)
        goto out_charge;

    /* -- no errors below this line -- */
    memset(o + 1, 0, KOBJ_HEADER_SIZE - sizeof(*o));
    o->type = type;
    o->payer = p;
    atomic_u32_store_relaxed(&o->counted, 0);
    atomic_u32_store_relaxed(&o->refs, 1);
    /* (A) release: who finds this serial in a slot sees the fields above. */
    atomic_u64_store_release(&o->serial, serial_take());
    atomic_u64_fetch_add_relaxed(&live, 1);
    return o;

out_charge:
    quota_release(&p->quota, KOBJ_HEADER_SIZE);
out_holder:
    if (p->holder)
        kobj_put(p->holder);
    return NULL;
}

/* The header goes back; returns whom the object's reference on its payer is to be taken from. */
static struct kobj *header_release(struct kobj *o)
{
    struct kobj_payer *p = o->payer;

    atomic_u64_fetch_sub_relaxed(&live, 1);
    header_push(o);
    quota_release(&p->quota, KOBJ_HEADER_SIZE);
    return p->holder;
}

void kobj_unalloc(struct kobj *o)
{
    struct kobj *holder;

    atomic_u64_store_relaxed(&o->serial, 0);
    atomic_u32_store_relaxed(&o->refs, 0);
    holder = header_release(o);
    if (holder)
        kobj_put(holder);
}

bool kobj_get(struct kobj *o)
{
    uint32_t n = atomic_u32_load_relaxed(&o->refs);

    /* Lost races only with other gets and puts: each round somebody made progress. */
    while (n) {
        if (atomic_u32_cas_acq_rel(&o->refs, &n, n + 1))
            return true;
    }
    return false;
}

/* ---- the dead ---------------------------------------------------------------------------
 *
 * Two kinds are in a thread's list: those without references, to be given back, and those just
 * killed, to be unhooked. What that kills in turn joins the list.
 */

void kobj_set_deaths(struct kobj_deaths *(*of_current)(void))
{
    deaths_of_current = of_current;
}

static void note_drop(struct kobj_deaths *d, struct kobj *o);

static void note(struct kobj_deaths *d, struct kobj *o)
{
    o->next_death = d->first;
    d->first = o;
}

/* One step. */
static void attend(struct kobj_deaths *d, struct kobj *o)
{
    if (atomic_u32_load_acquire(&o->refs)) {
        o->type->destroy(o);
        note_drop(d, o);
    } else {
        struct kobj *holder;

        o->type->free(o);
        holder = header_release(o);
        if (holder)
            note_drop(d, holder);
    }
}

static void note_drop(struct kobj_deaths *d, struct kobj *o)
{
    if (atomic_u32_fetch_sub_acq_rel(&o->refs, 1) == 1)
        note(d, o);
}

static void work_off(struct kobj_deaths *d)
{
    if (d->working)
        return;
    d->working = true;
    while (d->first) {
        struct kobj *o = d->first;

        d->first = o->next_death;
        attend(d, o);
    }
    d->working = false;
}

void kobj_put(struct kobj *o)
{
    struct kobj_deaths *d;

    if (atomic_u32_fetch_sub_acq_rel(&o->refs, 1) != 1)
        return;
    d = deaths_of_current();
    note(d, o);
    work_off(d);
}

void kobj_delete(struct kobj *o)
{
    struct kobj_deaths *d;

    if (!atomic_u64_swap_acq_rel(&o->serial, 0))
        return; /* somebody else was first */
    d = deaths_of_current();
    note(d, o);
    work_off(d);
}

bool kobj_deaths_defer(void)
{
    struct kobj_deaths *d = deaths_of_current();
    bool before = d->working;

    d->working = true;
    return before;
}

void kobj_deaths_resume(bool deferred)
{
    struct kobj_deaths *d = deaths_of_current();

    d->working = deferred;
    work_off(d);
}

void kobj_count(struct kobj *o)
{
    atomic_u32_fetch_add_relaxed(&o->counted, 1);
}

void kobj_pin(struct kobj *o)
{
    kobj_count(o);
    pins++;
}

uint32_t kobj_pins(void)
{
    return pins;
}

bool kobj_uncount(struct kobj *o, uint32_t n)
{
    uint32_t had = atomic_u32_load_relaxed(&o->counted);
    uint32_t less;

    do {
        less = had > n ? had - n : 0;
        if (!had)
            return true; /* a server had lowered it further than it could know */
    } while (!atomic_u32_cas_acq_rel(&o->counted, &had, less));
    return !less;
}

unsigned long kobj_live_headers(void)
{
    return atomic_u64_load_relaxed(&live);
}

/* ---- for checks ------------------------------------------------------------------------- */

struct kobj *kobj_next(struct kobj **cursor)
{
    char *at = (char *)*cursor + KOBJ_HEADER_SIZE;
    char *frame = *cursor ? (char *)align_down((uintptr_t)*cursor, FRAME_SIZE) : frames;

    if (!*cursor)
        at = frame;
    while (frame) {
        for (; at < frame + FRAME_SIZE; at += KOBJ_HEADER_SIZE) {
            *cursor = (struct kobj *)(void *)at;
            if (atomic_u32_load_relaxed(&(*cursor)->refs))
                return *cursor;
        }
        frame = (char *)*frame_word(frame);
        at = frame;
    }
    return NULL;
}

uint64_t kobj_serials_given(void)
{
    return next_serial;
}

unsigned long kobj_header_frames(void)
{
    return nframes;
}
