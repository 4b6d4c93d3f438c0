/* SPDX-License-Identifier: MIT */
/*
 * Memory of the host. Physical addresses of the kernel's frames are their host addresses, so
 * the direct map is the identity; frames of user pages are numbers that nobody touches.
 */
#pragma once

#include <stdint.h>

#include <lib/base.h>

#define ARCH_PAGE_SHIFT 12u
#define ARCH_PAGE_SIZE 4096ul
#define ARCH_SUPER_SHIFT 21u /* 2 MiB */
#define ARCH_GIGA_SHIFT 30u

#define ARCH_HEADERS_BYTES (1ull << 30)
#define ARCH_THREADS_BYTES (1ull << 30)
#define ARCH_DEVICES_BYTES (8ull << 20)

/* Reserved before main(); pages appear in them by arch_kmap_frame(). */
struct arch_windows {
    uintptr_t direct;  /* 0: the identity */
    uintptr_t headers; /* object headers */
    uintptr_t threads; /* kernel stacks */
    uintptr_t devices; /* device registers */
    uintptr_t percpu;  /* per-CPU areas */
};

extern struct arch_windows arch_windows;

static inline void *phys_to_virt(paddr p)
{
    return (void *)(uintptr_t)p;
}

static inline paddr virt_to_phys(const void *v)
{
    return (paddr)(uintptr_t)v;
}
