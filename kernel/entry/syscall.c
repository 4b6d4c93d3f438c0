/* SPDX-License-Identifier: MIT */
/*
 * The system call: from five registers to an object, and back.
 *
 *   reply bit --------------------------> reply slot ----> thread          ipc
 *   selector --> capability --> gate (not its own protocol), thread ----->  ipc
 *                          \--> everything else, in the caller's context    invocation
 */
#include <arch/upcall.h>
#include <cap/captab.h>
#include <cap/kcall.h>
#include <ipc/fast.h>
#include <ipc/gate.h>
#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <ipc/task.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc_err.h>
#include <sched/sched.h>
#include <space/space.h>
#include <sync/epoch.h>
#include <sync/micro.h>
#include <time/timeout.h>

struct syscall {
    struct thread *self;
    struct arch_frame *frame;
    l4_msgtag_t tag;
    l4_umword_t selector;
    l4_umword_t label;
    uint32_t timeout;
    unsigned op;
    struct cap target; /* referenced */
};

static void result_error(struct syscall *c, unsigned tcr)
{
    c->self->utcb->tcr.error = tcr;
    frame_set_tag(c->frame, L4_MSGTAG_ERROR);
}

static void result_ipc(struct syscall *c, const struct ipc_result *res)
{
    if (res->tag.raw & L4_MSGTAG_ERROR)
        c->self->utcb->tcr.error = res->error;
    frame_set_tag(c->frame, (uint64_t)res->tag.raw);
    if (res->has_label)
        frame_set_label(c->frame, res->label);
}

/* ---- invocation of an object ------------------------------------------------------------ */

/* The receive phase of an operation that has no answer. Context: micro-section. */
static void receive_after(struct syscall *c, struct kobj *from, struct ipc_result *res)
{
    struct ipc_recv r = { .timeout = timeout_recv(c->timeout) };

    if (c->op & L4_SYSF_OPEN_WAIT) {
        r.open = true;
        r.slot = &c->self->reply;
    } else {
        r.from = from && from->type == &irq_type ? from : c->self->obj;
        r.from_serial = atomic_u64_load_relaxed(&r.from->serial);
    }
    ipc_do(c->self, NULL, &r, res);
    if (!res->has_label) /* nothing came: the tag that went in, with the error */
        res->tag.raw |= c->tag.raw & ~(long)L4_MSGTAG_ERROR;
}

/* Field by field: the answer words are not cleared on each invocation. */
static inline void prepare(const struct syscall *c, struct kcall *k)
{
    k->tag = c->tag;
    k->words = l4_msgtag_words(c->tag);
    k->items = l4_msgtag_items(c->tag);
    k->rights = c->target.rights;
    k->op = c->op;
    k->timeout = c->timeout;
    k->self = c->self;
    k->utcb = c->self->utcb;
    k->caps = &c->self->space->caps;
    k->target = c->target.obj;
    k->out_words = 0;
    k->out_items = 0;
    k->keep_words = 0;
    k->ipc_error = 0;
    k->no_reply = false;
    k->receive_from = NULL;
}

static void invoke(struct syscall *c)
{
    struct ipc_result res;
    struct kcall k;

    prepare(c, &k);
    micro_leave();
    c->target.obj->type->invoke(c->target.obj, &k);
    micro_enter();
    if (k.ipc_error) {
        result_error(c, k.ipc_error);
    } else if (k.no_reply && (c->op & L4_SYSF_RECV)) {
        receive_after(c, k.receive_from, &res);
        result_ipc(c, &res);
    } else {
        frame_set_tag(c->frame, (uint64_t)k.tag.raw);
    }
}

/* ---- ipc --------------------------------------------------------------------------------- */

/* The reply slot is emptied; whom it named is the receiver, if it still waits for the answer. */
static bool take_reply_cap(struct syscall *c, struct ipc_send *s)
{
    struct reply_cap rc = c->self->reply;

    c->self->reply.caller = NULL;
    s->to = reply_cap_caller(&rc);
    if (!s->to)
        return false;
    s->reply = true;
    s->reply_seq = rc.seq;
    s->rights = rc.rights;
    s->label = c->label;
    return true;
}

static void send_to_target(struct syscall *c, struct ipc_send *s)
{
    s->rights = c->target.rights;
    if (c->target.obj->type == &gate_type) {
        s->gate = gate_of(c->target.obj);
        s->to = s->gate->thread;
        s->label = s->gate->label | (c->target.rights & (CAP_W | CAP_S));
    } else {
        s->to = thread_of_obj(c->target.obj);
        s->label = c->label;
    }
}

/* Whom a closed receive waits for. */
static void receive_from_target(struct syscall *c, struct ipc_recv *r)
{
    struct kobj *o = c->target.obj;

    if (o && o->type == &gate_type)
        o = gate_of(o)->thread ? gate_of(o)->thread->obj : NULL;
    else if (!o || (o->type != &thread_type && o->type != &irq_type))
        o = c->self->obj;
    r->from = o;
    r->from_serial = o ? atomic_u64_load_relaxed(&o->serial) : 0;
}

