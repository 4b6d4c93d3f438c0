/* SPDX-License-Identifier: MIT */
/*
 * Kernel object: the header everything has that a capability can name.
 *
 *     slot {obj, auth} ----> header (128 bytes)           auth = serial (56) | rights (8)
 *                            +----------------------+
 *                            | serial  type  payer  |     alive: slot's serial == header's
 *                            | counted refs         |
 *                            | small object, or     |---> body (thread, task, factory)
 *                            | pointer to the body  |
 *                            +----------------------+
 *
 * Headers live in frames that are never used for anything else, so a stale slot may be
 * followed at any time: the serial tells. Serials are given out once, ever.
 *
 * Life:  alive --kobj_delete()--> dead --destroy()--> unhooked --last kobj_put()--> free
 *   kill     one CAS on the serial: from then on every capability is void
 *   destroy  wakes and detaches whoever is hooked to the object; preemptible, bounded steps
 *   free     gives the memory back to the quota; the header gets a new serial next time
 *
 * Field marks: [I] immutable while alive  [a] atomic  [h] holder of the last reference
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <lib/base.h>
#include <mem/quota.h>
#include <sync/atomic.h>

#define KOBJ_HEADER_SIZE 128u

/* Rights in the low byte of a slot's auth word. */
enum cap_right {
    CAP_W = 0x01,
    CAP_S = 0x02,
    CAP_R = 0x04, /* set in every slot that names something */
    CAP_D = 0x08,
    CAP_COUNTED = 0x10, /* keeps the object alive */
    CAP_SVR = 0x20,     /* object-specific: server side of a gate */
    CAP_EXTRA = 0xe0,   /* all object-specific rights */
    CAP_ALL = 0xff,
};

struct kobj;
struct kcall;

/*
 * Who pays: a quota, and the object (a factory) it lives in. Everything that is paid for holds
 * a reference on that object, so the quota outlives what is charged to it.
 */
struct kobj_payer {
    struct quota quota;
    struct kobj *holder; /* [I] NULL: lives for ever */
};

struct kobj_type {
    const char *name;
    /*
     * Execute a message sent to the object; see cap/kcall.h.
     * Context: preemptible, may sleep; the caller holds a reference.
     */
    void (*invoke)(struct kobj *o, struct kcall *c);
    /* Unhook. Context: preemptible; called once, by whoever deletes it. */
    void (*destroy)(struct kobj *o);
    /* Give the body back (not the header). Context: preemptible; no reference is left. */
    void (*free)(struct kobj *o);
};

struct kobj {
    struct atomic_u64 serial;     /* [a] serial << 8 while alive, 0 when dead or free */
    const struct kobj_type *type; /* [I] */
    struct kobj_payer *payer;     /* [I] who pays for header and body */
    struct kobj *next_death;      /* [h] in the list of its killer */
    struct atomic_u32 counted;    /* [a] counted capabilities */
    struct atomic_u32 refs;       /* [a] references of the kernel; the living object has one */
};

/*
 * A new header of KOBJ_HEADER_SIZE bytes, body part zeroed, charged to `p`, alive, with one
 * reference and no counted capability. Nobody knows it yet.
 * Context: preemptible. Returns: NULL if quota or memory is exhausted.
 */
struct kobj *kobj_alloc(const struct kobj_type *type, struct kobj_payer *p) must_check;

/* The other end, for constructors that fail later: no destroy(), no free(). */
void kobj_unalloc(struct kobj *o);

/* Take a reference. Context: micro-section in which `o` was found alive, or one is held. */
bool kobj_get(struct kobj *o) must_check;

/* Drop a reference; the last one frees. Context: preemptible; in a deferral also locked. */
void kobj_put(struct kobj *o);

/* Is it the object with this serial, still? */
static inline bool kobj_alive(const struct kobj *o)
{
    return atomic_u64_load_acquire(&o->serial) != 0;
}

/*
 * What is still to be done for the dead: objects to be unhooked or given back by one thread.
 * Dismantling a task kills what it held, and so on: a list, not a recursion, so the stack
 * needed is constant.
 */
struct kobj_deaths {
    struct kobj *first;
    bool working; /* somebody further up the stack works the list off */
};

/* Who knows the current thread's list. Boot. */
void kobj_set_deaths(struct kobj_deaths *(*of_current)(void));

/*
 * Kill, then unhook and drop the reference of the living, if it still lives. If the thread is
 * at work on another death already, this one follows when that is done.
 * Context: preemptible, may help.
 */
void kobj_delete(struct kobj *o);

/*
 * From here to kobj_deaths_resume() nothing is unhooked or given back, only noted: for code
 * that holds a lock which deaths may need. Nests: pass what defer returned.
 */
bool kobj_deaths_defer(void) must_check;
void kobj_deaths_resume(bool deferred);

/*
 * Counted capabilities: one more / `n` fewer. Returns: true if none is left, or none was left
 * before (a server may have lowered the count below the number of slots): the caller deletes.
 */
void kobj_count(struct kobj *o);
bool kobj_uncount(struct kobj *o, uint32_t n) must_check;

/* Count one capability more than there is: the object does not go with the last one. Boot. */
void kobj_pin(struct kobj *o);
uint32_t kobj_pins(void);

/* Headers handed out and not yet free again; for leak checks. */
unsigned long kobj_live_headers(void);

/*
 * Walk over all headers that are referenced, dead ones included: the one behind *cursor (begin
 * with NULL), NULL at the end. Debug builds only. Context: micro-section, for checks.
 */
struct kobj *kobj_next(struct kobj **cursor) must_check;

/* Serials below this one were given out. Frames that headers were cut from. For checks. */
uint64_t kobj_serials_given(void);
unsigned long kobj_header_frames(void);
