/* SPDX-License-Identifier: MIT */
/* Threads as objects: made, started, edited from outside, killed. */
#pragma once

#include <ipc/task.h>
#include <sched/thread.h>

/*
 * A new thread, paid for by `p`; its header has the reference of the living and one that is
 * dropped when it has left for good. Context: preemptible. NULL: out of quota or memory.
 */
struct thread *thread_create(struct kobj_payer *p) must_check;

/*
 * Bind to a task, once. `utcb`: user address of its UTCB, in kumem of the task.
 * Context: preemptible. Returns: 0, -L4_EINVAL: bound already, no such kumem, task is dying.
 */
int thread_bind(struct thread *t, struct task *task, uaddr utcb) must_check;

struct kcall;

/*
 * The thread named by an invocation's first item, to be bound to what is invoked: S is needed
 * on both. Returns: the thread, its header referenced; or NULL and *err: -L4_EINVAL, -L4_EPERM,
 * or as kcall_cap_arg().
 */
struct thread *thread_arg_to_bind(struct kcall *c, long *err) must_check;

/* First EX_REGS of a thread made by the kernel: let it start at ip with sp. Boot. */
void thread_start(struct thread *t, uaddr ip, uaddr sp);

/*
 * Kill: mark it and run it to its kill point, if it can run. Returns when it is dead, or,
 * for the caller itself, at once: it dies on its way to user mode.
 * Context: preemptible, holds no lock; the caller holds a reference on the object.
 */
void thread_kill(struct thread *t);

/* Only the mark: it dies at its next kill point; one that never ran, at once. Preemptible. */
void thread_mark_killed(struct thread *t);

/* The current thread has reached its kill point and was killed. Context: micro-section. */
_Noreturn void thread_die(struct thread *self);

/* Drop the last references of threads that died. Context: preemptible. True: there were some. */
bool thread_reap(void);
