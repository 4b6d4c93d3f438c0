/* SPDX-License-Identifier: MIT */
/*
 * See <ipc/irqobj.h>.
 *
 * Pairs:  (A) post, fence, look at the state of the thread  <->  ipc.c: state published, fence,
 *             look at the mailbox
 */
#include <ipc/irqobj.h>

#include <ipc/ipc.h>
#include <sched/sched.h>

static bool accepts_irq(const struct thread *t, uint64_t state, const struct irqobj *i)
{
    return party_phase_of(state) == PARTY_RECV && ipc_wants(t, &i->obj);
}

/* The thread waits for us: hand the label over and wake it. */
static bool hand_over(struct thread *t, struct irqobj *i)
{
    uint64_t state = party_load(&t->party);

    if (!accepts_irq(t, state, i) || !party_catch(&t->party, state))
        return false;
    t->ipc.got_msg = true;
    t->ipc.got_tag.raw = 0;
    t->ipc.got_label = i->label;
    t->ipc.error = 0;
    party_finish(&t->party, CAUSE_DELIVERED);
    sched_ready(t);
    return true;
}

static void hold_back(struct irqobj *i, bool edge)
{
    if (edge && i->line != IRQ_NONE && !i->masked) {
        irq_line_mask(i->line);
        i->unmask_on_delivery = true;
    }
}

void irqobj_hit(struct irqobj *i, bool edge)
{
    struct thread *t = i->thread;

    if (i->queued) {
        hold_back(i, edge);
        return;
    }
    if (!t || t->dead) {
        i->queued = edge; /* a level interrupt without a thread is lost */
        return;
    }
    if (hand_over(t, i))
        return;
    i->queued = true;
    mbox_post(&t->irqs, &i->post);
    atomic_fence_seq_cst(); /* (A) */
    if (accepts_irq(t, party_load(&t->party), i))
        ipc_interrupt(t, CAUSE_NONE); /* it looks again */
}

/* Move one post from the mailbox to the list. NULL if there is none. */
static struct irqobj *see_one(struct thread *t)
{
    struct mbox_node *n = mbox_take(&t->irqs);
    struct irqobj *i;

    if (!n)
        return NULL;
    i = container_of(n, struct irqobj, post);
    list_push_back(&t->irqs_seen, &i->seen);
    return i;
}

struct irqobj *irqobj_take(struct thread *t, const struct kobj *from)
{
    struct list_node *n;
    struct irqobj *i;

    if (from && from->type != &irq_type)
        return NULL;
    if (from) {
        i = container_of((struct kobj *)(uintptr_t)from, struct irqobj, obj);
        if (!i->queued || i->thread != t)
            return NULL;
        while (!list_linked(&i->seen) && see_one(t))
            ;
        n = list_linked(&i->seen) ? &i->seen : NULL;
    } else {
        if (list_empty(&t->irqs_seen))
            (void)see_one(t);
        n = list_first(&t->irqs_seen);
    }
    if (!n)
        return NULL;
    list_remove(n);
    i = container_of(n, struct irqobj, seen);
    i->queued = false;
    return i;
}

void irqobj_delivered(struct irqobj *i)
{
    if (!i->unmask_on_delivery)
        return;
    i->unmask_on_delivery = false;
    if (i->line != IRQ_NONE && !i->masked)
        irq_line_unmask(i->line);
}

void irqobj_unpost(struct irqobj *i)
{
    struct thread *t = i->thread;

    if (!i->queued || !t)
        return;
    while (!list_linked(&i->seen) && see_one(t))
        ;
    list_remove(&i->seen);
    i->queued = false;
}

void irqobj_see_all(struct thread *t)
{
    while (see_one(t))
        ;
}
