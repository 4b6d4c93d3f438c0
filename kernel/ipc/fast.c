/* SPDX-License-Identifier: MIT */
/*
 * See <ipc/fast.h>. It is fast because it refuses early: every condition below that does not
 * hold leaves the work to ipc.c, which is clear instead.
 *
 *   call:            self -> gate or thread -> r waits open      r := running, self := RECV(r)
 *   reply and wait:  self -> reply slot     -> r waits for self  r := running, self := RECV(any)
 *
 * In both the context that pays now goes along, so there is nothing to choose.
 */
#include <ipc/fast.h>

#include <arch/mmu.h>
#include <cap/lookup.h>
#include <ipc/gate.h>
#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <ipc/items.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc_err.h>
#include <sched/io.h>
#include <sched/sched.h>
#include <space/space.h>

#define TAG_WORDS 0x3fu

/*
 * Leave self, whose wait is published, for r, on the context that pays now. Both frames are
 * complete. Returns r's frame.
 */
static inline struct arch_frame *switch_to(struct cpu *cpu, struct thread *self, struct thread *r,
                                           unsigned prio)
{
    uint64_t seq = party_seq_of(atomic_u64_load_relaxed(&r->party.state));

    atomic_u64_store_relaxed(&r->party.state, party_state(PARTY_RUN, CAUSE_NONE, seq));
    self->ready = false;
    r->ready = true;
    self->arch.resume = ARCH_RESUME_FRAME;
    cpu->cur_prio = prio;
    sched_charge(cpu, self);
    atomic_u32_store_release(&self->party.claim, CLAIM_FREE);
    atomic_u32_store_relaxed(&r->party.claim, CLAIM_OF(cpu->arch.id));
    arch_switch_frame(&r->arch);
    if (likely(cpu->bank == self)) {
        arch_bank_switch(&self->arch, &r->arch);
        cpu->bank = r;
        sched_load_space(cpu, r);
    } else {
        sched_load_user(r);
    }
    if (unlikely(sched_io_in_use))
        sched_io_switch(r);
    return r->arch.frame;
}

/* Publish a wait of the current thread. Nobody can see it before the micro-section ends. */
static inline uint64_t wait_publish(struct thread *self)
{
    uint64_t seq = party_seq_of(atomic_u64_load_relaxed(&self->party.state)) + 1;

    atomic_u64_store_release(&self->party.state, party_state(PARTY_RECV, CAUSE_NONE, seq));
    return seq;
}

/*
 * Might somebody else have to run at this priority, or the timer go off earlier than it is set
 * to? Then the long way decides. Priority falls with most answers: servers stand above clients.
 */
static inline bool outranked(const struct cpu *cpu, unsigned prio)
{
    if (unlikely(cpu->resched))
        return true;
    if (prio >= cpu->cur_prio)
        return false;
    return bitmap256_highest(&cpu->ready_map) > (int)prio ||
           timeq_earliest(&cpu->timeq) < cpu->timer_at;
}

/* Nothing but the context that pays now is in the ready queue for the one who goes to sleep. */
static inline bool leaves_nothing(const struct cpu *cpu, const struct thread *self)
{
    return !self->own.queued && (!self->donor || self->donor == cpu->ctx);
}

/* ---- call -------------------------------------------------------------------------------- */

struct target {
    struct thread *to;
    l4_umword_t label;
    unsigned rights;
};

static inline bool find_target(const struct thread *self, const struct arch_frame *f,
                               struct target *t, struct cap *seen)
{
    struct cap c = captab_lookup_inline(&self->space->caps, frame_syscall_dest(f) >> L4_CAP_SHIFT);
    const struct gate *g;

    if (!c.obj || c.obj->type != &gate_type) {
        *seen = c;
        return false;
    }
    if ((c.rights & CAP_SVR) &&
        l4_msgtag_label((l4_msgtag_t){ (l4_mword_t)frame_syscall_tag(f) }) == L4_PROTO_KOBJECT)
        return false;
    g = gate_of(c.obj);
    t->to = g->thread;
    t->label = g->label | (c.rights & (CAP_W | CAP_S));
    t->rights = c.rights;
    return t->to;
}

