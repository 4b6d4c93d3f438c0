/* SPDX-License-Identifier: MIT */
/* Tasks as objects. */
#pragma once

#include <ipc/task.h>
#include <l4/sys/types.h>

/* A new task without threads and memory. Context: preemptible. NULL: out of quota or memory. */
struct kobj *task_create(struct kobj_payer *p) must_check;

/* Slab of spaces. Boot. */
void task_init(void);
