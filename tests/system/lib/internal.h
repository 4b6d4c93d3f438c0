/* SPDX-License-Identifier: MIT */
/* Between the parts of the test library. */
#pragma once

#include <stdarg.h>

#include <systest/sweep.h>

enum {
    FIRST_SLOT = 0x200, /* slots of tests: 2^SLOT_ORDER from here */
    SLOT_ORDER = 9,

    FAULT_GATE_SLOT = 0x1f0, /* of the watchdog, label of a worker */
    MAIN_GATE_SLOT = 0x1f1,  /* of the watchdog, label of the main thread */
    WATCHDOG_SLOT = 0x1f2,
    TICK_SLOT = 0x1f3, /* IRQ that tells the watchdog of a new test */
    PROBE_SLOT = 0x1f4,
};

#define SEL(index) ((l4_cap_idx_t)(index) << L4_CAP_SHIFT)

void vsay(const char *fmt, va_list ap);

/* Failures of the running test. check.c */
void check_begin(void);
void check_print(void);

/* Everything of tests. objects.c */
void objects_init(void);
void objects_drop(void);
/* Bytes of quota that are missing. */
unsigned long objects_leak(void);

/* In use by the kernel, as far as it may not grow for ever. kernel.c */
struct kernel_memory {
    uint64_t frames, objects, pieces, threads;
};
/* Returns: false if the kernel does not tell. */
bool kernel_memory(struct kernel_memory *m);
bool kernel_memory_grew(const struct kernel_memory *before);
void kernel_memory_fail(const struct kernel_memory *before);

/* worker.c */
extern char worker_entry[];
_Noreturn void worker_main(struct worker *w);
void workers_init(void);
void workers_forget(void);

/* task.c */
void tasks_init(void);
void tasks_forget(void);

/* main.c */
_Noreturn void systest_main(void);
