/* SPDX-License-Identifier: MIT */
/*
 * What the boot loader told, checked and copied: nothing here points into its memory, which
 * may be overwritten afterwards.
 */
#pragma once

#include <init/ranges.h>
#include <lib/base.h>

#define BOOT_MEM_MAX 192u
#define BOOT_MODULES_MAX 64u
#define BOOT_STRINGS_MAX 16384u
#define BOOT_RSDP_MAX 64u

enum boot_mem_type {
    BOOT_MEM_RAM = 1,
    BOOT_MEM_RESERVED = 2,
    BOOT_MEM_ACPI = 3, /* tables; the memory could be reused after reading them */
    BOOT_MEM_NVS = 4,
    BOOT_MEM_BAD = 5,
};

struct boot_mem {
    uint64_t start, end; /* [start, end) */
    enum boot_mem_type type;
};

struct boot_module {
    uint64_t start, end; /* [start, end), physical */
    const char *cmdline; /* in boot_info.strings; "" if there is none */
};

/* What was wrong with the input, a bit each. */
enum boot_problem {
    BOOT_BAD_MAGIC = 1u << 0,     /* not started by a Multiboot2 loader */
    BOOT_BAD_SIZE = 1u << 1,      /* total size missing, tiny or huge */
    BOOT_BAD_TAG = 1u << 2,       /* a tag is longer than what is left */
    BOOT_NO_MEMORY_MAP = 1u << 3, /* no usable memory map */
    BOOT_BAD_MODULE = 1u << 4,    /* a module with no bytes, or one too many */
    BOOT_STRINGS_CUT = 1u << 5,   /* command lines do not fit */
    BOOT_MAP_CUT = 1u << 6,       /* more memory map entries than BOOT_MEM_MAX */
};

struct boot_info {
    unsigned problems; /* enum boot_problem */
    bool efi;          /* started through UEFI */

    unsigned nmem;
    struct boot_mem mem[BOOT_MEM_MAX];

    unsigned nmodules;
    struct boot_module module[BOOT_MODULES_MAX];

    const char *cmdline;
    const char *loader;

    unsigned rsdp_len; /* 0: none */
    uint8_t rsdp[BOOT_RSDP_MAX];

    unsigned nstrings;
    char strings[BOOT_STRINGS_MAX];
};

/*
 * Read a Multiboot2 information block.
 *
 * `info` must be readable for the size it states in its first word, once that word has been
 * found to be at most `limit`; nothing behind it is read.
 * Returns: true if there is enough to go on (memory map present). `b->problems` says the rest.
 */
bool mb2_parse(uint32_t magic, const void *info, size_t limit, struct boot_info *b);

/* Text of one problem bit, what to do about it included. */
const char *boot_problem_text(enum boot_problem p);

/*
 * RAM in whole pages: what some entry calls RAM and none calls anything else. Page 0 is left
 * out, and what lies at or above `limit`.
 */
void boot_info_ram(const struct boot_info *b, uint64_t limit, struct ranges *out);
