/* SPDX-License-Identifier: MIT */
/*
 * I/O APICs, the message-signalled lines, and the legacy pair of 8259.
 *
 * A redirection entry has two words behind an index register. The low one is kept in memory
 * too, so masking costs two writes and no read. Index and data belong to one CPU at a time:
 * all of this runs in a micro-section.
 */
#include <dev/apic.h>

#include <arch/impl/port.h>
#include <arch/mmu.h>
#include <dev/console.h>
#include <irq/irq.h>
#include <l4/sys/err.h>
#include <sync/micro.h>

#include "lapic.h"

enum {
    IOAPIC_INDEX = 0x00,
    IOAPIC_DATA = 0x10,
    IOAPIC_REG_VERSION = 1,
    IOAPIC_REG_ENTRY = 0x10
};

#define ENTRY_LOW_ACTIVE (1u << 13)
#define ENTRY_LEVEL (1u << 15)
#define ENTRY_MASKED (1u << 16)
#define ENTRY_DEST_SHIFT 24 /* in the high word */

#define IOAPIC_DEFAULT_BASE 0xfec00000ull
#define ISA_IRQS 16u
#define MSI_ADDR 0xfee00000ull
#define MSI_DATA_ASSERT 0x4000u

struct ioapic {
    struct irq_chip chip;       /* first: the chip is found again by its address */
    volatile uint32_t *regs;    /* [I] */
    uint32_t low[IRQ_PINS_MAX]; /* [c] what the low words hold */
};

static struct ioapic ioapics[ACPI_IOAPICS_MAX];
static struct irq_chip msi_chip;
static uint8_t isa_line[ISA_IRQS]; /* [I] */

static struct ioapic *ioapic_of(struct irq_chip *c)
{
    return container_of(c, struct ioapic, chip);
}

static uint32_t ioapic_read(struct ioapic *a, uint32_t reg)
{
    kassert(micro_inside());
    a->regs[IOAPIC_INDEX / 4] = reg;
    return a->regs[IOAPIC_DATA / 4];
}

static void ioapic_write(struct ioapic *a, uint32_t reg, uint32_t v)
{
    kassert(micro_inside());
    a->regs[IOAPIC_INDEX / 4] = reg;
    a->regs[IOAPIC_DATA / 4] = v;
}

static void entry_set_low(struct ioapic *a, unsigned pin, uint32_t low)
{
    a->low[pin] = low;
    ioapic_write(a, IOAPIC_REG_ENTRY + 2 * pin, low);
}

static void ioapic_mask(struct irq_chip *c, unsigned pin)
{
    struct ioapic *a = ioapic_of(c);

    entry_set_low(a, pin, a->low[pin] | ENTRY_MASKED);
}

static void ioapic_unmask(struct irq_chip *c, unsigned pin)
{
    struct ioapic *a = ioapic_of(c);

    entry_set_low(a, pin, a->low[pin] & ~ENTRY_MASKED);
}

static int ioapic_set_mode(struct irq_chip *c, unsigned pin, unsigned mode)
{
    struct ioapic *a = ioapic_of(c);
    uint32_t low = a->low[pin] & ~(ENTRY_LOW_ACTIVE | ENTRY_LEVEL);

    if (mode & IRQ_MODE_BOTH)
        return -L4_EINVAL;
    if (mode & IRQ_MODE_LEVEL)
        low |= ENTRY_LEVEL;
    if (mode & IRQ_MODE_NEG)
        low |= ENTRY_LOW_ACTIVE;
    entry_set_low(a, pin, low);
    return 0;
}

static void ioapic_route(struct irq_chip *c, unsigned pin, unsigned vector)
{
    struct ioapic *a = ioapic_of(c);

    entry_set_low(a, pin, ENTRY_MASKED | vector);
    ioapic_write(a, IOAPIC_REG_ENTRY + 2 * pin + 1, lapic_id() << ENTRY_DEST_SHIFT);
}

static const struct irq_chip_ops ioapic_ops = {
    .mask = ioapic_mask,
    .unmask = ioapic_unmask,
    .set_mode = ioapic_set_mode,
    .route = ioapic_route,
};

/* A message is masked in the device that sends it, which is its driver's. */
static void msi_nothing(struct irq_chip *c, unsigned pin)
{
    (void)c;
    (void)pin;
}

