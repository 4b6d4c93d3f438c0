/* SPDX-License-Identifier: MIT */
/* Cut a range of addresses into naturally aligned pieces whose sizes are powers of two. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/err.h>
#include <l4/sys/l4int.h>

/*
 * log2 of the largest aligned piece that begins at `start` and does not pass `end` (inclusive,
 * end >= start). 63 is the maximum.
 */
L4_INLINE int l4util_splitlog2_order(l4_addr_t start, l4_addr_t end)
{
    int align = start ? __builtin_ctzl(start) : L4_MWORD_BITS - 1;
    l4_addr_t len = end - start; /* minus one, so that the whole range does not overflow */
    int fit = len + 1 ? L4_MWORD_BITS - 1 - __builtin_clzl(len + 1) : L4_MWORD_BITS - 1;

    return align < fit ? align : fit;
}

/*
 * Call handler(first, last, log2 size) for each piece of [start, end], both inclusive, in
 * ascending order. Stops when the handler returns something else than 0.
 *
 * Returns: 0; -L4_EINVAL if end < start; the handler's result that stopped it.
 * Cost:    at most 126 pieces.
 */
L4_INLINE long l4util_splitlog2_hdl(l4_addr_t start, l4_addr_t end,
                                    long (*handler)(l4_addr_t s, l4_addr_t e, int log2size))
{
    if (end < start)
        return -L4_EINVAL;
    for (;;) {
        int order = l4util_splitlog2_order(start, end);
        l4_addr_t last = start + ((1UL << order) - 1);
        long r = handler(start, last, order);

        if (r || last == end)
            return r;
        start = last + 1;
    }
}

/* Size in bytes of the first piece of [start, end]; 0 if end < start. */
L4_INLINE l4_addr_t l4util_splitlog2_size(l4_addr_t start, l4_addr_t end)
{
    return end < start ? 0 : 1UL << l4util_splitlog2_order(start, end);
}
