/* SPDX-License-Identifier: MIT */
/*
 * See "insn.h". Form of an instruction: legacy prefixes, REX, one opcode byte or 0f and one or
 * 0f 38 and one, then ModRM. VEX-coded instructions begin with c4 or c5, which stand for
 * nothing else in 64-bit mode; none of them matters here.
 */
#include "insn.h"

#include <stdbool.h>
#include <string.h>

/* The opcode as one number: one byte 0x..; 0f .. as 0x0f..; 0f 38 .. as 0x0f38... */
struct opcode {
    unsigned number;
    uint8_t modrm; /* 0 if there is none */
};

static bool is_prefix(uint8_t byte)
{
    static const uint8_t prefixes[] = { 0x66, 0x67, 0xf2, 0xf3, 0xf0, 0x2e,
                                        0x36, 0x3e, 0x26, 0x64, 0x65 };

    return memchr(prefixes, byte, sizeof(prefixes)) || (byte & 0xf0) == 0x40;
}

static struct opcode opcode_of(const uint8_t *bytes, size_t size)
{
    struct opcode op = { 0 };
    size_t at = 0;

    while (at < size && is_prefix(bytes[at]))
        at++;
    if (at < size)
        op.number = bytes[at++];
    if (op.number == 0x0f && at < size) {
        op.number = 0x0f00u | bytes[at++];
        if (op.number == 0x0f38 && at < size)
            op.number = 0x0f3800u | bytes[at++];
    }
    if (at < size)
        op.modrm = bytes[at];
    return op;
}

static unsigned modrm_reg(const struct opcode *op)
{
    return (op->modrm >> 3) & 7;
}

static bool modrm_memory(const struct opcode *op)
{
    return op->modrm < 0xc0;
}

enum insn_flow insn_flow(const uint8_t *bytes, size_t size)
{
    switch (opcode_of(bytes, size).number) {
    case 0xfa: return FLOW_CLI;
    case 0xfb: return FLOW_STI;
    case 0xf4: return FLOW_HLT;
    case 0xcf:
    case 0x0f07: return FLOW_RETURN;
    case 0x9d: return FLOW_POPF;
    default: return FLOW_PLAIN;
    }
}

/* 0f 01: descriptor tables, INVLPG, and many that are told by the whole of ModRM. */
static enum insn_slow slow_of_group7(const struct opcode *op)
{
    if (!modrm_memory(op))
        return op->modrm == 0xd1 ? SLOW_CR : SLOW_NONE;
    if (modrm_reg(op) == 7)
        return SLOW_TLB;
    return modrm_reg(op) == 2 || modrm_reg(op) == 3 ? SLOW_SERIAL : SLOW_NONE;
}

/* 0f ae and 0f c7: the memory forms that move the FPU's state. */
static enum insn_slow slow_of_state(const struct opcode *op, unsigned regs)
{
    return modrm_memory(op) && (regs & (1u << modrm_reg(op))) ? SLOW_XSAVE : SLOW_NONE;
}

enum insn_slow insn_slow(const uint8_t *bytes, size_t size)
{
    struct opcode op = opcode_of(bytes, size);

    switch (op.number) {
    case 0x0f30: return SLOW_MSR;
    case 0x0f22:
    case 0x0f23: return SLOW_CR;
    case 0x0f01: return slow_of_group7(&op);
    case 0x0f3882: return SLOW_TLB;
    case 0x0fae: return slow_of_state(&op, 1u << 0 | 1u << 1 | 1u << 4 | 1u << 5 | 1u << 6);
    case 0x0fc7: return slow_of_state(&op, 1u << 3 | 1u << 4 | 1u << 5);
    case 0x0f00: return modrm_reg(&op) == 2 || modrm_reg(&op) == 3 ? SLOW_SERIAL : SLOW_NONE;
    case 0xcf:
    case 0x0fa2: return SLOW_SERIAL;
    case 0xe4 ... 0xe7:
    case 0xec ... 0xef:
    case 0x6c ... 0x6f: return SLOW_PORT;
    case 0x0f08:
    case 0x0f09: return SLOW_CACHE;
    default: return SLOW_NONE;
    }
}
