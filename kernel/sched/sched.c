/* SPDX-License-Identifier: MIT */
/*
 * See <sched/sched.h> for the contract.
 *
 * One thing pays at a time: cpu.ctx. One thread runs: current(). Usually
 * cpu.ctx->runs == current(). Switching from (c1, t1) to (c2, t2) is
 *
 *   charge c1 -- queue what t1 may still use -- take c2 -- set the timer -- switch stacks
 *
 * and everything that decides c2 is constant work: the highest bit of a map, the first of a
 * list, one look into the tree of timeouts.
 */
#include <sched/sched.h>

#include <arch/mmu.h>
#include <arch/time.h>
#include <dev/timer.h>
#include <space/space.h>
#include <sync/epoch.h>
#include <sync/micro.h>
#include <sync/upcall.h>
#include <time/clock.h>

#define SLICE_DEFAULT_US 10000u

static struct cpu *cpus[1];
static void (*timeout_handler)(struct thread *t, uint64_t seq);

struct cpu *cpu_of(uint32_t id)
{
    return id < array_size(cpus) ? cpus[id] : NULL;
}

uint64_t sched_default_slice(void)
{
    return clock_us_to_ticks(SLICE_DEFAULT_US);
}

void sched_set_timeout_handler(void (*fn)(struct thread *t, uint64_t seq))
{
    timeout_handler = fn;
}

/* ---- the ready queue ------------------------------------------------------------------- */

static void rq_add(struct cpu *cpu, struct sched_ctx *c, bool first)
{
    if (c->queued)
        return;
    kassert(c != cpu->ctx);
    if (first)
        list_push_front(&cpu->ready[c->prio], &c->rq);
    else
        list_push_back(&cpu->ready[c->prio], &c->rq);
    bitmap256_set(&cpu->ready_map, c->prio);
    c->queued = true;
}

static void rq_remove(struct cpu *cpu, struct sched_ctx *c)
{
    if (!c->queued)
        return;
    list_remove(&c->rq);
    if (list_empty(&cpu->ready[c->prio]))
        bitmap256_clear(&cpu->ready_map, c->prio);
    c->queued = false;
}

/* Queue every context a ready thread may use, but the one that pays now. */
static void rq_add_usable(struct cpu *cpu, struct thread *t, bool first)
{
    if (t->own.serves == t && &t->own != cpu->ctx)
        rq_add(cpu, &t->own, first);
    if (t->donor && t->donor != cpu->ctx)
        rq_add(cpu, t->donor, first);
}

/* ---- accounting and the timer ---------------------------------------------------------- */

/* Leave the context that pays now: remember what is left of its slice. */
static void ctx_leave(struct cpu *cpu, uint64_t now)
{
    struct sched_ctx *c = cpu->ctx;

    c->left = cpu->slice_end > now ? cpu->slice_end - now : 0;
    c->runs = c->serves; /* helping ends when the context leaves the CPU */
}

static void ctx_enter(struct cpu *cpu, struct sched_ctx *c, uint64_t now)
{
    rq_remove(cpu, c);
    if (!c->left)
        c->left = c->slice;
    cpu->ctx = c;
    cpu->slice_end = c == &cpu->idle->own ? UINT64_MAX : now + c->left;
    cpu->cur_prio = sched_prio_of(c);
}

/*
 * Events of this priority and below wait. An equal has to wait for its turn anyway; but a
 * caller whose context pays for its server is waited for by nobody else.
 */
static int events_above(const struct cpu *cpu)
{
    return (int)cpu->cur_prio - (cpu->ctx->serves != cpu->ctx->home);
}

/*
 * The timer goes off at the end of the slice or at the first event above what runs,
 * whatever is earlier. A timer that is set too early is left alone: it costs one interrupt,
 * setting it costs a device access on each switch.
 */
static void timer_update(struct cpu *cpu)
{
    uint64_t want = cpu->slice_end;
    uint64_t when;

    /* Nothing is earlier than what the timer is set to: no need to know what exactly. */
    if (want >= cpu->timer_at && timeq_earliest(&cpu->timeq) >= cpu->timer_at)
        return;
    if (timeq_next_above(&cpu->timeq, (uint8_t)events_above(cpu), &when) && when < want)
        want = when;
    if (want < cpu->timer_at) {
        cpu->timer_at = want;
        timer_set(want);
    }
}

/* ---- ready and not --------------------------------------------------------------------- */

