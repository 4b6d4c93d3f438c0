/* SPDX-License-Identifier: MIT */
/*
 * Mapping database: who got which page (or ports) from whom. Private to kernel/space and to
 * debuggers; others use <space/map.h>.
 *
 *   page table      its twin             node                     children of a 2 MiB node
 *   +--------+     +--------+     +------------------+
 *   | entry  | ... |  ptr   | --> | space, address   |     children --> 2 MiB --> 2 MiB ...
 *   +--------+     +--------+     | frame, parent    |     small[0] --> 4 KiB ...
 *                                 | children, next   |        ...
 *                                 +------------------+     small[511]
 *
 * From (space, address) to the node: walk the table, take the same index of its twin.
 * One node per leaf; only a 2 MiB mapping that was split (MAPNODE_SPLIT) shares its node among
 * the 4 KiB leaves that are left of it.
 *
 *   node:  (none) --insert--> alive --take--> dead --last child gone--> (none)
 *
 * A dead node cannot map; its leaf is dead too (or going to be). It stays until everything below
 * it is gone, so whoever meets it can finish the work, and "slot empty" means "all revoked".
 *
 * Locks:   one helping lock (rank 90) for each 2 MiB of physical memory, rank 91 for ports.
 *          A node, its twin pointer, its non-empty leaf and its lists: the lock of its frame. A
 *          leaf goes 0 -> x by CAS under the lock of x's frame. Tables appear by CAS, no lock.
 * Invariants (space_check):
 *          M1 leaf (live or dead, no kumem) <=> twin pointer to a node of this space and address
 *          M2 a child has the frame of its parent, and a subset of its rights (a withdrawal that
 *             is under way has reached the parent first)
 *          M3 a dead node has a dead leaf, or is split
 *
 *   [l] lock of the frame (ports: of the group)
 */
#pragma once

#include <lib/base.h>
#include <sync/helplock.h>

struct space;

#define MAPDB_UNITS 32 /* steps of a walk in one section */

enum mapnode_flag {
    MAPNODE_BIG = 1u << 0,    /* 2 MiB */
    MAPNODE_SPLIT = 1u << 1,  /* big, but its leaves are 4 KiB ones */
    MAPNODE_PORTS = 1u << 2,  /* 64 ports; `frame` is the mask of those allowed */
    MAPNODE_DEAD = 1u << 3,   /* see above */
    MAPNODE_CURSOR = 1u << 4, /* no mapping: the place where a walk goes on */
    MAPNODE_PARKED = 1u << 5, /* cursor of a walk that is between two lists */
};

struct mapnode {
    struct space *space;      /* [l] */
    uint64_t addr;            /* [l] first byte / first port */
    uint64_t frame;           /* [l] physical address / port mask */
    struct mapnode *parent;   /* [l] NULL: root, of sigma0 */
    struct mapnode *children; /* [l] of the same size */
    struct mapnode **small;   /* [l] big: 512 lists of 4 KiB children, or NULL */
    struct mapnode *next;     /* [l] sibling */
    struct mapnode **link;    /* [l] what points to us */
    uint16_t pages;           /* [l] split: leaves left; 0: only the dead one of page `list` */
    uint16_t list;            /* [l] cursor: 0 children, 1 + i small[i]; parked: next page */
    uint8_t flags;            /* [l] enum mapnode_flag */
};

/*
 * A walk over everything derived from a node, top down, in bounded steps. Between steps its
 * cursor stands in one of the lists; who removes a node moves the cursors inside it on.
 * Each node is met once; new ones appear only below nodes still to be met, or below nodes that
 * have lost already what the walk takes: so it ends, whatever others do.
 */
struct mapwalk {
    struct mapnode cursor;
    struct mapnode *root;  /* [l] NULL: the walk is over */
    struct helplock *lock; /* [I] of root's frame or group; NULL: not begun */
    uint64_t mask;         /* [I] ports to take */
    unsigned take;         /* [I] rights to take (enum pt_right); with PT_R: remove */
    unsigned used;         /* enum pt_used of the pages removed */
    int page;              /* [I] of a big root: one page of it, or MAPWALK_ALL */
    bool self;             /* [I] root too */
};

#define MAPWALK_ALL (-1) /* all lists of root */

/* The locks for physical memory below `ram_end`; more than that shares a few. Boot; panics. */
void mapdb_init(paddr ram_end);

/* The lock of a frame, and of a group of 64 ports. */
struct helplock *mapdb_lock(paddr frame);
struct helplock *mapdb_port_lock(unsigned group);

/* A node charged to a space's quota; given back to the quota it is charged to. */
struct mapnode *mapnode_alloc(struct space *s) must_check;
void mapnode_free(struct mapnode *n, struct space *payer);

/* Mapping nodes in use, for tests and the debugger. */
size_t mapnode_count(void);

/* Hang `n` below `parent`: children, or the small list of its page. Context: locked. */
void mapnode_link(struct mapnode *n, struct mapnode *parent);
void mapnode_unlink(struct mapnode *n);

/* The bare lists, for cursors. Context: locked. */
void mapnode_push(struct mapnode **list, struct mapnode *n);
void mapnode_insert_after(struct mapnode *pos, struct mapnode *n);

/* Which list of its parent a node is in: 0 children, 1 + i small[i]. */
unsigned mapnode_list(const struct mapnode *n, const struct mapnode *parent);

/* Is there a node, not just cursors, in `children`? True if a bounded look cannot tell. */
bool mapnode_has_children(const struct mapnode *n);

/*
 * Begin a walk at `root`; take, mask, page and self are set. Context: locked with `lock`.
 * With `self` the root (that page of it, if split) is taken at once.
 */
void mapwalk_begin(struct mapwalk *w, struct mapnode *root, struct helplock *lock);

/* One locked section: up to MAPDB_UNITS units. Returns: true while work remains. */
bool mapwalk_step(struct mapwalk *w, struct sync_party *me) must_check;

/* Give up: take the cursor out. Harmless if the walk is over. */
void mapwalk_end(struct mapwalk *w, struct sync_party *me);
