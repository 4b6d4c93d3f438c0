/* SPDX-License-Identifier: MIT */
/*
 * The ABI's 16-bit timeouts as times.
 *
 *   bit 15 = 0:  0 = never; else bits 0-9 mantissa * 2^(bits 10-14) microseconds from now
 *   bit 15 = 1:  absolute; bits 0-5 name the buffer register with the time in us
 *
 * A pair has 32 bits: send in 16-31, receive in 0-15. User memory is not touched here: who
 * decodes an absolute timeout brings the value of the register.
 */
#pragma once

#include <lib/base.h>

#define TIMEOUT_BR_LAST 57u /* a larger register number is clipped to this one */

static inline uint16_t timeout_send(uint32_t pair)
{
    return (uint16_t)(pair >> 16);
}

static inline uint16_t timeout_recv(uint32_t pair)
{
    return (uint16_t)pair;
}

static inline bool timeout_is_never(uint16_t t)
{
    return t == 0;
}

/* Has passed whenever it is looked at: mantissa 0 with an exponent. */
static inline bool timeout_is_zero(uint16_t t)
{
    return !(t & 0x8000) && (t & 0x3ff) == 0 && t != 0;
}

static inline bool timeout_is_absolute(uint16_t t)
{
    return t & 0x8000;
}

/* Buffer register of an absolute timeout. */
static inline unsigned timeout_br(uint16_t t)
{
    return min(t & 0x3fu, TIMEOUT_BR_LAST);
}

/* Length of a relative timeout in us; at most 1023 * 2^31. Not for never. */
static inline uint64_t timeout_relative_us(uint16_t t)
{
    return (uint64_t)(t & 0x3ff) << ((t >> 10) & 0x1f);
}

/*
 * The tick at which a timeout is over.
 *
 * `now` in ticks; `br_us` is the register's value, used by an absolute timeout only.
 * Returns: CLOCK_NEVER for never; a tick <= now if it is over already.
 */
uint64_t timeout_ticks(uint16_t t, uint64_t now, uint64_t br_us);
