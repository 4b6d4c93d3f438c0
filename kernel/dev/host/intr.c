/* SPDX-License-Identifier: MIT */
/* One interrupt controller of HOST_LINES pins, every mode; see <dev/host/devices.h>. */
#include <dev/host/devices.h>

#include <arch/host/machine.h>
#include <irq/irq.h>

static struct {
    unsigned vector;
    unsigned mode;
    bool masked;
    bool raised; /* a level that is up, or an edge that came while masked */
} pin[HOST_LINES];

static void interrupt(unsigned n)
{
    if (pin[n].masked || !pin[n].raised)
        return;
    if (!(pin[n].mode & IRQ_MODE_LEVEL))
        pin[n].raised = false;
    host_irq_raise(pin[n].vector);
}

static void chip_mask(struct irq_chip *c, unsigned n)
{
    (void)c;
    pin[n].masked = true;
}

static void chip_unmask(struct irq_chip *c, unsigned n)
{
    (void)c;
    pin[n].masked = false;
    interrupt(n);
}

static int chip_set_mode(struct irq_chip *c, unsigned n, unsigned mode)
{
    (void)c;
    pin[n].mode = mode;
    return 0;
}

static void chip_route(struct irq_chip *c, unsigned n, unsigned vector)
{
    (void)c;
    pin[n].vector = vector;
}

static void eoi(void)
{
}

void host_intr_init(void)
{
    static const struct irq_chip_ops ops = {
        .mask = chip_mask,
        .unmask = chip_unmask,
        .set_mode = chip_set_mode,
        .route = chip_route,
    };
    static struct irq_chip chip = { .ops = &ops, .name = "host", .pins = HOST_LINES };

    irq_set_eoi(eoi);
    if (irq_chip_add(&chip) != HOST_LINES)
        panic("the host's interrupt lines belong to somebody else");
}

void host_line_raise(unsigned line)
{
    pin[line].raised = true;
    interrupt(line);
}

void host_line_lower(unsigned line)
{
    pin[line].raised = false;
}

bool host_line_masked(unsigned line)
{
    return pin[line].masked;
}
