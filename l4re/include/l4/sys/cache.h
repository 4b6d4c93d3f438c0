/* SPDX-License-Identifier: MIT */
/*
 * Cache maintenance. x86 caches are coherent with instruction fetch and with devices, so only
 * the order of accesses has to be kept. Regions are [start, end). All functions return 0.
 */
#pragma once

#include <l4/sys/compiler.h>

/* Write changed lines back to memory. */
L4_INLINE int l4_cache_clean_data(unsigned long start, unsigned long end)
{
    (void)start;
    (void)end;
    l4_mb();
    return 0;
}

/* Write back and drop. */
L4_INLINE int l4_cache_flush_data(unsigned long start, unsigned long end)
{
    return l4_cache_clean_data(start, end);
}

/* Drop without writing back. */
L4_INLINE int l4_cache_inv_data(unsigned long start, unsigned long end)
{
    return l4_cache_clean_data(start, end);
}

/* Make written code visible to instruction fetch. */
L4_INLINE int l4_cache_coherent(unsigned long start, unsigned long end)
{
    return l4_cache_clean_data(start, end);
}

/* Make memory and device agree on the region. */
L4_INLINE int l4_cache_dma_coherent(unsigned long start, unsigned long end)
{
    return l4_cache_clean_data(start, end);
}

/* The same for all memory. */
L4_INLINE int l4_cache_dma_coherent_full(void)
{
    l4_mb();
    return 0;
}
