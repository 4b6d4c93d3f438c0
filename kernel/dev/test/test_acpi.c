/* SPDX-License-Identifier: MIT */
#include <dev/acpi.h>
#include <l4/sys/err.h>
#include <stdlib.h>
#include <string.h>
#include <utest/utest.h>

/* A small physical memory: tables lie at fixed places, nothing outside it can be mapped. */
#define MEM_BASE 0x1000u
#define MEM_BYTES 0x8000u
#define AT_XSDT 0x1100u
#define AT_RSDT 0x1200u
#define AT_MADT 0x1400u
#define AT_HPET 0x1800u
#define AT_FADT 0x1900u
#define AT_DSDT 0x2000u

static uint8_t mem_bytes[MEM_BYTES];

static const void *mem_map(void *arg, paddr p, size_t n)
{
    (void)arg;
    if (p < MEM_BASE || p - MEM_BASE > MEM_BYTES || n > MEM_BYTES - (p - MEM_BASE))
        return NULL;
    return mem_bytes + (p - MEM_BASE);
}

static const struct acpi_mem mem = { .map = mem_map };

static uint8_t *at(uint32_t p)
{
    return mem_bytes + (p - MEM_BASE);
}

static void put32(uint8_t *p, uint32_t v)
{
    memcpy(p, &v, 4);
}

static void put64(uint8_t *p, uint64_t v)
{
    memcpy(p, &v, 8);
}

static void checksum(uint8_t *p, size_t n, size_t where)
{
    uint8_t sum = 0;

    p[where] = 0;
    for (size_t i = 0; i < n; i++)
        sum = (uint8_t)(sum + p[i]);
    p[where] = (uint8_t)-sum;
}

static void table(uint32_t p, const char *sig, uint32_t len)
{
    memcpy(at(p), sig, 4);
    put32(at(p) + 4, len);
    checksum(at(p), len, 9);
}

static const uint8_t madt_entries[] = {
    0, 8,  0, 0, 1, 0, 0,    0,                   /* CPU 0, on */
    0, 8,  1, 1, 0, 0, 0,    0,                   /* CPU 1, off */
    1, 12, 7, 0, 0, 0, 0xc0, 0xfe, 0,    0, 0, 0, /* I/O APIC at fec00000, GSI 0 */
    2, 10, 0, 0, 2, 0, 0,    0,    0,    0,       /* legacy 0 -> 2 */
    2, 10, 0, 9, 9, 0, 0,    0,    0x0d, 0,       /* legacy 9: level, high */
    5, 12, 0, 0, 0, 0, 0xe0, 0xfe, 1,    0, 0, 0, /* local APIC at 1'fee00000 */
};

static const uint8_t dsdt_code[] = {
    0x10, 0x20, '_', 'S', '5', '_',  0x08, /* the letters alone mean nothing */
    0x08, '_',  'S', '5', '_', 0x12, 0x08, 0x04, 0x0a, 0x05, 0x0a, 0x06, 0x00, 0x00,
};

