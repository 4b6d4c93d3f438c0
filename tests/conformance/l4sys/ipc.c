/* SPDX-License-Identifier: MIT */
/* A client and a server that only know <l4/sys/ipc.h>, <l4/sys/utcb.h>, <l4/sys/types.h>. */
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb.h>

long client(l4_cap_idx_t server);
long server(l4_cap_idx_t partner);
long sleeper(void);
int exceptions(l4_msgtag_t tag);

long client(l4_cap_idx_t server_cap)
{
    l4_msg_regs_t *mr = l4_utcb_mr();
    l4_buf_regs_t *br = l4_utcb_br();
    l4_msgtag_t tag = l4_msgtag(0x1234, 2, 0, L4_MSGTAG_SCHEDULE);

    mr->mr[0] = 1;
    mr->mr[1] = 2;
    br->bdr = l4_bdr(0, 0, 0, 0);
    br->br[0] = L4_BASE_TASK_CAP | L4_RCV_ITEM_SINGLE_CAP | L4_RCV_ITEM_LOCAL_ID;
    if (l4_sndfpage_add(l4_fpage(0x1000, L4_LOG2_PAGESIZE, L4_FPAGE_RWX),
                        l4_map_control(0x2000, L4_FPAGE_CACHEABLE, L4_MAP_ITEM_GRANT), &tag) < 0)
        return -L4_ENOMEM;
    if (l4_sndfpage_add_u(l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS),
                          l4_map_obj_control(0, 0), &tag, l4_utcb()) < 0)
        return -L4_ENOMEM;
    tag = l4_ipc_call(server_cap, l4_utcb(), tag, L4_IPC_NEVER);
    if (l4_msgtag_has_error(tag))
        return l4_ipc_to_errno(l4_ipc_error(tag, l4_utcb()));
    return l4_error(tag);
}

long server(l4_cap_idx_t partner)
{
    l4_utcb_t *u = l4_utcb();
    l4_umword_t label;
    l4_msgtag_t tag = l4_ipc_wait(u, &label, L4_IPC_NEVER);
    unsigned rounds = 0;

    while (!l4_ipc_error(tag, u) && rounds++ < 10) {
        if (l4_msgtag_label(tag) != 0x1234 || l4_msgtag_words(tag) != 2 || l4_msgtag_items(tag))
            tag = l4_msgtag(-L4_EBADPROTO, 0, 0, 0);
        else
            tag = l4_msgtag(0, 1, 0, 0);
        tag = l4_ipc_reply_and_wait(u, tag, &label, L4_IPC_SEND_TIMEOUT_0);
    }
    if (l4_ipc_is_snd_error(u) || !l4_ipc_is_rcv_error(u) ||
        l4_ipc_error_code(u) == L4_IPC_ENOT_EXISTENT)
        return l4_error_u(tag, u);
    tag = l4_ipc_receive(partner, u, L4_IPC_BOTH_TIMEOUT_0);
    tag = l4_ipc_reply(u, l4_msgtag(0, 0, 0, 0), L4_IPC_SEND_TIMEOUT_0);
    tag = l4_ipc_send(partner, u, l4_msgtag(0, 0, 0, 0), L4_IPC_RECV_TIMEOUT_0);
    tag = l4_ipc_send_and_wait(partner, u, tag, &label, L4_IPC_NEVER);
    tag = l4_ipc(partner, u, L4_SYSF_CALL, label, tag, &label, L4_IPC_NEVER);
    return (long)l4_msgtag_flags(tag);
}

long sleeper(void)
{
    l4_timeout_t to = L4_IPC_NEVER_INITIALIZER;
    l4_kernel_clock_t now = 0;

    l4_rcv_timeout(l4_timeout_rel(10, 2), &to);
    l4_snd_timeout(l4_timeout_from_us(100), &to);
    if (l4_error(l4_ipc_sleep(to)) != -(L4_EIPC_LO + L4_IPC_RETIMEOUT))
        return 1;
    l4_ipc_sleep_ms(10);
    l4_ipc_sleep_us(10);
    to = l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(now + 1000, 8));
    if (!l4_timeout_is_absolute(to.p.rcv) || l4_timeout_is_absolute(to.p.snd))
        return 1;
    to = l4_ipc_timeout(1, 2, 3, 4);
    return (long)(l4_timeout_get(now, to.p.rcv) + l4_timeout_rel_get(to.p.snd));
}

int exceptions(l4_msgtag_t tag)
{
    l4_exc_regs_t *e = l4_utcb_exc();
    l4_thread_regs_t *tcr = l4_utcb_tcr();

    l4_utcb_inherit_fpu(1);
    tcr->user[0] = l4_utcb_mr64_idx(0);
    if (l4_msgtag_is_page_fault(tag) || l4_msgtag_is_io_page_fault(tag) ||
        l4_msgtag_is_sigma0(tag) || !l4_msgtag_is_exception(tag))
        return 0;
    if (l4_utcb_exc_is_pf(e) && l4_utcb_exc_pfa(e) == 0)
        l4_utcb_exc_pc_set(e, l4_utcb_exc_pc(e) + 2);
    return l4_utcb_exc_typeval(e) == 3 || l4_utcb_exc_is_ex_regs_exception(e);
}
