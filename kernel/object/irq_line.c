/* SPDX-License-Identifier: MIT */
/* Interrupt lines and the objects that own them, for whoever gives lines away (ICU, console). */
#include <cap/kcall.h>
#include <l4/sys/err.h>
#include <object/irq.h>
#include <sync/micro.h>

/* The IRQ or semaphore named by an invocation's first item. */
struct target {
    struct kobj *obj; /* referenced */
    struct irq_sink *sink;
    uint32_t *line;
    unsigned rights;
    bool masked;
};

static long target_get(struct kcall *c, struct target *t)
{
    long err;

    t->obj = kcall_cap_arg(c, 0, &t->rights, &err);
    if (!t->obj)
        return err;
    t->sink = irq_target(t->obj, &t->line, &t->masked);
    if (t->sink)
        return 0;
    kobj_put(t->obj);
    t->obj = NULL;
    return -L4_EINVAL;
}

static long take_line(const struct target *t, uint32_t line, bool open)
{
    long err = -L4_EINVAL;

    if (!(t->rights & CAP_W))
        return -L4_EPERM;
    irq_line_release(t->sink, t->line);
    micro_enter();
    /* A line is given up before the object dies; so it must not get one afterwards. */
    if (kobj_alive(t->obj) && *t->line == IRQ_NONE)
        err = irq_line_attach(line, t->sink);
    if (!err) {
        *t->line = line;
        if (t->masked && !open)
            irq_line_mask(line);
        else
            irq_line_unmask(line);
    }
    micro_leave();
    return err;
}

long irq_line_bind(struct kcall *c, l4_umword_t line, bool open)
{
    struct target t;
    long err = target_get(c, &t);

    if (!t.obj)
        return err;
    err = line <= UINT32_MAX ? take_line(&t, (uint32_t)line, open) : -L4_EINVAL;
    kobj_put(t.obj);
    return err;
}

long irq_line_unbind(struct kcall *c, l4_umword_t line)
{
    struct target t;
    long err = target_get(c, &t);

    if (!t.obj)
        return err;
    if (*t.line == IRQ_NONE || *t.line != line)
        err = -L4_EINVAL;
    else
        irq_line_release(t.sink, t.line);
    kobj_put(t.obj);
    return err;
}

void irq_line_release(struct irq_sink *s, uint32_t *line)
{
    micro_enter();
    if (*line != IRQ_NONE) {
        irq_line_detach(*line, s); /* masks it */
        *line = IRQ_NONE;
    }
    micro_leave();
}
