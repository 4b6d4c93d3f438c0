/* SPDX-License-Identifier: MIT */
/*
 * Thread (protocol L4_PROTO_THREAD).
 *
 * Life: create (factory) -> CONTROL binds it to a task and a UTCB, names pager and exception
 * handler -> l4_thread_ex_regs() sets IP and SP and makes it ready -> the scheduler capability
 * gives it CPU and priority (these two in any order). A thread is killed by deleting its
 * object.
 *
 * A thread capability is also an IPC destination: messages with another label go to the thread.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/* ---- CONTROL: start, any of the setters, commit; nothing else may use the UTCB meanwhile -- */

L4_INLINE void l4_thread_control_start_u(l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    for (unsigned i = 0; i < L4_THREAD_CONTROL_WORDS; i++)
        m->mr[i] = 0;
    m->mr[L4_THREAD_CONTROL_MR_IDX_FLAGS] = L4_THREAD_CONTROL_OP;
}

L4_INLINE void l4_thread_control_start(void)
{
    l4_thread_control_start_u(l4_utcb());
}

/* Pager: selector in the target thread's task, looked up at each fault. */
L4_INLINE void l4_thread_control_pager_u(l4_cap_idx_t pager, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[L4_THREAD_CONTROL_MR_IDX_FLAGS] |= L4_THREAD_CONTROL_SET_PAGER;
    m->mr[L4_THREAD_CONTROL_MR_IDX_PAGER] = pager;
}

L4_INLINE void l4_thread_control_pager(l4_cap_idx_t pager)
{
    l4_thread_control_pager_u(pager, l4_utcb());
}

/* Exception handler: selector in the target thread's task, looked up at each exception. */
L4_INLINE void l4_thread_control_exc_handler_u(l4_cap_idx_t exc_handler, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[L4_THREAD_CONTROL_MR_IDX_FLAGS] |= L4_THREAD_CONTROL_SET_EXC_HANDLER;
    m->mr[L4_THREAD_CONTROL_MR_IDX_EXC_HANDLER] = exc_handler;
}

L4_INLINE void l4_thread_control_exc_handler(l4_cap_idx_t exc_handler)
{
    l4_thread_control_exc_handler_u(exc_handler, l4_utcb());
}

/* Task to run in and address of the UTCB there (in kernel-user memory). Once per thread. */
L4_INLINE void l4_thread_control_bind_u(l4_utcb_t *thread_utcb, l4_cap_idx_t task, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[L4_THREAD_CONTROL_MR_IDX_FLAGS] |= L4_THREAD_CONTROL_BIND_TASK;
    m->mr[L4_THREAD_CONTROL_MR_IDX_BIND_UTCB] = (l4_addr_t)thread_utcb;
    l4_object_arg_u(L4_THREAD_CONTROL_MR_IDX_BIND_TASK, task, utcb);
}

L4_INLINE void l4_thread_control_bind(l4_utcb_t *thread_utcb, l4_cap_idx_t task)
{
    l4_thread_control_bind_u(thread_utcb, task, l4_utcb());
}

/* Alien: system calls and page faults of the thread become exceptions. */
L4_INLINE void l4_thread_control_alien_u(l4_utcb_t *utcb, int on)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[L4_THREAD_CONTROL_MR_IDX_FLAGS] |= L4_THREAD_CONTROL_ALIEN;
    m->mr[L4_THREAD_CONTROL_MR_IDX_FLAG_VALS] |= on ? (l4_umword_t)L4_THREAD_CONTROL_ALIEN : 0;
}

L4_INLINE void l4_thread_control_alien(int on)
{
    l4_thread_control_alien_u(l4_utcb(), on);
}

/*
 * Rights:  S on the thread; S on the task for bind.
 * Returns: label 0 and the old pager and handler in MR1, MR2; -L4_EPERM; -L4_EINVAL for a bad
 *          UTCB address or a thread that is bound already; -L4_ENOSYS for alien without support.
 */
