/* SPDX-License-Identifier: MIT */
/* The ICU: lines, a real interrupt (the clock of the PC), messages, platform control. */
#include <systest/systest.h>

#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/platform_control.h>
#include <l4/sys/semaphore.h>

#define SELF L4_BASE_THREAD_CAP
#define ICU L4_BASE_ICU_CAP

enum {
    LINE_COM2 = 3, /* nothing is connected there */
    LINE_RTC = 8,
    RTC_INDEX = 0x70,
    RTC_DATA = 0x71,
    RTC_B_PERIODIC = 0x40,
};

static l4_icu_info_t icu_info(void)
{
    l4_icu_info_t info = { 0 };

    EXPECT_EQ(l4_icu_info(ICU, &info).raw, l4_msgtag(0, 3, 0, 0).raw);
    return info;
}

static l4_msgtag_t invoke(long proto, l4_umword_t op, unsigned words)
{
    l4_utcb_mr()->mr[0] = op;
    return l4_ipc_call(ICU, l4_utcb(), l4_msgtag(proto, words, 0, 0), L4_IPC_NEVER);
}

SYSTEST(icu, info_tells_lines_and_messages)
{
    l4_icu_info_t info = icu_info();

    EXPECT_LE(16, info.nr_irqs);
    EXPECT_EQ(info.features & L4_ICU_FLAG_MSI, info.nr_msis ? L4_ICU_FLAG_MSI : 0);
}

SYSTEST(icu, a_line_takes_one_irq)
{
    l4_cap_idx_t a = new_irq();
    l4_cap_idx_t b = new_irq();

    EXPECT_EQ(l4_icu_bind(ICU, LINE_COM2, a).raw, 0);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, b)), -L4_EINVAL);
    EXPECT_EQ(l4_icu_unbind(ICU, LINE_COM2, a).raw, 0);
    EXPECT_EQ(l4_icu_bind(ICU, LINE_COM2, b).raw, 0);
}

SYSTEST(icu, an_irq_takes_one_line)
{
    l4_cap_idx_t a = new_irq();
    l4_cap_idx_t b = new_irq();

    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, a)), 0);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2 + 2, a)), 0); /* leaves the first one */
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, b)), 0);
}

SYSTEST(icu, a_deleted_irq_frees_its_line)
{
    l4_cap_idx_t a = new_irq();

    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, a)), 0);
    cap_delete(a);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, new_irq())), 0);
}

SYSTEST(icu, bind_checks_rights_and_arguments)
{
    l4_cap_idx_t irq = new_irq();
    unsigned lines = icu_info().nr_irqs;

    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, cap_copy(irq, L4_CAP_FPAGE_RS, 0))), -L4_EPERM);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, lines, irq)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, 0x7fffffff, irq)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, cap_slot())), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, new_gate(SELF, 0))), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_unbind(ICU, LINE_COM2, cap_slot())), -L4_EINVAL);
    l4_utcb_mr()->mr[1] = LINE_COM2;
    EXPECT_EQ(l4_error(invoke(L4_PROTO_IRQ, L4_ICU_OP_BIND, 1)), -L4_EMSGTOOSHORT);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, LINE_COM2, irq)), 0);
}

SYSTEST(icu, other_protocols_and_operations_are_refused)
{
    EXPECT_EQ(l4_error(invoke(L4_PROTO_THREAD, 0, 1)), -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(L4_PROTO_IRQ, 7, 1)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(L4_PROTO_IRQ, ~0UL, 1)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(L4_PROTO_IRQ, 0, 0)), -L4_EMSGTOOSHORT);
    EXPECT_EQ(l4_error(invoke(L4_PROTO_IRQ, L4_ICU_OP_SET_MODE, 2)), -L4_EMSGTOOSHORT);
}

SYSTEST(icu, modes_of_a_line_can_be_set)
{
    EXPECT_EQ(l4_error(l4_icu_set_mode(ICU, LINE_COM2, L4_IRQ_F_POS_EDGE)), 0);
    EXPECT_EQ(l4_error(l4_icu_set_mode(ICU, icu_info().nr_irqs, L4_IRQ_F_POS_EDGE)), -L4_EINVAL);
}

