/* SPDX-License-Identifier: MIT */
/* Faults and exceptions of user mode as messages to pager and exception handler. */
#pragma once

#include <sched/thread.h>

/*
 * A page fault of the current thread. Sends it to the pager and waits for the answer; an
 * answer with a negative label, or no pager, makes it an exception; an empty pager slot kills.
 * Context: micro-section; returns in one, the frame is to be restarted.
 */
void fault_page(struct thread *self);

/* An exception of the current thread, as its frame says. Context: as above. */
void fault_exception(struct thread *self);