/* Take t's own context from whom it serves, wherever that is. */
static void ctx_recall(struct cpu *cpu, struct thread *t)
{
    struct sched_ctx *c = &t->own;
    struct thread *server = c->serves;

    if (server == t)
        return;

    rq_remove(cpu, c);
    if (server->donor == c)
        server->donor = NULL;
    if (cpu->ctx == c) {
        /* It pays right now: the server goes on with its own context. */
        struct thread *runs = c->runs;
        uint64_t now = arch_ticks();

        ctx_leave(cpu, now);
        ctx_enter(cpu, &server->own, now);
        server->own.runs = runs;
        cpu->resched = true;
    }
    c->serves = t;
    c->runs = t;
}

void sched_ready(struct thread *t)
{
    struct cpu *cpu = this_cpu();

    if (t->ready || !t->started || !t->homed || t->dead)
        return;

    ctx_recall(cpu, t);
    t->ready = true;
    rq_add_usable(cpu, t, false);
    if (t->own.prio > cpu->cur_prio || (t->donor && t->donor->prio > cpu->cur_prio))
        cpu->resched = true;
}

void sched_unready(struct thread *t)
{
    struct cpu *cpu = this_cpu();

    t->ready = false;
    if (t->own.serves == t)
        rq_remove(cpu, &t->own);
    if (t->donor)
        rq_remove(cpu, t->donor);
}

/* ---- choosing -------------------------------------------------------------------------- */

/*
 * Wake whom a due timeout above `prio` belongs to. The event has done its duty even if its thread
 * has to wait for its turn: left in the queue, it would keep the timer going off.
 */
static void wake_due(struct cpu *cpu, int prio, uint64_t now)
{
    struct tevent *ev =
        prio < 0 ? timeq_due_any(&cpu->timeq, now) : timeq_due(&cpu->timeq, (uint8_t)prio, now);
    struct thread *t;

    if (!ev)
        return;
    t = container_of(ev, struct thread, timeout);
    timeq_remove(&cpu->timeq, ev);
    timeout_handler(t, t->timeout_seq); /* nothing, if a partner is at work: it came too late */
}

static struct sched_ctx *best_ctx(struct cpu *cpu, uint64_t now)
{
    int best = bitmap256_highest(&cpu->ready_map);

    /* A due event of the same priority counts too: its thread waits its turn in the list. The
     * most important event comes first, so one look is enough. */
    if (timeq_earliest(&cpu->timeq) <= now) {
        wake_due(cpu, best - 1, now);
        best = bitmap256_highest(&cpu->ready_map);
    }
    if (best < 0)
        return &cpu->idle->own;
    return container_of(list_first(&cpu->ready[best]), struct sched_ctx, rq);
}

/* Leave the current thread for `t`, whose context is cpu.ctx already. */
static void switch_stacks(struct cpu *cpu, struct thread *t)
{
    struct thread *prev = current();

    if (cpu->bank == prev) {
        arch_bank_save(&prev->arch);
        cpu->bank = NULL;
    }
    if (!party_claim_try(&t->party, cpu->arch.id))
        panic("thread to run is claimed by somebody else");
    sched_charge(cpu, prev);
    cpu->prev = prev;
    arch_switch(&prev->arch, &t->arch);
    sched_arrive();
}

void sched_arrive(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *prev = cpu->prev;

    if (!prev)
        return;
    cpu->prev = NULL;
    if (party_claim_free(&prev->party))
        panic("a thread is waited for at home, with one CPU");
}

void sched_dispatch(void)
{
    struct cpu *cpu = this_cpu();
    struct thread *self = current();
    uint64_t now = arch_ticks();
    struct sched_ctx *c = cpu->ctx;
    bool spent = cpu->slice_end <= now;

    cpu->resched = false;
    helplock_withdraw(&cpu->sync);
    ctx_leave(cpu, now);
    if (self != cpu->idle && self->ready) {
        /* Preempted: first in its lists again, unless the slice is over. */
        cpu->ctx = &cpu->idle->own;
        if (c->serves->ready)
            rq_add(cpu, c, !spent);
        rq_add_usable(cpu, self, true);
    }

    cpu->ctx = &cpu->idle->own;
    c = best_ctx(cpu, now);
    ctx_enter(cpu, c, now);
    timer_update(cpu);
    if (c->runs != self)
        switch_stacks(cpu, c->runs);
}

void sched_block(void)
{
    sched_unready(current());
    sched_dispatch();
}

void sched_step_back(void)
{
    struct cpu *cpu = this_cpu();

    cpu->slice_end = 0; /* the rest of the slice is given up */
    sched_dispatch();
}

void sched_switch_to(struct thread *to)
{
    struct cpu *cpu = this_cpu();

    if (to == current())
        return;
    if (to->ready && to->own.serves == to && to->own.queued) {
        rq_remove(cpu, &to->own);
        rq_add(cpu, &to->own, true);
    }
    sched_step_back();
}

