/* SPDX-License-Identifier: MIT */
/* Multiboot (version 1) information, as far as programs that load other systems need it. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

enum l4util_mb_flags {
    L4UTIL_MB_MEMORY = 1 << 0,  /* mem_lower, mem_upper are valid */
    L4UTIL_MB_BOOTDEV = 1 << 1, /* boot_device */
    L4UTIL_MB_CMDLINE = 1 << 2, /* cmdline */
    L4UTIL_MB_MODS = 1 << 3,    /* mods_count, mods_addr */
    L4UTIL_MB_MEM_MAP = 1 << 6, /* mmap_length, mmap_addr */
};

#define L4UTIL_MB_VALID 0x2badb002U /* register value that says: multiboot */

typedef struct {
    l4_uint32_t mod_start;
    l4_uint32_t mod_end; /* first byte behind the module */
    l4_uint32_t cmdline;
    l4_uint32_t pad;
} l4util_mb_mod_t;

typedef struct {
    l4_uint32_t flags;     /* L4UTIL_MB_*: which fields are valid */
    l4_uint32_t mem_lower; /* KiB below 1 MiB */
    l4_uint32_t mem_upper; /* KiB above 1 MiB */
    l4_uint32_t boot_device;
    l4_uint32_t cmdline;
    l4_uint32_t mods_count;
    l4_uint32_t mods_addr;
    l4_uint32_t syms[4];
    l4_uint32_t mmap_length; /* bytes */
    l4_uint32_t mmap_addr;
} l4util_mb_info_t;

/* Entry of the memory map; the next one begins struct_size + 4 bytes further. */
typedef struct L4_PACKED {
    l4_uint32_t struct_size;
    l4_uint64_t addr;
    l4_uint64_t size;
    l4_uint32_t type; /* 1 = usable memory */
} l4util_mb_addr_range_t;

L4_ABI_ASSERT_SIZE(l4util_mb_mod_t, 16);
L4_ABI_ASSERT_SIZE(l4util_mb_info_t, 52);
L4_ABI_ASSERT_SIZE(l4util_mb_addr_range_t, 24);
