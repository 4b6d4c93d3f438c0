/* SPDX-License-Identifier: MIT */
/*
 * The witness: a service that answers while others die.
 *
 * Request: u32 operation, for WITNESS_ASK also a word x.  Answer: one word.
 */
#pragma once

enum {
    WITNESS_PROTO = 0x46,
};

enum witness_op {
    WITNESS_ASK,    /* x -> x + 1 */
    WITNESS_REPORT, /* -> how many questions were answered; the witness also prints it */
};
