/* SPDX-License-Identifier: MIT */
/*
 * Error codes. Functions return them negated (-L4_EINVAL); replies carry them negated in the
 * label of the message tag. Kernel and user include this same file.
 *
 * IPC errors (the TCR word, <l4/sys/ipc_err.h>) appear in the same number space as
 * L4_EIPC_LO + code.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/ipc_err.h>

/* name, value, text: one line per code; every table is generated from this list. */
#define L4_ERR_LIST(X)                                                                             \
    X(PERM, 1, "missing right")                                                                    \
    X(NOENT, 2, "no such entry")                                                                   \
    X(IO, 5, "device error")                                                                       \
    X(NXIO, 6, "no such device or address")                                                        \
    X(2BIG, 7, "argument too big")                                                                 \
    X(AGAIN, 11, "not now, try again")                                                             \
    X(NOMEM, 12, "out of memory or quota")                                                         \
    X(ACCESS, 13, "access denied")                                                                 \
    X(FAULT, 14, "bad address")                                                                    \
    X(BUSY, 16, "busy")                                                                            \
    X(EXIST, 17, "exists already")                                                                 \
    X(NODEV, 19, "unknown type of object")                                                         \
    X(NOTDIR, 20, "not a directory")                                                               \
    X(INVAL, 22, "malformed argument")                                                             \
    X(NOSPC, 28, "no space left")                                                                  \
    X(RANGE, 34, "value out of range")                                                             \
    X(NAMETOOLONG, 36, "name too long")                                                            \
    X(NOSYS, 38, "unknown operation")                                                              \
    X(BADPROTO, 39, "object does not speak this protocol")                                         \
    X(ADDRNOTAVAIL, 99, "address not available")                                                   \
    X(NOREPLY, 1000, "no reply is to be sent")                                                     \
    X(MSGTOOSHORT, 1001, "message has fewer words than needed")                                    \
    X(MSGTOOLONG, 1002, "message has more words than allowed")                                     \
    X(MSGMISSARG, 1003, "message lacks an item")                                                   \
    X(MSGERRRANGE, 1004, "argument of the message out of range")                                   \
    X(DROPREPLY, 1005, "reply capability was dropped")

/* IPC error codes as errors: L4_EIPC_LO + code, code 0 ... 31. */
#define L4_ERR_IPC_LO 2000
#define L4_ERR_IPC_HI 2031

enum l4_error_code_t {
    L4_EOK = 0,
#define X(name, value, text) L4_E##name = value,
    L4_ERR_LIST(X)
#undef X
    L4_ERRNOMAX = 100, /* codes below are those of POSIX */
    L4_EIPC_LO = L4_ERR_IPC_LO,
    L4_EIPC_HI = L4_ERR_IPC_HI,
};

/*
 * Text for an error code, given negated or not (as L4_E* or L4_EIPC_LO + IPC error).
 * Returns: a string that stays valid; never NULL.
 */
L4_INLINE char const *l4sys_errtostr(long err)
{
    switch (err < 0 ? -err : err) {
    case 0: return "ok";
#define X(name, value, text)                                                                       \
    case value: return text;
        L4_ERR_LIST(X)
#undef X
#define X(value, text)                                                                             \
    case L4_ERR_IPC_LO + value: return "IPC: " text;
        L4_IPC_ERR_LIST(X)
#undef X
    default: return "unknown error";
    }
}
