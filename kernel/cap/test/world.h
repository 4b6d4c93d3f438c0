/* SPDX-License-Identifier: MIT */
/* Objects that remember what was done to them, and a table or two. */
#pragma once

#include <cap/captab.h>
#include <mem/quota.h>
#include <utest/utest.h>

#define WORLD_OBJECTS 512u

struct world {
    struct kobj_payer payer;
    struct captab a, b;
    struct kobj_deaths deaths;
    unsigned destroyed, freed; /* so far */
    unsigned depth, deepest;   /* of destroy() within destroy() */
};

extern struct world world;

/* What a test object is made of. */
struct thing {
    struct kobj obj;
    struct captab *holds; /* emptied by its destroy() */
    struct kobj *kills;   /* deleted by its destroy() */
    unsigned destroyed, freed;
};

void world_start(void);

/* Empty both tables; expects that no object and no charge is left. */
void world_end(void);

struct thing *thing_new(struct kobj_payer *p);

static inline struct thing *thing_of(struct kobj *o)
{
    return container_of(o, struct thing, obj);
}

/* Put it into a slot with these rights. */
void put(struct captab *t, unsigned long index, struct thing *thing, unsigned rights);

/* What is in the slot: the thing or NULL; its rights. */
struct thing *at(const struct captab *t, unsigned long index);
unsigned rights_at(const struct captab *t, unsigned long index);
