/* SPDX-License-Identifier: MIT */
/* Making IRQ senders and semaphores, and the line either of them may own. */
#pragma once

#include <cap/kobj.h>
#include <irq/irq.h>
#include <l4/sys/types.h>

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

struct kcall;

/*
 * Make the IRQ or semaphore named by the invocation's first item the owner of a line; it gives
 * up the one it had. Masked or open as it says itself, open if `open`. Context: preemptible.
 * Returns: 0; -L4_EINVAL: no such line, it has an owner, or the item is something else;
 * -L4_EPERM without W on it; or as kcall_cap_arg().
 */
long irq_line_bind(struct kcall *c, l4_umword_t line, bool open) must_check;

/* The other way. Returns: as above, -L4_EINVAL if it does not own this line. */
long irq_line_unbind(struct kcall *c, l4_umword_t line) must_check;
