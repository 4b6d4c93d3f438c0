/* SPDX-License-Identifier: MIT */
/* I/O ports of a space: a table of nodes, one for each group of 64 ports. Private to the room. */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

struct map_op;
struct mapnode;
struct space;

#define PORTS_PER_GROUP 64u

/* Where the node of a group is noted; NULL if there is no table for it yet. */
struct atomic_ptr *ports_slot(const struct space *s, unsigned group);

/* CPUs that hold a copy of the bitmap have to forget it. Context: any. */
void ports_changed(struct space *s);

/* The ports of a node are other ones now. Context: locked. */
void ports_set_mask(struct mapnode *n, uint64_t mask);

/* A node goes: empty its slot. Context: locked. */
void ports_clear(struct mapnode *n);

/* One step of MAP_PORTS and UNMAP_PORTS, not walking. Returns as map_step(). */
int ports_map_step(struct map_op *op) must_check;
int ports_unmap_step(struct map_op *op) must_check;
