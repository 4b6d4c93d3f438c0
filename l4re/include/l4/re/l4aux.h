/* SPDX-License-Identifier: MIT */
/* What the loader tells the start code beyond the environment; found by AT_L4_AUX. */
#pragma once

#include <l4/sys/types.h>

/* Keys of the auxiliary vector that are L4's own. */
enum l4re_auxv_keys {
    L4RE_AT_L4_AUX = 0xf0, /* l4re_aux_t * */
    L4RE_AT_L4_ENV = 0xf1, /* l4re_env_t * */
    L4RE_AT_L4_KIP = 0xf2, /* address of the kernel info page */
};

enum l4re_aux_ldr_flags_t {
    L4RE_AUX_LDR_FLAG_EAGER_MAP = 0x1,
    L4RE_AUX_LDR_FLAG_ALL_SEGS_COW = 0x2,
    L4RE_AUX_LDR_FLAG_PINNED_SEGS = 0x4,
};

typedef struct l4re_aux_t {
    char const *binary;  /* name of the program file */
    l4_cap_idx_t kip_ds; /* dataspace of the kernel info page */
    l4_umword_t dbg_lvl;
    l4_umword_t ldr_flags; /* enum l4re_aux_ldr_flags_t */
    l4_addr_t ldr_base;    /* load offset; 0 for programs with fixed addresses */
} l4re_aux_t;
