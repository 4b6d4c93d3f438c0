/* SPDX-License-Identifier: MIT */
/*
 * Bits in arrays of machine words: bit b is bit b % 64 of word b / 64. Changes are atomic.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

L4_INLINE volatile l4_umword_t *l4util_bit_word(int b, volatile l4_umword_t *dest)
{
    return dest + (unsigned)b / L4_MWORD_BITS;
}

L4_INLINE l4_umword_t l4util_bit_mask(int b)
{
    return 1UL << ((unsigned)b % L4_MWORD_BITS);
}

/* Set the bit. Returns (bts): its old value. */
L4_INLINE int l4util_bts(int b, volatile l4_umword_t *dest)
{
    l4_umword_t m = l4util_bit_mask(b);

    return (__atomic_fetch_or(l4util_bit_word(b, dest), m, __ATOMIC_SEQ_CST) & m) != 0;
}

/* Clear the bit. Returns: its old value. */
L4_INLINE int l4util_btr(int b, volatile l4_umword_t *dest)
{
    l4_umword_t m = l4util_bit_mask(b);

    return (__atomic_fetch_and(l4util_bit_word(b, dest), ~m, __ATOMIC_SEQ_CST) & m) != 0;
}

/* Invert the bit. Returns: its old value. */
L4_INLINE int l4util_btc(int b, volatile l4_umword_t *dest)
{
    l4_umword_t m = l4util_bit_mask(b);

    return (__atomic_fetch_xor(l4util_bit_word(b, dest), m, __ATOMIC_SEQ_CST) & m) != 0;
}

L4_INLINE void l4util_set_bit(int b, volatile l4_umword_t *dest)
{
    (void)l4util_bts(b, dest);
}

L4_INLINE void l4util_clear_bit(int b, volatile l4_umword_t *dest)
{
    (void)l4util_btr(b, dest);
}

L4_INLINE void l4util_complement_bit(int b, volatile l4_umword_t *dest)
{
    (void)l4util_btc(b, dest);
}

L4_INLINE int l4util_test_bit(int b, volatile l4_umword_t const *dest)
{
    return (dest[(unsigned)b / L4_MWORD_BITS] & l4util_bit_mask(b)) != 0;
}

/* Number of the highest bit set; -1 if none is. */
L4_INLINE int l4util_bsr(l4_umword_t word)
{
    return word ? L4_MWORD_BITS - 1 - __builtin_clzl(word) : -1;
}

/* Number of the lowest bit set; -1 if none is. */
L4_INLINE int l4util_bsf(l4_umword_t word)
{
    return word ? __builtin_ctzl(word) : -1;
}

/*
 * First bit set in `size` bits at dest. Returns: its number, `size` if there is none.
 * Cost: one step per word.
 */
L4_INLINE int l4util_find_first_set_bit(void const *dest, l4_size_t size)
{
    l4_umword_t const *w = (l4_umword_t const *)dest;

    for (l4_size_t i = 0; i < size; i += L4_MWORD_BITS, w++) {
        l4_size_t b;

        if (!*w)
            continue;
        b = i + (l4_size_t)__builtin_ctzl(*w);
        return (int)(b < size ? b : size);
    }
    return (int)size;
}

/* First bit clear in `size` bits at dest. Returns: its number, `size` if there is none. */
L4_INLINE int l4util_find_first_zero_bit(void const *dest, l4_size_t size)
{
    l4_umword_t const *w = (l4_umword_t const *)dest;

    for (l4_size_t i = 0; i < size; i += L4_MWORD_BITS, w++) {
        l4_size_t b;

        if (!~*w)
            continue;
        b = i + (l4_size_t)__builtin_ctzl(~*w);
        return (int)(b < size ? b : size);
    }
    return (int)size;
}

/* Smallest power of two that is not smaller than val; 1 for 0, and 0 if there is none. */
L4_INLINE unsigned long l4util_next_power2(unsigned long val)
{
    if (val <= 1)
        return 1;
    if (val > 1UL << 63)
        return 0;
    return 1UL << (L4_MWORD_BITS - __builtin_clzl(val - 1));
}