SYSTEST(icu, masking_has_no_answer_and_ignores_unknown_lines)
{
    l4_msgtag_t t = l4_msgtag(L4_PROTO_IRQ, 2, 0, 0);

    EXPECT_EQ(l4_icu_mask(ICU, LINE_COM2, NULL, L4_IPC_NEVER).raw, t.raw);
    EXPECT_EQ(l4_icu_unmask(ICU, 0x7fffffff, NULL, L4_IPC_NEVER).raw, t.raw);
    /* with a receive phase: from oneself, or from anybody */
    l4_utcb_mr()->mr[0] = L4_ICU_OP_MASK;
    l4_utcb_mr()->mr[1] = LINE_COM2;
    EXPECT_EQ(l4_ipc_call(ICU, l4_utcb(), t, L4_IPC_BOTH_TIMEOUT_0).raw, t.raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_RETIMEOUT);
    EXPECT_IPC_ERROR(l4_icu_mask(ICU, LINE_COM2, &(l4_umword_t){ 0 }, L4_IPC_BOTH_TIMEOUT_0),
                     L4_IPC_RETIMEOUT);
}

/* ---- a real line
 * ---------------------------------------------------------------------------------- */

static void out8(unsigned port, unsigned v)
{
    __asm__ __volatile__("outb %b0, %w1" : : "a"(v), "Nd"((uint16_t)port));
}

static unsigned in8(unsigned port)
{
    uint8_t v;

    __asm__ __volatile__("inb %w1, %0" : "=a"(v) : "Nd"((uint16_t)port));
    return v;
}

static unsigned rtc_read(unsigned reg)
{
    out8(RTC_INDEX, reg);
    return in8(RTC_DATA);
}

static void rtc_write(unsigned reg, unsigned v)
{
    out8(RTC_INDEX, reg);
    out8(RTC_DATA, v);
}

/* An interrupt every 1/128 s, or none. */
static void rtc_periodic(bool on)
{
    receive_all();
    l4_utcb_mr()->mr[0] = l4_iofpage(RTC_INDEX, 1).raw;
    l4_utcb_mr()->mr[1] = 0;
    ASSERT_EQ(l4_error(l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(),
                                   l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0), L4_IPC_NEVER)),
              0);
    rtc_write(0xa, (rtc_read(0xa) & 0xf0) | 9);
    rtc_write(0xb, on ? rtc_read(0xb) | RTC_B_PERIODIC : rtc_read(0xb) & ~(unsigned)RTC_B_PERIODIC);
    (void)rtc_read(0xc); /* acknowledge what was pending */
}

static l4_timeout_t const ms100 = { (100 | 10 << 10) };

SYSTEST(icu, interrupts_of_a_line_arrive_and_go_on_after_the_acknowledge)
{
    l4_cap_idx_t irq = new_irq();

    ASSERT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0x8)), 0);
    ASSERT_EQ(l4_error(l4_icu_bind(ICU, LINE_RTC, irq)), 0);
    rtc_periodic(true);
    for (unsigned i = 0; i < 5; i++) {
        EXPECT_EQ(l4_irq_receive(irq, ms100).raw, 0);
        (void)rtc_read(0xc);
    }
    rtc_periodic(false);
}

SYSTEST(icu, a_fresh_irq_is_masked)
{
    l4_cap_idx_t irq = new_irq();
    l4_umword_t label = 0;

    ASSERT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0x8)), 0);
    ASSERT_EQ(l4_error(l4_icu_bind(ICU, LINE_RTC, irq)), 0);
    rtc_periodic(true);
    let_others_run(30000);
    EXPECT_TRUE(l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0)));
    (void)l4_irq_unmask(irq);
    (void)rtc_read(0xc);
    EXPECT_EQ(l4_ipc_wait(l4_utcb(), &label, ms100).raw, 0);
    EXPECT_EQ(label, 0x8);
    rtc_periodic(false);
}

SYSTEST(icu, a_detached_irq_is_masked)
{
    l4_cap_idx_t irq = new_irq();

    ASSERT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0x8)), 0);
    ASSERT_EQ(l4_error(l4_icu_bind(ICU, LINE_RTC, irq)), 0);
    rtc_periodic(true);
    EXPECT_EQ(l4_irq_receive(irq, ms100).raw, 0);
    EXPECT_LE(0, l4_error(l4_irq_detach(irq)));
    (void)rtc_read(0xc);
    let_others_run(30000);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0x8)), 0);
    EXPECT_TRUE(l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0)));
    rtc_periodic(false);
}

