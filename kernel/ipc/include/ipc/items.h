/* SPDX-License-Identifier: MIT */
/* Typed items of a message: from the sender's task into the receiver's. */
#pragma once

#include <sched/thread.h>
#include <space/hotspot.h>

/* Longest message that is copied in the micro-section. */
#define IPC_SHORT_WORDS 16u

/* Copy the first n message words. Context: any; both UTCBs stay. */
void ipc_copy_words(const struct l4_utcb_layout *s, struct l4_utcb_layout *r, unsigned n);

/*
 * Transfer the typed items of a message from `s` to `r`; one of them is the current thread,
 * the active party, the other is in XFER. `rights`: of the capability the message came by.
 * `words`: the untyped words are still to be copied, too.
 * Writes the return items into r's UTCB.
 *
 * Context: preemptible; the caller holds a reference on the passive party.
 * Returns: 0, or the TCR of the sender's side (receiver: | 1). Earlier items stay mapped.
 */
unsigned ipc_items(struct thread *s, struct thread *r, l4_msgtag_t tag, unsigned rights,
                   bool words);

/* Capability rights that an object item with these two words passes on at most. */
unsigned items_cap_mask(l4_umword_t spot, l4_umword_t page, bool keep_s);

/*
 * Map or grant the object slots of a hotspot; `stop` as in map_run(). *mapped is set if
 * anything was. Context: preemptible. Returns: 0, -L4_ENOMEM, -L4_EAGAIN if stopped.
 */
int items_map_caps(struct space *from, struct space *to, const struct hotspot *h, unsigned mask,
                   bool grant, bool (*stop)(void *), void *ctx, bool *mapped) must_check;
