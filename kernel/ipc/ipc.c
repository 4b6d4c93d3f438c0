/* SPDX-License-Identifier: MIT */
/*
 * See <ipc/ipc.h>.
 *
 * Everything here runs in micro-sections of constant length. Where a lock is not free, or
 * items are to be mapped, the micro-section is left, the slow thing done with interrupts on,
 * and the world looked at afresh: the loops below start over then.
 *
 * Pairs:  (A) state RECV or SEND published, fence, look at the partner  <->  the same there
 */
#include <ipc/ipc.h>

#include <ipc/gate.h>
#include <ipc/irqobj.h>
#include <ipc/items.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <sched/sched.h>
#include <sync/micro.h>
#include <time/clock.h>
#include <time/timeout.h>

/* Outcomes of one attempt besides 0 and TCR codes. */
#define AGAIN 0x100u

void ipc_thread_init(struct thread *t)
{
    helplock_init(&t->sendq_lock, IPC_RANK_SENDQ);
    prioq_init(&t->sendq);
    prioq_node_init(&t->sender);
    mbox_init(&t->irqs);
    list_init(&t->irqs_seen);
}

uint64_t ipc_until(const struct thread *t, uint16_t timeout)
{
    uint64_t br = 0;

    if (timeout_is_never(timeout))
        return CLOCK_NEVER;
    if (timeout_is_zero(timeout))
        return 0;
    if (timeout_is_absolute(timeout))
        br = *(const volatile l4_umword_t *)&t->utcb->buf.br[timeout_br(timeout)];
    return timeout_ticks(timeout, clock_ticks(), br);
}

/* ---- waiting --------------------------------------------------------------------------- */

/* Our wait is published. If something was asked of us before, nobody may have seen the wait. */
static bool give_up_asked(struct thread *self, uint64_t seen)
{
    atomic_fence_seq_cst();
    return (party_asked(&self->party) & (REQ_KILL | REQ_CANCEL)) &&
           party_unwait(&self->party, seen);
}

/* ipc_sleep(), `light` as in thread.ipc: only a thread that really sleeps says how lightly. */
static enum party_cause sleep_as(struct thread *self, uint64_t seen, uint64_t until,
                                 enum ipc_light light)
{
    if (give_up_asked(self, seen))
        return CAUSE_CANCELLED;
    if (until != CLOCK_NEVER) {
        if (until <= clock_ticks() && party_unwait(&self->party, seen))
            return CAUSE_TIMEOUT;
        sched_timeout_arm(self, party_seq_of(seen), until);
    }
    self->ipc.light = (uint8_t)light;
    sched_block();
    micro_window();
    sched_timeout_disarm(self);
    return party_resume(&self->party);
}

enum party_cause ipc_sleep(struct thread *self, uint64_t seen, uint64_t until)
{
    return sleep_as(self, seen, until, IPC_HEAVY);
}

void ipc_timeout(struct thread *t, uint64_t seq)
{
    uint64_t state = party_load(&t->party);

    if (party_waits(state) && party_seq_of(state) == seq &&
        party_wake(&t->party, state, CAUSE_TIMEOUT))
        sched_ready(t);
}

void ipc_interrupt(struct thread *t, enum party_cause cause)
{
    bool woken;

    party_interrupt(&t->party, cause, &woken);
    if (woken)
        sched_ready(t);
}

/* TCR code of a wait that ended otherwise than by delivery; `rcv`: in the receive phase. */
static unsigned cause_error(enum party_cause cause, bool rcv)
{
    switch (cause) {
    case CAUSE_TIMEOUT: return L4_IPC_SETIMEOUT | rcv;
    case CAUSE_GONE: return rcv ? L4_IPC_RECANCELED : L4_IPC_ENOT_EXISTENT;
    case CAUSE_ABORTED: return L4_IPC_SEABORTED | rcv;
    case CAUSE_CUT: return L4_IPC_SEMSGCUT | rcv;
    case CAUSE_CANCELLED:
    case CAUSE_KILLED:
    case CAUSE_NONE:
    case CAUSE_DELIVERED: break;
    }
    return L4_IPC_SECANCELED | rcv;
}

