/* SPDX-License-Identifier: MIT */
/*
 * Capability table of a task: 2^20 slots in three levels.
 *
 *     root[8] --> 512 pointers --> 256 slots {obj, auth}
 *
 * Slots change by CAS on `auth`; there is no lock and no list of holders. `obj` is written
 * before `auth`; a reader takes `auth` first, then `obj`, then compares the serial in the
 * header: equal means alive and untorn, because no serial is given out twice.
 * A slot whose object died reads as empty.
 *
 * Tables are charged to the task's quota and stay until the task goes.
 */
#pragma once

#include <cap/kobj.h>

#define CAP_INDEX_BITS 20u
#define CAP_INDEX_MAX (1ul << CAP_INDEX_BITS)
#define CAPTAB_ROOTS 8u

struct cap_slot {
    struct atomic_ptr obj;  /* [a] struct kobj *, valid if auth says so */
    struct atomic_u64 auth; /* [a] serial << 8 | rights; 0 empty */
};

struct captab {
    struct atomic_ptr root[CAPTAB_ROOTS]; /* [a] set once */
    struct quota *quota;                  /* [I] pays for the tables */
    unsigned long dying;                  /* next index of the teardown */
};

/* What a lookup found. */
struct cap {
    struct kobj *obj;
    unsigned rights; /* enum cap_right */
};

void captab_init(struct captab *t, struct quota *q);

/*
 * What slot `index` names. Returns: {NULL, 0} if empty, stale or beyond the table.
 * Context: micro-section (the object is only known to live inside it; kobj_get() keeps it).
 * Cost: three loads, one compare.
 */
struct cap captab_lookup(const struct captab *t, unsigned long index);

/* The same with a reference, which the caller drops. Context: preemptible. */
struct cap captab_get(const struct captab *t, unsigned long index);

/*
 * The first slot at or behind `index` that has a table: what lies between is empty. At the end:
 * CAP_INDEX_MAX. Context: preemptible. Cost: one load per missing table.
 */
unsigned long captab_next(const struct captab *t, unsigned long index);

/*
 * Put `c` (an object with a reference held by the caller) into the slot. What was there is
 * removed as by captab_remove() with everything, delete included.
 * Context: preemptible. Returns: 0, -L4_ENOMEM, -L4_EINVAL beyond the table.
 */
int captab_insert(struct captab *t, unsigned long index, struct cap c) must_check;

/*
 * Take `rights` away from slot `index`. CAP_R among them empties the slot; the last counted
 * slot destroys the object. `del`: destroy the object if the slot holds CAP_D.
 * Context: preemptible, may help.
 */
void captab_remove(struct captab *t, unsigned long index, unsigned rights, bool del);

/*
 * Empty the table in bounded steps (at most 32 slots each); returns true while work remains.
 * Context: preemptible; nobody else can reach the table any more.
 */
bool captab_teardown_step(struct captab *t) must_check;

/*
 * Copy slot (`from`, `si`) to (`to`, `di`) with at most the rights in `mask`.
 * Returns: 1 something mapped, 0 nothing to map, -L4_ENOMEM.
 * Context: preemptible. Mapping a slot onto itself removes it (as by unmap with delete).
 * `grant` takes the source away.
 */
int captab_copy(struct captab *from, unsigned long si, struct captab *to, unsigned long di,
                unsigned mask, bool grant) must_check;
