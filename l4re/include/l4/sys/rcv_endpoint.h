/* SPDX-License-Identifier: MIT */
/*
 * Receive endpoint: what a message can be received from, i.e. a gate or an IRQ object. It is
 * bound to one thread and has a label by which the receiver knows it.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/*
 * Let messages of endpoint `ep` go to `thread` under `label`. May be repeated.
 *
 * Rights:  S on the endpoint and on the thread; gates: the server right as well.
 * Returns: -L4_EPERM; -L4_EINVAL for a gate label with bits 0-1 set or a thread that is none.
 */
L4_INLINE l4_msgtag_t l4_rcv_ep_bind_thread_u(l4_cap_idx_t ep, l4_cap_idx_t thread,
                                              l4_umword_t label, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_RCV_EP_BIND_OP;
    m->mr[1] = label;
    l4_object_arg_u(2, thread, utcb);
    return l4_object_call_u(ep, L4_PROTO_KOBJECT, 2, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_rcv_ep_bind_thread(l4_cap_idx_t ep, l4_cap_idx_t thread, l4_umword_t label)
{
    return l4_rcv_ep_bind_thread_u(ep, thread, label, l4_utcb());
}

/* The same under its general name: the destination is a thread. */
L4_INLINE l4_msgtag_t l4_rcv_ep_bind_snd_destination_u(l4_cap_idx_t ep, l4_cap_idx_t snd_dst,
                                                       l4_umword_t label, l4_utcb_t *utcb)
{
    return l4_rcv_ep_bind_thread_u(ep, snd_dst, label, utcb);
}

L4_INLINE l4_msgtag_t l4_rcv_ep_bind_snd_destination(l4_cap_idx_t ep, l4_cap_idx_t snd_dst,
                                                     l4_umword_t label)
{
    return l4_rcv_ep_bind_thread_u(ep, snd_dst, label, l4_utcb());
}