L4_INLINE l4_msgtag_t l4_thread_control_commit_u(l4_cap_idx_t thread, l4_utcb_t *utcb)
{
    l4_umword_t flags = l4_utcb_mr_u(utcb)->mr[L4_THREAD_CONTROL_MR_IDX_FLAGS];
    unsigned items = (flags & L4_THREAD_CONTROL_BIND_TASK) ? 1 : 0;

    return l4_object_call_u(thread, L4_PROTO_THREAD, L4_THREAD_CONTROL_WORDS, items, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_control_commit(l4_cap_idx_t thread)
{
    return l4_thread_control_commit_u(thread, l4_utcb());
}

/* ---- registers ---------------------------------------------------------------------------- */

/*
 * Set IP and SP (~0 = keep) of a thread, start it if it never ran. flags:
 * L4_THREAD_EX_REGS_CANCEL breaks off an IPC in progress (it ends with L4_IPC_xxCANCELED),
 * L4_THREAD_EX_REGS_TRIGGER_EXCEPTION raises exception 0xff.
 *
 * Rights:  none.
 * Returns: -L4_EINVAL for unknown architecture flags.
 */
L4_INLINE l4_msgtag_t l4_thread_ex_regs_u(l4_cap_idx_t thread, l4_addr_t ip, l4_addr_t sp,
                                          l4_umword_t flags, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_THREAD_EX_REGS_OP | flags;
    m->mr[1] = ip;
    m->mr[2] = sp;
    return l4_object_call_u(thread, L4_PROTO_THREAD, 3, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_ex_regs(l4_cap_idx_t thread, l4_addr_t ip, l4_addr_t sp,
                                        l4_umword_t flags)
{
    return l4_thread_ex_regs_u(thread, ip, sp, flags, l4_utcb());
}

/* The same; *ip, *sp and *flags give the new values and receive the old ones (flags: RFLAGS). */
L4_INLINE l4_msgtag_t l4_thread_ex_regs_ret_u(l4_cap_idx_t thread, l4_addr_t *ip, l4_addr_t *sp,
                                              l4_umword_t *flags, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t = l4_thread_ex_regs_u(thread, *ip, *sp, *flags, utcb);

    if (l4_msgtag_has_error(t) || l4_msgtag_label(t) < 0)
        return t;
    *flags = m->mr[0];
    *ip = m->mr[1];
    *sp = m->mr[2];
    return t;
}

L4_INLINE l4_msgtag_t l4_thread_ex_regs_ret(l4_cap_idx_t thread, l4_addr_t *ip, l4_addr_t *sp,
                                            l4_umword_t *flags)
{
    return l4_thread_ex_regs_ret_u(thread, ip, sp, flags, l4_utcb());
}

/* ---- scheduling ------------------------------------------------------------------------------ */

/* Give the CPU to another ready thread of the same priority, if there is one. Returns: 0. */
L4_INLINE int l4_thread_yield(void)
{
    (void)l4_ipc_receive(L4_INVALID_CAP, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0);
    return 0;
}

/* Switch to `to_thread` if it is ready on this CPU; otherwise the scheduler chooses. */
L4_INLINE l4_msgtag_t l4_thread_switch_u(l4_cap_idx_t to_thread, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_THREAD_SWITCH_OP;
    return l4_object_call_u(to_thread, L4_PROTO_THREAD, 1, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_switch(l4_cap_idx_t to_thread)
{
    return l4_thread_switch_u(to_thread, l4_utcb());
}

/* CPU time the thread consumed, in microseconds. */
L4_INLINE l4_msgtag_t l4_thread_stats_time_u(l4_cap_idx_t thread, l4_kernel_clock_t *us,
                                             l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_THREAD_STATS_OP;
    t = l4_object_call_u(thread, L4_PROTO_THREAD, 1, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0)
        *us = m->mr[0];
    return t;
}

L4_INLINE l4_msgtag_t l4_thread_stats_time(l4_cap_idx_t thread, l4_kernel_clock_t *us)
{
    return l4_thread_stats_time_u(thread, us, l4_utcb());
}

/* ---- gates and queued senders -----------------------------------------------------------------
 */

/*
 * IRQ object to trigger whenever a gate bound to `thread` is destroyed.
 *
 * Rights:  W on irq.
 * Returns: -L4_EBUSY if one is registered already.
 */
L4_INLINE l4_msgtag_t l4_thread_register_del_irq_u(l4_cap_idx_t thread, l4_cap_idx_t irq,
                                                   l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_THREAD_REGISTER_DELETE_IRQ_OP;
    l4_object_arg_u(1, irq, utcb);
    return l4_object_call_u(thread, L4_PROTO_THREAD, 1, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_register_del_irq(l4_cap_idx_t thread, l4_cap_idx_t irq)
{
    return l4_thread_register_del_irq_u(thread, irq, l4_utcb());
}

/* IRQ object for direct interrupt injection. Returns: -L4_ENOSYS without that support. */
L4_INLINE l4_msgtag_t l4_thread_register_doorbell_irq_u(l4_cap_idx_t thread, l4_cap_idx_t irq,
                                                        l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_THREAD_REGISTER_DOORBELL_IRQ_OP;
    l4_object_arg_u(1, irq, utcb);
    return l4_object_call_u(thread, L4_PROTO_THREAD, 1, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_register_doorbell_irq(l4_cap_idx_t thread, l4_cap_idx_t irq)
{
    return l4_thread_register_doorbell_irq_u(thread, irq, l4_utcb());
}

/* Begin a list of rules that change the labels of senders queued at a thread. */
L4_INLINE l4_msgtag_t l4_thread_modify_sender_start_u(l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_THREAD_MODIFY_SENDER_OP;
    return l4_msgtag(L4_PROTO_THREAD, 1, 0, 0);
}

L4_INLINE l4_msgtag_t l4_thread_modify_sender_start(void)
{
    return l4_thread_modify_sender_start_u(l4_utcb());
}

/*
 * Add a rule: a label with (label & match_mask) == match becomes (label & ~del_bits) | add_bits.
 * The first rule that matches is applied. Returns: 0, or -L4_ENOMEM if the message is full.
 */
L4_INLINE int l4_thread_modify_sender_add_u(l4_umword_t match_mask, l4_umword_t match,
                                            l4_umword_t del_bits, l4_umword_t add_bits,
                                            l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned w = l4_msgtag_words(*tag);

    if (w + 4 > L4_UTCB_GENERIC_DATA_SIZE)
        return -L4_ENOMEM;
    m->mr[w] = match_mask;
    m->mr[w + 1] = match;
    m->mr[w + 2] = del_bits;
    m->mr[w + 3] = add_bits;
    *tag = l4_msgtag(l4_msgtag_label(*tag), w + 4, 0, 0);
    return 0;
}

L4_INLINE int l4_thread_modify_sender_add(l4_umword_t match_mask, l4_umword_t match,
                                          l4_umword_t del_bits, l4_umword_t add_bits,
                                          l4_msgtag_t *tag)
{
    return l4_thread_modify_sender_add_u(match_mask, match, del_bits, add_bits, tag, l4_utcb());
}

/* Apply the rules. Returns: -L4_EINVAL on another CPU than the thread's, -L4_EBUSY. */
L4_INLINE l4_msgtag_t l4_thread_modify_sender_commit_u(l4_cap_idx_t thread, l4_msgtag_t tag,
                                                       l4_utcb_t *utcb)
{
    return l4_ipc_call(thread, utcb, tag, L4_IPC_NEVER);
}

L4_INLINE l4_msgtag_t l4_thread_modify_sender_commit(l4_cap_idx_t thread, l4_msgtag_t tag)
{
    return l4_thread_modify_sender_commit_u(thread, tag, l4_utcb());
}

/* ---- vCPU
 * ---------------------------------------------------------------------------------------- */

/*
 * Make the thread a vCPU, its state at `vcpu_state` (kernel-user memory, 128-byte aligned).
 * Cannot be undone. Returns: -L4_EINVAL for a bad address.
 */
L4_INLINE l4_msgtag_t l4_thread_vcpu_control_u(l4_cap_idx_t thread, l4_addr_t vcpu_state,
                                               l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_THREAD_VCPU_CONTROL_OP;
    m->mr[1] = vcpu_state;
    return l4_object_call_u(thread, L4_PROTO_THREAD, 2, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_vcpu_control(l4_cap_idx_t thread, l4_addr_t vcpu_state)
{
    return l4_thread_vcpu_control_u(thread, vcpu_state, l4_utcb());
}

/* The same with hardware virtualisation state (a page). Returns: -L4_ENOSYS without support. */
L4_INLINE l4_msgtag_t l4_thread_vcpu_control_ext_u(l4_cap_idx_t thread, l4_addr_t ext_vcpu_state,
                                                   l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_THREAD_VCPU_CONTROL_EXT_OP;
    m->mr[1] = ext_vcpu_state;
    return l4_object_call_u(thread, L4_PROTO_THREAD, 2, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_thread_vcpu_control_ext(l4_cap_idx_t thread, l4_addr_t ext_vcpu_state)
{
    return l4_thread_vcpu_control_ext_u(thread, ext_vcpu_state, l4_utcb());
}

/* Begin to resume the own vCPU; items added to the tag are mapped into the user task. */
L4_INLINE l4_msgtag_t l4_thread_vcpu_resume_start_u(l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_THREAD_VCPU_RESUME_OP;
    return l4_msgtag(L4_PROTO_THREAD, 1, 0, 0);
}

L4_INLINE l4_msgtag_t l4_thread_vcpu_resume_start(void)
{
    return l4_thread_vcpu_resume_start_u(l4_utcb());
}

/*
 * Continue at the saved registers of the vCPU state; returns only on failure.
 * Returns: -L4_EINVAL not a vCPU or not the own thread; -L4_EPERM, -L4_ENOENT user task.
 */
L4_INLINE l4_msgtag_t l4_thread_vcpu_resume_commit_u(l4_cap_idx_t thread, l4_msgtag_t tag,
                                                     l4_utcb_t *utcb)
{
    return l4_ipc_call(thread, utcb, tag, L4_IPC_NEVER);
}

L4_INLINE l4_msgtag_t l4_thread_vcpu_resume_commit(l4_cap_idx_t thread, l4_msgtag_t tag)
{
    return l4_thread_vcpu_resume_commit_u(thread, tag, l4_utcb());
}
