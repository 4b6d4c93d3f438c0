/* SPDX-License-Identifier: MIT */
/*
 * See <irq/irq.h> for the contract.
 *
 * Pins and message-signalled lines have one table each; a vector is the place in its table
 * plus a constant, so finding the line of a vector is a subtraction.
 *
 * Pairs:  (A) cas_acq_rel in irq_line_attach  <->  load_acquire in irq_hit: whoever calls
 *             hit() sees the sink as its owner has prepared it.
 */
#include <irq/irq.h>

#include <l4/sys/err.h>
#include <sync/atomic.h>
#include <sync/micro.h>

struct irq_line {
    struct atomic_ptr sink; /* [a] struct irq_sink, NULL: nobody */
    struct irq_chip *chip;  /* [I] NULL: there is no such line */
    uint32_t pin;           /* [I] in the chip */
    uint32_t mode;          /* [c] IRQ_MODE_* */
};

static struct {
    struct irq_line pin[IRQ_PINS_MAX];
    struct irq_line msi[IRQ_MSIS_MAX];
    unsigned npins;                                               /* [I] */
    unsigned nmsis;                                               /* [I] */
    void (*eoi)(void);                                            /* [I] */
    void (*system_handler[IRQ_VECTORS - IRQ_VECTOR_TIMER])(void); /* [I] */
    struct atomic_u64 strays;                                     /* [a] */
} irq;

/* ---- lines ----------------------------------------------------------------------------- */

static struct irq_line *line_find(unsigned line)
{
    const unsigned n = line & ~IRQ_MSI;
    struct irq_line *l;

    if (line & IRQ_MSI)
        l = n < irq.nmsis ? &irq.msi[n] : NULL;
    else
        l = n < irq.npins ? &irq.pin[n] : NULL;
    return l && l->chip ? l : NULL;
}

int irq_line_attach(unsigned line, struct irq_sink *s)
{
    struct irq_line *l = line_find(line);
    void *nobody = NULL;

    if (!l || !atomic_ptr_cas_acq_rel(&l->sink, &nobody, s)) /* (A) */
        return -L4_EINVAL;
    return 0;
}

int irq_line_detach(unsigned line, struct irq_sink *s)
{
    struct irq_line *l = line_find(line);
    void *owner = s;

    kassert(micro_inside());
    if (!l || atomic_ptr_load_relaxed(&l->sink) != s)
        return -L4_ENOENT;

    /* Masked first: an interrupt between the two steps would only find a line without owner
     * and mask it too, but one more owner might be there by then. */
    l->chip->ops->mask(l->chip, l->pin);
    return atomic_ptr_cas_acq_rel(&l->sink, &owner, NULL) ? 0 : -L4_ENOENT;
}

void irq_line_mask(unsigned line)
{
    struct irq_line *l = line_find(line);

    kassert(micro_inside());
    if (l)
        l->chip->ops->mask(l->chip, l->pin);
}

void irq_line_unmask(unsigned line)
{
    struct irq_line *l = line_find(line);

    kassert(micro_inside());
    if (l)
        l->chip->ops->unmask(l->chip, l->pin);
}

/* The five combinations the ABI knows; wake-up bits above are accepted and mean nothing here. */
static bool mode_is_valid(unsigned mode)
{
    switch (mode) {
    case IRQ_MODE_SET:
    case IRQ_MODE_SET | IRQ_MODE_NEG:
    case IRQ_MODE_SET | IRQ_MODE_BOTH:
    case IRQ_MODE_SET | IRQ_MODE_LEVEL:
    case IRQ_MODE_SET | IRQ_MODE_LEVEL | IRQ_MODE_NEG: return true;
    default: return false;
    }
}

int irq_line_set_mode(unsigned line, unsigned mode)
{
    struct irq_line *l = line_find(line);
    int err = 0;

    kassert(micro_inside());
    mode &= IRQ_MODE_SET | IRQ_MODE_LEVEL | IRQ_MODE_NEG | IRQ_MODE_BOTH;
    if (!l)
        return -L4_EINVAL;
    if ((line & IRQ_MSI) || !(mode & IRQ_MODE_SET))
        return 0;
    if (!mode_is_valid(mode))
        return -L4_EINVAL;

    if (l->chip->ops->set_mode)
        err = l->chip->ops->set_mode(l->chip, l->pin, mode);
    if (!err)
        l->mode = mode;
    return err;
}

