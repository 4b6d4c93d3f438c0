/* SPDX-License-Identifier: MIT */
/*
 * Platform control: switch the machine off and CPUs on. On amd64 the ICU capability speaks
 * this protocol (label 0).
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

L4_INLINE l4_msgtag_t l4_platform_ctl_op_u(l4_cap_idx_t pfc, l4_umword_t op, l4_umword_t arg1,
                                           l4_umword_t arg2, unsigned words, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = op;
    m->mr[1] = arg1;
    m->mr[2] = arg2;
    return l4_object_call_u(pfc, L4_PROTO_PLATFORM_CTL, words, 0, utcb);
}

/* Suspend to RAM. Returns after waking up; -L4_EBUSY if not possible. */
L4_INLINE l4_msgtag_t l4_platform_ctl_system_suspend_u(l4_cap_idx_t pfc, l4_umword_t extras,
                                                       l4_utcb_t *utcb)
{
    return l4_platform_ctl_op_u(pfc, L4_PLATFORM_CTL_SYS_SUSPEND_OP, extras, 0, 2, utcb);
}

L4_INLINE l4_msgtag_t l4_platform_ctl_system_suspend(l4_cap_idx_t pfc, l4_umword_t extras)
{
    return l4_platform_ctl_system_suspend_u(pfc, extras, l4_utcb());
}

/* Switch off (reboot = 0) or restart (1). Returns only on failure: -L4_ENOSYS. */
L4_INLINE l4_msgtag_t l4_platform_ctl_system_shutdown_u(l4_cap_idx_t pfc, l4_umword_t reboot,
                                                        l4_utcb_t *utcb)
{
    return l4_platform_ctl_op_u(pfc, L4_PLATFORM_CTL_SYS_SHUTDOWN_OP, reboot, 0, 2, utcb);
}

L4_INLINE l4_msgtag_t l4_platform_ctl_system_shutdown(l4_cap_idx_t pfc, l4_umword_t reboot)
{
    return l4_platform_ctl_system_shutdown_u(pfc, reboot, l4_utcb());
}

/* Allow the kernel to stop an idle CPU (enable = 1), or not. */
L4_INLINE l4_msgtag_t l4_platform_ctl_cpu_allow_shutdown_u(l4_cap_idx_t pfc, l4_umword_t phys_id,
                                                           l4_umword_t enable, l4_utcb_t *utcb)
{
    return l4_platform_ctl_op_u(pfc, L4_PLATFORM_CTL_CPU_ALLOW_SHUTDOWN_OP, phys_id, enable, 3,
                                utcb);
}

L4_INLINE l4_msgtag_t l4_platform_ctl_cpu_allow_shutdown(l4_cap_idx_t pfc, l4_umword_t phys_id,
                                                         l4_umword_t enable)
{
    return l4_platform_ctl_cpu_allow_shutdown_u(pfc, phys_id, enable, l4_utcb());
}

/* Start / stop a CPU. Returns: -L4_ENOSYS where the kernel cannot. */
L4_INLINE l4_msgtag_t l4_platform_ctl_cpu_enable_u(l4_cap_idx_t pfc, l4_umword_t phys_id,
                                                   l4_utcb_t *utcb)
{
    return l4_platform_ctl_op_u(pfc, L4_PLATFORM_CTL_CPU_ENABLE_OP, phys_id, 0, 2, utcb);
}

L4_INLINE l4_msgtag_t l4_platform_ctl_cpu_enable(l4_cap_idx_t pfc, l4_umword_t phys_id)
{
    return l4_platform_ctl_cpu_enable_u(pfc, phys_id, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_platform_ctl_cpu_disable_u(l4_cap_idx_t pfc, l4_umword_t phys_id,
                                                    l4_utcb_t *utcb)
{
    return l4_platform_ctl_op_u(pfc, L4_PLATFORM_CTL_CPU_DISABLE_OP, phys_id, 0, 2, utcb);
}

L4_INLINE l4_msgtag_t l4_platform_ctl_cpu_disable(l4_cap_idx_t pfc, l4_umword_t phys_id)
{
    return l4_platform_ctl_cpu_disable_u(pfc, phys_id, l4_utcb());
}
