/* SPDX-License-Identifier: MIT */
/*
 * IPC timeouts: a 16-bit value for each phase, two of them in one 32-bit word
 * (send in bits 16-31, receive in bits 0-15).
 *
 *      15 14       10 9            0
 *     +--+-----------+--------------+
 *     | 0| exponent  | mantissa     |   relative: mantissa * 2^exponent microseconds
 *     +--+-----------+--------------+
 *     | 1| clock word in BR bits 0-5|   absolute: time in microseconds, in a buffer register
 *     +--+--------------------------+
 *
 * The zero word means never; mantissa 0 with an exponent means "at once" (0x0400).
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

typedef l4_uint64_t l4_kernel_clock_t; /* time since boot in microseconds */
typedef l4_uint64_t l4_cpu_time_t;     /* consumed time in microseconds */

typedef struct l4_timeout_s {
    l4_uint16_t t;
} l4_timeout_s;

typedef union l4_timeout_t {
    l4_uint32_t raw;
    struct {
        l4_timeout_s rcv;
        l4_timeout_s snd;
    } p;
} l4_timeout_t;

L4_ABI_ASSERT_SIZE(l4_timeout_s, 2);
L4_ABI_ASSERT_SIZE(l4_timeout_t, 4);

enum l4_timeout_consts {
    L4_TIMEOUT_MANTISSA_BITS = 10,
    L4_TIMEOUT_MANTISSA_MAX = 0x3ff,
    L4_TIMEOUT_EXPONENT_MAX = 31,
    L4_TIMEOUT_ABSOLUTE = 0x8000, /* bit: absolute time in a buffer register */
    L4_TIMEOUT_ABS_BR_MASK = 0x3f,
    L4_TIMEOUT_RAW_NEVER = 0,
    L4_TIMEOUT_RAW_ZERO = 0x0400,
};

#define L4_TIMEOUT_US_MAX ((1ULL << 41) - 1) /* longest relative timeout, about 25 days */

#define L4_IPC_NEVER_INITIALIZER                                                                   \
    {                                                                                              \
        0                                                                                          \
    }
#define L4_IPC_TIMEOUT_0 ((l4_timeout_s){ L4_TIMEOUT_RAW_ZERO })
#define L4_IPC_TIMEOUT_NEVER ((l4_timeout_s){ L4_TIMEOUT_RAW_NEVER })
#define L4_IPC_NEVER ((l4_timeout_t){ 0 })
#define L4_IPC_RECV_TIMEOUT_0 ((l4_timeout_t){ 0x00000400U })
#define L4_IPC_SEND_TIMEOUT_0 ((l4_timeout_t){ 0x04000000U })
#define L4_IPC_BOTH_TIMEOUT_0 ((l4_timeout_t){ 0x04000400U })

/* Relative timeout of man * 2^exp microseconds (man 0 ... 1023, exp 0 ... 31). */
L4_INLINE l4_timeout_s l4_timeout_rel(unsigned man, unsigned exp)
{
    l4_timeout_s t;

    t.t = (l4_uint16_t)(((exp & 0x1fU) << L4_TIMEOUT_MANTISSA_BITS) | (man & 0x3ffU));
    return t;
}

/* Both halves as one word. */
L4_INLINE l4_timeout_t l4_timeout(l4_timeout_s snd, l4_timeout_s rcv)
{
    l4_timeout_t t;

    t.raw = ((l4_uint32_t)snd.t << 16) | rcv.t;
    return t;
}

/* Both halves from mantissas and exponents. */
L4_INLINE l4_timeout_t l4_ipc_timeout(unsigned snd_man, unsigned snd_exp, unsigned rcv_man,
                                      unsigned rcv_exp)
{
    return l4_timeout(l4_timeout_rel(snd_man, snd_exp), l4_timeout_rel(rcv_man, rcv_exp));
}

/* Replace the send half. */
L4_INLINE void l4_snd_timeout(l4_timeout_s snd, l4_timeout_t *to)
{
    to->raw = (to->raw & 0x0000ffffU) | ((l4_uint32_t)snd.t << 16);
}

/* Replace the receive half. */
L4_INLINE void l4_rcv_timeout(l4_timeout_s rcv, l4_timeout_t *to)
{
    to->raw = (to->raw & 0xffff0000U) | rcv.t;
}

/* Send half and receive half of a pair. */
L4_INLINE l4_timeout_s l4_timeout_snd_get(l4_timeout_t to)
{
    l4_timeout_s t;

    t.t = (l4_uint16_t)(to.raw >> 16);
    return t;
}

L4_INLINE l4_timeout_s l4_timeout_rcv_get(l4_timeout_t to)
{
    l4_timeout_s t;

    t.t = (l4_uint16_t)to.raw;
    return t;
}

/* Does the value mean "wait for ever"? */
L4_INLINE unsigned l4_timeout_is_never(l4_timeout_s to)
{
    return to.t == L4_TIMEOUT_RAW_NEVER;
}

L4_INLINE unsigned l4_timeout_is_absolute(l4_timeout_s to)
{
    return (to.t & (unsigned)L4_TIMEOUT_ABSOLUTE) != 0;
}

/* Microseconds of a relative timeout; 0 for "at once". Meaningless for never and absolute. */
L4_INLINE l4_kernel_clock_t l4_timeout_rel_get(l4_timeout_s to)
{
    return (l4_kernel_clock_t)(to.t & 0x3ffU) << ((to.t >> L4_TIMEOUT_MANTISSA_BITS) & 0x1fU);
}

/*
 * Shortest encodable timeout that is not shorter than `us` microseconds.
 * 0 gives "at once"; beyond L4_TIMEOUT_US_MAX the longest timeout (not never).
 */
L4_INLINE l4_timeout_s l4_timeout_from_us64(l4_uint64_t us)
{
    unsigned exp = 0;

    if (us == 0)
        return l4_timeout_rel(0, 1);
    while (us > ((l4_uint64_t)L4_TIMEOUT_MANTISSA_MAX << exp)) {
        if (exp == L4_TIMEOUT_EXPONENT_MAX)
            return l4_timeout_rel(L4_TIMEOUT_MANTISSA_MAX, L4_TIMEOUT_EXPONENT_MAX);
        exp++;
    }
    /* round up: a timeout may not fire early */
    return l4_timeout_rel((unsigned)((us + (1ULL << exp) - 1) >> exp), exp);
}

/* The same for a 32-bit number of microseconds; ~0 means never. */
L4_INLINE l4_timeout_s l4_timeout_from_us(l4_uint32_t us)
{
    if (us == ~(l4_uint32_t)0)
        return l4_timeout_rel(0, 0);
    return l4_timeout_from_us64(us);
}
