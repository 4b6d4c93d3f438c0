/* SPDX-License-Identifier: MIT */
/* Segments of a thread, for the thread operations that only x86 has. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <arch/impl/seg.h>
#include <lib/base.h>

struct arch_thread;

/*
 * Give a thread descriptor `i` (0 .. X86_GDT_USER_COUNT-1) of its own; its selector is
 * (X86_GDT_USER_FIRST + i) * 8 + 3. `live`: the thread's bank is live in this CPU.
 * Context: micro-section; the caller holds the thread's claim.
 * Returns: false if there is no such entry or user mode must not have this descriptor.
 */
bool arch_set_descriptor(struct arch_thread *t, bool live, unsigned i, uint64_t desc) must_check;
