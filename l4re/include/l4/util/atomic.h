/* SPDX-License-Identifier: MIT */
/*
 * Atomic operations on 8, 16, 32 and 64 bit values and on machine words. All of them order all
 * memory accesses around them (sequentially consistent). Wait-free on x86.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/l4int.h>

/*
 * For each width:
 *   cmpxchg   if *dest == cmp_val, store new_val; returns 1 if stored, 0 if not
 *   xchg      store val; returns what was there
 *   add sub and or       change *dest;   add_res ... return the new value
 *   inc dec              by one;         inc_res dec_res return the new value
 */
#define L4UTIL_ATOMIC_OP(op, w, type)                                                              \
    L4_INLINE void l4util_##op##w(volatile type *dest, type val)                                   \
    {                                                                                              \
        (void)__atomic_##op##_fetch(dest, val, __ATOMIC_SEQ_CST);                                  \
    }                                                                                              \
    L4_INLINE type l4util_##op##w##_res(volatile type *dest, type val)                             \
    {                                                                                              \
        return __atomic_##op##_fetch(dest, val, __ATOMIC_SEQ_CST);                                 \
    }

#define L4UTIL_ATOMIC_WIDTH(w, type)                                                               \
    L4_INLINE int l4util_cmpxchg##w(volatile type *dest, type cmp_val, type new_val)               \
    {                                                                                              \
        return __atomic_compare_exchange_n(dest, &cmp_val, new_val, 0, __ATOMIC_SEQ_CST,           \
                                           __ATOMIC_SEQ_CST);                                      \
    }                                                                                              \
    L4_INLINE type l4util_xchg##w(volatile type *dest, type val)                                   \
    {                                                                                              \
        return __atomic_exchange_n(dest, val, __ATOMIC_SEQ_CST);                                   \
    }                                                                                              \
    L4UTIL_ATOMIC_OP(add, w, type)                                                                 \
    L4UTIL_ATOMIC_OP(sub, w, type)                                                                 \
    L4UTIL_ATOMIC_OP(and, w, type)                                                                 \
    L4UTIL_ATOMIC_OP(or, w, type)                                                                  \
    L4_INLINE void l4util_inc##w(volatile type *dest)                                              \
    {                                                                                              \
        l4util_add##w(dest, 1);                                                                    \
    }                                                                                              \
    L4_INLINE void l4util_dec##w(volatile type *dest)                                              \
    {                                                                                              \
        l4util_sub##w(dest, 1);                                                                    \
    }                                                                                              \
    L4_INLINE type l4util_inc##w##_res(volatile type *dest)                                        \
    {                                                                                              \
        return l4util_add##w##_res(dest, 1);                                                       \
    }                                                                                              \
    L4_INLINE type l4util_dec##w##_res(volatile type *dest)                                        \
    {                                                                                              \
        return l4util_sub##w##_res(dest, 1);                                                       \
    }

L4UTIL_ATOMIC_WIDTH(8, l4_uint8_t)
L4UTIL_ATOMIC_WIDTH(16, l4_uint16_t)
L4UTIL_ATOMIC_WIDTH(32, l4_uint32_t)
L4UTIL_ATOMIC_WIDTH(64, l4_uint64_t)

#undef L4UTIL_ATOMIC_WIDTH
#undef L4UTIL_ATOMIC_OP

L4_INLINE int l4util_cmpxchg(volatile l4_umword_t *dest, l4_umword_t cmp_val, l4_umword_t new_val)
{
    return __atomic_compare_exchange_n(dest, &cmp_val, new_val, 0, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

L4_INLINE l4_umword_t l4util_xchg(volatile l4_umword_t *dest, l4_umword_t val)
{
    return __atomic_exchange_n(dest, val, __ATOMIC_SEQ_CST);
}

L4_INLINE void l4util_atomic_add(volatile long *dest, long val)
{
    (void)__atomic_add_fetch(dest, val, __ATOMIC_SEQ_CST);
}

L4_INLINE void l4util_atomic_inc(volatile long *dest)
{
    l4util_atomic_add(dest, 1);
}
