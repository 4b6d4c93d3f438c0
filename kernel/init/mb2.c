/* SPDX-License-Identifier: MIT */
/*
 * Multiboot2 information: a header of 8 bytes, then tags of {type, size}, each at a multiple
 * of 8. See <init/boot_info.h> for the contract.
 *
 * Every tag is handed on as (bytes, length) with the length already checked against the whole;
 * its reader compares each field with that length.
 */
#include <init/boot_info.h>

#include <dev/le.h>
#include <lib/string.h>

#define MB2_MAGIC 0x36d76289u

enum mb2_tag {
    TAG_END = 0,
    TAG_CMDLINE = 1,
    TAG_LOADER = 2,
    TAG_MODULE = 3,
    TAG_MEMORY_MAP = 6,
    TAG_EFI64_TABLE = 12,
    TAG_ACPI_OLD = 14,
    TAG_ACPI_NEW = 15,
    TAG_EFI_MEMORY_MAP = 17,
};

enum {
    HEADER = 8,
    ROOM_FOR_END = 8
};

/* Copy a string of at most `most` bytes into the arena; cut if it has no end or no room. */
static const char *string_keep(struct boot_info *b, const uint8_t *s, size_t most)
{
    const size_t len = strnlen((const char *)s, most);
    const size_t room = BOOT_STRINGS_MAX - b->nstrings;
    char *copy = b->strings + b->nstrings;

    if (len + 1 > room) {
        b->problems |= BOOT_STRINGS_CUT;
        return "";
    }
    memcpy(copy, s, len);
    copy[len] = '\0';
    b->nstrings += (unsigned)len + 1;
    return copy;
}

static void mem_add(struct boot_info *b, uint64_t start, uint64_t bytes, enum boot_mem_type type)
{
    if (!bytes || start + bytes < start)
        return;
    if (b->nmem == BOOT_MEM_MAX) {
        b->problems |= BOOT_MAP_CUT;
        return;
    }
    b->mem[b->nmem++] = (struct boot_mem){ start, start + bytes, type };
}

static enum boot_mem_type type_of_e820(uint32_t t)
{
    switch (t) {
    case 1: return BOOT_MEM_RAM;
    case 3: return BOOT_MEM_ACPI;
    case 4: return BOOT_MEM_NVS;
    case 5: return BOOT_MEM_BAD;
    default: return BOOT_MEM_RESERVED;
    }
}

/* Boot services have ended: their memory is free. */
static enum boot_mem_type type_of_efi(uint32_t t)
{
    switch (t) {
    case 1: /* loader code */
    case 2: /* loader data */
    case 3: /* boot services code */
    case 4: /* boot services data */
    case 7: /* conventional */ return BOOT_MEM_RAM;
    case 8: return BOOT_MEM_BAD;
    case 9: return BOOT_MEM_ACPI;
    case 10: return BOOT_MEM_NVS;
    default: return BOOT_MEM_RESERVED;
    }
}

static void read_memory_map(struct boot_info *b, const uint8_t *t, size_t len)
{
    const size_t each = len >= HEADER + 8 ? le32(t + HEADER) : 0;

    if (each < 20 || each > len)
        return;
    for (size_t at = HEADER + 8; len - at >= each; at += each)
        mem_add(b, le64(t + at), le64(t + at + 8), type_of_e820(le32(t + at + 16)));
}

static void read_efi_map(struct boot_info *b, const uint8_t *t, size_t len)
{
    const size_t each = len >= HEADER + 8 ? le32(t + HEADER) : 0;

    if (each < 32 || each > len)
        return;
    for (size_t at = HEADER + 8; len - at >= each; at += each) {
        const uint64_t pages = le64(t + at + 24);

        if (pages < UINT64_MAX >> 12)
            mem_add(b, le64(t + at + 8), pages << 12, type_of_efi(le32(t + at)));
    }
}

static void read_module(struct boot_info *b, const uint8_t *t, size_t len)
{
    const uint64_t start = len >= HEADER + 8 ? le32(t + HEADER) : 0;
    const uint64_t end = len >= HEADER + 8 ? le32(t + HEADER + 4) : 0;

    if (start >= end || b->nmodules == BOOT_MODULES_MAX) {
        b->problems |= BOOT_BAD_MODULE;
        return;
    }
    b->module[b->nmodules++] = (struct boot_module){
        .start = start, .end = end, .cmdline = string_keep(b, t + HEADER + 8, len - HEADER - 8)
    };
}