/* ---- the transfer ---------------------------------------------------------------------- */

static bool bank_live(const struct thread *t)
{
    return this_cpu()->bank == t;
}

/* Does an answer with so few words leave the receiver's exception state alone? */
static bool takes_nothing(const struct thread *r, l4_msgtag_t tag)
{
    return r->ipc.src == IPC_SRC_EXCEPTION && l4_msgtag_words(tag) < ARCH_EXC_WORDS;
}

/*
 * Words that are copied in the micro-section: short messages, and registers as a message. The
 * others are copied like items, with interrupts on.
 */
static bool copied_at_once(const struct thread *s, const struct thread *r, unsigned n)
{
    return n <= IPC_SHORT_WORDS || s->ipc.src == IPC_SRC_EXCEPTION ||
           r->ipc.src == IPC_SRC_EXCEPTION;
}

static void copy_words(struct thread *s, struct thread *r, unsigned n)
{
    if (s->ipc.src == IPC_SRC_EXCEPTION && !s->ipc.turned) {
        arch_exc_store(&s->arch, bank_live(s), r->utcb->msg.mr);
    } else if (r->ipc.src == IPC_SRC_EXCEPTION) {
        if (n >= ARCH_EXC_WORDS)
            arch_exc_load(&r->arch, bank_live(r), s->utcb->msg.mr);
    } else {
        ipc_copy_words(s->utcb, r->utcb, n);
    }
}

static void copy_fpu(struct thread *s, struct thread *r, unsigned rights)
{
    l4_umword_t bdr = *(const volatile l4_umword_t *)&r->utcb->buf.bdr;

    if (!(rights & CAP_S) || !(bdr & L4_UTCB_INHERIT_FPU))
        return;
    if (bank_live(r)) {
        arch_bank_save(&r->arch);
        this_cpu()->bank = NULL;
    }
    arch_fpu_copy(&s->arch, bank_live(s), &r->arch);
}

/*
 * Move the message from s to r; one of them is current, the other in XFER.
 * Context: micro-section; with items or many words it is left in between. Returns 0 or the sender's
 * TCR.
 */
static unsigned transfer(struct thread *s, struct thread *r, l4_msgtag_t tag, unsigned rights)
{
    struct thread *passive = s == current() ? r : s;
    bool at_once = copied_at_once(s, r, l4_msgtag_words(tag));
    unsigned err;

    if (at_once)
        copy_words(s, r, l4_msgtag_words(tag));
    if (takes_nothing(r, tag))
        return 0;
    if (tag.raw & L4_MSGTAG_TRANSFER_FPU)
        copy_fpu(s, r, rights);
    if (!l4_msgtag_items(tag) && at_once)
        return 0;

    if (!kobj_get(passive->obj))
        return L4_IPC_SEABORTED;
    current()->ipc.passive = passive;
    passive->mover = current();
    micro_leave();
    err = ipc_items(s, r, tag, rights, !at_once);
    kobj_put(passive->obj);
    micro_enter();
    passive->mover = NULL;
    current()->ipc.passive = NULL;
    return err;
}

static void note_result(struct thread *r, l4_msgtag_t tag, l4_umword_t label, unsigned err)
{
    r->ipc.got_msg = true;
    r->ipc.got_tag.raw = (tag.raw & ~(long)L4_MSGTAG_ERROR) | (err ? L4_MSGTAG_ERROR : 0);
    r->ipc.got_label = label;
    r->ipc.error = err ? err | 1 : 0;
}

static void note_caller(struct reply_cap *slot, const struct thread *caller, uint64_t seq,
                        unsigned rights)
{
    slot->caller = caller->obj;
    slot->serial = atomic_u64_load_relaxed(&caller->obj->serial);
    slot->seq = seq;
    slot->rights = rights;
}

/* ---- sending --------------------------------------------------------------------------- */

