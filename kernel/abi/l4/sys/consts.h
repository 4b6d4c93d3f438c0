/* SPDX-License-Identifier: MIT */
/*
 * Constants of the ABI that belong to no single object: capability selectors, operation bits
 * of the system call, bits of message items, unmap masks, page sizes.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

/* ---- pages ---------------------------------------------------------------------------- */

#define L4_PAGESHIFT 12 /* log2 of the page size in bytes */
#define L4_LOG2_PAGESIZE L4_PAGESHIFT
#define L4_PAGESIZE (1UL << L4_PAGESHIFT)
#define L4_PAGEMASKLOW (L4_PAGESIZE - 1)
#define L4_PAGEMASK (~L4_PAGEMASKLOW)

#define L4_SUPERPAGESHIFT 21 /* log2 of the superpage size in bytes */
#define L4_LOG2_SUPERPAGESIZE L4_SUPERPAGESHIFT
#define L4_SUPERPAGESIZE (1UL << L4_SUPERPAGESHIFT)
#define L4_SUPERPAGEMASKLOW (L4_SUPERPAGESIZE - 1)
#define L4_SUPERPAGEMASK (~L4_SUPERPAGEMASKLOW)

#define L4_INVALID_ADDR (~0UL)
#define L4_INVALID_PTR ((void *)L4_INVALID_ADDR)

/* Last byte a user task can address. */
#define L4_USER_ADDR_LAST 0x7fffffffffffUL

/* UTCB of the first thread of sigma0 and of the root task (one page of kernel-user memory). */
#define L4_INITIAL_UTCB_ADDR 0x7fff000000UL

/* log2 bounds of one area of kernel-user memory. */
#define L4_KUMEM_ORDER_MIN 12
#define L4_KUMEM_ORDER_MAX 17

/* ---- capability selectors ------------------------------------------------------------- */

#define L4_CAP_SHIFT 12                          /* index of the slot << 12 = selector */
#define L4_CAP_SIZE (1UL << L4_CAP_SHIFT)        /* distance of two selectors */
#define L4_CAP_OFFSET (1UL << L4_CAP_SHIFT)      /* the same, as L4Re names it */
#define L4_CAP_MASK (~0UL << (L4_CAP_SHIFT - 1)) /* index bits and the invalid bit */
#define L4_CAP_INDEX_BITS 20                     /* the kernel has 2^20 slots per task */

#define L4_INVALID_CAP_BIT (1UL << (L4_CAP_SHIFT - 1)) /* selector names the invoking thread */
#define L4_REPLY_CAP_BIT (1UL << (L4_CAP_SHIFT - 2))   /* selector names an explicit reply slot */
#define L4_INVALID_CAP (~0UL << (L4_CAP_SHIFT - 1))
#define L4_INVALID_REPLY_CAP (~0UL << (L4_CAP_SHIFT - 2))

/* Explicit reply slots of a task: 512 tables of 512. */
#define L4_REPLY_CAP_INDEX_BITS 18

/* Capabilities that the kernel (first two tasks) or the loader puts into a new task. */
enum l4_default_caps_t {
    L4_BASE_TASK_CAP = 1 << L4_CAP_SHIFT,
    L4_BASE_FACTORY_CAP = 2 << L4_CAP_SHIFT,
    L4_BASE_THREAD_CAP = 3 << L4_CAP_SHIFT,
    L4_BASE_PAGER_CAP = 4 << L4_CAP_SHIFT,
    L4_BASE_LOG_CAP = 5 << L4_CAP_SHIFT,
    L4_BASE_ICU_CAP = 6 << L4_CAP_SHIFT,
    L4_BASE_SCHEDULER_CAP = 7 << L4_CAP_SHIFT,
    L4_BASE_IOMMU_CAP = 8 << L4_CAP_SHIFT,
    L4_BASE_DEBUGGER_CAP = 10 << L4_CAP_SHIFT,
    L4_BASE_ARM_SMCCC_CAP = 11 << L4_CAP_SHIFT,
    L4_BASE_CAPS_LAST = 11, /* index, not selector */
};