static void msi_info(struct irq_chip *c, unsigned vector, uint64_t *addr, uint32_t *data)
{
    (void)c;
    *addr = MSI_ADDR | (uint64_t)lapic_id() << 12;
    *data = MSI_DATA_ASSERT | vector;
}

static const struct irq_chip_ops msi_ops = {
    .mask = msi_nothing,
    .unmask = msi_nothing,
    .msi_info = msi_info,
};

/* ---- boot ------------------------------------------------------------------------------ */

/*
 * The legacy pair is moved away from the exceptions and masked. It can still raise its two
 * spurious interrupts, hence the move.
 */
static void pic_silence(void)
{
    enum {
        PIC1 = 0x20,
        PIC2 = 0xa0,
        INIT = 0x11,
        MODE_8086 = 0x01
    };

    outb(PIC1, INIT);
    outb(PIC2, INIT);
    outb(PIC1 + 1, IRQ_VECTOR_PIC);
    outb(PIC2 + 1, IRQ_VECTOR_PIC + 8);
    outb(PIC1 + 1, 1 << 2); /* the second hangs at pin 2 of the first */
    outb(PIC2 + 1, 2);
    outb(PIC1 + 1, MODE_8086);
    outb(PIC2 + 1, MODE_8086);
    outb(PIC1 + 1, 0xff);
    outb(PIC2 + 1, 0xff);
}

static void ioapic_add(struct ioapic *a, const struct acpi_ioapic *info)
{
    unsigned pins, added;

    a->regs = arch_map_device(info->base, 4096);
    if (!a->regs)
        panic("no address space for an I/O APIC");
    pins = (ioapic_read(a, IOAPIC_REG_VERSION) >> 16 & 0xff) + 1;
    a->chip = (struct irq_chip){
        .ops = &ioapic_ops, .name = "ioapic", .base = info->gsi_base, .pins = pins
    };
    added = irq_chip_add(&a->chip);
    if (added < pins)
        kprintf("irq: I/O APIC at 0x%llx: %u of %u pins left out\n", (unsigned long long)info->base,
                pins - added, pins);
}

static unsigned mode_of_override(const struct acpi_override *o)
{
    unsigned mode = IRQ_MODE_SET;

    if (o->trigger == ACPI_TRIG_LEVEL)
        mode |= IRQ_MODE_LEVEL;
    if (o->polarity == ACPI_POL_LOW)
        mode |= IRQ_MODE_NEG;
    return mode;
}

/* Modes as the bus has them: legacy lines are edges, the others are PCI's, level and low. */
static void lines_set_up(const struct acpi_info *acpi)
{
    for (unsigned i = 0; i < ISA_IRQS; i++)
        isa_line[i] = (uint8_t)i;
    for (unsigned i = ISA_IRQS; i < irq_count(); i++)
        (void)!irq_line_set_mode(i, IRQ_MODE_SET | IRQ_MODE_LEVEL | IRQ_MODE_NEG);
    for (unsigned i = 0; i < acpi->noverrides; i++) {
        const struct acpi_override *o = &acpi->override[i];

        if (o->gsi >= irq_count())
            continue;
        isa_line[o->isa] = (uint8_t)o->gsi;
        (void)!irq_line_set_mode(o->gsi, mode_of_override(o));
    }
}

void intr_init(const struct acpi_info *acpi)
{
    static const struct acpi_ioapic usual = { .base = IOAPIC_DEFAULT_BASE };

    pic_silence();
    lapic_init(acpi->lapic);
    if (!acpi->nioapics)
        ioapic_add(&ioapics[0], &usual);
    for (unsigned i = 0; i < acpi->nioapics; i++)
        ioapic_add(&ioapics[i], &acpi->ioapic[i]);

    msi_chip = (struct irq_chip){ .ops = &msi_ops, .name = "msi", .pins = IRQ_MSIS_MAX };
    irq_msi_chip_add(&msi_chip);
    lines_set_up(acpi);
}

unsigned intr_isa_line(unsigned isa)
{
    return isa < ISA_IRQS ? isa_line[isa] : IRQ_NONE;
}

unsigned intr_pages(const struct acpi_info *acpi, paddr *out, unsigned n)
{
    unsigned used = 0;

    if (used < n)
        out[used++] = lapic_page(acpi->lapic);
    if (!acpi->nioapics && used < n)
        out[used++] = IOAPIC_DEFAULT_BASE;
    for (unsigned i = 0; i < acpi->nioapics && used < n; i++)
        out[used++] = align_down(acpi->ioapic[i].base, 4096);
    return used;
}