/* Does r, seen in this state, take a message of s right now? */
static bool accepts(const struct thread *r, uint64_t state, const struct thread *s,
                    const struct ipc_send *how)
{
    if (party_phase_of(state) != PARTY_RECV)
        return false;
    if (how->reply)
        return party_seq_of(state) == how->reply_seq;
    return ipc_wants(r, s->obj);
}

static void expect_reply(struct thread *self, struct thread *from, uint16_t timeout)
{
    self->ipc.open = false;
    self->ipc.from = from->obj;
    self->ipc.from_serial = atomic_u64_load_relaxed(&from->obj->serial);
    self->ipc.rcv_timeout = timeout;
    self->ipc.light = IPC_HEAVY;
}

/* Is there still something to wait for? If not, the wait is ended. Context: micro-section. */
static bool may_sleep(struct thread *self, uint64_t seen, uint64_t until)
{
    if (until != CLOCK_NEVER) {
        if (until <= clock_ticks())
            ipc_timeout(self, party_seq_of(seen));
        else
            sched_timeout_arm(self, party_seq_of(seen), until);
    }
    if (party_asked(&self->party) & (REQ_KILL | REQ_CANCEL))
        ipc_interrupt(self, CAUSE_CANCELLED);
    return party_load(&self->party) == seen;
}

/*
 * The second phase of a call: the server has our message, our wait `seen` is published. Let it
 * run and sleep. Context: micro-section.
 */
static void sleep_for_reply(struct thread *self, struct thread *server, uint64_t seen, bool direct)
{
    enum party_cause cause;

    if (!may_sleep(self, seen, ipc_until(self, self->ipc.rcv_timeout))) {
        sched_ready(server);
    } else if (direct && sched_may_donate(server)) {
        sched_donate(server);
        sched_switch(server);
    } else {
        sched_ready(server);
        sched_block();
    }
    micro_window();
    sched_timeout_disarm(self);
    cause = party_resume(&self->party);
    if (cause != CAUSE_DELIVERED)
        self->ipc.error = cause_error(cause, true);
}

/*
 * r accepts our message and waits: deliver it. With s->call our receive phase begins before r
 * can answer. Returns: 0, AGAIN (r's wait ended meanwhile), or a TCR.
 * If it was a call the whole IPC is over on return, and self->ipc.* says how.
 */
static unsigned deliver(struct thread *self, const struct ipc_send *s, uint64_t seen,
                        struct thread **answered)
{
    struct thread *r = s->to;
    uint64_t mine = 0;
    unsigned err;

    if (!party_catch(&r->party, seen))
        return AGAIN;
    err = transfer(self, r, s->tag, s->rights);
    note_result(r, s->tag, s->label, err);

    if (s->call && !err) {
        expect_reply(self, r, self->ipc.rcv_timeout);
        self->ipc.turned = true;
        mine = party_wait_recv(&self->party);
        if (r->ipc.open && r->ipc.slot)
            note_caller(r->ipc.slot, self, party_seq_of(mine), s->rights);
    }
    party_finish(&r->party, CAUSE_DELIVERED);
    if (err || !s->call) {
        if (!err && answered)
            *answered = r; /* receive() hands the context back */
        else
            sched_ready(r);
        return err;
    }
    sleep_for_reply(self, r, mine, !(s->tag.raw & L4_MSGTAG_SCHEDULE));
    return 0;
}

/* Take ourselves out of the queue we stood in, if nobody else did. Context: micro-section. */
static void leave_sendq(struct thread *self, struct thread *r)
{
    if (!helplock_try(&r->sendq_lock, &self->party)) {
        micro_leave();
        helplock_acquire(&r->sendq_lock, &self->party);
        micro_enter();
    }
    if (prioq_queued(&self->sender))
        prioq_remove(&r->sendq, &self->sender);
    helplock_release_irqoff(&r->sendq_lock, &self->party);
}

/*
 * Queue at r and sleep until the message was taken, and for a call until the answer came.
 * Returns as deliver().
 */
