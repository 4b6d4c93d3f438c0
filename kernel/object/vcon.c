/* SPDX-License-Identifier: MIT */
/*
 * The kernel's console as an object: write, read, attributes; as an ICU with line 0: input.
 *
 * A write is printed with interrupts on, byte by byte, so a slow UART never delays anybody more
 * important. Lines of different writers may mix only between writes.
 */
#include <cap/kcall.h>
#include <dev/console.h>
#include <irq/irq.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <object/icu.h>
#include <object/invoke.h>
#include <object/irq.h>
#include <sched/thread.h>
#include <sync/helplock.h>

#define VCON_RANK_OUT 120u

struct vcon {
    struct kobj obj;
    struct helplock out;             /* one write at a time */
    uint32_t iflags, oflags, lflags; /* [m] */
};

_Static_assert(sizeof(struct vcon) <= KOBJ_HEADER_SIZE, "lives in its header");

static struct vcon *vcon_of(struct kobj *o)
{
    return container_of(o, struct vcon, obj);
}

static void put_mapped(const struct vcon *v, char ch)
{
    if (ch == '\n' && (v->oflags & L4_VCON_ONLCR))
        console_write("\r\n", 2);
    else if (ch == '\r' && (v->oflags & L4_VCON_OCRNL))
        console_write("\n", 1);
    else if (!(ch == '\r' && (v->oflags & L4_VCON_ONLRET)))
        console_write(&ch, 1);
}

static long op_write(struct kobj *o, struct kcall *c)
{
    struct vcon *v = vcon_of(o);
    const volatile char *text = (const volatile char *)&c->utcb->msg.mr[2];
    uint32_t len = (uint32_t)kcall_word(c, 1);
    char last = '\n';

    if (len > L4_VCON_WRITE_SIZE)
        return kcall_no_reply(c, NULL);
    for (uint32_t i = 0; i < len; i++) {
        char ch = text[i];

        /* Line by line: whoever waits for the console helps to finish one line at most. */
        if (i == 0 || last == '\n')
            helplock_acquire(&v->out, &c->self->party);
        put_mapped(v, ch);
        if (i == len - 1 || ch == '\n')
            helplock_release(&v->out, &c->self->party);
        last = ch;
    }
    return kcall_no_reply(c, NULL);
}

static int get_mapped(const struct vcon *v)
{
    int ch = console_getc();

    if (ch == '\r' && (v->iflags & L4_VCON_ICRNL))
        return '\n';
    if (ch == '\n' && (v->iflags & L4_VCON_INLCR))
        return '\r';
    return ch;
}

static long op_read(struct kobj *o, struct kcall *c)
{
    struct vcon *v = vcon_of(o);
    l4_umword_t size = min(kcall_word(c, 0) >> 16, (l4_umword_t)L4_VCON_READ_SIZE);
    char *buf = (char *)&c->utcb->msg.mr[1];
    l4_umword_t n = 0;
    int ch = 0;

    if (!kcall_wants_answer(c))
        return 0;
    while (n < size) {
        ch = get_mapped(v);
        if (ch < 0)
            break;
        if (ch == '\r' && (v->iflags & L4_VCON_IGNCR))
            continue;
        buf[n++] = (char)ch;
        if (v->lflags & L4_VCON_ECHO)
            put_mapped(v, (char)ch);
    }
    c->utcb->msg.mr[0] = n | (ch < 0 ? L4_VCON_READ_STAT_DONE : 0);
    return 0; /* the ABI's answer counts no words */
}

static long op_set_attr(struct kobj *o, struct kcall *c)
{
    struct vcon *v = vcon_of(o);

    v->iflags = (uint32_t)kcall_word(c, 1);
    v->oflags = (uint32_t)kcall_word(c, 2) | L4_VCON_ONLCR;
    v->lflags = (uint32_t)kcall_word(c, 3);
    return 0;
}

static long op_get_attr(struct kobj *o, struct kcall *c)
{
    const struct vcon *v = vcon_of(o);

    c->out[1] = v->iflags;
    c->out[2] = v->oflags;
    c->out[3] = v->lflags;
    c->out_words = 4;
    return 0;
}

static const struct kcall_op ops[] = {
    { "write", L4_VCON_WRITE_OP, 2, 0, 0, op_write },
    { "read", L4_VCON_READ_OP, 1, 0, CAP_W, op_read },
    { "set_attr", L4_VCON_SET_ATTR_OP, 4, 0, 0, op_set_attr },
    { "get_attr", L4_VCON_GET_ATTR_OP, 1, 0, 0, op_get_attr },
};

static const struct kcall_table table = {
    .proto = L4_PROTO_LOG,
    .opmask = 0xffff,
    .nops = array_size(ops),
    .ops = ops,
};

/* ---- line 0: input --------------------------------------------------------------------- */

static long op_bind(struct kobj *o, struct kcall *c)
{
    unsigned line = console_input_line();
    long err;

    (void)o;
    if (kcall_word(c, 1) != 0 || line == IRQ_NONE)
        return -L4_EINVAL;
    err = irq_line_bind(c, line, true);
    if (!err && !c->ipc_error)
        console_input_irq(true);
    return err;
}

static long op_unbind(struct kobj *o, struct kcall *c)
{
    (void)o;
    /* Nobody owns line IRQ_NONE, so a wrong number is refused there, behind the item's checks. */
    return irq_line_unbind(c, kcall_word(c, 1) == 0 ? console_input_line() : IRQ_NONE);
}

static long op_icu_info(struct kobj *o, struct kcall *c)
{
    (void)o;
    c->out[1] = 1;
    c->out_words = 3;
    return 0;
}

static long op_nothing(struct kobj *o, struct kcall *c)
{
    (void)o;
    return kcall_no_reply(c, NULL);
}

static long op_set_mode(struct kobj *o, struct kcall *c)
{
    (void)o;
    return kcall_word(c, 1) == 0 ? 0 : -L4_EINVAL;
}

static const struct kcall_op icu_ops[] = {
    { "bind", L4_ICU_OP_BIND, 2, 0, 0, op_bind },
    { "unbind", L4_ICU_OP_UNBIND, 2, 0, 0, op_unbind },
    { "info", L4_ICU_OP_INFO, 1, 0, 0, op_icu_info },
    { "unmask", L4_ICU_OP_UNMASK, 2, 0, 0, op_nothing },
    { "mask", L4_ICU_OP_MASK, 2, 0, 0, op_nothing },
    { "set_mode", L4_ICU_OP_SET_MODE, 3, 0, 0, op_set_mode },
};

static const struct kcall_table icu_table = {
    .proto = L4_PROTO_IRQ,
    .opmask = ~0ul,
    .nops = array_size(icu_ops),
    .ops = icu_ops,
};

static void vcon_invoke(struct kobj *o, struct kcall *c)
{
    const struct kcall_table *t = l4_msgtag_label(c->tag) == L4_PROTO_IRQ ? &icu_table : &table;

    kcall_finish(c, kcall_dispatch(t, o, c));
}

static const struct kobj_type vcon_type = {
    .name = "vcon",
    .invoke = vcon_invoke,
    .destroy = kobj_keep,
    .free = kobj_keep,
};

struct kobj *vcon_create(struct kobj_payer *p)
{
    struct kobj *o = kobj_alloc(&vcon_type, p);
    struct vcon *v;

    if (!o)
        return NULL;
    v = vcon_of(o);
    helplock_init(&v->out, VCON_RANK_OUT);
    v->iflags = L4_VCON_ICRNL;
    v->oflags = L4_VCON_ONLCR;
    v->lflags = L4_VCON_ECHO;
    return o;
}
