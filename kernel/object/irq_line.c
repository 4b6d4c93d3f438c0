/* SPDX-License-Identifier: MIT */
/* Interrupt lines and the objects that own them, for whoever gives lines away (ICU, console). */
#include <cap/kcall.h>
#include <l4/sys/err.h>
#include <object/irq.h>
#include <sync/micro.h>

long irq_arg_get(struct kcall *c, struct irq_arg *a)
{
    long err;

    a->obj = kcall_cap_arg(c, 0, &a->rights, &err);
    if (!a->obj)
        return c->ipc_error ? 0 : err;
    a->sink = irq_target(a->obj, &a->line, &a->masked);
    if (a->sink)
        return 0;
    kobj_put(a->obj);
    a->obj = NULL;
    return -L4_EINVAL;
}

long irq_arg_bind(const struct irq_arg *a, uint32_t line, bool open)
{
    long err = -L4_EINVAL;

    if (!(a->rights & CAP_W))
        return -L4_EPERM;
    irq_line_release(a->sink, a->line);
    micro_enter();
    /* A line is given up before the object dies; so it must not get one afterwards. */
    if (kobj_alive(a->obj) && *a->line == IRQ_NONE)
        err = irq_line_attach(line, a->sink);
    if (!err) {
        *a->line = line;
        if (a->masked && !open)
            irq_line_mask(line);
        else
            irq_line_unmask(line);
    }
    micro_leave();
    return err;
}

long irq_arg_unbind(const struct irq_arg *a, l4_umword_t line)
{
    if (*a->line == IRQ_NONE || *a->line != line)
        return -L4_EINVAL;
    irq_line_release(a->sink, a->line);
    return 0;
}

void irq_line_release(struct irq_sink *s, uint32_t *line)
{
    micro_enter();
    if (*line != IRQ_NONE) {
        irq_line_mask(*line);
        irq_line_detach(*line, s);
        *line = IRQ_NONE;
    }
    micro_leave();
}