static unsigned queue_at(struct thread *self, const struct ipc_send *s, uint64_t until)
{
    struct thread *r = s->to;
    enum party_cause cause;
    uint64_t seen;

    if (!helplock_try(&r->sendq_lock, &self->party)) {
        micro_leave();
        helplock_acquire(&r->sendq_lock, &self->party);
        helplock_release(&r->sendq_lock, &self->party);
        micro_enter();
        return AGAIN;
    }
    if (!kobj_get(r->obj)) {
        helplock_release_irqoff(&r->sendq_lock, &self->party);
        return L4_IPC_ENOT_EXISTENT;
    }
    prioq_insert(&r->sendq, &self->sender, self->own.prio);
    self->ipc.to = r;
    seen = party_wait_send(&self->party);
    atomic_fence_seq_cst(); /* (A) */
    helplock_release_irqoff(&r->sendq_lock, &self->party);

    if (accepts(r, party_load(&r->party), self, s) && party_unwait(&self->party, seen)) {
        cause = CAUSE_NONE;
    } else {
        cause = ipc_sleep(self, seen, until);
    }
    if (cause != CAUSE_DELIVERED)
        leave_sendq(self, r);
    self->ipc.to = NULL;
    micro_leave();
    kobj_put(r->obj);
    micro_enter();

    if (cause == CAUSE_DELIVERED)
        return self->ipc.turned ? 0 : self->ipc.error;
    if (cause == CAUSE_NONE)
        return AGAIN;
    if (self->ipc.turned) {
        self->ipc.error = cause_error(cause, true);
        return 0;
    }
    return cause == CAUSE_GONE ? L4_IPC_SECANCELED : cause_error(cause, false);
}

static unsigned send_once(struct thread *self, struct ipc_send *s, uint64_t *until,
                          struct thread **answered)
{
    uint64_t state;

    if (s->gate && !s->reply) {
        s->to = s->gate->thread; /* may have been bound, or bound anew, since */
        s->label = s->gate->label | (s->rights & (CAP_W | CAP_S));
        self->ipc.label = s->label;
        if (!kobj_alive(&s->gate->obj))
            return L4_IPC_ENOT_EXISTENT;
    }
    if (s->to && (s->to->dead || !kobj_alive(s->to->obj)))
        return L4_IPC_ENOT_EXISTENT;
    if (s->to) {
        state = party_load(&s->to->party);
        if (accepts(s->to, state, self, s))
            return deliver(self, s, state, answered);
        if (s->reply)
            return L4_IPC_ENOT_EXISTENT;
    }
    if (*until == CLOCK_NEVER && !timeout_is_never(s->timeout))
        *until = ipc_until(self, s->timeout);
    if (*until == 0)
        return L4_IPC_SETIMEOUT;
    if (!s->to)
        return gate_wait(s->gate, self, *until) ?: AGAIN;
    return queue_at(self, s, *until);
}

static unsigned send(struct thread *self, struct ipc_send *s, uint16_t rcv_timeout,
                     struct thread **answered)
{
    uint64_t until = CLOCK_NEVER;
    unsigned err;

    self->ipc.tag = s->tag;
    self->ipc.label = s->label;
    self->ipc.rights = s->rights;
    self->ipc.call = s->call;
    self->ipc.rcv_timeout = rcv_timeout;
    do {
        err = send_once(self, s, &until, answered);
        if (err == AGAIN && (party_asked(&self->party) & (REQ_KILL | REQ_CANCEL)))
            return L4_IPC_SECANCELED;
    } while (err == AGAIN);
    return err;
}

/* ---- receiving ------------------------------------------------------------------------- */

/* The best sender that is queued at us, is wanted and still waits; caught. Lock held. */
static struct thread *catch_sender(struct thread *self, const struct ipc_recv *r, bool *stale)
{
    struct prioq_node *n;
    struct thread *s;
    uint64_t state;

