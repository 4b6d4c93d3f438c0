/* SPDX-License-Identifier: MIT */
/*
 * See <sync/mbox.h> for the contract. The algorithm is D. Vyukov's intrusive queue for many
 * producers and one consumer.
 *
 * Shape:  tail -> n1 -> n2 -> ... -> head,  every arrow is `next`.
 * A producer first swaps `head`, then links its predecessor. Between the two steps the
 * chain has a gap: nodes behind it are posted but not yet reachable.
 *
 * Pairs:  (A) store_release in mbox_post  <->  load_acquire in mbox_take
 */
#include <sync/mbox.h>

void mbox_init(struct mbox *m)
{
    atomic_ptr_store_relaxed(&m->stub.next, NULL);
    atomic_ptr_store_relaxed(&m->head, &m->stub);
    m->tail = &m->stub;
}

void mbox_post(struct mbox *m, struct mbox_node *n)
{
    atomic_ptr_store_relaxed(&n->next, NULL);

    /* acq_rel: release publishes n->next = NULL to the producer that swaps after us;
     * acquire makes the predecessor's own reset visible before we overwrite it. */
    struct mbox_node *prev = atomic_ptr_swap_acq_rel(&m->head, n);

    /* (A) release: whoever follows this arrow sees the payload around n. */
    atomic_ptr_store_release(&prev->next, n);
}

struct mbox_node *mbox_take(struct mbox *m)
{
    struct mbox_node *t = m->tail;
    struct mbox_node *n = atomic_ptr_load_acquire(&t->next); /* (A) */

    if (t == &m->stub) {
        if (!n)
            return NULL; /* empty, or gap right behind the stub */
        m->tail = t = n;
        n = atomic_ptr_load_acquire(&t->next); /* (A) */
    }

    if (!n) {
        /* relaxed: only compared, never followed */
        if (t != atomic_ptr_load_relaxed(&m->head))
            return NULL; /* gap: a producer is between its two steps */
        mbox_post(m, &m->stub);
        n = atomic_ptr_load_acquire(&t->next); /* (A) */
        if (!n)
            return NULL;
    }

    m->tail = n;
    return t;
}
