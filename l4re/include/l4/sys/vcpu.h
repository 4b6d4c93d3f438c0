/* SPDX-License-Identifier: MIT */
/*
 * vCPU: a thread that takes messages, faults and exceptions as upcalls. The layout of its
 * state is in <l4/sys/vcpu_layout.h>, the operations in <l4/sys/thread.h>.
 */
#pragma once

#include <l4/sys/vcpu_layout.h>

/* Does the kernel's layout of the state fit these headers? */
L4_INLINE int l4_vcpu_check_version(l4_vcpu_state_t const *vcpu)
{
    return vcpu->version == L4_VCPU_STATE_VERSION;
}
