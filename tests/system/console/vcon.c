/* SPDX-License-Identifier: MIT */
/* The console object: write, read, attributes, the line for input. */
#include <systest/systest.h>

#include <l4/sys/irq.h>
#include <l4/sys/vcon.h>

#define LOG L4_BASE_LOG_CAP

static l4_msgtag_t invoke(l4_cap_idx_t c, long proto, l4_umword_t op, unsigned words)
{
    l4_utcb_mr()->mr[0] = op;
    return l4_ipc_call(c, l4_utcb(), l4_msgtag(proto, words, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
}

SYSTEST(vcon, a_write_returns_the_tag_that_went_in)
{
    static const char text[] = "# written by a test\n";
    unsigned words = 2 + l4_bytes_to_mwords(sizeof(text) - 1);

    EXPECT_EQ(l4_vcon_send(LOG, text, sizeof(text) - 1).raw,
              l4_msgtag(L4_PROTO_LOG, words, 0, L4_MSGTAG_SCHEDULE).raw);
}

SYSTEST(vcon, a_write_that_is_too_long_is_ignored)
{
    l4_msg_regs_t *m = l4_utcb_mr();
    l4_msgtag_t t = l4_msgtag(L4_PROTO_LOG, 63, 0, 0);

    m->mr[0] = L4_VCON_WRITE_OP;
    m->mr[1] = L4_VCON_WRITE_SIZE + 1;
    for (unsigned i = 2; i < 63; i++)
        m->mr[i] = 0x212121212121210a;
    EXPECT_EQ(l4_ipc_send(LOG, l4_utcb(), t, L4_IPC_NEVER).raw, t.raw);
    m->mr[1] = 0xffffffff;
    EXPECT_EQ(l4_ipc_send(LOG, l4_utcb(), t, L4_IPC_NEVER).raw, t.raw);
}

SYSTEST(vcon, a_write_has_no_answer_so_a_call_sleeps)
{
    l4_msg_regs_t *m = l4_utcb_mr();
    l4_msgtag_t t = l4_msgtag(L4_PROTO_LOG, 3, 0, 0);

    m->mr[0] = L4_VCON_WRITE_OP;
    m->mr[1] = 2;
    m->mr[2] = 0x0a23; /* "#\n" */
    EXPECT_EQ(l4_ipc_call(LOG, l4_utcb(), t, L4_IPC_BOTH_TIMEOUT_0).raw, t.raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_RETIMEOUT);
}

SYSTEST(vcon, reading_nothing_says_so)
{
    l4_umword_t const read = 100UL << 16 | L4_VCON_READ_OP;

    l4_utcb_mr()->mr[1] = 0x77;
    EXPECT_EQ(invoke(LOG, L4_PROTO_LOG, read, 1).raw, 0);
    EXPECT_EQ(l4_utcb_mr()->mr[0], L4_VCON_READ_STAT_DONE);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0x77);
}

SYSTEST(vcon, reading_needs_the_right_w)
{
    l4_cap_idx_t weak = cap_copy(LOG, L4_CAP_FPAGE_RS, 0);

    EXPECT_EQ(l4_error(invoke(weak, L4_PROTO_LOG, 100UL << 16 | L4_VCON_READ_OP, 1)), -L4_EPERM);
}

SYSTEST(vcon, attributes_can_be_changed)
{
    l4_vcon_attr_t before = { 0 };
    l4_vcon_attr_t raw, now = { 0 };

    EXPECT_EQ(l4_vcon_get_attr(LOG, &before).raw, l4_msgtag(0, 4, 0, 0).raw);
    EXPECT_EQ(before.o_flags & L4_VCON_ONLCR, L4_VCON_ONLCR);
    raw = before;
    l4_vcon_set_attr_raw(&raw);
    EXPECT_EQ(l4_vcon_set_attr(LOG, &raw).raw, 0);
    EXPECT_EQ(l4_error(l4_vcon_get_attr(LOG, &now)), 0);
    EXPECT_EQ(now.l_flags & L4_VCON_ECHO, 0);
    EXPECT_EQ(now.o_flags & L4_VCON_ONLCR, L4_VCON_ONLCR); /* the kernel insists */
    EXPECT_EQ(l4_error(l4_vcon_set_attr(LOG, &before)), 0);
    EXPECT_EQ(l4_error(l4_vcon_get_attr(LOG, &now)), 0);
    EXPECT_EQ(now.l_flags, before.l_flags);
    EXPECT_EQ(now.i_flags, before.i_flags);
}

SYSTEST(vcon, unknown_requests_are_refused)
{
    EXPECT_EQ(l4_error(invoke(LOG, L4_PROTO_TASK, 0, 1)), -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(LOG, L4_PROTO_LOG, 0, 0)), -L4_EMSGTOOSHORT);
    EXPECT_EQ(l4_error(invoke(LOG, L4_PROTO_LOG, 4, 1)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(LOG, L4_PROTO_LOG, L4_VCON_SET_ATTR_OP, 3)), -L4_EMSGTOOSHORT);
}

SYSTEST(vcon, it_has_one_line_for_input)
{
    l4_icu_info_t info = { 0 };
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(l4_error(l4_icu_info(LOG, &info)), 0);
    EXPECT_EQ(info.nr_irqs, 1);
    EXPECT_EQ(l4_error(l4_icu_bind(LOG, 1, irq)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_bind(LOG, 0, cap_slot())), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_bind(LOG, 0, cap_copy(irq, L4_CAP_FPAGE_RS, 0))), -L4_EPERM);
    EXPECT_EQ(l4_error(l4_icu_bind(LOG, 0, irq)), 0);
    EXPECT_EQ(l4_error(l4_icu_unbind(LOG, 0, irq)), 0);
    EXPECT_EQ(l4_error(l4_icu_bind(LOG, 0, irq)), 0);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, 1)), 0);
    EXPECT_IPC_ERROR(l4_irq_receive(irq, L4_IPC_BOTH_TIMEOUT_0), L4_IPC_RETIMEOUT);
}
