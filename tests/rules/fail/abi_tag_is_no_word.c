/* SPDX-License-Identifier: MIT */
/* error: incompatible type|incompatible types */
#include <l4/sys/types.h>

/* A tag where a capability selector belongs. */
int f(l4_msgtag_t t);
int f(l4_msgtag_t t)
{
    return (int)l4_is_valid_cap(t);
}
