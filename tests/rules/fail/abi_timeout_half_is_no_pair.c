/* SPDX-License-Identifier: MIT */
/* error: incompatible type|incompatible types */
#include <l4/sys/ipc.h>

/* One half of a timeout where both are needed. */
l4_msgtag_t f(void);
l4_msgtag_t f(void)
{
    return l4_ipc_sleep(l4_timeout_rel(1, 1));
}
