/* SPDX-License-Identifier: MIT */
/*
 * One invocation of a kernel object: what was sent, with which rights, and the answer.
 *
 * The message lies in the caller's UTCB, which other threads of the task may write at any
 * time: read each word once into a local (kcall_word), check the local, use the local.
 *
 * An operation answers by one of
 *     return n >= 0        label n, `out_words` words from out[]
 *     return -L4_E...      label -L4_E..., no words
 *     kcall_ipc_error()    an IPC error instead of an answer
 *     kcall_no_reply()     nothing: the receive phase of the system call follows
 */
#pragma once

#include <cap/kobj.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb_layout.h>

struct captab;
struct thread;

#define KCALL_OUT_MAX 8u

struct kcall {
    l4_msgtag_t tag;
    unsigned words, items;
    unsigned rights;             /* enum cap_right of the capability that was invoked */
    unsigned op;                 /* operation bits of the system call (L4_SYSF_*) */
    uint32_t timeout;            /* the caller's timeout pair */
    struct thread *self;         /* the caller */
    struct l4_utcb_layout *utcb; /* the caller's, kernel mapping */
    struct captab *caps;         /* the caller's */
    struct kobj *target;         /* the object invoked */

    l4_umword_t out[KCALL_OUT_MAX];
    unsigned out_words;
    unsigned out_items;
    unsigned keep_words; /* answer words that the operation wrote into the UTCB itself */
    unsigned ipc_error;  /* TCR value, 0 none */
    bool no_reply;
    struct kobj *receive_from; /* no_reply, closed: receive from this IRQ; NULL: from oneself */
};

/* Message word `i` of the caller, read once. `i` < 63. */
static inline l4_umword_t kcall_word(const struct kcall *c, unsigned i)
{
    return *(const volatile l4_umword_t *)&c->utcb->msg.mr[i];
}

static inline bool kcall_wants_answer(const struct kcall *c)
{
    return c->op & 2u; /* L4_SYSF_RECV */
}

static inline long kcall_ipc_error(struct kcall *c, unsigned tcr)
{
    c->ipc_error = tcr;
    return 0;
}

static inline long kcall_no_reply(struct kcall *c, struct kobj *receive_from)
{
    c->no_reply = true;
    c->receive_from = receive_from;
    return 0;
}

/* One row per operation. */
struct kcall_op {
    const char *name;
    uint32_t opcode;
    uint8_t words;  /* at least this many message words, operation included */
    uint8_t items;  /* at least this many typed items */
    uint8_t rights; /* enum cap_right, all needed */
    long (*run)(struct kobj *o, struct kcall *c);
};

struct kcall_table {
    l4_mword_t proto;
    uint64_t opmask; /* bits of word 0 that are the operation */
    uint8_t rights;  /* needed for every operation */
    uint8_t nops;
    const struct kcall_op *ops;
};

/*
 * The checks all objects share, in the order of the ABI: protocol (-L4_EBADPROTO), right of
 * the table (-L4_EPERM), a word at all (-L4_EMSGTOOSHORT), operation known (-L4_ENOSYS),
 * words and items (-L4_EMSGTOOSHORT), right of the row (-L4_EPERM); then run().
 */
long kcall_dispatch(const struct kcall_table *t, struct kobj *o, struct kcall *c);

/*
 * Capability argument: the typed item number `n`. On success the object has a reference that
 * the caller drops, and *rights are those of the slot.
 * Returns: the object, or NULL with *err: -L4_EINVAL (missing, void, empty slot), or 0 and
 * c->ipc_error set (second word is not an object flexpage: message cut).
 */
struct kobj *kcall_cap_arg(struct kcall *c, unsigned n, unsigned *rights, long *err) must_check;
