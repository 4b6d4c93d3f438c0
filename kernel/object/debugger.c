/* SPDX-License-Identifier: MIT */
/*
 * Debugger object: output on the kernel's console, names of objects. Programs call it
 * whenever they have it and do not care if it fails.
 */
#include <cap/captab.h>
#include <cap/kcall.h>
#include <dev/console.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <lib/string.h>
#include <object/debug_op.h>
#include <object/icu.h>
#include <object/invoke.h>
#include <sync/micro.h>

#define NAME_LEN 20u
#define NAMES 512u

/* The last names given. An object that died loses its name when the entry is reused. */
struct name {
    uint64_t serial; /* 0 free */
    char text[NAME_LEN];
};

static struct name names[NAMES]; /* [m] */

static struct name *name_slot(uint64_t serial)
{
    return &names[(serial >> 8) % NAMES];
}

/* Bytes of the message from word `at`, as a string. */
static void text_arg(const struct kcall *c, unsigned at, char *buf, size_t size)
{
    size_t len = at < c->words ? (c->words - at) * sizeof(l4_umword_t) : 0;

    len = min(len, size - 1);
    memcpy(buf, &c->utcb->msg.mr[at], len);
    buf[len] = '\0';
}

static long op_outstring(struct kcall *c)
{
    size_t len = min(kcall_word(c, 1), (l4_umword_t)L4_VCON_WRITE_SIZE);

    console_write((const char *)&c->utcb->msg.mr[2], len);
    return 0;
}

static long op_outnumber(struct kcall *c, unsigned op)
{
    static const unsigned digits[] = { 8, 5, 4, 3, 2 };
    l4_umword_t v = kcall_word(c, 1);

    if (op == L4_KDEBUG_OUTDEC_OP)
        kprintf("%ld", (long)v);
    else
        kprintf("%0*lx", (int)digits[op - L4_KDEBUG_OUTHEX32_OP],
                v & (~0ul >> (64 - 4 * digits[op - L4_KDEBUG_OUTHEX32_OP])));
    return 0;
}

static long op_set_name(struct kcall *c)
{
    char text[NAME_LEN];
    unsigned rights;
    uint64_t serial;
    long err;
    struct kobj *o = kcall_cap_arg(c, 0, &rights, &err);

    if (!o)
        return err;
    text_arg(c, 1, text, sizeof(text));
    micro_enter();
    serial = atomic_u64_load_relaxed(&o->serial);
    name_slot(serial)->serial = serial;
    memcpy(name_slot(serial)->text, text, sizeof(text));
    micro_leave();
    kobj_put(o);
    return 0;
}

static long op_global_id(struct kcall *c)
{
    unsigned rights;
    long err;
    struct kobj *o = kcall_cap_arg(c, 0, &rights, &err);

    if (!o)
        return err;
    c->out[0] = atomic_u64_load_relaxed(&o->serial) >> 8;
    c->out_words = 1;
    kobj_put(o);
    return 0;
}

static long op_get_name(struct kcall *c)
{
    uint64_t serial = kcall_word(c, 1) << 8;
    const struct name *n = name_slot(serial);
    long err = -L4_ENOENT;

    micro_enter();
    if (serial && n->serial == serial && kcall_wants_answer(c)) {
        memcpy(c->utcb->msg.mr, n->text, sizeof(n->text));
        c->keep_words = (NAME_LEN + 7) / 8;
        err = 0;
    }
    micro_leave();
    return err;
}

static long debugger_op(struct kcall *c)
{
    uint32_t op;
    char ch;

    if (l4_msgtag_label(c->tag) != L4_PROTO_DEBUGGER)
        return -L4_EBADPROTO;
    if (!c->words)
        return -L4_EMSGTOOSHORT;
    op = (uint32_t)kcall_word(c, 0);
    switch (op) {
    case L4_KDEBUG_ENTER_OP:
    case L4_KDEBUG_OUTNSTRING_OP: return op_outstring(c);
    case L4_KDEBUG_OUTCHAR_OP:
        ch = (char)kcall_word(c, 1);
        console_write(&ch, 1);
        return 0;
    case L4_KDEBUG_OUTHEX32_OP:
    case L4_KDEBUG_OUTHEX20_OP:
    case L4_KDEBUG_OUTHEX16_OP:
    case L4_KDEBUG_OUTHEX12_OP:
    case L4_KDEBUG_OUTHEX8_OP:
    case L4_KDEBUG_OUTDEC_OP: return op_outnumber(c, op);
    case L4_DEBUGGER_NAME_SET_OP: return op_set_name(c);
    case L4_DEBUGGER_GLOBAL_ID_OP: return op_global_id(c);
    case L4_DEBUGGER_NAME_GET_OP: return op_get_name(c);
    default: return enabled(CONFIG_DEBUG) && debug_op ? debug_op(c, op) : -L4_ENOSYS;
    }
}

static void debugger_invoke(struct kobj *o, struct kcall *c)
{
    (void)o;
    kcall_finish(c, debugger_op(c));
}

static const struct kobj_type debugger_type = {
    .name = "debugger",
    .invoke = debugger_invoke,
    .destroy = kobj_keep,
    .free = kobj_keep,
};

struct kobj *debugger_create(struct kobj_payer *p)
{
    return kobj_alloc(&debugger_type, p);
}
