/* SPDX-License-Identifier: MIT */
/*
 * Kernel info page: version, features, time.
 *
 * The page must be mapped readable and executable: the kernel puts the code there that reads
 * its clock.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/kip_layout.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

/* Where the page is mapped in this task; set by the start-up code, NULL before. */
extern l4_kernel_info_t const *l4_global_kip;

EXTERN_C_END

L4_INLINE l4_kernel_info_t const *l4_kip(void)
{
    return l4_global_kip;
}

/* ABI version word, with the sub-version. */
L4_INLINE l4_umword_t l4_kip_version(l4_kernel_info_t const *kip)
{
    return kip->version & L4_KERNEL_INFO_VERSION_MASK;
}

/* Greeting of the kernel, NUL-terminated, several lines. */
L4_INLINE char const *l4_kip_version_string(l4_kernel_info_t const *kip)
{
    return (char const *)((l4_addr_t)kip + ((l4_addr_t)kip->offset_version_strings << 4));
}

/* String behind s in the list; the list ends with an empty string. */
L4_INLINE char const *l4_kip_next_string(char const *s)
{
    return s + __builtin_strlen(s) + 1;
}

/* Run the following statement with `s` (char const *) being each feature in turn. */
#define l4_kip_for_each_feature(s, kip)                                                            \
    for ((s) = l4_kip_next_string(l4_kip_version_string(kip)); *(s); (s) = l4_kip_next_string(s))

/* Does the kernel announce the feature? */
L4_INLINE int l4_kip_kernel_has_feature(l4_kernel_info_t const *kip, char const *str)
{
    char const *s;

    l4_kip_for_each_feature(s, kip)
    {
        if (__builtin_strcmp(s, str) == 0)
            return 1;
    }
    return 0;
}

typedef l4_uint64_t (*l4_kip_time_fn)(void);

/* Time since boot in microseconds. Cost: no system call. */
L4_INLINE l4_kernel_clock_t l4_kip_clock(l4_kernel_info_t const *kip)
{
    return ((l4_kip_time_fn)((l4_addr_t)kip + L4_KIP_OFFS_READ_US))();
}

/* Time since boot in nanoseconds, same clock. */
L4_INLINE l4_uint64_t l4_kip_clock_ns(l4_kernel_info_t const *kip)
{
    return ((l4_kip_time_fn)((l4_addr_t)kip + L4_KIP_OFFS_READ_NS))();
}

/* Low machine word of the clock (here: all of it). */
L4_INLINE l4_umword_t l4_kip_clock_lw(l4_kernel_info_t const *kip)
{
    return l4_kip_clock(kip);
}
