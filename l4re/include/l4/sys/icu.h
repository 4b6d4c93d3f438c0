/* SPDX-License-Identifier: MIT */
/*
 * ICU: a set of interrupt lines, each of which can be bound to an IRQ object or a semaphore.
 * Message-signalled interrupts are the lines number | L4_ICU_FLAG_MSI. The kernel's ICU needs
 * no rights on the ICU capability; user-level servers speak the same protocol.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

typedef struct l4_icu_info_t {
    unsigned features; /* L4_ICU_FLAG_MSI: message-signalled interrupts exist */
    unsigned nr_irqs;  /* lines 0 ... nr_irqs - 1 */
    unsigned nr_msis;
} l4_icu_info_t;

typedef struct l4_icu_msi_info_t {
    l4_uint64_t msi_addr; /* what the device writes, and where */
    l4_uint32_t msi_data;
} l4_icu_msi_info_t;

L4_INLINE l4_msgtag_t l4_icu_line_irq_u(l4_cap_idx_t icu, l4_umword_t op, unsigned irqnum,
                                        l4_cap_idx_t irq, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = op;
    m->mr[1] = irqnum;
    l4_object_arg_u(2, irq, utcb);
    return l4_object_call_u(icu, L4_PROTO_IRQ, 2, 1, utcb);
}

/*
 * Bind a line to an object.
 * Rights:  W on irq.
 * Returns: label 0: unmask through the IRQ object; 1: through the ICU. -L4_EPERM; -L4_EINVAL
 *          no such line, or occupied.
 */
L4_INLINE l4_msgtag_t l4_icu_bind_u(l4_cap_idx_t icu, unsigned irqnum, l4_cap_idx_t irq,
                                    l4_utcb_t *utcb)
{
    return l4_icu_line_irq_u(icu, L4_ICU_OP_BIND, irqnum, irq, utcb);
}

L4_INLINE l4_msgtag_t l4_icu_bind(l4_cap_idx_t icu, unsigned irqnum, l4_cap_idx_t irq)
{
    return l4_icu_bind_u(icu, irqnum, irq, l4_utcb());
}

/* Release a line from its object. */
L4_INLINE l4_msgtag_t l4_icu_unbind_u(l4_cap_idx_t icu, unsigned irqnum, l4_cap_idx_t irq,
                                      l4_utcb_t *utcb)
{
    return l4_icu_line_irq_u(icu, L4_ICU_OP_UNBIND, irqnum, irq, utcb);
}

L4_INLINE l4_msgtag_t l4_icu_unbind(l4_cap_idx_t icu, unsigned irqnum, l4_cap_idx_t irq)
{
    return l4_icu_unbind_u(icu, irqnum, irq, l4_utcb());
}

/* Trigger mode of a line, enum L4_irq_mode. Returns: -L4_EINVAL for a bad line or mode. */
L4_INLINE l4_msgtag_t l4_icu_set_mode_u(l4_cap_idx_t icu, unsigned irqnum, l4_umword_t mode,
                                        l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_ICU_OP_SET_MODE;
    m->mr[1] = irqnum;
    m->mr[2] = mode;
    return l4_object_call_u(icu, L4_PROTO_IRQ, 3, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_icu_set_mode(l4_cap_idx_t icu, unsigned irqnum, l4_umword_t mode)
{
    return l4_icu_set_mode_u(icu, irqnum, mode, l4_utcb());
}

/* What the ICU offers. *info is written on success only. */
L4_INLINE l4_msgtag_t l4_icu_info_u(l4_cap_idx_t icu, l4_icu_info_t *info, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_ICU_OP_INFO;
    t = l4_object_call_u(icu, L4_PROTO_IRQ, 1, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0) {
        info->features = (unsigned)m->mr[0];
        info->nr_irqs = (unsigned)m->mr[1];
        info->nr_msis = (unsigned)m->mr[2];
    }
    return t;
}

L4_INLINE l4_msgtag_t l4_icu_info(l4_cap_idx_t icu, l4_icu_info_t *info)
{
    return l4_icu_info_u(icu, info, l4_utcb());
}

/*
 * What device `source` must write to raise MSI `irqnum` (with L4_ICU_FLAG_MSI).
 * Returns: -L4_ERANGE no such MSI; -L4_ENOSYS no MSIs at all.
 */
L4_INLINE l4_msgtag_t l4_icu_msi_info_u(l4_cap_idx_t icu, unsigned irqnum, l4_uint64_t source,
                                        l4_icu_msi_info_t *msi_info, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_ICU_OP_MSI_INFO;
    m->mr[1] = irqnum;
    m->mr[2] = source;
    t = l4_object_call_u(icu, L4_PROTO_IRQ, 3, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0) {
        msi_info->msi_addr = m->mr[0];
        msi_info->msi_data = (l4_uint32_t)m->mr[1];
    }
    return t;
}

L4_INLINE l4_msgtag_t l4_icu_msi_info(l4_cap_idx_t icu, unsigned irqnum, l4_uint64_t source,
                                      l4_icu_msi_info_t *msi_info)
{
    return l4_icu_msi_info_u(icu, irqnum, source, msi_info, l4_utcb());
}

/* Send a mask or unmask; with `label` wait for any message afterwards. */
L4_INLINE l4_msgtag_t l4_icu_control_u(l4_cap_idx_t icu, unsigned irqnum, unsigned op,
                                       l4_umword_t *label, l4_timeout_t to, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t = l4_msgtag(L4_PROTO_IRQ, 2, 0, 0);

    m->mr[0] = op;
    m->mr[1] = irqnum;
    if (label)
        return l4_ipc_send_and_wait(icu, utcb, t, label, to);
    return l4_ipc_send(icu, utcb, t, to);
}

/*
 * Unmask (mask) a line. No reply; an unknown line is ignored. If label is not NULL, the call
 * then waits for any message, with the receive timeout of `to`, and stores its label.
 */
L4_INLINE l4_msgtag_t l4_icu_unmask_u(l4_cap_idx_t icu, unsigned irqnum, l4_umword_t *label,
                                      l4_timeout_t to, l4_utcb_t *utcb)
{
    return l4_icu_control_u(icu, irqnum, L4_ICU_OP_UNMASK, label, to, utcb);
}

L4_INLINE l4_msgtag_t l4_icu_unmask(l4_cap_idx_t icu, unsigned irqnum, l4_umword_t *label,
                                    l4_timeout_t to)
{
    return l4_icu_unmask_u(icu, irqnum, label, to, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_icu_mask_u(l4_cap_idx_t icu, unsigned irqnum, l4_umword_t *label,
                                    l4_timeout_t to, l4_utcb_t *utcb)
{
    return l4_icu_control_u(icu, irqnum, L4_ICU_OP_MASK, label, to, utcb);
}

L4_INLINE l4_msgtag_t l4_icu_mask(l4_cap_idx_t icu, unsigned irqnum, l4_umword_t *label,
                                  l4_timeout_t to)
{
    return l4_icu_mask_u(icu, irqnum, label, to, l4_utcb());
}
