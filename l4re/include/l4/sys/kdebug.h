/* SPDX-License-Identifier: MIT */
/*
 * Talk to the kernel debugger (L4_BASE_DEBUGGER_CAP). A system without debugger ignores all of
 * it. The message registers that are used are restored, so these calls may stand anywhere.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

enum l4_kdebug_consts {
    L4_KDEBUG_TEXT_MAX = 200, /* bytes of text in one message */
};

/* Send op with one number. */
L4_INLINE l4_msgtag_t l4_kd_word_u(l4_umword_t op, l4_umword_t val, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_umword_t mr0 = m->mr[0];
    l4_umword_t mr1 = m->mr[1];
    l4_msgtag_t t;

    m->mr[0] = op;
    m->mr[1] = val;
    t = l4_ipc_send(L4_BASE_DEBUGGER_CAP, utcb, l4_msgtag(L4_PROTO_DEBUGGER, 2, 0, 0),
                    L4_IPC_NEVER);
    m->mr[0] = mr0;
    m->mr[1] = mr1;
    return t;
}

/* Send op with text; more than L4_KDEBUG_TEXT_MAX bytes are cut. */
L4_INLINE l4_msgtag_t l4_kd_text_u(l4_umword_t op, char const *text, unsigned len, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_umword_t saved[2 + L4_KDEBUG_TEXT_MAX / sizeof(l4_umword_t)];
    l4_msgtag_t t;

    if (len > L4_KDEBUG_TEXT_MAX)
        len = L4_KDEBUG_TEXT_MAX;
    __builtin_memcpy(saved, m->mr, sizeof(saved));
    m->mr[0] = op;
    m->mr[1] = len;
    __builtin_memcpy(&m->mr[2], text, len);
    t = l4_ipc_send(L4_BASE_DEBUGGER_CAP, utcb,
                    l4_msgtag(L4_PROTO_DEBUGGER, 2 + l4_bytes_to_mwords(len), 0, 0), L4_IPC_NEVER);
    __builtin_memcpy(m->mr, saved, sizeof(saved));
    return t;
}

/* Enter the debugger; it shows the text. */
L4_INLINE void l4_kd_enter(char const *text)
{
    (void)l4_kd_text_u(L4_KDEBUG_ENTER_OP, text, (unsigned)__builtin_strlen(text), l4_utcb());
}

/* Print on the debugger's console. */
L4_INLINE void l4_kd_outchar(char c)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTCHAR_OP, (unsigned char)c, l4_utcb());
}

L4_INLINE void l4_kd_outnstring(char const *text, unsigned len)
{
    while (len) {
        unsigned n = len < L4_KDEBUG_TEXT_MAX ? len : (unsigned)L4_KDEBUG_TEXT_MAX;

        (void)l4_kd_text_u(L4_KDEBUG_OUTNSTRING_OP, text, n, l4_utcb());
        text += n;
        len -= n;
    }
}

L4_INLINE void l4_kd_outstring(char const *text)
{
    l4_kd_outnstring(text, (unsigned)__builtin_strlen(text));
}

L4_INLINE void l4_kd_outhex32(l4_uint32_t v)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTHEX32_OP, v, l4_utcb());
}

L4_INLINE void l4_kd_outhex64(l4_uint64_t v)
{
    l4_kd_outhex32((l4_uint32_t)(v >> 32));
    l4_kd_outhex32((l4_uint32_t)v);
}

L4_INLINE void l4_kd_outhex20(l4_uint32_t v)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTHEX20_OP, v, l4_utcb());
}

L4_INLINE void l4_kd_outhex16(l4_uint16_t v)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTHEX16_OP, v, l4_utcb());
}

L4_INLINE void l4_kd_outhex12(l4_uint16_t v)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTHEX12_OP, v, l4_utcb());
}

L4_INLINE void l4_kd_outhex8(l4_uint8_t v)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTHEX8_OP, v, l4_utcb());
}

L4_INLINE void l4_kd_outumword(l4_umword_t v)
{
    l4_kd_outhex64(v);
}

L4_INLINE void l4_kd_outdec(l4_mword_t v)
{
    (void)l4_kd_word_u(L4_KDEBUG_OUTDEC_OP, (l4_umword_t)v, l4_utcb());
}
