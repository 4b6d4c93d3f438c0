/* SPDX-License-Identifier: MIT */
/* What the steps of map operations share. Private to the room. */
#pragma once

#include <space/map.h>

#define OP_HOPS 64 /* holes looked at in one step */

/* Context: preemptible. Done with `n` bytes or ports. */
void op_advance(struct map_op *op, uint64_t n);

/* MAP_MORE, or MAP_DONE if nothing is left. */
int op_progress(const struct map_op *op) must_check;

/*
 * Begin op->walk over what is derived from `va` in `s`. `whole`: the whole 2 MiB if `va` is in
 * such a page. `self`: the page itself too. When it ends, `skip` bytes are done.
 * Nothing happens if nothing is mapped there any more. Cost: one section.
 */
void op_revoke(struct map_op *op, struct space *s, uaddr va, unsigned take, bool self, bool whole,
               uint64_t skip);

/* The node of the kit, from the space that is mapped into. Returns: 0 or -L4_ENOMEM. */
int op_take_node(struct map_op *op) must_check;

/* One step of MAP_MEM and UNMAP_MEM, not walking. Returns as map_step(). */
int mem_map_step(struct map_op *op) must_check;
int mem_unmap_step(struct map_op *op) must_check;

/* Split the 2 MiB leaf of dst at op->to into 4 KiB ones. */
int mem_split_step(struct map_op *op, uaddr va) must_check;
