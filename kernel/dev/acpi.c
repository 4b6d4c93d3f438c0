/* SPDX-License-Identifier: MIT */
/*
 * See <dev/acpi.h> for the contract.
 *
 *   root pointer -> XSDT (or RSDT) -> MADT  controllers, CPUs, overrides
 *                                  -> HPET  timer
 *                                  -> FADT  reset, power -> DSDT  \_S5_
 *
 * A table is read only after acpi_table_check() has seen it whole and with a right checksum;
 * inside it every read is behind a comparison with that length.
 */
#include <dev/acpi.h>
#include <dev/le.h>

#include <l4/sys/err.h>

enum {
    HEADER_LEN = 36,
    TABLE_MAX = 16 << 20, /* no table is larger; a longer one is a broken length */
    ROOT_ENTRIES_MAX = 256,
};

/* Offsets inside the tables (ACPI specification, chapter 5). */
enum {
    RSDP_LEN_V1 = 20,
    RSDP_LEN_V2 = 36,
    RSDP_REVISION = 15,
    RSDP_RSDT = 16,
    RSDP_LENGTH = 20,
    RSDP_XSDT = 24,

    MADT_LAPIC = 36,
    MADT_FLAGS = 40,
    MADT_ENTRIES = 44,

    HPET_GAS = 40,

    FADT_DSDT = 40,
    FADT_SMI_CMD = 48,
    FADT_ACPI_ENABLE = 52,
    FADT_PM1A_CNT = 64,
    FADT_PM1B_CNT = 68,
    FADT_FLAGS = 112,
    FADT_RESET_REG = 116,
    FADT_RESET_VALUE = 128,
    FADT_X_DSDT = 140,
    FADT_LEN_V1 = 116,
    FADT_FLAG_RESET = 1 << 10,
};

static bool sum_is_zero(const uint8_t *p, size_t n)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < n; i++)
        sum = (uint8_t)(sum + p[i]);
    return sum == 0;
}

static bool bytes_equal(const uint8_t *p, const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != (uint8_t)s[i])
            return false;
    return true;
}

bool acpi_rsdp_valid(const void *rsdp, size_t len)
{
    const uint8_t *p = rsdp;

    if (!p || len < RSDP_LEN_V1 || !bytes_equal(p, "RSD PTR ", 8))
        return false;
    return sum_is_zero(p, RSDP_LEN_V1);
}

size_t acpi_table_check(const struct acpi_mem *mem, paddr p, const char *signature)
{
    const uint8_t *t = p ? mem->map(mem->arg, p, HEADER_LEN) : NULL;
    size_t len;

    if (!t || (signature && !bytes_equal(t, signature, 4)))
        return 0;
    len = le32(t + 4);
    if (len < HEADER_LEN || len > TABLE_MAX)
        return 0;
    t = mem->map(mem->arg, p, len);
    return t && sum_is_zero(t, len) ? len : 0;
}

/* ---- MADT ------------------------------------------------------------------------------ */

static void madt_entry(const uint8_t *e, size_t len, struct acpi_info *a)
{
    switch (e[0]) {
    case 0: /* a CPU and its local APIC; flag 0: enabled */
        if (len >= 8 && (le32(e + 4) & 1u) && a->ncpus < ACPI_CPUS_MAX)
            a->cpu_apic_id[a->ncpus++] = e[3];
        break;
    case 1: /* an I/O APIC */
        if (len >= 12 && a->nioapics < ACPI_IOAPICS_MAX)
            a->ioapic[a->nioapics++] =
                (struct acpi_ioapic){ .id = e[2], .base = le32(e + 4), .gsi_base = le32(e + 8) };
        break;
    case 2: /* a legacy interrupt that arrives elsewhere or otherwise than usual */
        if (len >= 10 && e[3] < 16 && a->noverrides < ACPI_OVERRIDES_MAX)
            a->override[a->noverrides++] = (struct acpi_override){
                .isa = e[3],
                .gsi = le32(e + 4),
                .polarity = (uint8_t)(e[8] & 3u),
                .trigger = (uint8_t)(e[8] >> 2 & 3u),
            };
        break;
    case 5: /* the local APICs are above 4 GiB */
        if (len >= 12)
            a->lapic = le64(e + 4);
        break;
    default: break;
    }
}

