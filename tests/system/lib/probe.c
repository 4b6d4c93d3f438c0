/* SPDX-License-Identifier: MIT */
/* What can a task do with an address? A thread of it tries, and the test is its pager. */
#include "internal.h"

enum {
    HANDLER_SLOT = 0x1e0, /* in the probing task */
    PROBE_LABEL = 0xbe0,
};

struct attempt {
    l4_addr_t addr;
    enum probe_how how;
    volatile uint64_t value;
};

static void attempt(struct worker *w)
{
    struct attempt *a = w->arg;
    uint8_t byte;

    switch (a->how) {
    case PROBE_READ: a->value = *(volatile uint64_t *)a->addr; break;
    case PROBE_WRITE: *(volatile uint64_t *)a->addr = a->value; break;
    case PROBE_FETCH: ((void (*)(void))a->addr)(); break;
    case PROBE_PORT:
        __asm__ __volatile__("inb %w1, %b0" : "=a"(byte) : "d"((uint16_t)a->addr));
        a->value = byte;
        break;
    }
}

struct probe probe(struct task *t, l4_addr_t addr, enum probe_how how)
{
    static struct attempt a; /* in the image, which the other task shares */
    l4_buf_regs_t const buffers = *l4_utcb_br();
    l4_cap_idx_t gate = new_gate(L4_BASE_THREAD_CAP, PROBE_LABEL);
    l4_cap_idx_t here = t ? SEL(HANDLER_SLOT) : gate;
    struct probe p = { .ok = true };
    l4_umword_t label = 0;
    struct worker *w;
    l4_msgtag_t tag;

    a = (struct attempt){ .addr = addr, .how = how, .value = 0x5a5a };
    if (t)
        task_give_at(t, gate, here, L4_CAP_FPAGE_RWS);
    w = worker_create_in(t, attempt, &a);
    worker_handlers(w, here, here);
    worker_start(w, PRIO_HIGH);
    if (w->state == WORKER_DONE) {
        p.value = a.value;
    } else {
        receive_nothing();
        tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_BOTH_TIMEOUT_0);
        EXPECT_FALSE(l4_msgtag_has_error(tag));
        EXPECT_EQ(label & ~3UL, PROBE_LABEL);
        p = (struct probe){ .label = l4_msgtag_label(tag) };
        p.fault = p.label == L4_PROTO_EXCEPTION ? l4_utcb_exc()->trapno : l4_utcb_mr()->mr[0];
    }
    worker_delete(w);
    cap_delete(gate);
    *l4_utcb_br() = buffers;
    return p;
}
