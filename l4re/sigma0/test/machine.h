/* SPDX-License-Identifier: MIT */
/* Invented machines for the tests: a KIP with memory descriptors. */
#pragma once

#include <stdlib.h>
#include <string.h>

#include <sigma0/memmap.h>

#include <l4/sys/consts.h>
#include <l4/sys/kip_layout.h>

enum {
    MACHINE_DESCS = 16,
    MACHINE_RAM = 8 << 20, /* bytes of real memory behind the small machine's RAM */
};

struct machine {
    l4_kernel_info_t kip;
    l4_kernel_info_mem_desc_t descs[MACHINE_DESCS];
    l4_addr_t ram; /* small machine: where its RAM is */
};

static inline void machine_desc(struct machine *m, int i, l4_addr_t start, l4_addr_t last,
                                unsigned type, unsigned virt, unsigned sub)
{
    l4_kernel_info_set_mem_desc(&m->descs[i], start, last, type, virt, sub);
}

static inline struct machine *machine_empty(void)
{
    static struct machine m;

    memset(&m, 0, sizeof(m));
    m.kip.magic = L4_KERNEL_INFO_MAGIC;
    m.kip.mem_descs = (l4_uint32_t) __builtin_offsetof(struct machine, descs);
    m.kip.mem_descs_num = MACHINE_DESCS;
    return &m;
}

/* A PC with 512 MiB below 4 GiB and 60 GiB above. */
static inline struct machine *machine_new(void)
{
    struct machine *m = machine_empty();

    machine_desc(m, 0, 0, 0x9fbff, l4_mem_type_conventional, 0, 0);
    machine_desc(m, 1, 0x100000, 0x1fffffff, l4_mem_type_conventional, 0, 0);
    machine_desc(m, 2, 1UL << 32, (1UL << 36) - 1, l4_mem_type_conventional, 0, 0);
    machine_desc(m, 3, 0x7000, 0x73ff, l4_mem_type_archspecific, 0, l4_mem_type_arch_acpi_tables);
    machine_desc(m, 4, 0x100000, 0x11ffff, l4_mem_type_dedicated, 0, 0);
    machine_desc(m, 5, 0x180000, 0x2013ff, l4_mem_type_reserved, 0, 0);
    machine_desc(m, 6, 0x240000, 0x24ffff, l4_mem_type_bootloader, 0, 5);
    machine_desc(m, 7, 0x250000, 0x25ffff, l4_mem_type_bootloader, 0, 6);
    machine_desc(m, 8, 0x260000, 0x26ffff, l4_mem_type_bootloader, 0, 0);
    machine_desc(m, 9, 0xfee00000, 0xfee00fff, l4_mem_type_reserved, 0, l4_mem_type_reserved_mmio);
    machine_desc(m, 10, 0, L4_USER_ADDR_LAST, l4_mem_type_conventional, 1, 0);
    machine_desc(m, 11, 0x80000000, 0x7fffffff, l4_mem_type_conventional, 0, 0);
    return m;
}

/* A machine whose RAM is real memory of this process, so that tables can be put there. */
static inline struct machine *machine_new_small(void)
{
    struct machine *m = machine_empty();

    m->ram = (l4_addr_t)aligned_alloc(L4_PAGESIZE, MACHINE_RAM);
    machine_desc(m, 0, m->ram, m->ram + MACHINE_RAM - 1, l4_mem_type_conventional, 0, 0);
    return m;
}
