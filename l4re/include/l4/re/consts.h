/* SPDX-License-Identifier: MIT */
/* Where the loader puts the first capabilities and the first memory of a program. */
#pragma once

#include <l4/sys/consts.h>

/*
 * Capability indices of a fresh task (selector = index << L4_CAP_SHIFT). Task, factory, main
 * thread, log, ICU, scheduler and debugger have the kernel's indices 1, 2, 3, 5, 6, 7 and 10.
 */
enum l4re_consts_caps {
    L4RE_CAP_IDX_RM = 0x10,
    L4RE_CAP_IDX_MEM_ALLOC = 0x11,
    L4RE_CAP_IDX_NAMES = 0x12,
    L4RE_CAP_IDX_PARENT = 0x13,
    L4RE_CAP_IDX_KIP_DS = 0x14,
    L4RE_CAP_IDX_DBG_EVENTS = 0x15,
    L4RE_CAP_IDX_FIRST_FREE = 0x16,
};

/* Memory layout of a fresh task. */
enum l4re_consts_memory {
    L4RE_STACK_TOP = 0x80000000,
    L4RE_STACK_SIZE = 0x40000, /* default, see L4RE_ELF_AUX_T_STACK_SIZE */
    L4RE_STACK_SIZE_MIN = 0x10000,
    L4RE_STACK_SIZE_MAX = 0x200000,
    L4RE_KIP_ADDR = 0xaffff000, /* the kernel info page, see L4RE_ELF_AUX_T_KIP_ADDR */
    L4RE_UTCB_AREA = 0xb3000000,
    L4RE_UTCB_AREA_ORDER = 13,
};
