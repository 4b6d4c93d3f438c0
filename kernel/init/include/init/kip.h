/* SPDX-License-Identifier: MIT */
/*
 * The kernel information page (<l4/sys/kip_layout.h>), made once at boot.
 */
#pragma once

#include <init/boot_info.h>
#include <init/memplan.h>
#include <lib/base.h>

#define KIP_DEVICE_PAGES_MAX 16u

struct kip_input {
    const struct boot_info *boot;
    const struct mem_plan *plan;
    struct phys_range kernel; /* image, in whole pages */

    /* Pages of devices that the kernel keeps to itself. */
    unsigned ndevice_pages;
    uint64_t device_page[KIP_DEVICE_PAGES_MAX];

    uint64_t acpi_rsdp; /* physical, 0: none */
    uint64_t ticks_khz;
    uint64_t mult_us;     /* us = ticks * mult_us >> 32 */
    uint64_t mult_ns;     /* ns = ticks * mult_ns >> 27 */
    const char *greeting; /* version text, several lines */
    bool jdb;
    bool mp;
};

/*
 * Fill `page` (4 KiB).
 * Returns: memory descriptors that did not fit into the 64 slots. Only RAM is ever left out,
 * the smallest ranges first.
 */
unsigned kip_build(void *page, const struct kip_input *in);
