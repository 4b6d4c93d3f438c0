/* SPDX-License-Identifier: MIT */
/*
 * See <core/call.h>. The buffer registers are set for every call and emptied after it: a server
 * that sends a capability nobody asked for must not hit a slot in use.
 */
#include <core/call.h>

#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/utcb.h>

void call_begin(struct l4re_msg *m, int op)
{
    l4re_msg_write(m, l4_utcb_mr()->mr);
    l4re_msg_put_i32(m, op);
}

void call_begin_create(struct l4re_msg *m, l4_mword_t type)
{
    l4re_msg_write(m, l4_utcb_mr()->mr);
    l4re_msg_put_uword(m, (l4_umword_t)type);
}

static long call_raw(l4_cap_idx_t server, struct l4re_msg *m, long proto)
{
    l4_utcb_t *u = l4_utcb();
    l4_msgtag_t tag;

    if (m->err)
        return m->err;
    tag = l4_ipc_call(server, u, l4re_msg_tag(m, proto, 0), L4_IPC_NEVER);
    l4_utcb_br()->br[0] = 0;
    if (l4_msgtag_has_error(tag))
        m->err = (int)l4_ipc_to_errno(l4_ipc_error(tag, u));
    else if (l4_msgtag_label(tag) < 0)
        m->err = (int)l4_msgtag_label(tag);
    if (m->err)
        return m->err;
    l4re_msg_read(m, l4_utcb_mr()->mr, tag);
    return l4_msgtag_label(tag);
}

long call(l4_cap_idx_t server, struct l4re_msg *m, long proto, l4_cap_idx_t rcv)
{
    l4_buf_regs_t *b = l4_utcb_br();

    b->bdr = 0;
    b->br[0] = l4_is_invalid_cap(rcv) ? 0 : (rcv & L4_FPAGE_ADDR_MASK) | L4_RCV_ITEM_SINGLE_CAP;
    b->br[1] = 0;
    return call_raw(server, m, proto);
}

long call_for_memory(l4_cap_idx_t server, struct l4re_msg *m, long proto, l4_fpage_t rcv)
{
    l4_buf_regs_t *b = l4_utcb_br();

    b->bdr = 0;
    b->br[0] = L4_ITEM_MAP;
    b->br[1] = rcv.raw;
    b->br[2] = 0;
    return call_raw(server, m, proto);
}
