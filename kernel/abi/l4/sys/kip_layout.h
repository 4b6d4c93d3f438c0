/* SPDX-License-Identifier: MIT */
/*
 * Layout of the kernel info page (KIP), one page that every task may map read-only, and of
 * the memory descriptors in it. Physical addresses throughout.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

#define L4_KERNEL_INFO_MAGIC 0x4be6344cU /* "L4uK" with a Greek letter */
#define L4_KERNEL_INFO_VERSION 0x87034444U
#define L4_KERNEL_INFO_VERSION_MASK 0xff00ffffU /* bits 16-23 are a sub-version */
#define L4_KERNEL_INFO_VERSION_ID 0x87004444U   /* version after masking */

enum l4_kip_consts {
    L4_KIP_OFFS_MEM_DESCS = 0x90, /* byte offset of the first descriptor */
    L4_KIP_NUM_MEM_DESCS = 64,
    L4_KIP_OFFS_VERSION_STRING = 0x490, /* greeting, then features, then an empty string */
    L4_KIP_OFFS_READ_US = 0x900,        /* code: time in microseconds -> rax, uses rdx */
    L4_KIP_OFFS_READ_NS = 0x980,        /* code: time in nanoseconds -> rax, uses rdx */
    L4_KIP_OFFS_SCALER_US = 0x9f0,      /* constant used by the code */
    L4_KIP_OFFS_SCALER_NS = 0x9f8,
    L4_KIP_SIZE = 0x1000,
};

typedef struct l4_kernel_info_t {
    l4_uint32_t magic;                 /* 0x00 L4_KERNEL_INFO_MAGIC */
    l4_uint32_t version;               /* 0x04 */
    l4_uint8_t offset_version_strings; /* 0x08 in units of 16 bytes */
    l4_uint8_t _fill0[3];              /* 0x09 */
    l4_uint8_t kip_sys_calls;          /* 0x0c */
    l4_uint8_t node;                   /* 0x0d */
    l4_uint8_t _fill1[2];              /* 0x0e */
    l4_uint64_t sigma0_ip;             /* 0x10 entry point, for the boot phase */
    l4_uint64_t root_ip;               /* 0x18 entry point, for the boot phase */
    volatile l4_uint64_t _clock_val;   /* 0x20 microseconds; may lag, see l4_kip_clock() */
    l4_uint64_t frequency_cpu;         /* 0x28 time-stamp counter, kHz */
    l4_uint64_t acpi_rsdp_addr;        /* 0x30 */
    l4_uint64_t dt_addr;               /* 0x38 device tree, 0 = none */
    l4_uint64_t user_ptr;              /* 0x40 struct l4util_l4mod_info */
    l4_uint64_t mbt_counter;           /* 0x48 */
    l4_uint32_t sched_granularity;     /* 0x50 microseconds */
    l4_uint32_t mem_descs;             /* 0x54 byte offset of the descriptors */
    l4_uint32_t mem_descs_num;         /* 0x58 slots; unused ones are of type undefined */
    l4_uint32_t _res1[5];              /* 0x5c */
    struct {
        char name[16];       /* 0x70 */
        l4_uint32_t is_mp;   /* 0x80 the kernel supports more than one CPU */
        l4_uint32_t _res[3]; /* 0x84 */
    } platform_info;
} l4_kernel_info_t;

L4_ABI_ASSERT_SIZE(l4_kernel_info_t, 0x90);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, sigma0_ip, 0x10);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, _clock_val, 0x20);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, frequency_cpu, 0x28);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, acpi_rsdp_addr, 0x30);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, user_ptr, 0x40);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, sched_granularity, 0x50);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, mem_descs, 0x54);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, mem_descs_num, 0x58);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, platform_info, 0x70);
L4_ABI_ASSERT_OFFSET(l4_kernel_info_t, platform_info.is_mp, 0x80);

/* Kinds of memory. Later descriptors override earlier ones where they overlap. */
enum l4_mem_type_t {
    l4_mem_type_undefined = 0x0,    /* unused slot */
    l4_mem_type_conventional = 0x1, /* RAM */
    l4_mem_type_reserved = 0x2,     /* kernel: image, heap, its devices */
    l4_mem_type_dedicated = 0x3,    /* sigma0's image */
    l4_mem_type_shared = 0x4,
    l4_mem_type_kernel_tmp = 0x7,
    l4_mem_type_info = 0xd,         /* see l4_mem_info_sub_type_t */
    l4_mem_type_bootloader = 0xe,   /* root task, modules; sub-type = rights of the pages */
    l4_mem_type_archspecific = 0xf, /* see l4_mem_arch_sub_type_t */
};

