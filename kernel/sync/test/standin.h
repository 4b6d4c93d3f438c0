/* SPDX-License-Identifier: MIT */
/*
 * A scheduler small enough for tests: four CPUs of which one is "here", threads that run when
 * they are helped. A test sets the hooks it needs.
 */
#pragma once

#include <sync/cpu.h>
#include <sync/party.h>

#define STANDIN_CPUS 4u
#define STANDIN_THREADS 8u

struct standin {
    struct sync_cpu cpu[STANDIN_CPUS];
    struct sync_party thread[STANDIN_THREADS]; /* index i at [i], [0] unused */
    cpu_id here;
    unsigned helped, released, left; /* how often the upcalls were called */
    bool (*help)(struct sync_party *owner, struct helplock *l);
    void (*leave)(void); /* end of a micro-section, interrupts off */
};

extern struct standin standin;

/* All as new, on CPU 0. */
void standin_reset(void);
