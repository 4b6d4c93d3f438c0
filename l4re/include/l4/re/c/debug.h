/* SPDX-License-Identifier: MIT */
/* Ask an object to print its state on its server's log. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

/* Returns: 0; -L4_EBADPROTO or -L4_ENOSYS if the object has nothing to print. */
long l4re_debug_obj_debug(l4_cap_idx_t srv, unsigned long function);

EXTERN_C_END
