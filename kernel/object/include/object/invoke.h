/* SPDX-License-Identifier: MIT */
/* The answer of an invocation: from an operation's return value to the caller's UTCB. */
#pragma once

#include <cap/kcall.h>

/*
 * Write the answer: `ret` >= 0 is a label with out[] as words, < 0 an error without words.
 * With an IPC error or no_reply set, nothing is written. Without a receive phase neither.
 * Sets c->tag to the tag of the answer.
 */
void kcall_finish(struct kcall *c, long ret);

/* destroy() and free() of objects that have nothing to give back but their header. */
void kobj_keep(struct kobj *o);
