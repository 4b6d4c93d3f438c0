/* SPDX-License-Identifier: MIT */
/*
 * The walk of captab_lookup(), inline for the system-call path. Everybody else calls
 * captab_lookup(); the contract stands there. Why it is safe stands in cap/captab.h.
 */
#pragma once

#include <cap/captab.h>

#define CAPTAB_LEAF_BITS 8u /* 256 slots of 16 bytes */
#define CAPTAB_MID_BITS 9u  /* 512 pointers */
#define CAPTAB_LEAF_SLOTS (1u << CAPTAB_LEAF_BITS)
#define CAPTAB_MID_PTRS (1u << CAPTAB_MID_BITS)

/* The masks keep the indices inside the tables even under wrong speculation. */
static inline struct cap_slot *captab_slot(const struct captab *t, unsigned long index)
{
    struct atomic_ptr *mid;
    struct cap_slot *leaf;

    if (unlikely(index >= CAP_INDEX_MAX))
        return NULL;
    mid = atomic_ptr_load_acquire(
        &t->root[(index >> (CAPTAB_LEAF_BITS + CAPTAB_MID_BITS)) & (CAPTAB_ROOTS - 1)]); /* (B) */
    if (unlikely(!mid))
        return NULL;
    leaf = atomic_ptr_load_acquire(&mid[(index >> CAPTAB_LEAF_BITS) & (CAPTAB_MID_PTRS - 1)]);
    return leaf ? &leaf[index & (CAPTAB_LEAF_SLOTS - 1)] : NULL; /* (B) */
}

/* What a slot with this auth names: the object, if it is still the one meant. */
static inline struct cap captab_read(const struct cap_slot *s, uint64_t auth)
{
    struct kobj *o = atomic_ptr_load_relaxed(&s->obj);

    if (likely(o && atomic_u64_load_acquire(&o->serial) == (auth & ~0xffull)))
        return (struct cap){ .obj = o, .rights = auth & 0xff };
    return (struct cap){ .obj = NULL };
}

static inline struct cap captab_lookup_inline(const struct captab *t, unsigned long index)
{
    const struct cap_slot *s = captab_slot(t, index);
    uint64_t auth;

    if (unlikely(!s))
        return (struct cap){ .obj = NULL };
    auth = atomic_u64_load_acquire(&s->auth); /* (A) */
    if (unlikely(auth <= 0xff))
        return (struct cap){ .obj = NULL };
    return captab_read(s, auth);
}
