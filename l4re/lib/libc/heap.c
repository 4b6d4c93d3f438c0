/* SPDX-License-Identifier: MIT */
/*
 * Memory of malloc: one range of addresses that grows upward in pieces. Each piece is a dataspace
 * whose memory is taken when it is made, so running out of memory is a NULL from malloc and never
 * a fault later.
 *
 * Context: malloc's lock is held by the caller.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>

#define HEAP_START 0x200000000UL
#define HEAP_SIZE 0x1000000000UL

enum {
    PIECE_MIN = 0x10000,
    GROWTH = 8, /* each piece is at least an eighth of what is there: few dataspaces */
};

static struct {
    uintptr_t brk;
    uintptr_t end; /* of the memory that is there; 0: nothing reserved yet */
} heap;

static int heap_reserve(void)
{
    l4_addr_t start = HEAP_START;
    int err = l4re_rm_reserve_area(&start, HEAP_SIZE, 0, L4_PAGESHIFT);

    if (!err)
        heap.brk = heap.end = HEAP_START;
    return err;
}

static int heap_add(uintptr_t size)
{
    l4_cap_idx_t ds = l4re_util_cap_alloc();
    void *at = (void *)heap.end;
    long err;

    if (l4_is_invalid_cap(ds) || size > HEAP_START + HEAP_SIZE - heap.end)
        return -1;
    err = l4re_ma_alloc((long)size, ds, L4RE_MA_PINNED);
    if (!err)
        err =
            l4re_rm_attach_w_info(&at, size, L4RE_RM_F_RW | L4RE_RM_F_IN_AREA, ds, 0, 0, "heap", 0);

    /* The region map holds the dataspace from here on, or nobody does. */
    l4re_util_cap_free_um(ds);
    if (err)
        return -1;
    heap.end += size;
    return 0;
}

static int heap_grow(uintptr_t need)
{
    uintptr_t want = (heap.end - HEAP_START) / GROWTH;

    if (want < PIECE_MIN)
        want = PIECE_MIN;
    if (want > need && !heap_add(l4_round_page(want)))
        return 0;
    return heap_add(l4_round_page(need));
}

void *sbrk(ptrdiff_t by)
{
    uintptr_t old;

    if (!heap.end && heap_reserve())
        goto out;
    old = heap.brk;
    if (by < 0 ? (uintptr_t)-by > old - HEAP_START : (uintptr_t)by > HEAP_SIZE)
        goto out;
    if (by > 0 && (uintptr_t)by > heap.end - old && heap_grow((uintptr_t)by - (heap.end - old)))
        goto out;
    heap.brk = old + (uintptr_t)by;
    return (void *)old;
out:
    errno = ENOMEM;
    return (void *)-1;
}