struct arch_frame *ipc_fast_call(struct thread *self, struct arch_frame *f, struct cap *seen)
{
    struct cpu *cpu = this_cpu();
    struct target t;
    struct thread *r;
    unsigned prio;
    uint64_t seq;

    if ((uint32_t)frame_syscall_timeout(f) || !find_target(self, f, &t, seen))
        return NULL;
    r = t.to;
    prio = (unsigned)max(cpu->ctx->prio, r->own.prio);
    if (party_phase_of(party_load(&r->party)) != PARTY_RECV || r->ipc.light != IPC_LIGHT_OPEN ||
        !leaves_nothing(cpu, self) || outranked(cpu, prio))
        return NULL;

    /* -- no errors below this line -- */
    if (frame_syscall_tag(f) & TAG_WORDS)
        ipc_copy_words(self->utcb, r->utcb, frame_syscall_tag(f) & TAG_WORDS);
    frame_set_tag(r->arch.frame, frame_syscall_tag(f));
    frame_set_label(r->arch.frame, t.label);

    self->ipc.open = false;
    self->ipc.from = r->obj;
    self->ipc.from_serial = atomic_u64_load_relaxed(&r->obj->serial);
    self->ipc.rcv_timeout = 0;
    self->ipc.light = IPC_LIGHT_REPLY;
    seq = wait_publish(self);
    *r->ipc.slot = (struct reply_cap){
        .caller = self->obj,
        .serial = atomic_u64_load_relaxed(&self->obj->serial),
        .seq = seq,
        .rights = t.rights,
    };
    if (self->donor == cpu->ctx)
        self->donor = NULL; /* passed on */
    sched_lend(cpu->ctx, self, r);
    return switch_to(cpu, self, r, prio);
}

/* ---- reply and wait ---------------------------------------------------------------------- */

struct arch_frame *ipc_fast_reply(struct thread *self, struct arch_frame *f)
{
    struct cpu *cpu = this_cpu();
    struct reply_cap *rc = &self->reply;
    struct sched_ctx *c = cpu->ctx;
    struct thread *r;
    unsigned prio;

    if ((uint16_t)frame_syscall_timeout(f) || !rc->caller || self->donor != c ||
        !prioq_empty(&self->sendq) || irqobj_posted(self))
        return NULL;
    r = reply_cap_caller(rc);
    if (!r || r != self->donor_from || r->ipc.light != IPC_LIGHT_REPLY || self->own.queued ||
        (c != &r->own && r->donor))
        return NULL;
    prio = (unsigned)max(c->prio, r->own.prio);
    if (outranked(cpu, prio))
        return NULL;

    /* -- no errors below this line -- */
    if (frame_syscall_tag(f) & TAG_WORDS)
        ipc_copy_words(self->utcb, r->utcb, frame_syscall_tag(f) & TAG_WORDS);
    frame_set_tag(r->arch.frame, frame_syscall_tag(f));
    frame_set_label(r->arch.frame, frame_syscall_label(f));
    rc->caller = NULL;

    self->ipc.open = true;
    self->ipc.from = NULL;
    self->ipc.slot = rc;
    self->ipc.rcv_timeout = 0;
    self->ipc.light = IPC_LIGHT_OPEN;
    (void)wait_publish(self);
    self->donor = NULL;
    sched_return(c, r);
    return switch_to(cpu, self, r, prio);
}

/* ---- woken otherwise --------------------------------------------------------------------- */

void ipc_settle(struct thread *self)
{
    struct arch_frame *f = self->arch.frame;
    struct ipc_result res;

    if (party_phase_of(party_load(&self->party)) != PARTY_WOKEN)
        return;
    ipc_woken(self, (l4_msgtag_t){ (l4_mword_t)frame_syscall_tag(f) }, &res);
    if (res.tag.raw & L4_MSGTAG_ERROR)
        self->utcb->tcr.error = res.error;
    frame_set_tag(f, (uint64_t)res.tag.raw);
    if (res.has_label)
        frame_set_label(f, res.label);
}
