/* SPDX-License-Identifier: MIT */
/*
 * Locks and nodes of the mapping database; the walks are in walk.c.
 *
 *   frame >> 21:   0 ... RAM end      locks[i / 256] --> [256 locks]
 *                  beyond (devices)   device_locks[hash]
 *
 * Regions may share a lock, it only makes them wait for each other; a section takes one.
 */
#include <space/mapdb.h>

#include <arch/pt.h>
#include <mem/frame.h>
#include <mem/slab.h>
#include <space/space.h>

#define RANK_MEMORY 90
#define RANK_PORTS 91
#define LOCKS_PER_FRAME (FRAME_SIZE / sizeof(struct helplock))
#define LOCK_FRAMES 512u /* 256 GiB of RAM with locks of their own */
#define DEVICE_LOCKS 64u
#define PORT_LOCKS 16u

static struct helplock *ram_locks[LOCK_FRAMES]; /* [I] after boot */
static uint64_t ram_regions;                    /* [I] after boot */
static struct helplock device_locks[DEVICE_LOCKS];
static struct helplock port_locks[PORT_LOCKS];
static struct slab node_slab;

static struct helplock *locks_new(void)
{
    struct helplock *l = frame_alloc(NULL);

    if (!l)
        panic("mapdb: no memory for locks");
    for (size_t i = 0; i < LOCKS_PER_FRAME; i++)
        helplock_init(&l[i], RANK_MEMORY);
    return l;
}

void mapdb_init(paddr ram_end)
{
    const uint64_t regions = align_up(ram_end, BIT(PT_SUPER_ORDER)) >> PT_SUPER_ORDER;

    slab_init(&node_slab, "mapnode", sizeof(struct mapnode), _Alignof(struct mapnode));
    for (unsigned i = 0; i < DEVICE_LOCKS; i++)
        helplock_init(&device_locks[i], RANK_MEMORY);
    for (unsigned i = 0; i < PORT_LOCKS; i++)
        helplock_init(&port_locks[i], RANK_PORTS);
    ram_regions = min(regions, (uint64_t)LOCK_FRAMES * LOCKS_PER_FRAME);
    for (uint64_t i = 0; i < ram_regions; i += LOCKS_PER_FRAME)
        ram_locks[i / LOCKS_PER_FRAME] = locks_new();
}

struct helplock *mapdb_lock(paddr frame)
{
    const uint64_t region = frame >> PT_SUPER_ORDER;

    if (region < ram_regions)
        return &ram_locks[region / LOCKS_PER_FRAME][region % LOCKS_PER_FRAME];
    return &device_locks[region % DEVICE_LOCKS];
}

struct helplock *mapdb_port_lock(unsigned group)
{
    return &port_locks[group % PORT_LOCKS];
}

struct mapnode *mapnode_alloc(struct space *s)
{
    return slab_alloc(&node_slab, s->quota);
}

void mapnode_free(struct mapnode *n, struct space *payer)
{
    slab_free(&node_slab, n, payer->quota);
}

size_t mapnode_count(void)
{
    return slab_used(&node_slab);
}

void mapnode_push(struct mapnode **list, struct mapnode *n)
{
    n->next = *list;
    n->link = list;
    if (n->next)
        n->next->link = &n->next;
    *list = n;
}

void mapnode_insert_after(struct mapnode *pos, struct mapnode *n)
{
    mapnode_push(&pos->next, n);
}

void mapnode_unlink(struct mapnode *n)
{
    if (!n->link)
        return;
    *n->link = n->next;
    if (n->next)
        n->next->link = n->link;
    n->next = NULL;
    n->link = NULL;
}

unsigned mapnode_list(const struct mapnode *n, const struct mapnode *parent)
{
    if ((n->flags & (MAPNODE_BIG | MAPNODE_PORTS)) || !(parent->flags & MAPNODE_BIG))
        return 0;
    return 1 + (unsigned)((n->frame >> PT_PAGE_ORDER) % PT_ENTRIES);
}

void mapnode_link(struct mapnode *n, struct mapnode *parent)
{
    const unsigned list = mapnode_list(n, parent);

    n->parent = parent;
    mapnode_push(list ? &parent->small[list - 1] : &parent->children, n);
}

bool mapnode_has_children(const struct mapnode *n)
{
    unsigned seen = 0;

    for (const struct mapnode *c = n->children; c; c = c->next)
        if (!(c->flags & MAPNODE_CURSOR) || ++seen > MAPDB_UNITS)
            return true;
    return false;
}
