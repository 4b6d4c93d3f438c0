/* SPDX-License-Identifier: MIT */
/*
 * The scheduler alone: threads whose functions are kernel code. The test itself is the idle
 * thread; it goes on when nobody else can run. After every micro-section all invariants are
 * checked.
 */
#pragma once

#include <arch/host/machine.h>
#include <arch/host/user.h>
#include <dev/host/devices.h>
#include <sched/check.h>
#include <sched/sched.h>
#include <sched/stack.h>
#include <sync/micro.h>
#include <utest/utest.h>

#define US (HOST_TICKS_KHZ / 1000u) /* ticks of a microsecond */
#define SLICE (10000u * US)         /* ticks of a default slice */

void world_start(void);

/* A thread of this priority that will run fn(arg); not ready yet. */
struct thread *world_thread(unsigned prio, host_user_fn *fn, const void *arg);

/* Make it ready. Ends with a look who should run. */
void world_wake(struct thread *t);

/* The test lets others run until all sleep. */
void world_run(void);

/* Time passes while nobody runs; timers go off. Then as world_run(). */
void world_pass(uint64_t ticks);

/* Has its function returned? */
bool world_done(const struct thread *t);

/* What the threads have said so far, in order. */
void say(char c);
extern char said[256];

/* For threads: sleep until woken. */
void sleep_now(void);

/* Sleep until woken or until the clock is at `when`. True: woken. */
bool sleep_until(uint64_t when);

/* Ways of calling a server as kernel/ipc does: donate and sleep; answer and sleep. */
void call(struct thread *server);
void answer_and_wait(struct thread *caller);
void answer(struct thread *caller);
