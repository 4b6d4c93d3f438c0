/* SPDX-License-Identifier: MIT */
/* error: incompatible type|incompatible types */
#include <l4/sys/types.h>

long f(l4_fpage_t p);
long f(l4_fpage_t p)
{
    return l4_msgtag_label(p);
}
