/* SPDX-License-Identifier: MIT */
/* Writes Multiboot2 information for tests, tag by tag. */
#pragma once

#include <lib/base.h>

#define MB2_MAGIC 0x36d76289u

struct mb2_block {
    uint32_t bytes[8192];
    uint32_t used; /* bytes */
};

void mb2_begin(struct mb2_block *b);
/* Add a tag; data of n bytes follows its header. */
void mb2_tag(struct mb2_block *b, uint32_t type, const void *data, uint32_t n);
void mb2_string(struct mb2_block *b, uint32_t type, const char *s);
void mb2_module(struct mb2_block *b, uint32_t start, uint32_t end, const char *cmdline);

struct mb2_mem {
    uint64_t start, bytes;
    uint32_t type, zero;
};

void mb2_map(struct mb2_block *b, const struct mb2_mem *m, unsigned n);
/* End tag and total size; returns the block. */
const void *mb2_end(struct mb2_block *b);
