/* SPDX-License-Identifier: MIT */
/*
 * Mailbox: many producers, one consumer, intrusive, FIFO per producer.
 *
 * Use:       wake-ups from other CPUs, IRQs of a thread, objects freed on the wrong CPU.
 * Progress:  mbox_post() is wait-free (one swap, one store).
 *            mbox_take() is wait-free but may report a gap as empty, see there.
 * Wake-up:   every post is followed by a notification, sent after mbox_post() returned.
 *            The last one comes after all links are made, so no node stays hidden.
 * Ownership: a node belongs to the mailbox from post until take returns it.
 *
 *   [a] atomic   [c] touched by the consumer only
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

struct mbox_node {
    struct atomic_ptr next; /* [a] written by the next producer, read by the consumer */
};

struct mbox {
    struct atomic_ptr head; /* [a] newest node; producers swap themselves in */
    struct mbox_node *tail; /* [c] oldest node */
    struct mbox_node stub;  /* [a] keeps the list non-empty */
};

void mbox_init(struct mbox *m);

/* Context: any. */
void mbox_post(struct mbox *m, struct mbox_node *n);

/*
 * Context: the one consumer.
 * Returns: the oldest node, or NULL if there is none or the oldest is not linked yet (its
 *          producer is between its two steps; its notification follows).
 */
struct mbox_node *mbox_take(struct mbox *m) must_check;

/*
 * Was nothing posted? Exact for the consumer while no producer is at work.
 * Context: the one consumer.
 */
static inline bool mbox_empty(const struct mbox *m)
{
    /* The stub is the newest node only after everything in front of it was taken. */
    return m->tail == &m->stub && atomic_ptr_load_acquire(&m->head) == &m->stub;
}
