/* SPDX-License-Identifier: MIT */
/*
 * IPC gate: the capability a client holds for a service. A message sent to it goes to the
 * bound thread with the gate's label, the rights W and S of the client's capability in bits
 * 0-1. Operations on the gate itself need a capability with the server right.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/rcv_endpoint.h>

/* Bind the gate; see l4_rcv_ep_bind_thread(). Wakes senders that waited for a thread. */
L4_INLINE l4_msgtag_t l4_ipc_gate_bind_thread_u(l4_cap_idx_t gate, l4_cap_idx_t thread,
                                                l4_umword_t label, l4_utcb_t *utcb)
{
    return l4_rcv_ep_bind_thread_u(gate, thread, label, utcb);
}

L4_INLINE l4_msgtag_t l4_ipc_gate_bind_thread(l4_cap_idx_t gate, l4_cap_idx_t thread,
                                              l4_umword_t label)
{
    return l4_rcv_ep_bind_thread_u(gate, thread, label, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_ipc_gate_bind_snd_destination_u(l4_cap_idx_t gate, l4_cap_idx_t snd_dst,
                                                         l4_umword_t label, l4_utcb_t *utcb)
{
    return l4_rcv_ep_bind_thread_u(gate, snd_dst, label, utcb);
}

L4_INLINE l4_msgtag_t l4_ipc_gate_bind_snd_destination(l4_cap_idx_t gate, l4_cap_idx_t snd_dst,
                                                       l4_umword_t label)
{
    return l4_rcv_ep_bind_thread_u(gate, snd_dst, label, l4_utcb());
}

/* Read the gate's label. Rights: server right (otherwise the message goes to the server). */
L4_INLINE l4_msgtag_t l4_ipc_gate_get_infos_u(l4_cap_idx_t gate, l4_umword_t *label,
                                              l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_IPC_GATE_GET_INFO_OP;
    t = l4_object_call_u(gate, L4_PROTO_KOBJECT, 1, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0)
        *label = m->mr[0];
    return t;
}

L4_INLINE l4_msgtag_t l4_ipc_gate_get_infos(l4_cap_idx_t gate, l4_umword_t *label)
{
    return l4_ipc_gate_get_infos_u(gate, label, l4_utcb());
}
