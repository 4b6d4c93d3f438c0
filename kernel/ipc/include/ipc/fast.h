/* SPDX-License-Identifier: MIT */
/*
 * The fast path: call, and reply-and-wait, of words only, between two threads of this CPU of
 * which the other one waits. From entry to exit one micro-section.
 *
 * Who sleeps here leaves an empty kernel stack (resume == ARCH_RESUME_FRAME): whoever ends the
 * wait either writes the result into the user frame (here), or leaves it in thread.ipc, and
 * the thread settles on its way out (ipc_settle).
 */
#pragma once

#include <arch/frame.h>
#include <cap/captab.h>
#include <ipc/items.h>
#include <sched/thread.h>

/*
 * May a system call with this tag take the fast path: words only, not many, no flags, and
 * nothing asked of the caller?
 */
static inline bool ipc_fast_plain(const struct thread *self, l4_umword_t tag)
{
    return !(tag & 0xffc0u) && (tag & 0x3fu) <= IPC_SHORT_WORDS && !party_asked(&self->party);
}

/*
 * Try a plain call to an ordinary selector, or a plain reply-and-wait with the implicit slot.
 * Context: first thing in the system call, interrupts off.
 * Returns: the frame to leave the kernel with, or NULL: nothing has changed, take the long way.
 *          Then *seen is what the selector names, if it is no gate; good until the
 *          micro-section ends.
 */
struct arch_frame *ipc_fast_call(struct thread *self, struct arch_frame *f, struct cap *seen);
struct arch_frame *ipc_fast_reply(struct thread *self, struct arch_frame *f);

/*
 * The current thread slept here and was woken otherwise: finish its wait and write the result
 * into its frame. Context: micro-section; may sleep again.
 */
void ipc_settle(struct thread *self);