static void parse_madt(const uint8_t *t, size_t len, struct acpi_info *a)
{
    if (len < MADT_ENTRIES || a->has_madt)
        return;
    a->has_madt = true;
    a->lapic = le32(t + MADT_LAPIC);
    a->has_pic = le32(t + MADT_FLAGS) & 1u;

    for (size_t at = MADT_ENTRIES; len - at >= 2;) {
        size_t n = t[at + 1];

        if (n < 2 || n > len - at)
            break;
        madt_entry(t + at, n, a);
        at += n;
    }
}

/* ---- FADT and the power-off value ------------------------------------------------------ */

/* Package length as AML codes it: the bytes it takes, 0 if it is cut off. */
static size_t aml_pkg_length_bytes(const uint8_t *p, size_t left)
{
    size_t n = left ? 1u + (p[0] >> 6) : 0;

    return n <= left ? n : 0;
}

/* A small integer constant. Returns the bytes it takes, 0 if it is something else. */
static size_t aml_small_int(const uint8_t *p, size_t left, uint8_t *value)
{
    enum {
        OP_ZERO = 0x00,
        OP_ONE = 0x01,
        OP_BYTE = 0x0a,
        OP_WORD = 0x0b,
        OP_DWORD = 0x0c
    };
    size_t n;

    if (!left)
        return 0;
    switch (p[0]) {
    case OP_ZERO:
    case OP_ONE: *value = p[0]; return 1;
    case OP_BYTE: n = 2; break;
    case OP_WORD: n = 3; break;
    case OP_DWORD: n = 5; break;
    default: return 0;
    }
    if (left < n)
        return 0;
    *value = p[1]; /* the sleep type has three bits */
    return n;
}

/* The package behind a name, at p: two sleep types, a for PM1a and b for PM1b. */
static bool aml_sleep_package(const uint8_t *p, size_t left, uint8_t *a, uint8_t *b)
{
    enum {
        OP_PACKAGE = 0x12
    };
    size_t n;

    if (!left || p[0] != OP_PACKAGE)
        return false;
    p++, left--;
    n = aml_pkg_length_bytes(p, left);
    if (!n || left - n < 1 || p[n] < 1)
        return false;

    bool pair = p[n] >= 2;

    p += n + 1, left -= n + 1;
    n = aml_small_int(p, left, a);
    if (!n)
        return false;
    *b = *a;
    return !pair || aml_small_int(p + n, left - n, b);
}

int acpi_find_s5(const uint8_t *aml, size_t len, uint8_t *typ_a, uint8_t *typ_b)
{
    enum {
        OP_NAME = 0x08
    };

    for (size_t i = 1; i + 4 < len; i++) {
        bool named;

        if (!bytes_equal(aml + i, "_S5_", 4))
            continue;
        named = aml[i - 1] == OP_NAME || (i >= 2 && aml[i - 1] == '\\' && aml[i - 2] == OP_NAME);
        if (named && aml_sleep_package(aml + i + 4, len - i - 4, typ_a, typ_b))
            return 0;
    }
    return -L4_ENOENT;
}

static void parse_dsdt(const struct acpi_mem *mem, paddr p, struct acpi_info *a)
{
    size_t len = acpi_table_check(mem, p, "DSDT");
    const uint8_t *t = len ? mem->map(mem->arg, p, len) : NULL;

    if (!t) {
        a->nskipped++;
        return;
    }
    a->has_s5 = acpi_find_s5(t + HEADER_LEN, len - HEADER_LEN, &a->s5_typ_a, &a->s5_typ_b) == 0;
}

