/* SPDX-License-Identifier: MIT */
/* I/O ports of the thread that goes to user mode; see arch/ioport.h. */
#pragma once

#include <sched/thread.h>

/*
 * A #GP of a task that has I/O ports: give the CPU the task's bitmap and let it try again.
 * False if the CPU has it already: the exception is real.
 * Context: micro-section; left in between.
 */
bool sched_io_load(struct thread *self) must_check;

/* Does any task's bitmap, or what is left of it, lie in the CPU? Else there is nothing to switch.
 */
extern bool sched_io_in_use;

/* Set the bitmap's validity for the thread that goes to user mode. Context: micro-section. */
void sched_io_switch(const struct thread *t);

/* The space is being dismantled. Context: micro-section. */
void sched_io_forget(const struct space *s);