/* The newer root pointer is better: a copy of the older one never replaces it. */
static void read_rsdp(struct boot_info *b, const uint8_t *t, size_t len)
{
    const size_t n = min(len - HEADER, (size_t)BOOT_RSDP_MAX);

    if (n <= b->rsdp_len)
        return;
    memcpy(b->rsdp, t + HEADER, n);
    b->rsdp_len = (unsigned)n;
}

static void read_tag(struct boot_info *b, uint32_t type, const uint8_t *t, size_t len)
{
    switch (type) {
    case TAG_CMDLINE: b->cmdline = string_keep(b, t + HEADER, len - HEADER); break;
    case TAG_LOADER: b->loader = string_keep(b, t + HEADER, len - HEADER); break;
    case TAG_MODULE: read_module(b, t, len); break;
    case TAG_MEMORY_MAP: read_memory_map(b, t, len); break;
    case TAG_EFI64_TABLE: b->efi = true; break;
    case TAG_ACPI_OLD:
    case TAG_ACPI_NEW: read_rsdp(b, t, len); break;
    default: break;
    }
}

/* Walk all tags. The EFI map counts only if there is no other: loaders derive one from it. */
static void walk(struct boot_info *b, const uint8_t *info, size_t total)
{
    const uint8_t *efi_map = NULL;
    size_t at = HEADER;

    while (total - at >= HEADER) {
        const uint32_t type = le32(info + at);
        const size_t len = le32(info + at + 4);

        if (type == TAG_END)
            break;
        if (len < HEADER || len > total - at) {
            b->problems |= BOOT_BAD_TAG;
            break;
        }
        if (type == TAG_EFI_MEMORY_MAP)
            efi_map = info + at;
        else
            read_tag(b, type, info + at, len);
        if (align_up(len, 8) > total - at)
            break;
        at += align_up(len, 8);
    }
    if (efi_map)
        b->efi = true;
    if (efi_map && !b->nmem)
        read_efi_map(b, efi_map, le32(efi_map + 4));
}

bool mb2_parse(uint32_t magic, const void *info, size_t limit, struct boot_info *b)
{
    const uint8_t *p = info;
    size_t total;

    memset(b, 0, sizeof(*b));
    b->cmdline = b->loader = "";
    if (magic != MB2_MAGIC) {
        b->problems = BOOT_BAD_MAGIC;
        return false;
    }
    total = le32(p);
    if (total < HEADER + ROOM_FOR_END || total > limit) {
        b->problems = BOOT_BAD_SIZE;
        return false;
    }
    walk(b, p, total);
    if (!b->nmem)
        b->problems |= BOOT_NO_MEMORY_MAP;
    return b->nmem != 0;
}

const char *boot_problem_text(enum boot_problem p)
{
    switch (p) {
    case BOOT_BAD_MAGIC:
        return "not started through Multiboot2: use the 'multiboot2' command of GRUB";
    case BOOT_BAD_SIZE: return "the boot information has no sane size";
    case BOOT_BAD_TAG: return "the boot information is cut off; using what came before";
    case BOOT_NO_MEMORY_MAP: return "the boot loader gave no memory map";
    case BOOT_BAD_MODULE: return "an empty module, or more than 64, was left out";
    case BOOT_STRINGS_CUT: return "command lines are longer than 16 KiB; some were left out";
    case BOOT_MAP_CUT: return "the memory map has more than 192 entries; the rest was left out";
    }
    return "?";
}

void boot_info_ram(const struct boot_info *b, uint64_t limit, struct ranges *out)
{
    ranges_clear(out);
    for (unsigned i = 0; i < b->nmem; i++)
        if (b->mem[i].type == BOOT_MEM_RAM)
            ranges_add(out, b->mem[i].start, b->mem[i].end);
    ranges_shrink_to_pages(out);

    for (unsigned i = 0; i < b->nmem; i++)
        if (b->mem[i].type != BOOT_MEM_RAM)
            ranges_sub(out, align_down(b->mem[i].start, 4096), align_up(b->mem[i].end, 4096));
    ranges_sub(out, 0, 4096);
    ranges_sub(out, limit, UINT64_MAX);
}
