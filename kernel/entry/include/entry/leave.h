/* SPDX-License-Identifier: MIT */
/* The way out of the kernel; see arch/upcall.h for upcall_leave(). */
#pragma once

#include <stdbool.h>

struct thread;

/*
 * A #GP of a task that has I/O ports: give the CPU the task's bitmap and let it try again.
 * False if the CPU has it already: the exception is real.
 * Context: micro-section; left in between.
 */
bool ioport_load(struct thread *self) __attribute__((warn_unused_result));

/* Set the bitmap's validity for the thread that goes to user mode. Context: micro-section. */
void ioport_switch(const struct thread *t);
