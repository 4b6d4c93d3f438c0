/* SPDX-License-Identifier: MIT */
/*
 * Boot modules as the root task finds them: KIP user_ptr -> l4util_l4mod_info -> array of
 * l4util_l4mod_mod directly behind it -> strings behind that. All addresses are physical.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

enum l4util_l4mod_mod_flag {
    L4util_l4mod_mod_flag_unspec = 0,
    L4util_l4mod_mod_flag_kernel = 1,
    L4util_l4mod_mod_flag_sigma0 = 2,
    L4util_l4mod_mod_flag_roottask = 3,
    L4util_l4mod_mod_flag_mask = 7,
};

/* Bits of l4util_l4mod_info.flags. */
enum l4util_l4mod_info_flag {
    L4util_l4mod_info_flag_cmdline = 1 << 2, /* cmdline is valid */
    L4util_l4mod_info_flag_video = 1 << 11,  /* vbe_* are valid */
};

typedef struct l4util_l4mod_mod {
    l4_uint64_t flags;     /* enum l4util_l4mod_mod_flag */
    l4_uint64_t mod_start; /* page aligned */
    l4_uint64_t mod_end;   /* first byte behind the module; padding to the page end is zero */
    l4_uint64_t cmdline;   /* NUL-terminated: file name and arguments */
} l4util_l4mod_mod;

typedef struct l4util_l4mod_info {
    l4_uint64_t flags;
    l4_uint64_t cmdline;   /* of the boot loader, 0 = none */
    l4_uint64_t mods_addr; /* array of l4util_l4mod_mod */
    l4_uint32_t mods_count;
    l4_uint32_t _pad;
    l4_uint64_t vbe_ctrl_info;
    l4_uint64_t vbe_mode_info;
} l4util_l4mod_info;

L4_ABI_ASSERT_SIZE(l4util_l4mod_mod, 32);
L4_ABI_ASSERT_SIZE(l4util_l4mod_info, 48);
L4_ABI_ASSERT_OFFSET(l4util_l4mod_info, mods_addr, 0x10);
L4_ABI_ASSERT_OFFSET(l4util_l4mod_info, mods_count, 0x18);
L4_ABI_ASSERT_OFFSET(l4util_l4mod_info, vbe_ctrl_info, 0x20);