/* ---- operation bits of the system call (low bits of the selector register) -------------- */

enum l4_syscall_flags_t {
    L4_SYSF_NONE = 0,
    L4_SYSF_SEND = 1,      /* send to the capability */
    L4_SYSF_RECV = 2,      /* then receive: from the capability, or from anybody */
    L4_SYSF_OPEN_WAIT = 4, /* the receive accepts everybody */
    L4_SYSF_REPLY = 8,     /* send through the reply slot instead of the capability */

    L4_SYSF_WAIT = L4_SYSF_OPEN_WAIT | L4_SYSF_RECV,
    L4_SYSF_CALL = L4_SYSF_SEND | L4_SYSF_RECV,
    L4_SYSF_SEND_AND_WAIT = L4_SYSF_OPEN_WAIT | L4_SYSF_CALL,
    L4_SYSF_REPLY_AND_WAIT = L4_SYSF_WAIT | L4_SYSF_SEND | L4_SYSF_REPLY,

    L4_SYSF_MASK = 0xf,
};

/* ---- items ---------------------------------------------------------------------------- */

enum l4_msg_item_consts_t {
    L4_ITEM_MAP = 8,  /* the item maps or grants a flexpage (word 0 of send item or buffer) */
    L4_ITEM_CONT = 1, /* send item: the next item uses the same receive buffer */

    L4_MAP_ITEM_MAP = 0,
    L4_MAP_ITEM_GRANT = 2, /* move the mapping instead of copying it */

    L4_RCV_ITEM_SINGLE_CAP = L4_ITEM_MAP | 2, /* buffer of one word: slot selector | this */
    L4_RCV_ITEM_LOCAL_ID = 4, /* small buffer: a gate of the receiver arrives as its label */
    L4_RCV_ITEM_FORWARD_MAPPINGS = 1, /* the word after the buffer names the task to map into */

    /* Receive type in word 0 of a return item (bits 1-2). */
    L4_RET_ITEM_TYPE_MASK = 6,
    L4_RET_ITEM_MAPPED = 0,     /* something was mapped */
    L4_RET_ITEM_NOT_MAPPED = 2, /* tried, but there was nothing to map */
    L4_RET_ITEM_LOCAL_ID = 4,   /* word 1 = gate label | rights */
    L4_RET_ITEM_SAME_TASK = 6,  /* word 1 = the sender's flexpage, same capability space */

    L4_RET_ITEM_FACTORY = 0x38, /* word 0 of the item in a factory's reply */
};

/* Mask of Task UNMAP. */
enum l4_unmap_flags_t {
    L4_FP_OTHER_SPACES = 0,         /* only what was mapped on from here */
    L4_FP_ALL_SPACES = 0x80000000U, /* here as well */
    L4_FP_DELETE_OBJ = 0xc0000000U, /* here as well; destroy objects held with right D */
};

/* ---- address arithmetic --------------------------------------------------------------- */

/* Round down to a multiple of 2^bits. */
L4_INLINE l4_addr_t l4_trunc_size(l4_addr_t address, unsigned char bits)
{
    return address & (~0UL << bits);
}

/* Round up to a multiple of 2^bits; wraps to 0 behind the last such multiple. */
L4_INLINE l4_addr_t l4_round_size(l4_addr_t value, unsigned char bits)
{
    return (value + (1UL << bits) - 1) & (~0UL << bits);
}

/* Start of the page that holds the address. */
L4_INLINE l4_addr_t l4_trunc_page(l4_addr_t address)
{
    return address & L4_PAGEMASK;
}

/* Address itself if it starts a page, else start of the next page. */
L4_INLINE l4_addr_t l4_round_page(l4_addr_t address)
{
    return (address + L4_PAGEMASKLOW) & L4_PAGEMASK;
}

/* Number of machine words that hold `size` bytes. */
L4_INLINE unsigned l4_bytes_to_mwords(unsigned size)
{
    return (unsigned)((size + sizeof(l4_umword_t) - 1) / sizeof(l4_umword_t));
}
