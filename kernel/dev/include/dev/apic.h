/* SPDX-License-Identifier: MIT */
/*
 * Interrupt controllers of a PC: the local APIC (xAPIC, memory-mapped), the I/O APICs, and
 * the legacy pair of 8259, which is only masked away.
 */
#pragma once

#include <dev/acpi.h>
#include <lib/base.h>

/*
 * Set up all controllers and register their lines (irq/irq.h): pins by global system
 * interrupt number, ISA overrides applied, everything masked; IRQ_MSIS_MAX message-signalled
 * lines. Without a MADT: one I/O APIC at the usual place.
 * Context: boot, interrupts off, device window usable. Panics if there is no local APIC.
 */
void intr_init(const struct acpi_info *acpi);

/* Hardware number of this CPU's local APIC. Context: micro-section. */
unsigned lapic_id(void);

/* Line that legacy interrupt `isa` (0..15) arrives at. */
unsigned intr_isa_line(unsigned isa);

/* Physical pages of the controllers, for the memory map: at most n. Returns: how many. */
unsigned intr_pages(const struct acpi_info *acpi, paddr *out, unsigned n);