unsigned irq_line_get_mode(unsigned line)
{
    const struct irq_line *l = line_find(line);

    return l ? l->mode : 0;
}

unsigned irq_count(void)
{
    return irq.npins;
}

unsigned irq_msi_count(void)
{
    return irq.nmsis;
}

int irq_msi_info(unsigned line, uint64_t *addr, uint32_t *data)
{
    const struct irq_line *l = (line & IRQ_MSI) ? line_find(line) : NULL;

    if (!l)
        return -L4_ERANGE;
    l->chip->ops->msi_info(l->chip, IRQ_VECTOR_MSI + l->pin, addr, data);
    return 0;
}

/* ---- arrival --------------------------------------------------------------------------- */

static void irq_stray(void)
{
    atomic_u64_fetch_add_relaxed(&irq.strays, 1);
}

static void irq_hit(struct irq_line *l)
{
    struct irq_sink *s = atomic_ptr_load_acquire(&l->sink); /* (A) */
    const bool level = l->mode & IRQ_MODE_LEVEL;

    /* Before the EOI: a level line that is still raised would come again at once. */
    if (level || !s)
        l->chip->ops->mask(l->chip, l->pin);
    irq.eoi();
    if (s)
        s->hit(s, level);
    else
        irq_stray();
}

static void irq_system(unsigned vector)
{
    void (*fn)(void) = irq.system_handler[vector - IRQ_VECTOR_TIMER];

    if (vector != IRQ_VECTOR_SPURIOUS)
        irq.eoi();
    if (fn)
        fn();
    else
        irq_stray();
}

void irq_dispatch(unsigned vector)
{
    struct irq_line *l = NULL;

    kassert(micro_inside() && irq.eoi && vector < IRQ_VECTORS);
    if (vector >= IRQ_VECTOR_TIMER) {
        irq_system(vector);
        return;
    }
    if (vector >= IRQ_VECTOR_MSI)
        l = &irq.msi[vector - IRQ_VECTOR_MSI];
    else if (vector >= IRQ_VECTOR_PIN)
        l = &irq.pin[vector - IRQ_VECTOR_PIN];

    if (l && l->chip) {
        irq_hit(l);
        return;
    }
    irq_stray();
    if (vector >= IRQ_VECTOR_PIN) /* the legacy controllers' spurious ones never went through */
        irq.eoi();
}

unsigned long irq_stray_count(void)
{
    return atomic_u64_load_relaxed(&irq.strays);
}

/* ---- chips ----------------------------------------------------------------------------- */

/* Make lines out of the pins of a chip; `first_vector` is that of table[0]. */
static unsigned chip_add(struct irq_chip *c, struct irq_line *table, unsigned size,
                         unsigned first_vector)
{
    unsigned n = c->base < size ? min(c->pins, size - c->base) : 0;

    for (unsigned i = 0; i < n; i++)
        if (table[c->base + i].chip)
            return 0;

    for (unsigned i = 0; i < n; i++) {
        struct irq_line *l = &table[c->base + i];

        l->chip = c;
        l->pin = i;
        l->mode = IRQ_MODE_SET;
        if (c->ops->route)
            c->ops->route(c, i, first_vector + c->base + i);
        c->ops->mask(c, i);
    }
    return n;
}

unsigned irq_chip_add(struct irq_chip *c)
{
    unsigned n = chip_add(c, irq.pin, IRQ_PINS_MAX, IRQ_VECTOR_PIN);

    if (n)
        irq.npins = max(irq.npins, c->base + n);
    return n;
}

unsigned irq_msi_chip_add(struct irq_chip *c)
{
    unsigned n = chip_add(c, irq.msi, IRQ_MSIS_MAX, IRQ_VECTOR_MSI);

    if (n)
        irq.nmsis = max(irq.nmsis, c->base + n);
    return n;
}

void irq_set_eoi(void (*eoi)(void))
{
    irq.eoi = eoi;
}

void irq_set_system_handler(unsigned vector, void (*fn)(void))
{
    kassert(vector >= IRQ_VECTOR_TIMER && vector < IRQ_VECTORS);
    irq.system_handler[vector - IRQ_VECTOR_TIMER] = fn;
}
