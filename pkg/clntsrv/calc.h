/* SPDX-License-Identifier: MIT */
/*
 * The calculator, as both sides see it.
 *
 * Request: u32 operation, then the operands (words, signed).  Answer: the result (one word).
 * Errors:  -L4_ENOSYS unknown operation, -L4_EMSGTOOSHORT an operand is missing.
 */
#pragma once

enum {
    CALC_PROTO = 0x44, /* a number of our own; only client and server must agree */
};

enum calc_op {
    CALC_ADD, /* a, b -> a + b */
    CALC_SUB, /* a, b -> a - b */
    CALC_NEG, /* a -> -a */
};
