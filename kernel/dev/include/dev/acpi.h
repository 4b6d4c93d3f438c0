/* SPDX-License-Identifier: MIT */
/*
 * The static part of ACPI: which interrupt controllers and timers there are, and how to
 * switch the machine off.
 *
 * Tables are written by firmware and not trusted: every length is checked, every checksum
 * computed, a bad table is skipped with a message. The parsers work on any memory through a
 * `map` function, so they are tested on the host.
 */
#pragma once

#include <lib/base.h>

#define ACPI_IOAPICS_MAX 8u
#define ACPI_OVERRIDES_MAX 16u
#define ACPI_CPUS_MAX 64u

/* MADT interrupt flags, both of overrides and of NMI sources. */
enum acpi_polarity {
    ACPI_POL_BUS = 0,
    ACPI_POL_HIGH = 1,
    ACPI_POL_LOW = 3
};
enum acpi_trigger {
    ACPI_TRIG_BUS = 0,
    ACPI_TRIG_EDGE = 1,
    ACPI_TRIG_LEVEL = 3
};

struct acpi_ioapic {
    paddr base;
    uint32_t gsi_base;
    uint8_t id;
};

struct acpi_override {
    uint32_t gsi;
    uint8_t isa;
    uint8_t polarity; /* enum acpi_polarity */
    uint8_t trigger;  /* enum acpi_trigger */
};

/* Generic address: a register in I/O ports or memory. */
struct acpi_reg {
    uint64_t addr;
    uint8_t space; /* 0 memory, 1 I/O ports */
    uint8_t width; /* bits; 0: there is none */
};

/* Everything the kernel keeps of the tables. Filled by acpi_parse(). */
struct acpi_info {
    bool valid; /* a root table was found */
    bool has_madt;
    bool has_pic; /* legacy 8259 pair is there */

    paddr rsdp;
    paddr lapic;
    unsigned ncpus;
    uint8_t cpu_apic_id[ACPI_CPUS_MAX];
    unsigned nioapics;
    struct acpi_ioapic ioapic[ACPI_IOAPICS_MAX];
    unsigned noverrides;
    struct acpi_override override[ACPI_OVERRIDES_MAX];

    paddr hpet; /* 0: none */

    struct acpi_reg reset;
    uint8_t reset_value;
    uint16_t smi_cmd; /* I/O port, 0: none */
    uint8_t acpi_enable;
    uint16_t pm1a_cnt; /* I/O port, 0: none */
    uint16_t pm1b_cnt;
    bool has_s5;
    uint8_t s5_typ_a;
    uint8_t s5_typ_b;

    unsigned nskipped; /* tables with a bad checksum or length */
};

/*
 * Where the parsers find physical memory: `bytes` readable bytes at `p`, or NULL if there is
 * no such memory.
 */
struct acpi_mem {
    const void *(*map)(void *arg, paddr p, size_t bytes);
    void *arg;
};

/*
 * Read the tables below the root pointer structure `rsdp` (`len` bytes, a copy made by the
 * boot loader, or NULL).
 * Returns: 0; -L4_ENOENT: no root pointer; -L4_EINVAL: its root table is broken. `out` is
 * usable in every case: it says what was found.
 */
int acpi_parse(const void *rsdp, size_t len, const struct acpi_mem *mem, struct acpi_info *out);

/* Is this a valid root pointer structure (signature, length, checksums)? */
bool acpi_rsdp_valid(const void *rsdp, size_t len);

/*
 * Sleep type pair of _S5_ in the byte code of a definition block. Bounded by `len`.
 * Returns: 0, -L4_ENOENT.
 */
int acpi_find_s5(const uint8_t *aml, size_t len, uint8_t *typ_a, uint8_t *typ_b) must_check;

/* Size of a table (header length), if it is whole and its checksum is right, else 0. */
size_t acpi_table_check(const struct acpi_mem *mem, paddr p, const char *signature);
