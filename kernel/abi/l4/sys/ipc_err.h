/* SPDX-License-Identifier: MIT */
/*
 * IPC error codes: the low five bits of the error word (TCR) of the UTCB. Valid after a
 * system call whose result tag has L4_MSGTAG_ERROR. Bit 0 says: it happened while receiving.
 */
#pragma once

/* value, text: what the code means, for messages to people. */
#define L4_IPC_ERR_LIST(X)                                                                         \
    X(0x02, "send timeout")                                                                        \
    X(0x03, "receive timeout")                                                                     \
    X(0x04, "no partner")                                                                          \
    X(0x05, "no partner to receive from")                                                          \
    X(0x06, "cancelled while sending")                                                             \
    X(0x07, "cancelled while receiving")                                                           \
    X(0x08, "message cut while sending")                                                           \
    X(0x09, "message cut while receiving")                                                         \
    X(0x0a, "send page-fault timeout")                                                             \
    X(0x0b, "send page-fault timeout of the partner")                                              \
    X(0x0c, "receive page-fault timeout")                                                          \
    X(0x0d, "receive page-fault timeout of the partner")                                           \
    X(0x0e, "aborted while sending")                                                               \
    X(0x0f, "aborted while receiving")                                                             \
    X(0x10, "mapping failed at the receiver")                                                      \
    X(0x11, "mapping failed")                                                                      \
    X(0x13, "no such reply slot")

enum l4_ipc_tcr_error_t {
    L4_IPC_ERROR_MASK = 0x1f,
    L4_IPC_SND_ERR_MASK = 0x01, /* bit is clear in errors of the send phase */

    L4_IPC_SETIMEOUT = 0x02,     /* send timeout */
    L4_IPC_RETIMEOUT = 0x03,     /* receive timeout */
    L4_IPC_ENOT_EXISTENT = 0x04, /* no partner: empty slot, dead thread, empty reply slot */
    L4_IPC_SECANCELED = 0x06,    /* cancelled while sending, or the receiver died */
    L4_IPC_RECANCELED = 0x07,    /* cancelled while receiving */
    L4_IPC_SEMSGCUT = 0x08,      /* message did not fit: items or receive buffers */
    L4_IPC_REMSGCUT = 0x09,
    L4_IPC_SESNDPFTO = 0x0a, /* the page-fault timeouts exist as names only */
    L4_IPC_RESNDPFTO = 0x0b,
    L4_IPC_SERCVPFTO = 0x0c,
    L4_IPC_RERCVPFTO = 0x0d,
    L4_IPC_SEABORTED = 0x0e,
    L4_IPC_REABORTED = 0x0f,
    L4_IPC_SEMAPFAILED = 0x10, /* no kernel memory for a mapping */
    L4_IPC_REMAPFAILED = 0x11,
    L4_IPC_RENOREPLYCAP = 0x13, /* the explicit reply slot does not exist */
};
