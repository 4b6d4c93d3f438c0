/* SPDX-License-Identifier: MIT */
/*
 * What the boot has decided, for the code that creates the first tasks and threads.
 *
 *   boot loader --> struct boot_info --> struct boot_plan --> init_handover()
 *                   (what is there)      (what goes where)
 */
#pragma once

#include <lib/base.h>

#define PLAN_RAM_MAX 128u
#define PLAN_OWNED_MAX 32u

struct phys_range {
    uint64_t start, end; /* [start, end), bytes, page aligned */
};

struct boot_plan {
    /* The kernel information page: lies in kernel memory, users see it read-only. */
    uint64_t kip_phys;
    void *kip;

    /* Both run at physical = virtual addresses, with a stack pointer of 0. */
    uint64_t sigma0_entry;
    uint64_t root_entry;

    /* RAM, sorted, disjoint; everything else is device memory. */
    unsigned nram;
    struct phys_range ram[PLAN_RAM_MAX];

    /*
     * What no user may ever map, sorted, disjoint: kernel image, kernel pool, interrupt
     * controllers, the kernel's timer. The KIP is an exception to it (read-only).
     */
    unsigned nowned;
    struct phys_range owned[PLAN_OWNED_MAX];

    uint64_t max_phys;   /* end of what may be mapped (CPU's physical address width) */
    const char *cmdline; /* of the kernel, stays for ever */
};

/* Does [start, start + bytes) touch memory that users must never get? Cost: PLAN_OWNED_MAX. */
bool plan_is_owned(const struct boot_plan *p, uint64_t start, uint64_t bytes);

/* Is [start, start + bytes) RAM throughout? Cost: PLAN_RAM_MAX. */
bool plan_is_ram(const struct boot_plan *p, uint64_t start, uint64_t bytes);

/*
 * Create sigma0, the root task and their threads, and start them. Defined by handover.c.
 * Context: boot, interrupts off, on the boot stack.
 */
_Noreturn void init_handover(const struct boot_plan *p);
