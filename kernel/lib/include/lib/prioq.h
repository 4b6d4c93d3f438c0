/* SPDX-License-Identifier: MIT */
/*
 * Priority queue: first in, first out within each of 256 priorities. Made for senders.
 *
 *   digital search tree over the 8 priority bits       one ring per priority present
 *
 *            [200] ----------------------------------> [200] -> [200] -> back
 *           /     \
 *        [17]     [255]                                 a node of depth d shares its first
 *        /          \                                   d bits with everything below it
 *      [3]          [254]
 *
 * Only the oldest node of a priority is in the tree, so no memory is needed. Insert, remove
 * and best take at most 8 tree steps, whatever the number of nodes.
 *
 * A second ring holds all nodes in order of insertion. A walk leaves a cursor in that ring
 * between its steps; nodes may come and go meanwhile. best() never meets a cursor.
 *
 * The owner of the queue protects it (a helping lock). No allocation.
 */
#pragma once

#include <lib/list.h>

struct prioq_node {
    struct list_node all;        /* ring of all nodes and cursors */
    struct list_node same;       /* ring of the nodes of this priority */
    struct prioq_node *child[2]; /* by the next priority bit; valid in the tree only */
    uint64_t serial;             /* order of insertion; 0 marks a cursor */
    uint8_t prio;
    bool queued;
};

struct prioq {
    struct prioq_node *root;
    struct list all;
    uint64_t serial; /* of the youngest node ever inserted */
};

struct prioq_cursor {
    struct prioq_node node; /* serial 0; only `all` is used */
    uint64_t end;           /* nodes with a larger serial came after the walk began */
};

enum prioq_step {
    PRIOQ_STEP_NODE, /* a node was found */
    PRIOQ_STEP_SKIP, /* nothing to see here, go on */
    PRIOQ_STEP_END,  /* the walk is over, the cursor is out of the queue */
};

void prioq_init(struct prioq *q);
void prioq_node_init(struct prioq_node *n);

static inline bool prioq_empty(const struct prioq *q)
{
    return !q->root;
}

static inline bool prioq_queued(const struct prioq_node *n)
{
    return n->queued;
}

/* Append a node that is in no queue to its priority. Cost: <= 8 tree steps. */
void prioq_insert(struct prioq *q, struct prioq_node *n, uint8_t prio);

/* Take a node out; it is in `q`. Cost: <= 16 tree steps. */
void prioq_remove(struct prioq *q, struct prioq_node *n);

/* Returns: the oldest node of the highest priority, NULL if empty. Cost: <= 8 tree steps. */
struct prioq_node *prioq_best(const struct prioq *q);

/*
 * Walk over the nodes that are in the queue when the walk begins, oldest first.
 *
 * begin puts the cursor in the queue; each step passes one element. The queue may change
 * between steps. At PRIOQ_STEP_END the cursor has left; prioq_walk_stop() ends a walk early
 * and is harmless after the end.
 * Cost: constant per step.
 */
void prioq_walk_begin(struct prioq *q, struct prioq_cursor *c);
enum prioq_step prioq_walk_step(struct prioq *q, struct prioq_cursor *c, struct prioq_node **found)
    must_check;
void prioq_walk_stop(struct prioq *q, struct prioq_cursor *c);