static void do_ipc(struct syscall *c)
{
    struct ipc_send s = { .tag = c->tag, .timeout = timeout_send(c->timeout) };
    struct ipc_recv r = { .timeout = timeout_recv(c->timeout) };
    bool send = c->op & (L4_SYSF_SEND | L4_SYSF_REPLY);
    bool recv = c->op & L4_SYSF_RECV;
    struct ipc_result res;

    micro_window(); /* only the target is held, and it is referenced */
    s.tag.raw &= ~(long)L4_MSGTAG_ERROR;
    if (c->op & L4_SYSF_REPLY) {
        if (!take_reply_cap(c, &s)) {
            result_error(c, L4_IPC_ENOT_EXISTENT);
            return;
        }
    } else if (send) {
        send_to_target(c, &s);
        s.call = recv && !(c->op & L4_SYSF_OPEN_WAIT);
    }
    if (c->op & L4_SYSF_OPEN_WAIT) {
        r.open = true;
        r.slot = &c->self->reply;
    } else if (recv) {
        receive_from_target(c, &r);
    }
    r.light = !c->target.obj; /* of a call we still hold the target */
    ipc_do(c->self, send ? &s : NULL, recv ? &r : NULL, &res);
    if (!send && !res.has_label) /* nothing came: the tag that went in, with the error */
        res.tag.raw |= s.tag.raw;
    result_ipc(c, &res);
}

/* ---- decode ------------------------------------------------------------------------------ */

/*
 * The object the selector names, referenced. `seen`: what the fast path found there a few
 * instructions ago, if it looked. Context: micro-section.
 */
static struct cap find_target(const struct syscall *c, const struct cap *seen)
{
    struct cap t = *seen;

    if (t.obj)
        ;
    else if (c->selector & (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT))
        t = (struct cap){ .obj = c->self->obj, .rights = CAP_R | CAP_W | CAP_S };
    else
        t = captab_lookup(&c->self->space->caps, c->selector >> L4_CAP_SHIFT);
    if (t.obj && !kobj_get(t.obj))
        t.obj = NULL;
    return t;
}

/* Is the message for the kernel object itself, rather than for a thread behind it? */
static bool is_invocation(const struct syscall *c)
{
    const struct kobj_type *type = c->target.obj->type;
    long label = l4_msgtag_label(c->tag);
    bool sends = c->op & L4_SYSF_SEND;

    if (type == &gate_type)
        return sends && label == L4_PROTO_KOBJECT && (c->target.rights & CAP_SVR);
    if (type == &thread_type)
        return label == L4_PROTO_THREAD && (sends || !c->op);
    if (type == &task_type)
        return true;
    return sends;
}

/* Explicit reply slots do not exist here: none can be filled, so all are empty. */
static unsigned explicit_slot_error(const struct syscall *c)
{
    if ((c->selector & (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT)) != L4_REPLY_CAP_BIT)
        return 0;
    if ((c->op & L4_SYSF_WAIT) == L4_SYSF_WAIT)
        return L4_IPC_RENOREPLYCAP;
    return c->op & L4_SYSF_REPLY ? L4_IPC_ENOT_EXISTENT : 0;
}

static void decode_and_run(struct syscall *c, const struct cap *seen)
{
    bool needs_target = !(c->op & L4_SYSF_REPLY) || !(c->op & L4_SYSF_OPEN_WAIT);
    unsigned slot_error = explicit_slot_error(c);

    if (slot_error) {
        result_error(c, slot_error);
        return;
    }
    if ((c->op & L4_SYSF_OPEN_WAIT) && !(c->op & (L4_SYSF_SEND | L4_SYSF_REPLY)))
        needs_target = false;
    c->target = needs_target ? find_target(c, seen) : (struct cap){ .obj = NULL };
    if (needs_target && !c->target.obj) {
        result_error(c, L4_IPC_ENOT_EXISTENT);
        return;
    }
    if (!(c->op & L4_SYSF_REPLY) && c->target.obj && is_invocation(c))
        invoke(c);
    else if (c->op & (L4_SYSF_SEND | L4_SYSF_RECV | L4_SYSF_REPLY))
        do_ipc(c);
    else if (c->target.obj &&
             (c->target.obj->type == &gate_type || c->target.obj->type == &thread_type))
        result_error(c, L4_IPC_ENOT_EXISTENT);

    if (c->target.obj) {
        micro_leave();
        kobj_put(c->target.obj);
        micro_enter();
    }
}

static no_inline struct arch_frame *long_way(struct thread *self, struct arch_frame *f,
                                             const struct cap *seen)
{
    struct syscall c = {
        .self = self,
        .frame = f,
        .tag.raw = (l4_mword_t)frame_syscall_tag(f),
        .selector = frame_syscall_dest(f),
        .label = frame_syscall_label(f),
        .timeout = (uint32_t)frame_syscall_timeout(f),
        .op = frame_syscall_dest(f) & 0xf,
    };

    if (party_asked(&self->party) & REQ_CANCEL)
        party_answer(&self->party, REQ_CANCEL);
    decode_and_run(&c, seen);
    return upcall_leave();
}

#define SELECTOR_SPECIAL (L4_INVALID_CAP_BIT | L4_REPLY_CAP_BIT)

struct arch_frame *upcall_syscall(struct arch_frame *f)
{
    l4_umword_t dest = frame_syscall_dest(f);
    struct thread *self = current();
    struct cap seen = { .obj = NULL };
    struct arch_frame *out = NULL;

    epoch_enter(&this_cpu()->sync);
    if (likely(ipc_fast_plain(self, frame_syscall_tag(f)))) {
        if ((dest & (SELECTOR_SPECIAL | 0xf)) == L4_SYSF_CALL)
            out = ipc_fast_call(self, f, &seen);
        else if ((dest & 0xf) == L4_SYSF_REPLY_AND_WAIT &&
                 (dest & SELECTOR_SPECIAL) != L4_REPLY_CAP_BIT)
            out = ipc_fast_reply(self, f);
        if (likely(out))
            return out;
    }
    return long_way(self, f, &seen);
}
