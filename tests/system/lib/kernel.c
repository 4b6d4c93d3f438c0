/* SPDX-License-Identifier: MIT */
/*
 * What a debug kernel says about itself: do its invariants hold, how much of its memory is in use.
 * Without one there is nothing to see, and nothing fails.
 */
#include "internal.h"
#include "string.h"

#include <l4/sys/opcodes.h>

static l4_msgtag_t ask(l4_umword_t op, l4_umword_t arg)
{
    l4_utcb_mr()->mr[0] = op;
    l4_utcb_mr()->mr[1] = arg;
    return l4_ipc_call(L4_BASE_DEBUGGER_CAP, l4_utcb(), l4_msgtag(L4_PROTO_DEBUGGER, 2, 0, 0),
                       L4_IPC_NEVER);
}

bool kernel_check(bool moving)
{
    static char text[64];
    l4_msgtag_t t = ask(L4_STRETTO_DEBUG_CHECK_OP, moving ? L4_STRETTO_CHECK_MOVING : 0);

    if (l4_error(t) != 1)
        return true;
    memcpy(text, l4_utcb_mr()->mr, sizeof(text) - 1);
    systest_fail("kernel", 0, text, 0, 0, 0);
    return false;
}

bool kernel_memory(struct kernel_memory *m)
{
    if (l4_error(ask(L4_STRETTO_DEBUG_KMEM_OP, 0)) != 0)
        return false;
    memcpy(m, l4_utcb_mr()->mr, sizeof(*m));
    return true;
}

bool kernel_memory_grew(const struct kernel_memory *before)
{
    struct kernel_memory m;

    return kernel_memory(&m) && (m.frames > before->frames || m.objects > before->objects ||
                                 m.pieces > before->pieces || m.threads > before->threads);
}

void kernel_memory_fail(const struct kernel_memory *before)
{
    struct kernel_memory m;

    if (!kernel_memory(&m))
        return;
    systest_fail("kernel", 0, "leaks %ld frames, %ld objects, %ld smaller pieces of memory",
                 m.frames - before->frames, m.objects - before->objects, m.pieces - before->pieces);
}