static void parse_fadt(const uint8_t *t, size_t len, const struct acpi_mem *mem,
                       struct acpi_info *a)
{
    paddr dsdt;

    if (len < FADT_LEN_V1 || a->pm1a_cnt)
        return;
    a->smi_cmd = (uint16_t)le32(t + FADT_SMI_CMD);
    a->acpi_enable = t[FADT_ACPI_ENABLE];
    a->pm1a_cnt = (uint16_t)le32(t + FADT_PM1A_CNT);
    a->pm1b_cnt = (uint16_t)le32(t + FADT_PM1B_CNT);
    if (len > FADT_RESET_VALUE && (le32(t + FADT_FLAGS) & FADT_FLAG_RESET)) {
        a->reset = (struct acpi_reg){
            .space = t[FADT_RESET_REG],
            .width = t[FADT_RESET_REG + 1],
            .addr = le64(t + FADT_RESET_REG + 4),
        };
        a->reset_value = t[FADT_RESET_VALUE];
    }
    dsdt = le32(t + FADT_DSDT);
    if (len >= FADT_X_DSDT + 8 && le64(t + FADT_X_DSDT))
        dsdt = le64(t + FADT_X_DSDT);
    parse_dsdt(mem, dsdt, a);
}

/* ---- root table ------------------------------------------------------------------------ */

static void parse_hpet(const uint8_t *t, size_t len, struct acpi_info *a)
{
    /* address space 0: memory */
    if (len >= HPET_GAS + 12 && t[HPET_GAS] == 0 && !a->hpet)
        a->hpet = le64(t + HPET_GAS + 4);
}

static void parse_table(const struct acpi_mem *mem, paddr p, struct acpi_info *a)
{
    size_t len = acpi_table_check(mem, p, NULL);
    const uint8_t *t = len ? mem->map(mem->arg, p, len) : NULL;

    if (!t) {
        a->nskipped++;
        return;
    }
    if (bytes_equal(t, "APIC", 4))
        parse_madt(t, len, a);
    else if (bytes_equal(t, "HPET", 4))
        parse_hpet(t, len, a);
    else if (bytes_equal(t, "FACP", 4))
        parse_fadt(t, len, mem, a);
}

/* One root table; `width` bytes per entry. */
static bool parse_root(const struct acpi_mem *mem, paddr p, size_t width, struct acpi_info *a)
{
    size_t len = acpi_table_check(mem, p, width == 8 ? "XSDT" : "RSDT");
    size_t n;

    if (!len)
        return false;
    n = (len - HEADER_LEN) / width;
    for (size_t i = 0; i < n && i < ROOT_ENTRIES_MAX; i++) {
        /* mapped anew each time: the next table may have taken its window */
        const uint8_t *t = mem->map(mem->arg, p, len);
        const uint8_t *e = t ? t + HEADER_LEN + i * width : NULL;

        if (e)
            parse_table(mem, width == 8 ? le64(e) : le32(e), a);
    }
    return true;
}

int acpi_parse(const void *rsdp, size_t len, const struct acpi_mem *mem, struct acpi_info *out)
{
    const uint8_t *p = rsdp;
    paddr rsdt, xsdt = 0;

    *out = (struct acpi_info){ .has_pic = true };
    if (!acpi_rsdp_valid(rsdp, len))
        return -L4_ENOENT;

    rsdt = le32(p + RSDP_RSDT);
    if (p[RSDP_REVISION] >= 2 && len >= RSDP_LEN_V2 && le32(p + RSDP_LENGTH) >= RSDP_LEN_V2 &&
        le32(p + RSDP_LENGTH) <= len && sum_is_zero(p, le32(p + RSDP_LENGTH)))
        xsdt = le64(p + RSDP_XSDT);

    out->valid = parse_root(mem, xsdt, 8, out) || parse_root(mem, rsdt, 4, out);
    return out->valid ? 0 : -L4_EINVAL;
}
