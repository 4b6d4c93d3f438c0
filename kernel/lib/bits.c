/* SPDX-License-Identifier: MIT */
/* Written out: without the CPU's instruction the compiler would call its own library. */
#include <lib/bits.h>

unsigned bits_count(uint64_t x)
{
    /* Sums of neighbouring fields of 1, 2, 4 bits; the product adds up the eight bytes. */
    x -= (x >> 1) & 0x5555555555555555ull;
    x = (x & 0x3333333333333333ull) + ((x >> 2) & 0x3333333333333333ull);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
    return (unsigned)((x * 0x0101010101010101ull) >> 56);
}
