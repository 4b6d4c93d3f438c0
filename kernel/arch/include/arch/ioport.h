/* SPDX-License-Identifier: MIT */
/*
 * The port bitmap of this CPU's TSS. It belongs to one task at a time ("whose it is");
 * a switch only sets its offset to valid or none.
 *
 * Context: micro-section for all; a chunk is 64 ports (8 bytes), 1024 chunks.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ARCH_IO_CHUNKS 1024u

/* May user mode use the bitmap as it stands? Sets the offset. */
void arch_io_enable(bool on);

/* Write one chunk: bit set = port allowed. */
void arch_io_set_chunk(unsigned chunk, uint64_t allowed);
