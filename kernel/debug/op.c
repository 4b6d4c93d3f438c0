/* SPDX-License-Identifier: MIT */
/* Operations of the debugger object that only debug kernels have. */
#include <debug/check.h>

#include <cap/kobj.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <lib/string.h>
#include <mem/frame.h>
#include <mem/slab.h>
#include <object/debug_op.h>
#include <object/thread.h>
#include <sched/stack.h>
#include <sync/micro.h>

#define TEXT_MAX 64u

static long op_check(struct kcall *c)
{
    bool still = c->words < 2 || !(kcall_word(c, 1) & L4_STRETTO_CHECK_MOVING);
    const char *bad;
    size_t n;

    (void)thread_reap();
    micro_enter();
    bad = debug_check(still);
    micro_leave();
    if (!bad)
        return 0;
    n = min(strlen(bad), (size_t)TEXT_MAX - 1);
    memset(c->utcb->msg.mr, 0, TEXT_MAX);
    memcpy(c->utcb->msg.mr, bad, n);
    c->keep_words = TEXT_MAX / sizeof(l4_umword_t);
    return 1;
}

static long op_kmem(struct kcall *c)
{
    size_t objects = 0;
    uint32_t threads = 0;

    (void)thread_reap();
    micro_enter();
    for (const struct slab *s = slab_next(NULL); s; s = slab_next(s))
        objects += slab_used(s);
    for (uint32_t i = 0; thread_next(&i);)
        threads++;
    c->out[0] = frame_count_total() - frame_count_free() - kobj_header_frames() - stack_frames();
    c->out[1] = kobj_live_headers();
    c->out[2] = objects;
    c->out[3] = threads;
    micro_leave();
    c->out_words = 4;
    return 0;
}

long debug_op(struct kcall *c, uint32_t op)
{
    switch (op) {
    case L4_STRETTO_DEBUG_CHECK_OP: return op_check(c);
    case L4_STRETTO_DEBUG_KMEM_OP: return op_kmem(c);
    default: return -L4_ENOSYS;
    }
}
