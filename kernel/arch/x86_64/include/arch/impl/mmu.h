/* SPDX-License-Identifier: MIT */
/* Page tables of x86-64, and where the windows of the kernel half lie. */
#pragma once

#include <stdint.h>

#include <lib/base.h>

#define ARCH_PAGE_SHIFT 12u
#define ARCH_PAGE_SIZE 4096ul
#define ARCH_SUPER_SHIFT 21u /* 2 MiB */
#define ARCH_GIGA_SHIFT 30u

/* Page table entry. */
#define PTE_P (1ull << 0)
#define PTE_W (1ull << 1)
#define PTE_U (1ull << 2)
#define PTE_PWT (1ull << 3)
#define PTE_PCD (1ull << 4)
#define PTE_A (1ull << 5)
#define PTE_D (1ull << 6)
#define PTE_PS (1ull << 7) /* a leaf above the lowest level */
#define PTE_G (1ull << 8)
#define PTE_NX (1ull << 63)
#define PTE_ADDR 0x000ffffffffff000ull

/* Memory types, as arch_cpu_init() sets the PAT. Bits of a leaf of any level. */
#define PTE_TYPE_CACHED 0ull
#define PTE_TYPE_WC PTE_PWT
#define PTE_TYPE_UC (PTE_PCD | PTE_PWT)
#define PTE_TYPE_MASK (PTE_PCD | PTE_PWT)

/* Where the image is linked: virtual = physical + X86_IMAGE_OFFSET. */
#define X86_IMAGE_OFFSET 0xffffffff80000000ul

/* Bases of the windows. One struct, so that they can move. */
struct arch_windows {
    uintptr_t direct;  /* all RAM: virtual = base + physical */
    uintptr_t headers; /* object headers */
    uintptr_t threads; /* kernel stacks */
    uintptr_t devices; /* device registers */
    uintptr_t percpu;  /* per-CPU areas */
    uintptr_t image;   /* the kernel image: virtual = base + physical */
};

/* Compile-time constants now; a variable when the windows learn to move. */
static const struct arch_windows arch_windows = {
    .direct = 0xffff800000000000ul,
    .headers = 0xffffc00000000000ul,
    .threads = 0xffffc80000000000ul,
    .devices = 0xffffd00000000000ul,
    .percpu = 0xffffd80000000000ul,
    .image = X86_IMAGE_OFFSET,
};

/* Bytes of the header window, of the thread window, and of the device window that can be used. */
#define ARCH_HEADERS_BYTES (1ull << 39)
#define ARCH_THREADS_BYTES (1ull << 39)
#define ARCH_DEVICES_BYTES (8ull << 20)

static inline void *phys_to_virt(paddr p)
{
    return (void *)(arch_windows.direct + p);
}

static inline paddr virt_to_phys(const void *v)
{
    const uintptr_t a = (uintptr_t)v;

    return a >= arch_windows.image ? a - arch_windows.image : a - arch_windows.direct;
}