/* ---- donation -------------------------------------------------------------------------- */

bool sched_may_donate(const struct thread *to)
{
    return to->started && to->homed && !to->ready && to->own.serves == to;
}

/* What runs has become less important: is there somebody better, ready or in time? */
static void prio_fell(struct cpu *cpu)
{
    if (bitmap256_highest(&cpu->ready_map) > (int)cpu->cur_prio)
        cpu->resched = true;
    timer_update(cpu);
}

/* What pays now serves somebody else: what runs may have become less important. */
static void prio_changed(struct cpu *cpu)
{
    unsigned before = cpu->cur_prio;

    cpu->cur_prio = sched_prio_of(cpu->ctx);
    if (cpu->cur_prio < before)
        prio_fell(cpu);
}

void sched_donate(struct thread *to)
{
    struct cpu *cpu = this_cpu();
    struct thread *self = current();
    struct sched_ctx *c = cpu->ctx;

    sched_unready(self);
    if (self->donor == c)
        self->donor = NULL; /* passed on */
    sched_lend(c, self, to);
    to->ready = true;
    prio_changed(cpu);
    if (tevent_queued(&self->timeout))
        timer_update(cpu);
}

/* The donation goes back to `to`, who made it. False if it did not make it. */
static bool donation_return(struct cpu *cpu, struct thread *self, struct thread *to)
{
    struct sched_ctx *c = self->donor;

    if (!c || self->donor_from != to)
        return false;
    self->donor = NULL;
    rq_remove(cpu, c);
    if (c == &to->own || !to->donor)
        sched_return(c, to);
    return true;
}

bool sched_give_back(struct thread *to)
{
    struct cpu *cpu = this_cpu();
    struct thread *self = current();
    bool paying = self->donor == cpu->ctx;

    if (to->ready || !to->started || !to->homed || !donation_return(cpu, self, to))
        return false;
    if (!paying || cpu->ctx->serves != to) {
        ctx_recall(cpu, to);
        return false;
    }
    sched_unready(self);
    to->ready = true;
    prio_changed(cpu);
    return true;
}

void sched_end_donation(struct thread *t)
{
    struct cpu *cpu = this_cpu();
    struct sched_ctx *c = t->donor;

    if (!c)
        return;
    t->donor = NULL;
    rq_remove(cpu, c);
    if (cpu->ctx == c) {
        uint64_t now = arch_ticks();

        ctx_leave(cpu, now);
        ctx_enter(cpu, &t->own, now);
        prio_fell(cpu);
    }
    c->serves = c->home;
    c->runs = c->home;
}

void sched_switch(struct thread *to)
{
    switch_stacks(this_cpu(), to);
}

/* ---- helping (sync/upcall.h) ----------------------------------------------------------- */

/*
 * Run `o` on the context that pays now, for the thread it serves. Returns when that thread,
 * the caller, runs again: after o's release, or after a preemption.
 */
static void help(struct cpu *cpu, struct thread *o)
{
    cpu->ctx->runs = o;
    switch_stacks(cpu, o);
}

/* Back to the thread that lent us its context. */
static void help_over(struct cpu *cpu, struct sched_ctx *c)
{
    helplock_return(&cpu->sync, &c->serves->party);
    c->runs = c->serves;
    switch_stacks(cpu, c->serves);
}

bool sched_help(struct sync_party *owner, struct helplock *l)
{
    struct thread *o = thread_of_party(owner);
    struct cpu *cpu = this_cpu();

    /* On one CPU the owner can not have released it meanwhile: it is not running, we are. */
    if (party_claimed(owner))
        return false;
    if (helplock_is_owner(l, owner))
        help(cpu, o);
    epoch_leave(&cpu->sync);
    return true;
}

void sched_helped_release(void)
{
    struct cpu *cpu;
    struct sched_ctx *c;

    micro_enter();
    cpu = this_cpu();
    c = cpu->ctx;
    if (c->runs != c->serves && c->runs == current())
        help_over(cpu, c);
    micro_leave();
}

void sched_help_thread(struct thread *t)
{
    if (t->ready) /* also while it dies: it is ready until it has left for good */
        help(this_cpu(), t);
}

void sched_recall(struct thread *t)
{
    ctx_recall(this_cpu(), t);
}

_Noreturn void sched_leave_for_good(void)
{
    struct cpu *cpu = this_cpu();
    struct sched_ctx *c = cpu->ctx;
    struct thread *self = current();

    sched_unready(self);
    if (c->runs != c->serves && c->runs == self)
        help_over(cpu, c);
    sched_dispatch();
    panic("a dead thread was switched to");
}

