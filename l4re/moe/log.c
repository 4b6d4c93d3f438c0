/* SPDX-License-Identifier: MIT */
/*
 * Logs: each has a tag and a colour and collects a line before it goes to the kernel's console,
 * so that lines of several programs do not mix:
 *
 *     hello   | Hello, world!
 *
 * A log only writes; a read finds nothing. Who wants input is given the kernel's console.
 */
#include <stdio.h>
#include <string.h>

#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/vcon.h>
#include <moe/moe.h>

enum {
    TAG_LEN = 32,
    TAG_WIDTH = 8,
    LINE_LEN = 256,
};

struct log {
    struct moe_obj obj;
    char tag[TAG_LEN + 1];
    int colour;   /* ANSI number 0..15, -1: none */
    unsigned len; /* of the line so far */
    char line[LINE_LEN];
    l4_umword_t attr[3];
};

static int colour_of(const char *name)
{
    static const char letters[] = "nrgybmcw"; /* ANSI order; n: black */
    const char *p;

    if (!name || !*name)
        return -1;
    p = strchr(letters, *name);
    if (p)
        return (int)(p - letters);
    p = strchr(letters, *name | 0x20);
    return p && *name >= 'A' && *name <= 'Z' ? (int)(p - letters) + 8 : -1;
}

struct moe_obj *log_new(struct quota *q, const char *tag, const char *colour, long colour_no)
{
    struct moe_obj *o = obj_new(&log_type, q);
    struct log *l = (struct log *)o;

    if (!o)
        return NULL;
    strncpy(l->tag, tag, TAG_LEN);
    l->colour = colour ? colour_of(colour) : colour_no >= 0 && colour_no < 16 ? (int)colour_no : -1;
    l->attr[1] = L4_VCON_ONLCR;
    return o;
}

static void flush_line(struct log *l)
{
    char out[LINE_LEN + TAG_LEN + 32];
    int n;

    if (l->colour >= 0)
        n = snprintf(out, sizeof(out), "\033[%s3%dm%-*s| %.*s\033[0m\n", l->colour >= 8 ? "1;" : "",
                     l->colour % 8, TAG_WIDTH, l->tag, (int)l->len, l->line);
    else
        n = snprintf(out, sizeof(out), "%-*s| %.*s\n", TAG_WIDTH, l->tag, (int)l->len, l->line);
    l4_vcon_write(L4_BASE_LOG_CAP, out, (unsigned)n);
    l->len = 0;
}

static void add_text(struct log *l, const char *s, size_t n)
{
    while (n--) {
        char c = *s++;

        if (c == '\n') {
            flush_line(l);
            continue;
        }
        if (c == '\r' || !c)
            continue;
        if (l->len == LINE_LEN)
            flush_line(l);
        l->line[l->len++] = c;
    }
}

static void log_destroy(struct moe_obj *o)
{
    if (((struct log *)o)->len)
        flush_line((struct log *)o);
}

static int op_write(struct log *l, struct l4re_srv_msg *m)
{
    l4_umword_t len;
    const char *s;

    l4re_msg_get_uword(&m->in, &len);
    len &= 0xffffffff;
    s = l4re_msg_get_bytes(&m->in, len);
    if (s)
        add_text(l, s, len);
    return -L4_ENOREPLY;
}

static int op_attr(struct log *l, struct l4re_srv_msg *m, int set)
{
    if (set) {
        l4_umword_t v[3];

        for (int i = 0; i < 3; i++)
            l4re_msg_get_uword(&m->in, &v[i]);
        if (m->in.err)
            return m->in.err;
        memcpy(l->attr, v, sizeof(v));
        return 0;
    }
    l4re_msg_put_uword(&m->out, 0);
    for (int i = 0; i < 3; i++)
        l4re_msg_put_uword(&m->out, l->attr[i]);
    return 0;
}

static int log_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    struct log *l = (struct log *)o;
    l4_umword_t op;

    if (l4re_srv_proto(m) == L4_PROTO_IRQ)
        return -L4_ENOSYS; /* no input, so no interrupt announces it */
    if (l4re_srv_proto(m) != L4_PROTO_LOG)
        return -L4_EBADPROTO;
    l4re_msg_get_uword(&m->in, &op);
    if (m->in.err)
        return m->in.err;
    switch (op & 0xffff) {
    case L4_VCON_WRITE_OP: return op_write(l, m);
    case L4_VCON_READ_OP: l4re_msg_put_uword(&m->out, L4_VCON_READ_STAT_DONE); return 0;
    case L4_VCON_SET_ATTR_OP: return op_attr(l, m, 1);
    case L4_VCON_GET_ATTR_OP: return op_attr(l, m, 0);
    default: return -L4_ENOSYS;
    }
}

static const struct l4re_srv_iface ifaces[] = {
    { L4_PROTO_LOG, "L4::Vcon" },
    { 0, NULL },
};

const struct moe_type log_type = {
    .name = "log",
    .dispatch = log_dispatch,
    .destroy = log_destroy,
    .ifaces = ifaces,
    .size = sizeof(struct log),
};
