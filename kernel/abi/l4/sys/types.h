/* SPDX-License-Identifier: MIT */
/*
 * Capability selectors, message tags and protocol numbers as they cross the kernel border.
 *
 * Message tag, one machine word (register rax of the system call, both ways):
 *
 *     63                    16 15    12 11    6 5     0
 *     +-----------------------+--------+-------+-------+
 *     | label (signed)        | flags  | items | words |
 *     +-----------------------+--------+-------+-------+
 *
 * words: untyped words in MR0 ...; items: typed items of two words each, behind the words;
 * label: protocol number of a request, result or negative error of a reply.
 */
#pragma once

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/__timeout.h>
#include <l4/sys/compiler.h>
#include <l4/sys/consts.h>
#include <l4/sys/l4int.h>

/* Selector of a capability: slot index << L4_CAP_SHIFT. Names a slot, not an object. */
typedef unsigned long l4_cap_idx_t;

/* Selector of a reply slot: index << L4_CAP_SHIFT. */
typedef unsigned long l4_reply_cap_idx_t;

/* Result of an interface function: 0 or positive = success, negative = -L4_E*. */
typedef l4_int16_t l4_ret_t;

typedef struct l4_msgtag_t {
    l4_mword_t raw;
} l4_msgtag_t;

L4_ABI_ASSERT_SIZE(l4_umword_t, 8);
L4_ABI_ASSERT_SIZE(l4_addr_t, 8);
L4_ABI_ASSERT_SIZE(l4_cap_idx_t, 8);
L4_ABI_ASSERT_SIZE(l4_msgtag_t, 8);

enum l4_msgtag_flags {
    L4_MSGTAG_TRANSFER_FPU = 0x1000, /* send the FPU state along (right S; receiver must agree) */
    L4_MSGTAG_SCHEDULE = 0x2000,     /* do not switch to the receiver directly */
    L4_MSGTAG_PROPAGATE = 0x4000,    /* reserved; the kernel gives it no meaning */
    L4_MSGTAG_ERROR = 0x8000,        /* out only: the error word of the UTCB is valid */
    L4_MSGTAG_FLAGS = 0xf000,
};

enum l4_msgtag_limits {
    L4_MSGTAG_WORDS_MAX = 63,
    L4_MSGTAG_ITEMS_MAX = 63,
};

/* Protocol numbers: the label of a request. */
enum l4_msgtag_protocol {
    L4_PROTO_NONE = 0,
    L4_PROTO_PLATFORM_CTL = 0,  /* on the ICU capability */
    L4_PROTO_ALLOW_SYSCALL = 1, /* reply to an alien's exception: execute the system call */
    L4_PROTO_PF_EXCEPTION = 1,  /* reply label: raise an exception */

    L4_PROTO_IRQ = -1, /* IRQ objects, ICUs, semaphores */
    L4_PROTO_PAGE_FAULT = -2,
    L4_PROTO_EXCEPTION = -5,
    L4_PROTO_SIGMA0 = -6,
    L4_PROTO_IO_PAGE_FAULT = -8,
    L4_PROTO_THREAD_GROUP = -9, /* number reserved, no such object in the kernel */
    L4_PROTO_KOBJECT = -10,
    L4_PROTO_TASK = -11,
    L4_PROTO_THREAD = -12,
    L4_PROTO_LOG = -13, /* Vcon */
    L4_PROTO_SCHEDULER = -14,
    L4_PROTO_FACTORY = -15,
    L4_PROTO_VM = -16,
    L4_PROTO_DMA_SPACE = -17,
    L4_PROTO_IRQ_SENDER = -18,
    L4_PROTO_EMPTY = -19, /* never answered by the kernel */
    L4_PROTO_SEMAPHORE = -20,
    L4_PROTO_META = -21, /* answered by user-level servers only */
    L4_PROTO_IOMMU = -22,
    L4_PROTO_DEBUGGER = -23,
    L4_PROTO_SMCCC = -24,
    L4_PROTO_VCPU_CONTEXT = -25,

    L4_PROTO_STRETTO_FIRST = -64, /* this and below: additions to the common ABI */
};

/* Build a tag. Words and items are taken modulo 64. */
L4_INLINE l4_msgtag_t l4_msgtag(long label, unsigned words, unsigned items, unsigned flags)
{
    l4_umword_t raw = ((l4_umword_t)label << 16) | (flags & L4_MSGTAG_FLAGS) |
                      ((items & 0x3fU) << 6) | (words & 0x3fU);
    l4_msgtag_t t;

    t.raw = (l4_mword_t)raw;
    return t;
}

/* Protocol number or result, sign-extended. */
L4_INLINE long l4_msgtag_label(l4_msgtag_t t)
{
    return t.raw >> 16;
}

/* Number of untyped words, 0 ... 63. */
L4_INLINE unsigned l4_msgtag_words(l4_msgtag_t t)
{
    return (unsigned)t.raw & 0x3fU;
}

/* Number of typed items, 0 ... 63. */
L4_INLINE unsigned l4_msgtag_items(l4_msgtag_t t)
{
    return ((unsigned)t.raw >> 6) & 0x3fU;
}

/* Flag bits in place (enum l4_msgtag_flags). */
L4_INLINE unsigned l4_msgtag_flags(l4_msgtag_t t)
{
    return (unsigned)t.raw & (unsigned)L4_MSGTAG_FLAGS;
}

/* Nonzero: the system call failed, the error word of the UTCB says why. */
L4_INLINE unsigned l4_msgtag_has_error(l4_msgtag_t t)
{
    return (unsigned)t.raw & (unsigned)L4_MSGTAG_ERROR;
}

L4_INLINE unsigned l4_msgtag_is_page_fault(l4_msgtag_t t)
{
    return l4_msgtag_label(t) == L4_PROTO_PAGE_FAULT;
}

L4_INLINE unsigned l4_msgtag_is_exception(l4_msgtag_t t)
{
    return l4_msgtag_label(t) == L4_PROTO_EXCEPTION;
}

L4_INLINE unsigned l4_msgtag_is_sigma0(l4_msgtag_t t)
{
    return l4_msgtag_label(t) == L4_PROTO_SIGMA0;
}

L4_INLINE unsigned l4_msgtag_is_io_page_fault(l4_msgtag_t t)
{
    return l4_msgtag_label(t) == L4_PROTO_IO_PAGE_FAULT;
}

/* Nonzero if the selector names no slot. */
L4_INLINE unsigned l4_is_invalid_cap(l4_cap_idx_t c)
{
    return (c & L4_INVALID_CAP_BIT) != 0;
}

/* Nonzero if the selector names a slot; the slot may still be empty. */
L4_INLINE unsigned l4_is_valid_cap(l4_cap_idx_t c)
{
    return (c & L4_INVALID_CAP_BIT) == 0;
}

/* Nonzero if both selectors name the same slot (operation bits are ignored). */
L4_INLINE unsigned l4_capability_equal(l4_cap_idx_t c1, l4_cap_idx_t c2)
{
    return (c1 >> L4_CAP_SHIFT) == (c2 >> L4_CAP_SHIFT);
}

/* Selector of the following slot. */
L4_INLINE l4_cap_idx_t l4_capability_next(l4_cap_idx_t c)
{
    return c + L4_CAP_OFFSET;
}

/* Index of the slot a selector names. */
L4_INLINE l4_umword_t l4_cap_index(l4_cap_idx_t c)
{
    return c >> L4_CAP_SHIFT;
}
