/* SPDX-License-Identifier: MIT */
/*
 * User mode of the host: functions of the test program.
 *
 * A thread's user frame names a function by `ip` and its argument by `sp`; going to user mode
 * calls it, on a stack of its own. What follows is what such a function may do; each call may
 * come back much later, after other threads ran, or never.
 *
 * While user mode is in the kernel, `ip` names the place it will come back to. Whoever changes
 * `ip` (EX_REGS, an exception handler's answer) makes it begin with another function, on a fresh
 * stack; `ip` as it was read leads back.
 */
#pragma once

#include <lib/base.h>

struct arch_thread;

typedef void host_user_fn(void *arg);

/* Values of ip and sp for a function and its argument. */
static inline uint64_t host_user_ip(host_user_fn *fn)
{
    return (uint64_t)(uintptr_t)fn;
}

static inline uint64_t host_user_sp(void *arg)
{
    return (uint64_t)(uintptr_t)arg;
}

/* What a thread does whose function returns. Not set: the program ends. */
void host_user_set_end(void (*fn)(void));

/* The registers of a system call; tag and label are replaced by its result. */
struct host_syscall {
    uint64_t tag, dest, label, timeout, extra;
};

void host_user_syscall(struct host_syscall *s);

/* An exception: comes back when somebody has handled it. */
void host_user_trap(unsigned trapno, uint64_t err, uint64_t addr);

/* Compute for some ticks; interrupts come meanwhile, at the end at the latest. */
void host_user_work(uint64_t ticks);

/* Read, write or execute memory, faulting until it is there. Returns: the physical address. */
paddr host_user_touch(uaddr va, unsigned rights);

/* Use a port, faulting until it is allowed. */
void host_user_port(unsigned port);

/* The FPU registers: HOST_FPU_BYTES bytes that are the thread's own. */
uint8_t *host_user_fpu(void);
