/* SPDX-License-Identifier: MIT */
/* Features of the kernel, as the kernel info page announces them. */
#pragma once

#include <l4/sys/kip.h>

#define l4util_kip_for_each_feature(s, kip) l4_kip_for_each_feature(s, kip)

/* Does the kernel announce the feature? */
L4_INLINE int l4util_kip_kernel_has_feature(l4_kernel_info_t const *kip, char const *str)
{
    return l4_kip_kernel_has_feature(kip, str);
}

/* Number behind the feature "abiver:", 0 if there is none. */
L4_INLINE unsigned long l4util_kip_kernel_abi_version(l4_kernel_info_t const *kip)
{
    char const *s;

    l4_kip_for_each_feature(s, kip)
    {
        unsigned long v = 0;

        if (__builtin_strncmp(s, "abiver:", 7) != 0)
            continue;
        for (s += 7; *s >= '0' && *s <= '9'; s++)
            v = v * 10 + (unsigned long)(*s - '0');
        return v;
    }
    return 0;
}
