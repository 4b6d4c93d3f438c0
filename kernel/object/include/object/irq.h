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

/* The IRQ or semaphore named by an invocation's first item. */
struct irq_arg {
    struct kobj *obj; /* referenced; the caller drops it */
    struct irq_sink *sink;
    uint32_t *line;
    unsigned rights;
    bool masked;
};

/* Returns: 0, -L4_EINVAL if there is none or it is something else, or as kcall_cap_arg(). */
long irq_arg_get(struct kcall *c, struct irq_arg *a) must_check;

/*
 * Make it the owner of a line; it gives up the one it had. Masked or open as it says itself,
 * open if `open`. Context: preemptible. Returns: 0, -L4_EPERM without W on it, -L4_EINVAL: no
 * such line, or it has an owner.
 */
long irq_arg_bind(const struct irq_arg *a, uint32_t line, bool open) must_check;

/* Returns: 0, -L4_EINVAL if it does not own this line. */
long irq_arg_unbind(const struct irq_arg *a, l4_umword_t line) must_check;
