/* SPDX-License-Identifier: MIT */
/*
 * See <mem/slab.h> for the contract.
 *
 * A frame belongs to the CPU that added it until its last object is back. Its header says
 * which; from an object one reaches the header by rounding down.
 *
 *     partial (of a CPU):  frame <-> frame <-> ...      frames with room; full ones are in
 *                            |                          no list until an object comes back
 *                            free -> object -> object -> NULL,  then `carved` ... `count`
 */
#include <mem/slab.h>

#include <mem/cpu.h>
#include <mem/fail.h>
#include <mem/frame.h>
#include <sync/micro.h>

#define REMOTE_PER_STEP 2u
#define HEADER_SPACE (FRAME_SIZE - SLAB_OBJECT_MAX)

struct slab_frame {
    struct list_node link; /* [c] in partial, if there is room */
    void *free;            /* [c] objects that came back */
    uint32_t used;         /* [c] objects handed out */
    uint32_t carved;       /* [c] objects that were handed out at least once */
    cpu_id cpu;            /* [I] while it is a frame of the slab */
};

_Static_assert(sizeof(struct slab_frame) <= HEADER_SPACE, "the header fits before the objects");

/* What the memory of a free object holds. */
union free_object {
    union free_object *next;
    struct mbox_node remote; /* on its way to its CPU */
};

static struct slab *slabs; /* boot writes it */

void slab_init(struct slab *s, const char *name, size_t size, size_t align)
{
    align = max(align, sizeof(union free_object));
    size = align_up(max(size, sizeof(union free_object)), align);
    kassert(size <= SLAB_OBJECT_MAX && align <= HEADER_SPACE && !(align & (align - 1)));

    *s = (struct slab){
        .name = name,
        .size = (uint32_t)size,
        .align = (uint32_t)align,
        .first = (uint32_t)align_up(sizeof(struct slab_frame), align),
    };
    s->next = slabs;
    slabs = s;
    s->count = (FRAME_SIZE - s->first) / s->size;
    for (unsigned i = 0; i < SLAB_CPUS; i++) {
        list_init(&s->cpu[i].partial);
        mbox_init(&s->cpu[i].remote);
    }
}

static struct slab_frame *frame_of(void *object)
{
    return (struct slab_frame *)align_down((uintptr_t)object, FRAME_SIZE);
}

static void count_used(struct slab_cpu *c, uint64_t delta)
{
    atomic_u64_store_relaxed(&c->used, atomic_u64_load_relaxed(&c->used) + delta);
}

static void frame_add(struct slab_cpu *c, struct slab_frame *f, cpu_id cpu)
{
    *f = (struct slab_frame){ .cpu = cpu };
    list_node_init(&f->link);
    list_push_front(&c->partial, &f->link);
}

/* Take an object out of a frame with room. */
static void *frame_take(const struct slab *s, struct slab_frame *f)
{
    union free_object *o = f->free;

    if (o)
        f->free = o->next;
    else
        o = (void *)((uintptr_t)f + s->first + (uintptr_t)s->size * f->carved++);
    if (++f->used == s->count)
        list_remove(&f->link);
    return o;
}

static void frame_put(const struct slab *s, struct slab_cpu *c, void *object)
{
    struct slab_frame *f = frame_of(object);
    union free_object *o = object;

    o->next = f->free;
    f->free = o;
    if (f->used-- == s->count)
        list_push_front(&c->partial, &f->link);
    if (!f->used) {
        list_remove(&f->link);
        frame_free(f, NULL);
    }
}

/* Take in what other CPUs have freed. */
static void take_in(const struct slab *s, struct slab_cpu *c)
{
    for (unsigned i = 0; enabled(CONFIG_MP) && i < REMOTE_PER_STEP; i++) {
        struct mbox_node *n = mbox_take(&c->remote);

        if (!n)
            return;
        frame_put(s, c, container_of(n, union free_object, remote));
    }
}

/* `fresh`: a frame that joins this CPU, or NULL. Returns: NULL if there is no room. */
static void *take(struct slab *s, struct slab_frame *fresh)
{
    bool entered = micro_join();
    cpu_id cpu = mem_cpu();
    struct slab_cpu *c = &s->cpu[cpu];
    void *object = NULL;

    take_in(s, c);
    if (fresh)
        frame_add(c, fresh, cpu);
    if (!list_empty(&c->partial)) {
        object = frame_take(s, container_of(list_first(&c->partial), struct slab_frame, link));
        count_used(c, 1);
    }
    micro_part(entered);
    return object;
}

void *slab_alloc(struct slab *s, struct quota *q)
{
    if (fail_alloc() || quota_charge(q, s->size))
        return NULL;

    void *object = take(s, NULL);

    while (!object) {
        struct slab_frame *fresh = frame_alloc(NULL);

        if (!fresh && !(q && quota_reclaim(q))) {
            quota_release(q, s->size);
            return NULL;
        }
        object = take(s, fresh);
    }
    return object;
}

void slab_free(struct slab *s, void *object, struct quota *q)
{
    union free_object *o = object;
    struct slab_frame *f = frame_of(object);
    bool entered = micro_join();
    cpu_id cpu = mem_cpu();
    struct slab_cpu *c = &s->cpu[cpu];

    count_used(c, (uint64_t)-1);
    if (f->cpu == cpu)
        frame_put(s, c, o);
    else
        mbox_post(&s->cpu[f->cpu].remote, &o->remote);
    take_in(s, c);
    micro_part(entered);
    quota_release(q, s->size);
}

size_t slab_used(const struct slab *s)
{
    uint64_t n = 0;

    for (unsigned i = 0; i < SLAB_CPUS; i++)
        n += atomic_u64_load_relaxed(&s->cpu[i].used);
    return n;
}

const struct slab *slab_next(const struct slab *s)
{
    return s ? s->next : slabs;
}
