/* SPDX-License-Identifier: MIT */
/*
 * Memory of threads: one frame for the structure and its FPU area, a window for the stack.
 *
 *     window i:   | empty page | stack page(s): [owner] ....... <- user frame |
 *
 * The frames of a stack stay mapped for ever and are reused by the next thread of that index:
 * so nothing is ever shot down. The lowest word of the stack names the thread that has it.
 * The index is also the thread's name in lock words.
 */
#pragma once

#include <sched/thread.h>

#define KSTACK_SIZE (CONFIG_KSTACK_PAGES * 4096u)
#define THREAD_INDEX_MAX 65536u

/*
 * Memory for one thread, charged to `q`, all fields zero but arch, party (index) and stack.
 * Context: preemptible. Returns: NULL if quota, pool or indices are exhausted.
 */
struct thread *thread_memory_alloc(struct quota *q) must_check;

/* Give it back. The thread runs nowhere and nobody refers to it. Context: preemptible. */
void thread_memory_free(struct thread *t, struct quota *q);

/*
 * Walk over all threads: the next one from *index (begin with 0) on, NULL at the end.
 * Context: nobody makes or frees threads meanwhile; for checks and the debugger.
 */
struct thread *thread_next(uint32_t *index) must_check;

/* Frames in stacks that were ever used, and in the tables of their windows. For checks. */
uint32_t stack_frames(void);

/* Bytes that one thread is charged. */
#define THREAD_CHARGE (4096u + KSTACK_SIZE)
