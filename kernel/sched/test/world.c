/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/upcall.h>
#include <dev/timer.h>
#include <irq/irq.h>
#include <mem/frame.h>
#include <string.h>
#include <sys/mman.h>
#include <time/clock.h>

#define POOL_BYTES MiB(8)

char said[256];

void say(char c)
{
    size_t n = strlen(said);

    if (n < sizeof(said) - 1)
        said[n] = c;
}

/* ---- what kernel/entry does ---------------------------------------------------------------- */

struct arch_frame *upcall_leave(void)
{
    struct thread *self = current();

    sched_arrive();
    while (this_cpu()->resched)
        sched_dispatch();
    sched_load_user(self);
    return self->arch.frame;
}

struct arch_frame *upcall_irq_user(unsigned vector)
{
    irq_dispatch(vector);
    return upcall_leave();
}

void upcall_irq_kernel(unsigned vector)
{
    irq_dispatch(vector);
    sched_micro_leave();
}

struct arch_frame *upcall_syscall(struct arch_frame *f)
{
    return f;
}

struct arch_frame *upcall_user_trap(struct arch_frame *f)
{
    return f;
}

/* ---- the world ------------------------------------------------------------------------------ */

static void check(void *arg)
{
    const char *bad = sched_check();

    (void)arg;
    if (bad)
        utest_fail(__FILE__, __LINE__, "after \"%s\": %s", said, bad);
}

static void finish(void)
{
    for (;;) {
        current()->pager = 1; /* marks it as done */
        sleep_now();
    }
}

bool world_done(const struct thread *t)
{
    return t->pager == 1;
}

static void timed_out(struct thread *t, uint64_t seq)
{
    uint64_t state = party_load(&t->party);

    if (party_waits(state) && party_seq_of(state) == seq &&
        party_wake(&t->party, state, CAUSE_TIMEOUT))
        sched_ready(t);
}

static void *pool_frame(void)
{
    return frame_alloc_zeroed(NULL);
}

void world_start(void)
{
    char *pool = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct arch_cpu *area;
    struct cpu *cpu;
    struct thread *idle;

    arch_irq_off();
    ASSERT_TRUE(frame_pool_add(pool, pool + POOL_BYTES));
    host_intr_init();
    timer_init(NULL);
    clock_init(timer_ticks_khz());
    area = arch_cpu_area(0, sizeof(struct cpu), pool_frame);
    cpu = container_of(area, struct cpu, arch);
    idle = thread_memory_alloc(NULL);
    arch_cpu_init(area, 0);
    cpu->arch.current = &idle->arch;
    sched_init(cpu, idle);
    ASSERT_TRUE(party_claim_try(&idle->party, 0));
    sched_set_timeout_handler(timed_out);
    host_user_set_end(finish);
    host_irq_on_offer(check, NULL);
    arch_irq_on();
}

struct thread *world_thread(unsigned prio, host_user_fn *fn, const void *arg)
{
    struct thread *t = thread_memory_alloc(NULL);

    sched_thread_init(t);
    t->own.prio = (uint8_t)prio;
    frame_set_ip(t->arch.frame, host_user_ip(fn));
    frame_set_sp(t->arch.frame, host_user_sp((void *)(uintptr_t)arg));
    t->started = true;
    t->homed = true;
    return t;
}

void world_wake(struct thread *t)
{
    uint64_t state;

    micro_enter();
    state = party_load(&t->party);
    if (party_waits(state))
        (void)!party_wake(&t->party, state, CAUSE_DELIVERED);
    sched_ready(t);
    micro_leave();
}

void world_run(void)
{
    bool more = true;

    while (more) {
        micro_enter();
        more = this_cpu()->resched;
        micro_leave();
    }
    EXPECT_TRUE(this_cpu()->ctx == &this_cpu()->idle->own);
}

void world_pass(uint64_t ticks)
{
    micro_enter();
    host_clock_advance(ticks);
    micro_leave();
    world_run();
}

/* ---- for threads ---------------------------------------------------------------------------- */

static bool slept(uint64_t when)
{
    struct thread *self = current();
    uint64_t seen = party_wait_recv(&self->party);

    if (when != CLOCK_NEVER)
        sched_timeout_arm(self, party_seq_of(seen), when);
    sched_block();
    sched_timeout_disarm(self);
    return party_resume(&self->party) == CAUSE_DELIVERED;
}

bool sleep_until(uint64_t when)
{
    bool woken;

    micro_enter();
    woken = slept(when);
    micro_leave();
    return woken;
}

void sleep_now(void)
{
    (void)sleep_until(CLOCK_NEVER);
}

static void end_wait(struct thread *t)
{
    uint64_t state = party_load(&t->party);

    EXPECT_TRUE(party_waits(state));
    EXPECT_TRUE(party_wake(&t->party, state, CAUSE_DELIVERED));
}

void call(struct thread *server)
{
    struct thread *self = current();

    micro_enter();
    (void)party_wait_recv(&self->party);
    if (party_waits(party_load(&server->party)))
        end_wait(server);
    if (sched_may_donate(server)) {
        sched_donate(server);
        sched_switch(server);
    } else {
        sched_ready(server);
        sched_block();
    }
    (void)party_resume(&self->party);
    micro_leave();
}

void answer_and_wait(struct thread *caller)
{
    struct thread *self = current();

    micro_enter();
    end_wait(caller);
    (void)party_wait_recv(&self->party);
    if (sched_give_back(caller)) {
        sched_switch(caller);
    } else {
        sched_ready(caller);
        sched_end_donation(self);
        sched_block();
    }
    (void)party_resume(&self->party);
    micro_leave();
}

void answer(struct thread *caller)
{
    micro_enter();
    end_wait(caller);
    sched_ready(caller);
    micro_leave();
}