    *stale = false;
    if (r->open) {
        n = prioq_best(&self->sendq);
        if (!n)
            return NULL;
        s = container_of(n, struct thread, sender);
    } else {
        if (!r->from || !r->from_serial || r->from->type != &thread_type ||
            atomic_u64_load_acquire(&r->from->serial) != r->from_serial)
            return NULL;
        s = thread_of_obj(r->from);
        if (s->ipc.to != self || !prioq_queued(&s->sender))
            return NULL;
    }
    prioq_remove(&self->sendq, &s->sender);
    state = party_load(&s->party);
    if (party_phase_of(state) == PARTY_SEND && party_catch(&s->party, state))
        return s;
    *stale = true; /* marked meanwhile: it finds itself out of the queue */
    return NULL;
}

/* Receive from the caught sender s. Context: micro-section, lock released. */
static void take_from(struct thread *self, struct thread *s, struct reply_cap *slot)
{
    l4_msgtag_t tag = s->ipc.tag;
    l4_umword_t label = s->ipc.label;
    unsigned rights = s->ipc.rights;
    unsigned err = transfer(s, self, tag, rights);
    uint64_t seen;
    uint64_t until;

    note_result(self, tag, label, err);
    sched_timeout_disarm(s);
    if (err || !s->ipc.call) {
        s->ipc.error = err;
        party_finish(&s->party, CAUSE_DELIVERED);
        sched_ready(s);
        return;
    }
    expect_reply(s, self, s->ipc.rcv_timeout);
    s->ipc.turned = true;
    until = ipc_until(s, s->ipc.rcv_timeout);
    seen = party_turn(&s->party);
    if (may_sleep(s, seen, until) && slot)
        note_caller(slot, s, party_seq_of(seen), rights);
}

/* Something may be queued at us: look with the lock. True: received. */
static bool take_queued(struct thread *self, const struct ipc_recv *r)
{
    struct irqobj *i;
    struct thread *s = NULL;
    bool stale = false;

    if (!helplock_try(&self->sendq_lock, &self->party)) {
        micro_leave();
        helplock_acquire(&self->sendq_lock, &self->party);
        micro_enter();
    }
    i = irqobj_take(self, r->open ? NULL : r->from);
    if (!i) {
        s = catch_sender(self, r, &stale);
    }
    helplock_release_irqoff(&self->sendq_lock, &self->party);

    if (i) {
        note_result(self, (l4_msgtag_t){ 0 }, i->label, 0);
        irqobj_delivered(i);
        return true;
    }
    if (s) {
        take_from(self, s, r->open ? r->slot : NULL);
        return true;
    }
    if (stale) { /* many may be: let others run in between */
        micro_leave();
        micro_enter();
        return take_queued(self, r);
    }
    return false;
}

static bool maybe_queued(const struct thread *self)
{
    return irqobj_posted(self) || !prioq_empty(&self->sendq);
}

/*
 * Sleep until a message comes. `answered`: the caller we have just answered, who is to run on
 * the context it gave us; NULL: nobody.
 */
static enum party_cause wait_for_message(struct thread *self, const struct ipc_recv *r,
                                         struct thread *answered)
{
    uint64_t until = ipc_until(self, r->timeout);
    enum ipc_light light = r->light && r->open && until == CLOCK_NEVER ? IPC_LIGHT_OPEN : IPC_HEAVY;
    uint64_t seen;

    if (!answered) /* whom we answered is not ready yet */
        micro_window();
    self->ipc.open = r->open;
    self->ipc.from = r->from;
    self->ipc.from_serial = r->from_serial;
    self->ipc.slot = r->slot;
    self->ipc.rcv_timeout = r->timeout;
    self->ipc.light = IPC_HEAVY;
    seen = party_wait_recv(&self->party);
    atomic_fence_seq_cst(); /* (A) */
    if (answered && until == CLOCK_NEVER && !give_up_asked(self, seen) &&
        sched_give_back(answered)) {
        self->ipc.light = (uint8_t)light;
        sched_switch(answered);
        micro_window();
        return party_resume(&self->party);
    }
    if (answered)
        sched_ready(answered);
    if (r->open)
        sched_end_donation(self); /* of somebody else, who was not answered */
    if (party_load(&self->party) != seen)
        return CAUSE_CANCELLED; /* given up above */
    return sleep_as(self, seen, until, light);
}

