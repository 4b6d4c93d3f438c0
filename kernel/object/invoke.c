/* SPDX-License-Identifier: MIT */
/* See <object/invoke.h>. */
#include <object/invoke.h>

void kcall_finish(struct kcall *c, long ret)
{
    unsigned words = 0;
    unsigned items = 0;

    if (c->ipc_error || c->no_reply || !kcall_wants_answer(c))
        return;
    if (ret >= 0) {
        words = c->keep_words ? c->keep_words : c->out_words;
        items = c->out_items;
        for (unsigned i = 0; i < c->out_words; i++)
            c->utcb->msg.mr[i] = c->out[i];
    }
    c->tag = l4_msgtag(ret, words, items, 0);
}

void kobj_keep(struct kobj *o)
{
    (void)o;
}