void sched_micro_leave(void)
{
    struct cpu *cpu = this_cpu();

    epoch_leave(&cpu->sync);
    if (cpu->resched)
        sched_dispatch();
}

struct sync_cpu *sched_sync_cpu(void)
{
    return &this_cpu()->sync;
}

struct sync_cpu *sched_sync_cpu_of(cpu_id cpu)
{
    return &cpus[cpu]->sync;
}

cpu_id sched_cpus(void)
{
    return array_size(cpus);
}

cpu_id sched_cpu_hint(void)
{
    return 0;
}

/* ---- the way to user mode -------------------------------------------------------------- */

void sched_load_user(struct thread *t)
{
    struct cpu *cpu = this_cpu();

    sched_load_space(cpu, t);
    if (cpu->bank != t) {
        if (cpu->bank)
            arch_bank_save(&cpu->bank->arch);
        arch_bank_load(&t->arch);
        cpu->bank = t;
    }
}

/* ---- parameters and statistics --------------------------------------------------------- */

void sched_set_params(struct thread *t, unsigned prio, uint64_t slice)
{
    struct cpu *cpu = this_cpu();
    struct sched_ctx *c = &t->own;
    bool queued = c->queued;

    rq_remove(cpu, c);
    c->prio = (uint8_t)prio;
    c->slice = slice ? slice : sched_default_slice();
    c->left = min(c->left, c->slice);
    if (queued)
        rq_add(cpu, c, false);
    if (tevent_queued(&t->timeout)) {
        uint64_t when = tevent_when(&t->timeout);

        timeq_remove(&cpu->timeq, &t->timeout);
        timeq_insert(&cpu->timeq, &t->timeout, (uint8_t)prio, when);
    }
    cpu->cur_prio = sched_prio_of(cpu->ctx);
    cpu->resched = true;
}

void sched_home(struct thread *t)
{
    if (t->homed)
        return;
    t->home = this_cpu()->arch.id;
    t->homed = true;
    if (!party_waits(party_load(&t->party)))
        sched_ready(t);
}

uint64_t sched_consumed(const struct thread *t)
{
    uint64_t used = t->consumed;

    if (t == current())
        used += arch_ticks() - this_cpu()->since;
    return used;
}

uint64_t sched_idle_ticks(void)
{
    return this_cpu()->idle->consumed;
}

/* ---- timeouts -------------------------------------------------------------------------- */

void sched_timeout_arm(struct thread *t, uint64_t seq, uint64_t when)
{
    struct cpu *cpu = this_cpu();

    t->timeout_seq = seq;
    timeq_insert(&cpu->timeq, &t->timeout, t->own.prio, when);
    if (t != current())
        timer_update(cpu); /* else the dispatcher does it */
}

void sched_timeout_disarm(struct thread *t)
{
    if (tevent_queued(&t->timeout))
        timeq_remove(&this_cpu()->timeq, &t->timeout);
}

void sched_timer_interrupt(void)
{
    struct cpu *cpu = this_cpu();
    uint64_t now = arch_ticks();

    cpu->timer_at = UINT64_MAX;
    if (cpu->slice_end <= now) {
        cpu->resched = true;
        return; /* the dispatcher looks at due events */
    }
    wake_due(cpu, events_above(cpu), now);
    if (!cpu->resched)
        timer_update(cpu);
}

/* ---- boot ------------------------------------------------------------------------------ */

void sched_thread_init(struct thread *t)
{
    t->own = (struct sched_ctx){
        .prio = 1,
        .slice = sched_default_slice(),
        .left = sched_default_slice(),
        .home = t,
        .serves = t,
        .runs = t,
    };
    tevent_init(&t->timeout);
}

void sched_init(struct cpu *cpu, struct thread *idle)
{
    cpus[cpu->arch.id] = cpu;
    sync_cpu_init(&cpu->sync, cpu->arch.id);
    for (unsigned i = 0; i < array_size(cpu->ready); i++)
        list_init(&cpu->ready[i]);
    bitmap256_init(&cpu->ready_map);
    timeq_init(&cpu->timeq);
    cpu->timer_at = UINT64_MAX;
    cpu->slice_end = UINT64_MAX;
    cpu->idle = idle;
    sched_thread_init(idle);
    idle->own.prio = 0;
    idle->started = true;
    idle->homed = true;
    idle->ready = true;
    cpu->ctx = &idle->own;
    timer_set_handler(sched_timer_interrupt);
}
