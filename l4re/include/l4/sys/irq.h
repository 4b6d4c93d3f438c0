/* SPDX-License-Identifier: MIT */
/*
 * IRQ object: an event with one pending bit. It is triggered by an interrupt line (after
 * l4_icu_bind()) or by software, and arrives as a message without words under the label given
 * at bind (<l4/sys/rcv_endpoint.h>).
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/rcv_endpoint.h>

/*
 * Detach the object from its thread; masks the line.
 * Rights:  S. Returns: label 0 nothing was pending, 1 pending, 2 abandoned; -L4_ENOENT.
 */
L4_INLINE l4_msgtag_t l4_irq_detach_u(l4_cap_idx_t irq, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_IRQ_SENDER_OP_DETACH;
    return l4_object_call_u(irq, L4_PROTO_IRQ_SENDER, 1, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_irq_detach(l4_cap_idx_t irq)
{
    return l4_irq_detach_u(irq, l4_utcb());
}

/* Inject directly into a virtual CPU. Returns: -L4_ENOSYS without that support. */
L4_INLINE l4_msgtag_t l4_irq_bind_vcpu_u(l4_cap_idx_t irq, l4_cap_idx_t thread, l4_umword_t cfg,
                                         l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_IRQ_SENDER_OP_BIND_VCPU;
    m->mr[1] = cfg;
    l4_object_arg_u(2, thread, utcb);
    return l4_object_call_u(irq, L4_PROTO_IRQ_SENDER, 2, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_irq_bind_vcpu(l4_cap_idx_t irq, l4_cap_idx_t thread, l4_umword_t cfg)
{
    return l4_irq_bind_vcpu_u(irq, thread, cfg, l4_utcb());
}

/* Trigger the IRQ. Never blocks, needs no right, gets no reply (the tag shows IPC errors only). */
L4_INLINE l4_msgtag_t l4_irq_trigger_u(l4_cap_idx_t irq, l4_utcb_t *utcb)
{
    return l4_ipc_send(irq, utcb, l4_msgtag(L4_PROTO_IRQ, 0, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

L4_INLINE l4_msgtag_t l4_irq_trigger(l4_cap_idx_t irq)
{
    return l4_irq_trigger_u(irq, l4_utcb());
}

/* Unmask the line and wait for this IRQ. Blocks; only the receive timeout counts. */
L4_INLINE l4_msgtag_t l4_irq_receive_u(l4_cap_idx_t irq, l4_timeout_t to, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_IRQ_OP_EOI;
    return l4_ipc_call(irq, utcb, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), to);
}

L4_INLINE l4_msgtag_t l4_irq_receive(l4_cap_idx_t irq, l4_timeout_t to)
{
    return l4_irq_receive_u(irq, to, l4_utcb());
}

/* Unmask the line and wait for any message; *label tells whose. */
L4_INLINE l4_msgtag_t l4_irq_wait_u(l4_cap_idx_t irq, l4_umword_t *label, l4_timeout_t to,
                                    l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_IRQ_OP_EOI;
    return l4_ipc_send_and_wait(irq, utcb, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), label, to);
}

L4_INLINE l4_msgtag_t l4_irq_wait(l4_cap_idx_t irq, l4_umword_t *label, l4_timeout_t to)
{
    return l4_irq_wait_u(irq, label, to, l4_utcb());
}

/* Unmask the line. Never blocks, gets no reply. */
L4_INLINE l4_msgtag_t l4_irq_unmask_u(l4_cap_idx_t irq, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_IRQ_OP_EOI;
    return l4_ipc_send(irq, utcb, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), L4_IPC_NEVER);
}

L4_INLINE l4_msgtag_t l4_irq_unmask(l4_cap_idx_t irq)
{
    return l4_irq_unmask_u(irq, l4_utcb());
}
