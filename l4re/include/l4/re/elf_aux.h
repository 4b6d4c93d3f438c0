/* SPDX-License-Identifier: MIT */
/*
 * Wishes of a program to its loader, kept in the section .rol4re_elf_aux, which the linker script
 * puts into a segment of type L4RE_PT_L4_AUX. Example, a stack of one megabyte:
 *
 *     L4RE_ELF_AUX_ELEM_T(l4re_elf_aux_mword_t, my_stack, L4RE_ELF_AUX_T_STACK_SIZE, 0x100000);
 */
#pragma once

#include <l4/sys/types.h>

#define L4RE_PT_L4_AUX 0x60000014u

#define L4RE_ELF_AUX_ELEM                                                                          \
    const __attribute__((used, section(".rol4re_elf_aux"), aligned(sizeof(l4_umword_t))))

#define L4RE_ELF_AUX_ELEM_T(type, id, tag, ...)                                                    \
    static L4RE_ELF_AUX_ELEM type id = { tag, sizeof(type), __VA_ARGS__ }

enum l4re_elf_aux_tags {
    L4RE_ELF_AUX_T_NONE = 0,
    L4RE_ELF_AUX_T_VMA,           /* l4re_elf_aux_vma_t: addresses to keep free */
    L4RE_ELF_AUX_T_STACK_SIZE,    /* l4re_elf_aux_mword_t: of the main thread, bytes */
    L4RE_ELF_AUX_T_STACK_ADDR,    /* l4re_elf_aux_mword_t: lowest address of that stack */
    L4RE_ELF_AUX_T_KIP_ADDR,      /* l4re_elf_aux_mword_t: where the kernel info page goes */
    L4RE_ELF_AUX_T_EX_REGS_FLAGS, /* l4re_elf_aux_mword_t: for starting the main thread */
};

typedef struct l4re_elf_aux_t {
    l4_umword_t type;
    l4_umword_t length; /* of the whole element, this head included */
} l4re_elf_aux_t;

typedef struct l4re_elf_aux_vma_t {
    l4_umword_t type;
    l4_umword_t length;
    l4_umword_t start;
    l4_umword_t end; /* last byte */
} l4re_elf_aux_vma_t;

typedef struct l4re_elf_aux_mword_t {
    l4_umword_t type;
    l4_umword_t length;
    l4_umword_t value;
} l4re_elf_aux_mword_t;
