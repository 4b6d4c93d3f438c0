/* SPDX-License-Identifier: MIT */
/*
 * Time-stamp counter: the cheapest clock. Conversions need l4_tsc_init() or
 * l4_calibrate_tsc() once; before that they return 0.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/kip_layout.h>
#include <l4/sys/types.h>

typedef l4_uint64_t l4_tsc_t;
typedef l4_uint64_t l4_ns_t;

enum {
    L4_TSC_INIT_AUTO = 0,   /* take the kernel's number */
    L4_TSC_INIT_KERNEL = 1, /* the same */
    L4_TSC_INIT_CALIBRATE = 2,
};

EXTERN_C_BEGIN

/*
 * Learn the frequency from the kernel info page.
 * Returns: scaler, with nanoseconds = cycles * scaler >> 27; 0 if the kernel does not know it.
 */
l4_uint32_t l4_calibrate_tsc(l4_kernel_info_t const *kip) L4_NOTHROW;
l4_uint32_t l4_tsc_init(int constraint, l4_kernel_info_t const *kip) L4_NOTHROW;

/* Convert. Exact to one part in 2^36. */
l4_uint64_t l4_tsc_to_ns(l4_tsc_t tsc) L4_NOTHROW;
l4_uint64_t l4_tsc_to_us(l4_tsc_t tsc) L4_NOTHROW;
l4_tsc_t l4_ns_to_tsc(l4_uint64_t ns) L4_NOTHROW;
void l4_tsc_to_s_and_ns(l4_tsc_t tsc, l4_uint32_t *s, l4_uint32_t *ns) L4_NOTHROW;

/* Cycles per second. */
l4_uint64_t l4_get_hz(void) L4_NOTHROW;

EXTERN_C_END

/* Read the counter. Not ordered against neighbouring instructions. */
L4_INLINE l4_tsc_t l4_rdtsc(void)
{
    l4_uint32_t lo, hi;

    __asm__ __volatile__("rdtsc" : "=a"(lo), "=d"(hi));
    return ((l4_tsc_t)hi << 32) | lo;
}

L4_INLINE l4_uint32_t l4_rdtsc_32(void)
{
    return (l4_uint32_t)l4_rdtsc();
}

/* Read performance counter `nr`, where the kernel allows it. */
L4_INLINE l4_tsc_t l4_rdpmc(int nr)
{
    l4_uint32_t lo, hi;

    __asm__ __volatile__("rdpmc" : "=a"(lo), "=d"(hi) : "c"(nr));
    return ((l4_tsc_t)hi << 32) | lo;
}

/* Burn CPU time for at least this long. */
L4_INLINE void l4_busy_wait_cycles(l4_tsc_t cycles)
{
    l4_tsc_t start = l4_rdtsc();

    while (l4_rdtsc() - start < cycles)
        __asm__ __volatile__("pause");
}

L4_INLINE void l4_busy_wait_ns(l4_uint64_t ns)
{
    l4_busy_wait_cycles(l4_ns_to_tsc(ns));
}

L4_INLINE void l4_busy_wait_us(l4_uint64_t us)
{
    l4_busy_wait_ns(us * 1000);
}
