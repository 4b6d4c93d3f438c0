/* SPDX-License-Identifier: MIT */
/*
 * The module list as the root task reads it (<l4/sys/l4mod.h>): header, array, strings, in one
 * run of pages. All modules are in it, sigma0 and the root task marked by their flags.
 */
#pragma once

#include <init/boot_info.h>
#include <lib/base.h>

/* Bytes the list takes. */
uint64_t l4mod_list_bytes(const struct boot_info *b);

/*
 * Write the list to `out` (l4mod_list_bytes() bytes, aligned to 8), which users will find at
 * physical address `phys`. `module_at[i]` is where module i lies now.
 */
void l4mod_list_build(const struct boot_info *b, const uint64_t *module_at, void *out,
                      uint64_t phys);
