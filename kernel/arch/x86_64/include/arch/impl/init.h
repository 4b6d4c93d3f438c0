/* SPDX-License-Identifier: MIT */
/*
 * Where boot code and boot data go, and symbols of the image.
 *
 *   init_text, init_data   pages of their own, given back by arch_init_release(); nothing
 *                          that runs later may point there
 *   ro_after_boot          written until arch_mmu_init(), read-only afterwards
 */
#pragma once

#define init_text __attribute__((section(".init.text"), cold, noinline))
#define init_data __attribute__((section(".init.data")))
#define ro_after_boot __attribute__((section(".data.ro_after_boot")))

/* kernel.ld: addresses, all page aligned. */
extern char image_start[], image_end[];
extern char image_init_text_start[], image_init_text_end[];
extern char image_init_data_start[], image_init_data_end[];
extern char image_text_start[], image_text_end[];
extern char image_rodata_start[], image_rodata_end[];
extern char image_data_start[], image_data_end[];
