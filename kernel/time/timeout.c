/* SPDX-License-Identifier: MIT */
/* See <time/timeout.h> for the contract. */
#include <time/timeout.h>

#include <l4/sys/__timeout.h>
#include <time/clock.h>

_Static_assert(L4_TIMEOUT_RAW_NEVER == 0 && L4_TIMEOUT_RAW_ZERO == 0x0400 &&
                   L4_TIMEOUT_ABSOLUTE == 0x8000 && L4_TIMEOUT_ABS_BR_MASK == 0x3f &&
                   L4_TIMEOUT_MANTISSA_BITS == 10 && L4_TIMEOUT_EXPONENT_MAX == 0x1f,
               "the decoder and the ABI mean the same bits");

uint64_t timeout_ticks(uint16_t t, uint64_t now, uint64_t br_us)
{
    if (timeout_is_never(t))
        return CLOCK_NEVER;
    if (timeout_is_absolute(t))
        return clock_us_to_ticks(br_us);

    uint64_t ticks = clock_us_to_ticks(timeout_relative_us(t));

    return ticks < CLOCK_NEVER - now ? now + ticks : CLOCK_NEVER;
}