enum l4_mem_reserved_sub_type_t {
    l4_mem_type_reserved_kernel = 0,
    l4_mem_type_reserved_heap = 1,
    l4_mem_type_reserved_mmio = 2,
};

enum l4_mem_info_sub_type_t {
    l4_mem_type_info_acpi_rsdp = 0,
};

enum l4_mem_arch_sub_type_t {
    l4_mem_type_arch_undefined = 0,
    l4_mem_type_arch_acpi_tables = 3,
    l4_mem_type_arch_acpi_nvs = 4,
};

/*
 * One region [start, end], both inclusive.
 *     l: start (bits 63-10) | virtual 0x200 | eager 0x100 | sub-type << 4 | type
 *     h: end with the low ten bits set
 */
typedef struct l4_kernel_info_mem_desc_t {
    l4_umword_t l;
    l4_umword_t h;
} l4_kernel_info_mem_desc_t;

L4_ABI_ASSERT_SIZE(l4_kernel_info_mem_desc_t, 16);

enum l4_mem_desc_bits {
    L4_MEM_DESC_TYPE_MASK = 0xf,
    L4_MEM_DESC_SUBTYPE_MASK = 0xf0,
    L4_MEM_DESC_SUBTYPE_SHIFT = 4,
    L4_MEM_DESC_EAGER = 0x100,
    L4_MEM_DESC_VIRTUAL = 0x200,
    L4_MEM_DESC_GRANULARITY_MASK = 0x3ff,
};

/* First descriptor; the array is as writable as the page that kip points to. */
L4_INLINE l4_kernel_info_mem_desc_t *l4_kernel_info_get_mem_descs(l4_kernel_info_t const *kip)
{
    return (l4_kernel_info_mem_desc_t *)((l4_addr_t)kip + kip->mem_descs);
}

/* Number of descriptor slots, used or not. */
L4_INLINE int l4_kernel_info_get_num_mem_descs(l4_kernel_info_t const *kip)
{
    return (int)kip->mem_descs_num;
}

/* Fill a descriptor; start is rounded down and end (inclusive) up to 1 KiB. */
L4_INLINE void l4_kernel_info_set_mem_desc(l4_kernel_info_mem_desc_t *md, l4_addr_t start,
                                           l4_addr_t end, unsigned type, unsigned virt,
                                           unsigned sub_type)
{
    md->l = (start & ~(l4_addr_t)L4_MEM_DESC_GRANULARITY_MASK) |
            (type & (unsigned)L4_MEM_DESC_TYPE_MASK) |
            ((sub_type << L4_MEM_DESC_SUBTYPE_SHIFT) & (unsigned)L4_MEM_DESC_SUBTYPE_MASK) |
            (virt ? (unsigned)L4_MEM_DESC_VIRTUAL : 0U);
    md->h = end | L4_MEM_DESC_GRANULARITY_MASK;
}

/* First byte. */
L4_INLINE l4_umword_t l4_kernel_info_get_mem_desc_start(l4_kernel_info_mem_desc_t const *md)
{
    return md->l & ~(l4_umword_t)L4_MEM_DESC_GRANULARITY_MASK;
}

/* Last byte. */
L4_INLINE l4_umword_t l4_kernel_info_get_mem_desc_end(l4_kernel_info_mem_desc_t const *md)
{
    return md->h | L4_MEM_DESC_GRANULARITY_MASK;
}

/* One of enum l4_mem_type_t. */
L4_INLINE l4_umword_t l4_kernel_info_get_mem_desc_type(l4_kernel_info_mem_desc_t const *md)
{
    return md->l & L4_MEM_DESC_TYPE_MASK;
}

L4_INLINE l4_umword_t l4_kernel_info_get_mem_desc_subtype(l4_kernel_info_mem_desc_t const *md)
{
    return (md->l & L4_MEM_DESC_SUBTYPE_MASK) >> L4_MEM_DESC_SUBTYPE_SHIFT;
}

/* Nonzero: a region of every task's address space rather than of physical memory. */
L4_INLINE l4_umword_t l4_kernel_info_get_mem_desc_is_virtual(l4_kernel_info_mem_desc_t const *md)
{
    return (md->l & L4_MEM_DESC_VIRTUAL) != 0;
}

/* Nonzero: users map the whole region at start instead of page by page. */
L4_INLINE l4_umword_t l4_kernel_info_get_mem_desc_is_eager(l4_kernel_info_mem_desc_t const *md)
{
    return (md->l & L4_MEM_DESC_EAGER) != 0;
}