static unsigned receive(struct thread *self, const struct ipc_recv *r, struct thread *answered)
{
    enum party_cause cause;

    if (maybe_queued(self)) {
        if (answered)
            sched_ready(answered);
        answered = NULL;
        micro_window();
        if (take_queued(self, r))
            return self->ipc.error;
    }
    if (r->open && self->donor && !answered)
        sched_end_donation(self);
    do {
        cause = wait_for_message(self, r, answered);
        answered = NULL;
        if (cause == CAUSE_DELIVERED)
            return self->ipc.error;
    } while (cause == CAUSE_NONE);
    return cause_error(cause, true);
}

/* ---- both ------------------------------------------------------------------------------ */

static void fill_result(const struct thread *self, unsigned err, l4_msgtag_t sent,
                        struct ipc_result *res)
{
    res->has_label = self->ipc.got_msg;
    res->error = err;
    if (self->ipc.got_msg) {
        res->tag = self->ipc.got_tag;
        res->label = self->ipc.got_label;
    } else {
        res->tag.raw = (sent.raw & ~(long)L4_MSGTAG_ERROR) | (err ? L4_MSGTAG_ERROR : 0);
    }
}

void ipc_do(struct thread *self, const struct ipc_send *s, struct ipc_recv *r,
            struct ipc_result *res)
{
    struct thread *answered = NULL;
    l4_msgtag_t sent = { 0 };
    unsigned err = 0;

    self->ipc.got_msg = false;
    self->ipc.turned = false;
    self->ipc.error = 0;
    if (s) {
        struct ipc_send how = *s;

        sent = s->tag;
        err = send(self, &how, r ? r->timeout : 0, r && r->open ? &answered : NULL);
        if (err) {
            *res = (struct ipc_result){ .tag.raw = L4_MSGTAG_ERROR, .error = err };
            return;
        }
        err = self->ipc.error; /* of the receive phase, if it was a call */
    }
    if (r && !(s && s->call))
        err = receive(self, r, answered);
    fill_result(self, err, sent, res);
}

void ipc_woken(struct thread *self, l4_msgtag_t sent, struct ipc_result *res)
{
    const struct ipc_recv r = { .open = self->ipc.open,
                                .from = self->ipc.from,
                                .from_serial = self->ipc.from_serial,
                                .slot = self->ipc.slot,
                                .timeout = self->ipc.rcv_timeout };
    enum party_cause cause;
    unsigned err;

    sched_timeout_disarm(self);
    cause = party_resume(&self->party);
    if (cause != CAUSE_DELIVERED)
        self->ipc.got_msg = false;
    if (cause == CAUSE_NONE)
        err = receive(self, &r, NULL);
    else
        err = cause == CAUSE_DELIVERED ? self->ipc.error : cause_error(cause, true);
    fill_result(self, err, sent, res);
}

/* ---- death ----------------------------------------------------------------------------- */

/* Wake one of the threads queued at t. False if there is none. */
static bool flush_one(struct thread *t, struct sync_party *me)
{
    struct prioq_node *n;
    struct thread *s = NULL;
    uint64_t state;

    helplock_acquire(&t->sendq_lock, me);
    n = prioq_best(&t->sendq);
    if (n) {
        s = container_of(n, struct thread, sender);
        prioq_remove(&t->sendq, n);
        micro_enter();
        state = party_load(&s->party);
        if (party_phase_of(state) == PARTY_SEND && party_wake(&s->party, state, CAUSE_GONE))
            sched_ready(s);
        micro_leave_noresched();
    }
    helplock_release(&t->sendq_lock, me);
    return n;
}

void ipc_flush(struct thread *t)
{
    struct sync_party *me = &current()->party;
    struct thread *caller;

    while (flush_one(t, me))
        ;
    micro_enter();
    caller = reply_cap_caller(&t->reply);
    t->reply.caller = NULL;
    if (caller) {
        uint64_t state = party_load(&caller->party);

        if (party_wake(&caller->party, state, CAUSE_GONE))
            sched_ready(caller);
    }
    micro_leave();
}
