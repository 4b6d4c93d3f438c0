/* SPDX-License-Identifier: MIT */
/* Messages with items, from a worker to the main thread. */
#include "internal.h"

enum {
    MAIN_SLOT = 0x1e1, /* the main thread, in the sender's task */
};

static void post(struct worker *w)
{
    struct letter *l = w->arg;

    for (unsigned i = 0; i < 63; i++)
        l4_utcb_mr()->mr[i] = l->mr[i];
    l->sent = l4_ipc(l->through, l4_utcb(), L4_SYSF_SEND, 0x1e77e4, l->tag, NULL, L4_IPC_NEVER);
    l->error = l4_ipc_error_code(l4_utcb());
}

l4_msgtag_t letter_receive(struct letter *l)
{
    static struct letter shared; /* the caller's may lie on its stack; tasks share this one */
    l4_buf_regs_t const buffers = *l4_utcb_br(); /* making objects uses them, too */
    struct worker *w;
    l4_msgtag_t t;

    shared = *l;
    if (!shared.through) {
        shared.through = l->from ? SEL(MAIN_SLOT) : (l4_cap_idx_t)L4_BASE_THREAD_CAP;
        if (l->from)
            task_give_at(l->from, L4_BASE_THREAD_CAP, SEL(MAIN_SLOT), L4_CAP_FPAGE_RWS);
    }
    w = worker_run_in(l->from, post, &shared, PRIO_HIGH);
    *l4_utcb_br() = buffers;
    for (unsigned i = 0; i < 63; i++)
        l4_utcb_mr()->mr[i] = 0xaaaa0000 + i; /* to be seen where nothing was written */
    t = l4_ipc(L4_INVALID_CAP, l4_utcb(), L4_SYSF_WAIT, 0, (l4_msgtag_t){ 0 }, &l->label,
               L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(w->state, WORKER_DONE);
    l->sent = shared.sent;
    l->error = shared.error;
    return t;
}

void letter_item(struct letter *l, l4_umword_t word0, l4_fpage_t page)
{
    unsigned words = l4_msgtag_words(l->tag);
    unsigned items = l4_msgtag_items(l->tag);
    unsigned i = words + 2 * items;

    if (i < 63)
        l->mr[i] = word0;
    if (i + 1 < 63)
        l->mr[i + 1] = page.raw;
    l->tag = l4_msgtag(l4_msgtag_label(l->tag), words, items + 1, l4_msgtag_flags(l->tag));
}
