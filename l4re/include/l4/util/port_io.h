/* SPDX-License-Identifier: MIT */
/*
 * I/O ports. The task must hold the ports (an I/O flexpage); otherwise the instruction raises
 * an exception.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

#define L4UTIL_PORT_WIDTH(w, type, insn)                                                           \
    L4_INLINE type l4util_in##w(l4_uint16_t port)                                                  \
    {                                                                                              \
        type v;                                                                                    \
                                                                                                   \
        __asm__ __volatile__("in" insn " %1, %0" : "=a"(v) : "Nd"(port) : "memory");               \
        return v;                                                                                  \
    }                                                                                              \
    L4_INLINE void l4util_out##w(type v, l4_uint16_t port)                                         \
    {                                                                                              \
        __asm__ __volatile__("out" insn " %0, %1" : : "a"(v), "Nd"(port) : "memory");              \
    }                                                                                              \
    L4_INLINE void l4util_ins##w(l4_uint16_t port, l4_umword_t addr, l4_umword_t count)            \
    {                                                                                              \
        __asm__ __volatile__("rep ins" insn : "+D"(addr), "+c"(count) : "d"(port) : "memory");     \
    }                                                                                              \
    L4_INLINE void l4util_outs##w(l4_uint16_t port, l4_umword_t addr, l4_umword_t count)           \
    {                                                                                              \
        __asm__ __volatile__("rep outs" insn : "+S"(addr), "+c"(count) : "d"(port) : "memory");    \
    }

/* in/out: one value of 8, 16 or 32 bits; ins/outs: `count` values from / to memory at addr. */
L4UTIL_PORT_WIDTH(8, l4_uint8_t, "b")
L4UTIL_PORT_WIDTH(16, l4_uint16_t, "w")
L4UTIL_PORT_WIDTH(32, l4_uint32_t, "l")

#undef L4UTIL_PORT_WIDTH

/* About one microsecond of delay; needs port 0x80. */
L4_INLINE void l4util_iodelay(void)
{
    l4util_out8(0, 0x80);
}

EXTERN_C_BEGIN

/*
 * Get 2^log2size ports from `port_start` (aligned to that) from sigma0 or a server that
 * answers I/O page faults. Returns: 0, -L4_E* (-L4_ENOMEM: held by somebody else).
 */
long l4util_ioport_map(l4_cap_idx_t sigma0id, unsigned port_start, unsigned log2size) L4_NOTHROW;

EXTERN_C_END
