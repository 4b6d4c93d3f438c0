/* SPDX-License-Identifier: MIT */
/*
 * IRQ sender: an interrupt line, or anybody's trigger, as a message without words.
 *
 *   line or trigger --> hit --> thread waits and accepts: it gets the label, and runs
 *                          \--> else one post in the thread's mailbox
 *
 * One pending bit. An edge line that hits while a post is queued is masked until the post was
 * received; a level line is masked from its interrupt to the handler's EOI.
 */
#pragma once

#include <cap/kobj.h>
#include <irq/irq.h>
#include <l4/sys/types.h>
#include <lib/list.h>
#include <sched/thread.h>
#include <sync/mbox.h>

struct irqobj {
    struct kobj obj;
    struct irq_sink sink;    /* called by the line */
    struct thread *thread;   /* [m] micro-section; referenced; NULL: unbound */
    l4_umword_t label;       /* [m] */
    struct mbox_node post;   /* in the thread's mailbox */
    struct list_node seen;   /* [q] in the thread's irqs_seen */
    uint32_t line;           /* [m] IRQ_NONE: no line */
    bool queued;             /* [m] posted and not received yet; unbound: pending edge */
    bool masked;             /* [m] the user's mask */
    bool unmask_on_delivery; /* [m] an edge came while queued */
};

_Static_assert(sizeof(struct irqobj) <= KOBJ_HEADER_SIZE, "an IRQ lives in its header");

extern const struct kobj_type irq_type;

static inline struct irqobj *irqobj_of(struct kobj *o)
{
    return container_of(o, struct irqobj, obj);
}

/*
 * The interrupt happened: deliver or post. `edge`: remembered while unbound.
 * Context: micro-section, also interrupt. Cost: constant.
 */
void irqobj_hit(struct irqobj *i, bool edge);

/*
 * Is anything posted at `t` that a receive from `from` (NULL: anything) would take? A quick
 * look without the lock. Context: micro-section of t itself.
 */
static inline bool irqobj_posted(const struct thread *t)
{
    return !mbox_empty(&t->irqs) || !list_empty(&t->irqs_seen);
}

/*
 * Take the next posted interrupt of t (`from`: only this one), as the holder of its sender
 * queue's lock. Context: locked or micro-section. Returns: it, not queued any more, or NULL.
 * Cost: one step per interrupt posted before it.
 */
struct irqobj *irqobj_take(struct thread *t, const struct kobj *from);

/* The message was received: an edge line that was held back goes on. Context: micro-section. */
void irqobj_delivered(struct irqobj *i);

/* Take a queued post out of its thread's mailbox. Context: locked (sender queue of the thread). */
void irqobj_unpost(struct irqobj *i);

/* Move all posts from the mailbox to irqs_seen. Context: locked. Cost: one step per post. */
void irqobj_see_all(struct thread *t);