SYSTEST(icu, a_semaphore_counts_the_interrupts_of_a_line)
{
    l4_cap_idx_t sem = new_semaphore();

    ASSERT_EQ(l4_error(l4_icu_bind(ICU, LINE_RTC, sem)), 0); /* unmasked from the start */
    rtc_periodic(true);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQ(l4_error(l4_semaphore_down(sem, ms100)), 0);
        (void)rtc_read(0xc);
    }
    rtc_periodic(false);
}

SYSTEST(icu, an_irq_deleted_while_its_line_is_busy_is_quiet)
{
    l4_cap_idx_t irq = new_irq();

    ASSERT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, SELF, 0x8)), 0);
    ASSERT_EQ(l4_error(l4_icu_bind(ICU, LINE_RTC, irq)), 0);
    rtc_periodic(true);
    (void)l4_irq_unmask(irq);
    let_others_run(20000);
    cap_delete(irq);
    (void)rtc_read(0xc);
    let_others_run(20000);
    EXPECT_TRUE(l4_msgtag_has_error(l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0)));
    rtc_periodic(false);
}

/* ---- messages
 * --------------------------------------------------------------------------------------- */

SYSTEST(msi, a_message_has_address_and_data)
{
    l4_icu_info_t info = icu_info();
    l4_icu_msi_info_t m = { 0 };
    l4_cap_idx_t irq = new_irq();

    if (!info.nr_msis)
        return;
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, L4_ICU_FLAG_MSI | 5, irq)), 0);
    EXPECT_EQ(l4_icu_msi_info(ICU, L4_ICU_FLAG_MSI | 5, 0, &m).raw, l4_msgtag(0, 2, 0, 0).raw);
    EXPECT_EQ(m.msi_addr & ~0xff000UL, 0xfee00000);
    EXPECT_EQ(m.msi_data & ~0xffU, 0x4000);
    EXPECT_LE(0x20, m.msi_data & 0xff);
    EXPECT_EQ(l4_error(l4_icu_unbind(ICU, L4_ICU_FLAG_MSI | 5, irq)), 0);
}

SYSTEST(msi, other_numbers_are_out_of_range)
{
    l4_icu_info_t info = icu_info();
    l4_icu_msi_info_t m = { 0 };

    EXPECT_EQ(l4_error(l4_icu_msi_info(ICU, 5, 0, &m)), info.nr_msis ? -L4_ERANGE : -L4_ENOSYS);
    if (!info.nr_msis)
        return;
    EXPECT_EQ(l4_error(l4_icu_msi_info(ICU, L4_ICU_FLAG_MSI | info.nr_msis, 0, &m)), -L4_ERANGE);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, L4_ICU_FLAG_MSI | info.nr_msis, new_irq())), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_icu_set_mode(ICU, L4_ICU_FLAG_MSI | 1, L4_IRQ_F_POS_EDGE)), 0);
}

SYSTEST(msi, two_irqs_have_different_messages)
{
    l4_icu_msi_info_t a = { 0 }, b = { 0 };

    if (icu_info().nr_msis < 2)
        return;
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, L4_ICU_FLAG_MSI | 0, new_irq())), 0);
    EXPECT_EQ(l4_error(l4_icu_bind(ICU, L4_ICU_FLAG_MSI | 1, new_irq())), 0);
    EXPECT_EQ(l4_error(l4_icu_msi_info(ICU, L4_ICU_FLAG_MSI | 0, 0, &a)), 0);
    EXPECT_EQ(l4_error(l4_icu_msi_info(ICU, L4_ICU_FLAG_MSI | 1, 0, &b)), 0);
    EXPECT_NE(a.msi_data, b.msi_data);
}

/* ---- platform control
 * -------------------------------------------------------------------------------- */

SYSTEST(platform, what_it_can_not_do_it_says)
{
    EXPECT_EQ(l4_error(l4_platform_ctl_system_suspend(ICU, 0)), -L4_EBUSY);
    EXPECT_EQ(l4_error(l4_platform_ctl_cpu_allow_shutdown(ICU, 0, 1)), 0);
    EXPECT_EQ(l4_error(invoke(L4_PROTO_PLATFORM_CTL, 0x77, 2)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(L4_PROTO_PLATFORM_CTL, 0, 0)), -L4_EMSGTOOSHORT);
}
