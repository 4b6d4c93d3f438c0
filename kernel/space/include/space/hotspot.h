/* SPDX-License-Identifier: MIT */
/*
 * Send flexpage x item word x receive window -> what is to be mapped where. Pure arithmetic,
 * for memory, ports and objects.
 *
 *      sender          item           receiver
 *    [ flexpage ]    hot spot       [  window  ]         the smaller of both is moved; the hot
 *      2^s           picks a         2^r                 spot says which part of the larger one
 *                    place
 */
#pragma once

#include <lib/base.h>

/* Largest orders that mean anything; larger ones (63: everything) are cut down to these. */
#define HOTSPOT_MEM_ORDER 47u
#define HOTSPOT_IO_ORDER 16u
#define HOTSPOT_OBJ_ORDER 20u

struct hotspot {
    unsigned type;   /* enum l4_fpage_type: memory, ports or objects */
    unsigned rights; /* of the send flexpage */
    unsigned order;  /* log2 of the bytes, ports or slots to map */
    uint64_t src;    /* first byte, port or slot, aligned to its size */
    uint64_t dst;
};

enum hotspot_result {
    HOTSPOT_MAP,     /* *h says what */
    HOTSPOT_NOTHING, /* nothing fits; no error; the return item says "not mapped" */
    HOTSPOT_SMALL,   /* less than a page; no error; the return item says "mapped" */
    HOTSPOT_BAD,     /* a special flexpage cannot be sent: the buffer error of IPC */
};

/* What the item (word 0 `item`, word 1 `fpage`) moves into the window flexpage. */
enum hotspot_result hotspot_find(struct hotspot *h, uint64_t item, uint64_t fpage, uint64_t window)
    must_check;

/* Base, order of a flexpage of this type alone (unmap): HOTSPOT_MAP with src == dst. */
enum hotspot_result hotspot_whole(struct hotspot *h, uint64_t fpage, unsigned type) must_check;

/* Word 0 of what the receiver finds; `kind` is L4_RET_ITEM_* (receive type). */
uint64_t hotspot_return_item(uint64_t item, uint64_t fpage, unsigned kind);
