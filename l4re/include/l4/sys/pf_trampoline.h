/* SPDX-License-Identifier: MIT */
/*
 * Page-fault trampoline: a thread handles its own page faults without a message to a pager.
 *
 * With a trampoline set up, a page fault continues at handler_ip with rdi = the structure and
 * rsi = the fault word (as MR0 of a page-fault message), all other registers as at the fault.
 * The handler ends with resume or reflect. A fault inside the handler goes to the pager.
 * Kernels that offer it have the KIP feature "pf_tramp"; others answer -L4_ENOSYS.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/vcpu_layout.h>

L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_op_u(l4_cap_idx_t thread, l4_umword_t op,
                                                   unsigned words, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_THREAD_PF_TRAMP_CONTROL_OP | (op << L4_THREAD_PF_TRAMP_SHIFT);
    return l4_object_call_u(thread, L4_PROTO_THREAD, words, 0, utcb);
}

/* Set up and enable; `trampoline` lies in kernel-user memory. Returns: -L4_EINVAL, -L4_ENOSYS. */
L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_setup_u(l4_cap_idx_t thread,
                                                      l4_pf_trampoline_t *trampoline,
                                                      l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[1] = (l4_addr_t)trampoline;
    return l4_thread_pf_trampoline_op_u(thread, L4_THREAD_PF_TRAMP_SETUP, 2, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_setup(l4_cap_idx_t thread,
                                                    l4_pf_trampoline_t *trampoline)
{
    return l4_thread_pf_trampoline_setup_u(thread, trampoline, l4_utcb());
}

/* Restart the faulting instruction; own thread only. Returns on failure: -L4_EPERM, -L4_EINVAL. */
L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_resume_u(l4_cap_idx_t thread, l4_utcb_t *utcb)
{
    return l4_thread_pf_trampoline_op_u(thread, L4_THREAD_PF_TRAMP_RESUME, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_resume(l4_cap_idx_t thread)
{
    return l4_thread_pf_trampoline_resume_u(thread, l4_utcb());
}

/* Turn the fault into exception 14; own thread only. */
L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_reflect_u(l4_cap_idx_t thread, l4_utcb_t *utcb)
{
    return l4_thread_pf_trampoline_op_u(thread, L4_THREAD_PF_TRAMP_REFLECT, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_reflect(l4_cap_idx_t thread)
{
    return l4_thread_pf_trampoline_reflect_u(thread, l4_utcb());
}

/* Faults go to the pager again. MR0 of the reply: was it enabled? */
L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_disable_u(l4_cap_idx_t thread, l4_utcb_t *utcb)
{
    return l4_thread_pf_trampoline_op_u(thread, L4_THREAD_PF_TRAMP_DISABLE, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_disable(l4_cap_idx_t thread)
{
    return l4_thread_pf_trampoline_disable_u(thread, l4_utcb());
}

/* Use the trampoline again. Returns: -L4_EINVAL if it was never set up. */
L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_enable_u(l4_cap_idx_t thread, l4_utcb_t *utcb)
{
    return l4_thread_pf_trampoline_op_u(thread, L4_THREAD_PF_TRAMP_ENABLE, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_pf_trampoline_enable(l4_cap_idx_t thread)
{
    return l4_thread_pf_trampoline_enable_u(thread, l4_utcb());
}
