/* SPDX-License-Identifier: MIT */
#include <l4/util/port_io.h>

#include <l4/sys/ipc.h>

long l4util_ioport_map(l4_cap_idx_t sigma0id, unsigned port_start, unsigned log2size)
{
    l4_fpage_t ports = l4_iofpage(port_start, log2size);
    l4_utcb_t *u = l4_utcb();
    l4_msg_regs_t *m = l4_utcb_mr_u(u);
    l4_buf_regs_t *b = l4_utcb_br_u(u);
    l4_umword_t bdr = b->bdr;
    l4_umword_t br0 = b->br[0];
    l4_umword_t br1 = b->br[1];
    l4_msgtag_t t;

    b->bdr = 0;
    b->br[0] = L4_ITEM_MAP;
    b->br[1] = l4_iofpage(0, L4_WHOLE_IOADDRESS_SPACE).raw;
    m->mr[0] = ports.raw;
    m->mr[1] = 0; /* place of the instruction pointer in a fault */
    t = l4_ipc_call(sigma0id, u, l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0), L4_IPC_NEVER);
    b->bdr = bdr;
    b->br[0] = br0;
    b->br[1] = br1;
    if (l4_msgtag_has_error(t) || l4_msgtag_label(t) < 0)
        return l4_error_u(t, u);
    return l4_msgtag_items(t) ? 0 : -L4_ENOMEM;
}
