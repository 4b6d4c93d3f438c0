/* SPDX-License-Identifier: MIT */
/*
 * Interrupt lines and chips, until somebody owns the line.
 *
 *      chip (dev)          line                  sink (object)
 *     +----------+      +--------+  attach      +----------------+
 *     | pin 0..n |----->| number |------------->| irq_sink.hit() |
 *     +----------+      | vector |  (by CAS)    +----------------+
 *                       +--------+
 *
 * Numbers:  0 .. irq_count()-1 are pins (global system interrupts); IRQ_MSI | 0 ..
 *           irq_msi_count()-1 are message-signalled lines. These are the numbers users see.
 * Vectors:  every line has one of its own, given at boot and never changed. So an interrupt
 *           that is under way while its line is detached can meet no other line.
 * Masking:  a level line that interrupts is masked before hit() runs and stays so until
 *           irq_line_unmask(). An edge line stays open. A line without a sink masks itself.
 * Progress: everything is wait-free, except the registers of a chip, which belong to one CPU
 *           at a time (micro-section).
 *
 * Fields:   [I] immutable after boot   [a] atomic   [c] micro-section
 */
#pragma once

#include <lib/base.h>

#define IRQ_MSI 0x80000000u  /* set in the number of a message-signalled line */
#define IRQ_NONE 0xffffffffu /* no line */

/* Mode bits, as users see them (ICU set_mode). */
#define IRQ_MODE_SET 0x1u
#define IRQ_MODE_LEVEL 0x2u
#define IRQ_MODE_NEG 0x4u
#define IRQ_MODE_BOTH 0x8u

/* Vectors by use. Below IRQ_VECTOR_PIC are the exceptions of the CPU. */
enum irq_vector {
    IRQ_VECTOR_PIC = 0x20,   /* 16: where the legacy controller would end up; never used */
    IRQ_VECTOR_PIN = 0x30,   /* 128 pins */
    IRQ_VECTOR_MSI = 0xb0,   /* 64 message-signalled lines */
    IRQ_VECTOR_TIMER = 0xf0, /* of the local interrupt controller */
    IRQ_VECTOR_ERROR = 0xfe,
    IRQ_VECTOR_SPURIOUS = 0xff,
    IRQ_VECTORS = 0x100,
};

#define IRQ_PINS_MAX (IRQ_VECTOR_MSI - IRQ_VECTOR_PIN)
#define IRQ_MSIS_MAX (IRQ_VECTOR_TIMER - IRQ_VECTOR_MSI)

/* ---- for who receives ------------------------------------------------------------------ */

/* Embedded by the object that owns a line. */
struct irq_sink {
    /*
     * An interrupt came. `level`: the line is masked now, and waits for irq_line_unmask().
     * Context: interrupt. Cost: constant; no lock, no fault.
     */
    void (*hit)(struct irq_sink *s, bool level); /* [I] */
};

/*
 * Become / cease to be the owner of a line. Attaching leaves the line masked or open as it
 * was; detaching masks it.
 *
 * Context:  attach: any; detach: micro-section.
 * Promise:  one owner per line. After detach no new hit() begins; one that another CPU is
 *           already in ends with that CPU's micro-section: free the sink an epoch later.
 * Returns:  attach: 0, -L4_EINVAL: no such line, or it has an owner.
 *           detach: 0, -L4_ENOENT: `s` was not the owner.
 */
int irq_line_attach(unsigned line, struct irq_sink *s) must_check;
int irq_line_detach(unsigned line, struct irq_sink *s);

/*
 * Hold back / let through the interrupts of a line. An unknown line is ignored.
 * Context: micro-section (also interrupt).  Cost: at most three device accesses.
 */
void irq_line_mask(unsigned line);
void irq_line_unmask(unsigned line);

/*
 * Trigger mode. Without IRQ_MODE_SET nothing changes; message-signalled lines have no mode
 * and accept everything.
 * Context:  micro-section.
 * Returns:  0; -L4_EINVAL: no such line, or its chip cannot do that mode.
 */
int irq_line_set_mode(unsigned line, unsigned mode) must_check;

/* Mode of a line as IRQ_MODE_* with IRQ_MODE_SET; 0 if there is no such line. Any context. */
unsigned irq_line_get_mode(unsigned line);

/* How many pins / message-signalled lines there are. Any context. */
unsigned irq_count(void);
unsigned irq_msi_count(void);

/*
 * What a device must write where to raise message-signalled line `line` (with IRQ_MSI).
 * Returns: 0, -L4_ERANGE: no such line.
 */
int irq_msi_info(unsigned line, uint64_t *addr, uint32_t *data) must_check;

/* ---- for the entry code ---------------------------------------------------------------- */

/*
 * An interrupt arrived.
 * Context: interrupt (micro-section). Cost: constant, at most six device accesses.
 */
void irq_dispatch(unsigned vector);

/* Interrupts that had no line, no handler or no owner, since boot. */
unsigned long irq_stray_count(void);

/* ---- for drivers of interrupt controllers (dev) ---------------------------------------- */

struct irq_chip;

struct irq_chip_ops {
    /* All in a micro-section; `pin` counts from 0 in this chip. */
    void (*mask)(struct irq_chip *c, unsigned pin);
    void (*unmask)(struct irq_chip *c, unsigned pin);
    /* 0 or -L4_EINVAL. `mode` is one of the five valid combinations. NULL: nothing to set. */
    int (*set_mode)(struct irq_chip *c, unsigned pin, unsigned mode);
    /* Boot only: interrupts of this pin arrive at this vector. NULL: nothing to do. */
    void (*route)(struct irq_chip *c, unsigned pin, unsigned vector);
    /* NULL except for message-signalled lines. */
    void (*msi_info)(struct irq_chip *c, unsigned vector, uint64_t *addr, uint32_t *data);
};

struct irq_chip {
    const struct irq_chip_ops *ops; /* [I] */
    const char *name;               /* [I] */
    unsigned base;                  /* [I] line of pin 0 (without IRQ_MSI) */
    unsigned pins;                  /* [I] */
};

/*
 * Add the pins base .. base+pins-1 of a chip, masked, in the mode edge, positive; or its
 * message-signalled lines 0 .. pins-1. Lines that exceed the vectors are left out.
 * Context:  boot.
 * Returns:  lines added; 0 if some of them belong to another chip already.
 */
unsigned irq_chip_add(struct irq_chip *c);
unsigned irq_msi_chip_add(struct irq_chip *c);

/*
 * The local controller: eoi() is called for each interrupt but spurious ones.
 * Boot only.
 */
void irq_set_eoi(void (*eoi)(void));

/*
 * Handler of a system vector (timer, inter-processor, error): not a line, nobody can own it.
 * fn() runs in interrupt context, after EOI. Boot only; the vector is >= IRQ_VECTOR_TIMER.
 */
void irq_set_system_handler(unsigned vector, void (*fn)(void));
