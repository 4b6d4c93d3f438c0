/* SPDX-License-Identifier: MIT */
/* What several kinds of kernel objects have in common (protocol L4_PROTO_KOBJECT). */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/*
 * Lower the count of counted capabilities of a gate by `diff`, so that the server's own
 * capability does not keep the gate alive: the deletion IRQ of the server's thread then fires
 * when the last client's capability goes.
 *
 * Rights:  server right on the gate.
 * Returns: tag; label 0 and the new count in MR0, or -L4_EINVAL.
 */
L4_INLINE l4_msgtag_t l4_kobject_dec_refcnt_u(l4_cap_idx_t obj, l4_mword_t diff, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_KOBJECT_OP_DEC_REFCNT;
    m->mr[1] = (l4_umword_t)diff;
    return l4_object_call_u(obj, L4_PROTO_KOBJECT, 2, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_kobject_dec_refcnt(l4_cap_idx_t obj, l4_mword_t diff)
{
    return l4_kobject_dec_refcnt_u(obj, diff, l4_utcb());
}
