/* SPDX-License-Identifier: MIT */
/* Parent: whoever started this program and wants to know how it ends. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

enum l4re_parent_signals {
    L4RE_PARENT_SIG_EXIT = 0, /* value: the exit code; there is no answer, the task goes */
};

/* Returns: 0 or -L4_E*; for L4RE_PARENT_SIG_EXIT it returns only if there is no parent. */
long l4re_parent_signal(l4_cap_idx_t parent, unsigned long sig, unsigned long val);

EXTERN_C_END
