/* SPDX-License-Identifier: MIT */
/*
 * Task: the object that names a space. Its threads hang on a list, so that its death finds
 * them; each of them, and whoever is at work in the space, holds a reference. The space is
 * dismantled when the last one is gone.
 */
#pragma once

#include <cap/kobj.h>
#include <lib/list.h>
#include <sync/helplock.h>

struct space;

#define TASK_RANK_THREADS 121u

struct task {
    struct kobj obj;
    struct space *space;  /* [I] */
    struct helplock lock; /* rank TASK_RANK_THREADS */
    struct list threads;  /* [lock] struct thread, in_task */
    uint32_t nthreads;    /* [lock] */
};

_Static_assert(sizeof(struct task) <= KOBJ_HEADER_SIZE, "a task lives in its header");

extern const struct kobj_type task_type; /* of the object room */

static inline struct task *task_of(struct kobj *o)
{
    return container_of(o, struct task, obj);
}