/* A whole machine; returns its root pointer. */
static uint8_t *build(void)
{
    static uint8_t rsdp[36];
    uint8_t *f = at(AT_FADT);

    memset(mem_bytes, 0, sizeof(mem_bytes));
    memset(rsdp, 0, sizeof(rsdp));

    put32(at(AT_MADT) + 36, 0xfee00000);
    put32(at(AT_MADT) + 40, 1);
    memcpy(at(AT_MADT) + 44, madt_entries, sizeof(madt_entries));
    table(AT_MADT, "APIC", 44 + sizeof(madt_entries));

    put64(at(AT_HPET) + 44, 0xfed00000);
    table(AT_HPET, "HPET", 56);

    memcpy(at(AT_DSDT) + 36, dsdt_code, sizeof(dsdt_code));
    table(AT_DSDT, "DSDT", 36 + sizeof(dsdt_code));

    put32(f + 40, AT_DSDT);
    put32(f + 48, 0xb2);
    f[52] = 0xf1;
    put32(f + 64, 0x604);
    put32(f + 112, 1u << 10);
    f[116] = 1;
    f[117] = 8;
    put64(f + 120, 0xcf9);
    f[128] = 6;
    table(AT_FADT, "FACP", 132);

    put64(at(AT_XSDT) + 36, AT_MADT);
    put64(at(AT_XSDT) + 44, AT_HPET);
    put64(at(AT_XSDT) + 52, AT_FADT);
    table(AT_XSDT, "XSDT", 60);
    put32(at(AT_RSDT) + 36, AT_MADT);
    table(AT_RSDT, "RSDT", 40);

    memcpy(rsdp, "RSD PTR ", 8);
    rsdp[15] = 2;
    put32(rsdp + 16, AT_RSDT);
    put32(rsdp + 20, 36);
    put64(rsdp + 24, AT_XSDT);
    checksum(rsdp, 20, 8);
    checksum(rsdp, 36, 32);
    return rsdp;
}

UTEST(acpi, a_whole_machine_is_understood)
{
    static struct acpi_info a;

    ASSERT_EQ(acpi_parse(build(), 36, &mem, &a), 0);
    EXPECT_TRUE(a.valid && a.has_madt && a.has_pic && a.has_s5);
    EXPECT_EQ(a.lapic, 0x1fee00000ull);
    EXPECT_EQ(a.ncpus, 1);
    EXPECT_EQ(a.nioapics, 1);
    EXPECT_EQ(a.ioapic[0].base, 0xfec00000u);
    EXPECT_EQ(a.ioapic[0].id, 7);
    EXPECT_EQ(a.noverrides, 2);
    EXPECT_EQ(a.override[0].gsi, 2);
    EXPECT_EQ(a.override[1].polarity, ACPI_POL_HIGH);
    EXPECT_EQ(a.override[1].trigger, ACPI_TRIG_LEVEL);
    EXPECT_EQ(a.hpet, 0xfed00000u);
    EXPECT_EQ(a.pm1a_cnt, 0x604);
    EXPECT_EQ(a.reset.addr, 0xcf9);
    EXPECT_EQ(a.reset_value, 6);
    EXPECT_EQ(a.s5_typ_a, 5);
    EXPECT_EQ(a.s5_typ_b, 6);
    EXPECT_EQ(a.nskipped, 0);
}

UTEST(acpi, no_root_pointer_is_noent_and_leaves_a_usual_pc)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();

    EXPECT_EQ(acpi_parse(NULL, 0, &mem, &a), -L4_ENOENT);
    EXPECT_TRUE(a.has_pic && !a.valid);
    EXPECT_EQ(acpi_parse(rsdp, 19, &mem, &a), -L4_ENOENT);
    rsdp[9] ^= 1;
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), -L4_ENOENT);
}

UTEST(acpi, a_broken_xsdt_falls_back_to_the_rsdt)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();

    at(AT_XSDT)[36] ^= 0xff;
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), 0);
    EXPECT_TRUE(a.has_madt);
    EXPECT_EQ(a.hpet, 0);
}

UTEST(acpi, both_root_tables_broken_is_invalid)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();

    at(AT_XSDT)[4] = 3;
    at(AT_RSDT)[4] = 0xff;
    at(AT_RSDT)[7] = 0xff;
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), -L4_EINVAL);
    EXPECT_FALSE(a.valid);
}

UTEST(acpi, a_table_with_a_wrong_sum_is_skipped_alone)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();

    at(AT_HPET)[50] ^= 1;
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), 0);
    EXPECT_EQ(a.hpet, 0);
    EXPECT_EQ(a.nskipped, 1);
    EXPECT_TRUE(a.has_madt);
}

