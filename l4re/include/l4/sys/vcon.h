/* SPDX-License-Identifier: MIT */
/*
 * Virtual console (protocol L4_PROTO_LOG): text out, text in, and an interrupt line for input
 * (line 0 of its ICU protocol).
 */
#pragma once

#include <l4/sys/icu.h>
#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

typedef struct l4_vcon_attr_t {
    l4_umword_t i_flags; /* L4_vcon_i_flags */
    l4_umword_t o_flags; /* L4_vcon_o_flags */
    l4_umword_t l_flags; /* L4_vcon_l_flags */
} l4_vcon_attr_t;

/*
 * Send up to L4_VCON_WRITE_SIZE bytes; what exceeds them is not sent. No reply.
 * Returns: tag of the send; an error only if the console does not exist.
 */
L4_INLINE l4_msgtag_t l4_vcon_send_u(l4_cap_idx_t vcon, char const *buf, unsigned size,
                                     l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    if (size > L4_VCON_WRITE_SIZE)
        size = L4_VCON_WRITE_SIZE;
    m->mr[0] = L4_VCON_WRITE_OP;
    m->mr[1] = size;
    __builtin_memcpy(&m->mr[2], buf, size);
    return l4_ipc_send(vcon, utcb,
                       l4_msgtag(L4_PROTO_LOG, 2 + l4_bytes_to_mwords(size), 0, L4_MSGTAG_SCHEDULE),
                       L4_IPC_NEVER);
}

L4_INLINE l4_msgtag_t l4_vcon_send(l4_cap_idx_t vcon, char const *buf, unsigned size)
{
    return l4_vcon_send_u(vcon, buf, size, l4_utcb());
}

/* Send all of it, in as many messages as needed. Returns: bytes written, or negative error. */
L4_INLINE long l4_vcon_write_u(l4_cap_idx_t vcon, char const *buf, unsigned size, l4_utcb_t *utcb)
{
    unsigned done = 0;

    while (done < size) {
        unsigned n = size - done;
        l4_msgtag_t t;

        if (n > L4_VCON_WRITE_SIZE)
            n = L4_VCON_WRITE_SIZE;
        t = l4_vcon_send_u(vcon, buf + done, n, utcb);
        if (l4_msgtag_has_error(t))
            return l4_error_u(t, utcb);
        done += n;
    }
    return (long)size;
}

L4_INLINE long l4_vcon_write(l4_cap_idx_t vcon, char const *buf, unsigned size)
{
    return l4_vcon_write_u(vcon, buf, size, l4_utcb());
}

/*
 * Read what is there, at most `size` bytes (and at most L4_VCON_READ_SIZE). Never waits.
 * Rights:  W.
 * Returns: number of bytes | L4_VCON_READ_STAT_*; negative error.
 */
L4_INLINE long l4_vcon_read_with_flags_u(l4_cap_idx_t vcon, char *buf, unsigned size,
                                         l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;
    unsigned n;

    if (size > L4_VCON_READ_SIZE)
        size = L4_VCON_READ_SIZE;
    m->mr[0] = ((l4_umword_t)size << 16) | L4_VCON_READ_OP;
    t = l4_object_call_u(vcon, L4_PROTO_LOG, 1, 0, utcb);
    if (l4_msgtag_has_error(t) || l4_msgtag_label(t) < 0)
        return l4_error_u(t, utcb);
    n = (unsigned)m->mr[0] & L4_VCON_READ_SIZE_MASK;
    if (buf)
        __builtin_memcpy(buf, &m->mr[1], n < size ? n : size);
    return (long)(m->mr[0] & 0xffffffffUL);
}

L4_INLINE long l4_vcon_read_with_flags(l4_cap_idx_t vcon, char *buf, unsigned size)
{
    return l4_vcon_read_with_flags_u(vcon, buf, size, l4_utcb());
}

/* The same without flags. Returns: bytes read, size + 1 if there is more; negative error. */
L4_INLINE int l4_vcon_read_u(l4_cap_idx_t vcon, char *buf, unsigned size, l4_utcb_t *utcb)
{
    long r = l4_vcon_read_with_flags_u(vcon, buf, size, utcb);
    unsigned n;

    if (r < 0)
        return (int)r;
    n = (unsigned)r & L4_VCON_READ_SIZE_MASK;
    if (size > L4_VCON_READ_SIZE)
        size = L4_VCON_READ_SIZE;
    if (n >= size && !((unsigned long)r & L4_VCON_READ_STAT_DONE))
        return (int)size + 1;
    return (int)n;
}

L4_INLINE int l4_vcon_read(l4_cap_idx_t vcon, char *buf, unsigned size)
{
    return l4_vcon_read_u(vcon, buf, size, l4_utcb());
}

/* Set how the console treats text. */
L4_INLINE l4_msgtag_t l4_vcon_set_attr_u(l4_cap_idx_t vcon, l4_vcon_attr_t const *attr,
                                         l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_VCON_SET_ATTR_OP;
    m->mr[1] = attr->i_flags;
    m->mr[2] = attr->o_flags;
    m->mr[3] = attr->l_flags;
    return l4_object_call_u(vcon, L4_PROTO_LOG, 4, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_vcon_set_attr(l4_cap_idx_t vcon, l4_vcon_attr_t const *attr)
{
    return l4_vcon_set_attr_u(vcon, attr, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_vcon_get_attr_u(l4_cap_idx_t vcon, l4_vcon_attr_t *attr, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_VCON_GET_ATTR_OP;
    t = l4_object_call_u(vcon, L4_PROTO_LOG, 1, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0) {
        attr->i_flags = m->mr[1];
        attr->o_flags = m->mr[2];
        attr->l_flags = m->mr[3];
    }
    return t;
}

L4_INLINE l4_msgtag_t l4_vcon_get_attr(l4_cap_idx_t vcon, l4_vcon_attr_t *attr)
{
    return l4_vcon_get_attr_u(vcon, attr, l4_utcb());
}

/* Change attr to "bytes pass as they are": no conversion, no echo, no line editing. */
L4_INLINE void l4_vcon_set_attr_raw(l4_vcon_attr_t *attr)
{
    attr->i_flags &= ~(l4_umword_t)(L4_VCON_INLCR | L4_VCON_IGNCR | L4_VCON_ICRNL);
    attr->o_flags &= ~(l4_umword_t)(L4_VCON_ONLCR | L4_VCON_OCRNL | L4_VCON_ONLRET);
    attr->l_flags &= ~(l4_umword_t)(L4_VCON_ECHO | L4_VCON_ICANON);
}
