/* SPDX-License-Identifier: MIT */
/*
 * ICU: gives interrupt lines to IRQ senders and semaphores. The same capability answers
 * platform control (label 0): power off and reboot.
 */
#include <cap/kcall.h>
#include <dev/power.h>
#include <irq/irq.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <object/icu.h>
#include <object/invoke.h>
#include <object/irq.h>
#include <sync/micro.h>

static long op_bind(struct kobj *o, struct kcall *c)
{
    (void)o;
    return irq_line_bind(c, kcall_word(c, 1), false);
}

static long op_unbind(struct kobj *o, struct kcall *c)
{
    (void)o;
    return irq_line_unbind(c, kcall_word(c, 1));
}

static long op_info(struct kobj *o, struct kcall *c)
{
    (void)o;
    c->out[0] = irq_msi_count() ? L4_ICU_FLAG_MSI : 0;
    c->out[1] = irq_count();
    c->out[2] = irq_msi_count();
    c->out_words = 3;
    return 0;
}

static long op_msi_info(struct kobj *o, struct kcall *c)
{
    uint64_t addr;
    uint32_t data;
    l4_umword_t no = kcall_word(c, 1);
    int err = no > UINT32_MAX ? -L4_ERANGE : irq_msi_info((uint32_t)no, &addr, &data);

    (void)o;
    if (err)
        return err;
    c->out[0] = addr;
    c->out[1] = data;
    c->out_words = 2;
    return 0;
}

static long op_mask(struct kobj *o, struct kcall *c, void (*fn)(unsigned line))
{
    l4_umword_t no = kcall_word(c, 1);

    (void)o;
    if (no <= UINT32_MAX) {
        micro_enter();
        fn((uint32_t)no);
        micro_leave();
    }
    return kcall_no_reply(c, NULL);
}

static long op_unmask_line(struct kobj *o, struct kcall *c)
{
    return op_mask(o, c, irq_line_unmask);
}

static long op_mask_line(struct kobj *o, struct kcall *c)
{
    return op_mask(o, c, irq_line_mask);
}

static long op_set_mode(struct kobj *o, struct kcall *c)
{
    l4_umword_t no = kcall_word(c, 1);
    l4_umword_t mode = kcall_word(c, 2);
    int err;

    (void)o;
    if (no > UINT32_MAX)
        return -L4_EINVAL;
    micro_enter();
    err = irq_line_set_mode((uint32_t)no, (unsigned)mode & L4_IRQ_F_MASK);
    micro_leave();
    return err;
}

static const struct kcall_op icu_ops[] = {
    { "bind", L4_ICU_OP_BIND, 2, 0, 0, op_bind },
    { "unbind", L4_ICU_OP_UNBIND, 2, 0, 0, op_unbind },
    { "info", L4_ICU_OP_INFO, 1, 0, 0, op_info },
    { "msi_info", L4_ICU_OP_MSI_INFO, 3, 0, 0, op_msi_info },
    { "unmask", L4_ICU_OP_UNMASK, 2, 0, 0, op_unmask_line },
    { "mask", L4_ICU_OP_MASK, 2, 0, 0, op_mask_line },
    { "set_mode", L4_ICU_OP_SET_MODE, 3, 0, 0, op_set_mode },
};

static const struct kcall_table icu_table = {
    .proto = L4_PROTO_IRQ,
    .opmask = ~0ul,
    .nops = array_size(icu_ops),
    .ops = icu_ops,
};

/* ---- platform control ------------------------------------------------------------------ */

static long op_suspend(struct kobj *o, struct kcall *c)
{
    (void)o;
    (void)c;
    return -L4_EBUSY;
}

static long op_shutdown(struct kobj *o, struct kcall *c)
{
    (void)o;
    if (c->words != 2)
        return -L4_EINVAL;
    if (kcall_word(c, 1) == 1)
        machine_reboot();
    return machine_power_off();
}

static long op_allow_shutdown(struct kobj *o, struct kcall *c)
{
    (void)o;
    (void)c;
    return 0;
}

static const struct kcall_op platform_ops[] = {
    { "suspend", L4_PLATFORM_CTL_SYS_SUSPEND_OP, 1, 0, 0, op_suspend },
    { "shutdown", L4_PLATFORM_CTL_SYS_SHUTDOWN_OP, 1, 0, 0, op_shutdown },
    { "cpu_allow_shutdown", L4_PLATFORM_CTL_CPU_ALLOW_SHUTDOWN_OP, 1, 0, 0, op_allow_shutdown },
};

static const struct kcall_table platform_table = {
    .proto = L4_PROTO_PLATFORM_CTL,
    .opmask = ~0ul,
    .nops = array_size(platform_ops),
    .ops = platform_ops,
};

static void icu_invoke(struct kobj *o, struct kcall *c)
{
    const struct kcall_table *t =
        l4_msgtag_label(c->tag) == L4_PROTO_PLATFORM_CTL ? &platform_table : &icu_table;

    kcall_finish(c, kcall_dispatch(t, o, c));
}

static const struct kobj_type icu_type = {
    .name = "icu",
    .invoke = icu_invoke,
    .destroy = kobj_keep,
    .free = kobj_keep,
};

struct kobj *icu_create(struct kobj_payer *p)
{
    return kobj_alloc(&icu_type, p);
}
