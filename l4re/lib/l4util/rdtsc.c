/* SPDX-License-Identifier: MIT */
/* See <l4/util/rdtsc.h>. Scalers are fixed-point numbers with 40 bits behind the point. */
#include <l4/util/rdtsc.h>

enum {
    SCALE_BITS = 40,
    KERNEL_SCALE_BITS = 27, /* of the kernel's own scaler, which callers get */
};

static l4_uint64_t tsc_to_ns_scale;
static l4_uint64_t ns_to_tsc_scale;
static l4_uint64_t tsc_hz;

static l4_uint64_t scale(l4_uint64_t v, l4_uint64_t factor)
{
    return (l4_uint64_t)(((unsigned __int128)v * factor) >> SCALE_BITS);
}

l4_uint32_t l4_calibrate_tsc(l4_kernel_info_t const *kip)
{
    l4_uint64_t khz = kip->frequency_cpu;

    if (!khz || khz >> (64 - SCALE_BITS))
        return 0;
    tsc_hz = khz * 1000;
    tsc_to_ns_scale = (1000000ULL << SCALE_BITS) / khz;
    ns_to_tsc_scale = (khz << SCALE_BITS) / 1000000;
    return (l4_uint32_t)(tsc_to_ns_scale >> (SCALE_BITS - KERNEL_SCALE_BITS));
}

l4_uint32_t l4_tsc_init(int constraint, l4_kernel_info_t const *kip)
{
    (void)constraint; /* the kernel's number is the only source, and the best */
    return l4_calibrate_tsc(kip);
}

l4_uint64_t l4_tsc_to_ns(l4_tsc_t tsc)
{
    return scale(tsc, tsc_to_ns_scale);
}

l4_uint64_t l4_tsc_to_us(l4_tsc_t tsc)
{
    return l4_tsc_to_ns(tsc) / 1000;
}

l4_tsc_t l4_ns_to_tsc(l4_uint64_t ns)
{
    return scale(ns, ns_to_tsc_scale);
}

void l4_tsc_to_s_and_ns(l4_tsc_t tsc, l4_uint32_t *s, l4_uint32_t *ns)
{
    l4_uint64_t t = l4_tsc_to_ns(tsc);

    *s = (l4_uint32_t)(t / 1000000000);
    *ns = (l4_uint32_t)(t % 1000000000);
}

l4_uint64_t l4_get_hz(void)
{
    return tsc_hz;
}
