/* SPDX-License-Identifier: MIT */
/* Memory that tests map, take away and look at. */
#pragma once

#include <l4/sys/types.h>

/* One of a few pages of this image (index < TEST_PAGES), cleared; `n` pages are contiguous. */
enum {
    TEST_PAGES = 16,
};
unsigned char *test_page(unsigned index);

/* A superpage of RAM, the same each time, mapped 1:1. */
unsigned char *test_superpage(void);

/* An address where nothing of ours is, in this task and the others. */
#define TEST_AREA 0x40000000UL

/* Take mappings (of this task) away. */
void unmap_mem(l4_cap_idx_t task, l4_addr_t addr, unsigned order, unsigned rights, unsigned mask);
