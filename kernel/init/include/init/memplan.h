/* SPDX-License-Identifier: MIT */
/*
 * What goes where: a pure function from boot information and ELF headers to places in memory.
 *
 *   0        sigma0   root task       kernel image    modules ...            pool   top of RAM
 *   |--------|======|-|========|------|===========|---|==|==|--------|moved|=|====|
 *
 * Places of sigma0 and the root task are fixed by their ELF files (unless those are position
 * independent); the kernel image and the modules lie where the boot loader put them. Modules
 * in the way of the first two are moved up; the kernel's memory (pool) is taken from the top.
 */
#pragma once

#include <init/boot_info.h>
#include <init/ranges.h>
#include <lib/base.h>

#define MEMPLAN_POOL_MAX 4u
#define MEMPLAN_SEGMENTS_MAX 8u

enum memplan_image {
    IMAGE_SIGMA0 = 0, /* the first module */
    IMAGE_ROOT = 1,   /* the second */
    IMAGE_COUNT = 2,
};

struct load_segment {
    uint64_t start, end;         /* memory, physical, bias included */
    uint64_t offset, file_bytes; /* in the module */
    unsigned rights;             /* ELF_PF_* */
};

struct load_image {
    uint64_t lo, hi; /* all segments, in whole pages */
    uint64_t entry;
    bool movable; /* position independent: placed by us */
    unsigned nsegments;
    struct load_segment segment[MEMPLAN_SEGMENTS_MAX];
};

struct memplan_input {
    const struct boot_info *boot;
    struct phys_range kernel; /* image, in whole pages */
    uint64_t max_phys;        /* memory at or above is not used */
    uint64_t pool_limit;      /* the pool lies below */
    uint64_t pool_bytes;      /* 0: by the size of RAM */
    uint64_t info_bytes;      /* for the module list */
    uint16_t machine;         /* ELF_MACHINE_* */

    /* `bytes` readable bytes of a module at physical address p. */
    const void *(*bytes_at)(uint64_t p, uint64_t bytes);
};

struct mem_plan {
    struct ranges ram;  /* all usable RAM */
    struct ranges free; /* what is left of it for users */

    unsigned npool;
    struct phys_range pool[MEMPLAN_POOL_MAX];

    struct load_image image[IMAGE_COUNT];
    uint64_t module_at[BOOT_MODULES_MAX]; /* final start of each module */
    unsigned nmoved;

    struct phys_range info; /* module list */
    uint64_t rsdp_page;     /* a page for the ACPI root pointer */

    char error[256]; /* why there is no plan: what is wrong and what to do */
};

/* Size of the pool for this much RAM: 6 %, at least 8 MiB, at most 1 GiB. */
uint64_t memplan_pool_bytes(uint64_t ram_bytes);

/* Name of module i: last path component of the first word of its command line. */
struct module_name {
    char text[32];
};
struct module_name memplan_module_name(const struct boot_info *b, unsigned i);

/*
 * Make the plan.
 * Returns: false: there is none, p->error says why. Modules of [in] are read, nothing written.
 */
bool memplan_make(const struct memplan_input *in, struct mem_plan *p);

/*
 * Do it: move modules, clear what they leave of their last page, load both images.
 * `at` gives writable memory for physical addresses. Cost: linear in the bytes moved.
 */
void memplan_apply(const struct boot_info *b, const struct mem_plan *p, void *(*at)(uint64_t p));
