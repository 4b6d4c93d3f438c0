/* SPDX-License-Identifier: MIT */
/*
 * The whole kernel, and user threads that are functions of the test. The test itself is the idle
 * thread. After every micro-section the invariants of scheduler and rendezvous are checked.
 *
 *     struct thread *t = spawn(world.task, 10, server, NULL);      it is ready
 *     world_run();                                                 it runs, until all wait
 */
#pragma once

#include <arch/host/machine.h>
#include <arch/host/user.h>
#include <dev/host/devices.h>
#include <ipc/gate.h>
#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <ipc/task.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/types.h>
#include <sched/sched.h>
#include <space/space.h>
#include <utest/utest.h>

#define WORLD_UTCBS 0xb3000000ul
#define US (HOST_TICKS_KHZ / 1000u) /* ticks of a microsecond */
#define SLICE (10000u * US)         /* ticks of a default slice */

struct world {
    struct kobj *factory, *scheduler, *icu, *vcon;
    struct kobj_payer *payer;
    struct task *task, *other; /* two tasks */
    bool long_way;             /* keep IPC off the fast path */
};

extern struct world world;

/* The clock has moved a little already. */
void world_start(void);

/* Delete all; expects that kernel memory is what it was after world_start(). */
void world_end(void);

/* The invariants, as they are checked after every micro-section; for tests with another hook. */
void world_check(void *unused);

void world_run(void);
void world_pass(uint64_t ticks);

/* A sigma0 that has all memory; made when first asked for. */
struct task *world_sigma0(void);

/*
 * A ready thread of this priority; one that was never started. Ready threads run as soon as the
 * test calls the kernel again.
 */
struct thread *spawn(struct task *task, unsigned prio, host_user_fn *fn, const void *arg);
struct thread *spawn_asleep(struct task *task, unsigned prio, host_user_fn *fn, const void *arg);

/* Start one that was not. */
void start(struct thread *t);

/* Has its function returned? */
bool done(const struct thread *t);

/* A selector of `task` for `o`. Counted, with all rights; or as said. */
l4_cap_idx_t cap(struct task *task, struct kobj *o);
l4_cap_idx_t cap_rights(struct task *task, struct kobj *o, unsigned rights);

/* An empty slot; a gate to a thread (NULL: unbound); an IRQ bound to a thread. */
l4_cap_idx_t slot_new(void);
struct gate *gate_new(struct thread *t, l4_umword_t label);
struct irqobj *irq_new(struct thread *t, l4_umword_t label);

void say(char c);
extern char said[256];

/* ---- for threads ---------------------------------------------------------------------------- */

l4_umword_t *mr(unsigned i);
l4_umword_t *br(unsigned i);

/* What the last system call's error word says. */
unsigned error(void);

#define FOREVER 0u
#define AT_ONCE 0x04000400u
#define SEND_AT_ONCE 0x04000000u
#define RECV_AT_ONCE 0x00000400u
#define RECV_US(n) ((uint32_t)(n)) /* below 1024 */
#define SEND_US(n) ((uint32_t)(n) << 16)

/* The bare system call. *label both ways, may be NULL. */
l4_msgtag_t syscall_ipc(l4_umword_t dest, l4_msgtag_t tag, l4_umword_t *label, uint32_t timeout);

l4_msgtag_t send(l4_cap_idx_t to, l4_msgtag_t tag, uint32_t timeout);
l4_msgtag_t call(l4_cap_idx_t to, l4_msgtag_t tag, uint32_t timeout);
l4_msgtag_t receive(l4_cap_idx_t from, uint32_t timeout);
l4_msgtag_t wait(l4_umword_t *label, uint32_t timeout);
l4_msgtag_t reply(l4_msgtag_t tag);
l4_msgtag_t reply_wait(l4_msgtag_t tag, l4_umword_t *label, uint32_t timeout);

static inline l4_msgtag_t words(long label, unsigned n)
{
    return l4_msgtag(label, n, 0, 0);
}

static inline bool failed(l4_msgtag_t t)
{
    return l4_msgtag_has_error(t);
}