UTEST(acpi, tables_outside_of_memory_are_skipped)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();

    put64(at(AT_XSDT) + 44, 0xfffffffffffffff0ull);
    put64(at(AT_XSDT) + 52, MEM_BASE + MEM_BYTES - 8);
    checksum(at(AT_XSDT), 60, 9);
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), 0);
    EXPECT_EQ(a.nskipped, 2);
    EXPECT_TRUE(a.has_madt);
}

UTEST(acpi, madt_entries_of_length_zero_or_too_long_end_the_list)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();

    at(AT_MADT)[44 + 8 + 1] = 0;
    checksum(at(AT_MADT), 44 + sizeof(madt_entries), 9);
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), 0);
    EXPECT_EQ(a.ncpus, 1);
    EXPECT_EQ(a.nioapics, 0);

    at(AT_MADT)[44 + 8 + 1] = 255;
    checksum(at(AT_MADT), 44 + sizeof(madt_entries), 9);
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), 0);
    EXPECT_EQ(a.nioapics, 0);
}

UTEST(acpi, more_entries_than_there_is_room_for_are_left_out)
{
    static struct acpi_info a;
    uint8_t *rsdp = build();
    const unsigned n = 2 * ACPI_IOAPICS_MAX;

    for (unsigned i = 0; i < n; i++) {
        uint8_t *e = at(AT_MADT) + 44 + 12 * i;

        memset(e, 0, 12);
        e[0] = 1;
        e[1] = 12;
    }
    table(AT_MADT, "APIC", 44 + 12 * n);
    EXPECT_EQ(acpi_parse(rsdp, 36, &mem, &a), 0);
    EXPECT_EQ(a.nioapics, ACPI_IOAPICS_MAX);
}

/* Whatever one flips in any table, the parser stays inside the memory (ASan watches). */
UTEST(acpi, any_flipped_length_byte_is_survived)
{
    static struct acpi_info a;
    static const uint32_t tables[] = { AT_XSDT, AT_RSDT, AT_MADT, AT_HPET, AT_FADT, AT_DSDT };

    for (size_t t = 0; t < array_size(tables); t++)
        for (unsigned byte = 4; byte < 8; byte++)
            for (unsigned v = 0; v < 256; v += 5) {
                uint8_t *rsdp = build();
                uint32_t len;

                at(tables[t])[byte] = (uint8_t)v;
                memcpy(&len, at(tables[t]) + 4, 4);
                if (len > 9 && len < 0x1000)
                    checksum(at(tables[t]), len, 9);
                (void)!acpi_parse(rsdp, 36, &mem, &a);
            }
}

UTEST(acpi, s5_is_found_behind_a_root_prefix_and_with_constants)
{
    static const uint8_t code[] = { 0x08, '\\', '_', 'S', '5', '_', 0x12, 0x05, 0x02, 0x01, 0x00 };
    uint8_t a = 9, b = 9;

    EXPECT_EQ(acpi_find_s5(code, sizeof(code), &a, &b), 0);
    EXPECT_EQ(a, 1);
    EXPECT_EQ(b, 0);
}

UTEST(acpi, s5_cut_off_anywhere_is_noent)
{
    const uint8_t *code = dsdt_code + 7;
    const size_t whole = 5 + 1 + 1 + 1 + 4;

    for (size_t n = 0; n < whole; n++) {
        uint8_t a, b, *copy = malloc(n ? n : 1);

        memcpy(copy, code, n);
        EXPECT_EQ(acpi_find_s5(copy, n, &a, &b), -L4_ENOENT);
        free(copy);
    }
}

UTEST(acpi, s5_that_is_computed_is_noent)
{
    static const uint8_t code[] = {
        0x08, '_', 'S', '5', '_', 0x12, 0x06, 0x02, 'A', 'B', 'C', 'D'
    };
    uint8_t a, b;

    EXPECT_EQ(acpi_find_s5(code, sizeof(code), &a, &b), -L4_ENOENT);
}
