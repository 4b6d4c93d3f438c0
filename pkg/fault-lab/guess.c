/* SPDX-License-Identifier: MIT */
/*
 * Capabilities are indices, and indices can be guessed. So: call every index there is, and the
 * first of them with every protocol and operation, and count the answers. An index that was not
 * given has to fail with "does not exist", whatever is asked.
 *
 * Afterwards the task touches the hardware itself, with an instruction that only the kernel may
 * execute.
 */
#include "patient.h"

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/consts.h>
#include <l4/re/env.h>
#include <l4/re/protocols.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/utcb.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    INDICES = 1 << 20,  /* a task has no more */
    INDICES_DEEP = 256, /* of these, every protocol and operation is tried */
    OPERATIONS = 32,
};

static unsigned long attempts, answers;
static unsigned long own_end; /* slots from first_free_cap up to here are our libraries' */

static bool same_index(l4_cap_idx_t cap, unsigned long index)
{
    return l4_is_valid_cap(cap) && cap >> L4_CAP_SHIFT == index;
}

/* Was this index given to us? */
static bool is_ours(unsigned long index)
{
    const l4re_env_t *e = l4re_env();
    const l4_cap_idx_t given[] = {
        L4_BASE_TASK_CAP, e->factory,   e->main_thread,
        e->log,           e->scheduler, e->rm,
        e->mem_alloc,     e->parent,    L4RE_CAP_IDX_KIP_DS << L4_CAP_SHIFT,
    };

    for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
        if (same_index(given[i], index))
            return true;
    for (const l4re_env_cap_entry_t *c = e->caps; c->flags != ~0UL; c++)
        if (same_index(c->cap, index))
            return true;
    return index >= e->first_free_cap && index < own_end;
}

/* One call. Anything but "does not exist" counts as an answer. */
static void guess(unsigned long index, long proto, l4_umword_t op)
{
    l4_utcb_t *u = l4_utcb();
    l4_msgtag_t tag;

    for (unsigned i = 0; i < 4; i++)
        l4_utcb_mr_u(u)->mr[i] = 0;
    l4_utcb_mr_u(u)->mr[0] = op;
    tag = l4_ipc_call(index << L4_CAP_SHIFT, u, l4_msgtag(proto, 4, 0, 0), L4_IPC_BOTH_TIMEOUT_0);
    attempts++;
    if (l4_ipc_error(tag, u) != L4_IPC_ENOT_EXISTENT) {
        answers++;
        printf("index 0x%lx answers protocol %ld, operation %lu\n", index, proto, op);
    }
}

static void guess_deep(unsigned long index)
{
    for (long proto = L4_PROTO_VCPU_CONTEXT; proto <= L4_PROTO_ALLOW_SYSCALL; proto++)
        for (l4_umword_t op = 0; op < OPERATIONS; op++)
            guess(index, proto, op);
    for (long proto = L4RE_PROTO_DATASPACE; proto <= L4RE_PROTO_REMOTE_ACCESS; proto++)
        for (l4_umword_t op = 0; op < OPERATIONS; op++)
            guess(index, proto, op);
}

int patient_guess(void)
{
    printf("I try capabilities I was not given.\n");
    own_end = l4re_util_cap_alloc() >> L4_CAP_SHIFT;
    for (unsigned long i = 0; i < INDICES; i++)
        if (!is_ours(i))
            guess(i, L4_PROTO_NONE, 0);
    for (unsigned long i = 0; i < INDICES_DEEP; i++)
        if (!is_ours(i))
            guess_deep(i);
    printf("%lu attempts, %lu answers.\n", attempts, answers);
    if (answers)
        return EXIT_FAILURE;

    printf("I got nothing. I stop the processor now.\n");
    __asm__ __volatile__("hlt");
    printf("and it was allowed\n");
    return EXIT_FAILURE;
}
