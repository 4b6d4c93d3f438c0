/* SPDX-License-Identifier: MIT */
/* Making IRQ senders and semaphores, and the line either of them may own. */
#pragma once

#include <cap/kobj.h>
#include <irq/irq.h>

/* Context: preemptible. NULL: out of quota or memory. */
struct kobj *irq_create(struct kobj_payer *p) must_check;
struct kobj *semaphore_create(struct kobj_payer *p) must_check;

/*
 * Where an object that may own an interrupt line keeps it; NULL if it is no such object.
 * *masked: shall the line be masked when it is bound?
 */
struct irq_sink *irq_target(struct kobj *o, uint32_t **line, bool *masked);

/* Give up the line, if any. Context: preemptible. */
void irq_line_release(struct irq_sink *s, uint32_t *line);
