/* SPDX-License-Identifier: MIT */
/*
 * Client side of the sigma0 protocol: ask the first pager for memory, device memory and the
 * kernel info page. `sigma0` is a capability to sigma0 (the root task's pager) or to a server
 * that speaks its protocol. All calls block until sigma0 answers, which it does at once.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/kip_layout.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

/* Results of the functions below, besides 0; see l4sigma0_map_errstr(). */
enum l4sigma0_return_flags_t {
    L4SIGMA0_OK = 0,
    L4SIGMA0_NOTALIGNED = 1,   /* an address or size is not page aligned */
    L4SIGMA0_IPCERROR = 2,     /* the message failed */
    L4SIGMA0_NOFPAGE = 3,      /* refused */
    L4SIGMA0_SMALLERFPAGE = 5, /* no part of the answer's size fits */
};

/*
 * Map the kernel info page into the window of 2^log2_size bytes at `adr`, readable and
 * executable. Give the whole address space as window (adr 0, log2_size 63) to get it at its
 * physical address.
 * Returns: address of the page, or NULL.
 */
l4_kernel_info_t *l4sigma0_map_kip(l4_cap_idx_t sigma0, void *adr, unsigned log2_size) L4_NOTHROW;

/*
 * Map RAM [phys, phys + size) at virt, readable, writable and executable as sigma0 allows.
 * phys, virt and size are multiples of the page size.
 * Returns: 0 or -L4SIGMA0_*; on failure a part may be mapped.
 */
int l4sigma0_map_mem(l4_cap_idx_t sigma0, l4_addr_t phys, l4_addr_t virt,
                     l4_addr_t size) L4_NOTHROW;

/* Map device memory, read and write; cached = 0 for registers. Otherwise as above. */
int l4sigma0_map_iomem(l4_cap_idx_t sigma0, l4_addr_t phys, l4_addr_t virt, l4_addr_t size,
                       int cached) L4_NOTHROW;

/*
 * Map some free block of 2^log2_map_size bytes into the window of 2^log2_window_size bytes at
 * `map_area` (0 and 63: at its physical address). *base receives its address.
 * Returns: 0 or -L4SIGMA0_*.
 */
int l4sigma0_map_anypage(l4_cap_idx_t sigma0, l4_addr_t map_area, unsigned log2_window_size,
                         l4_addr_t *base, unsigned log2_map_size) L4_NOTHROW;

/* Let sigma0 print who owns what. */
void l4sigma0_debug_dump(l4_cap_idx_t sigma0) L4_NOTHROW;

/* Let sigma0 print its coverage data, if it was built with such. Returns: 0 or -L4SIGMA0_*. */
int l4sigma0_print_cov_data(l4_cap_idx_t sigma0) L4_NOTHROW;

/* New capability to sigma0 for another client, in slot `gate`. Rights: S. Returns: 0 or -L4_E*. */
int l4sigma0_new_client(l4_cap_idx_t sigma0, l4_cap_idx_t gate) L4_NOTHROW;

/* Text for a result. */
char const *l4sigma0_map_errstr(int err) L4_NOTHROW;

EXTERN_C_END
