/* SPDX-License-Identifier: MIT */
/*
 * Write to the kernel's trace buffer. Systems without one ignore it; the message registers
 * that are used are restored.
 */
#pragma once

#include <l4/sys/kdebug.h>

/* Log a text. */
L4_INLINE void fiasco_tbuf_log(char const *text)
{
    (void)l4_kd_text_u(L4_TBUF_LOG_OP, text, (unsigned)__builtin_strlen(text), l4_utcb());
}

/* Forget all entries. */
L4_INLINE void fiasco_tbuf_clear(void)
{
    (void)l4_kd_word_u(L4_TBUF_CLEAR_OP, 0, l4_utcb());
}

/* Print all entries on the kernel console. */
L4_INLINE void fiasco_tbuf_dump(void)
{
    (void)l4_kd_word_u(L4_TBUF_DUMP_OP, 0, l4_utcb());
}
