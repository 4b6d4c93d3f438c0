/* SPDX-License-Identifier: MIT */
/*
 * See <ipc/fault.h>. The kernel speaks for the thread: it borrows a few registers of its UTCB
 * for the message and the receive window, and puts them back afterwards.
 */
#include <ipc/fault.h>

#include <arch/upcall.h>
#include <cap/captab.h>
#include <dev/console.h>
#include <ipc/gate.h>
#include <ipc/ipc.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc_err.h>
#include <sched/sched.h>
#include <space/space.h>
#include <sync/micro.h>

/* What is borrowed of the UTCB. */
struct borrowed {
    l4_umword_t bdr, br[2], mr[2];
};

static void borrow(struct l4_utcb_layout *u, struct borrowed *b)
{
    *b = (struct borrowed){
        .bdr = u->buf.bdr,
        .br = { u->buf.br[0], u->buf.br[1] },
        .mr = { u->msg.mr[0], u->msg.mr[1] },
    };
    u->buf.bdr = L4_UTCB_INHERIT_FPU;
    u->buf.br[0] = L4_ITEM_MAP;
    u->buf.br[1] = l4_fpage_all().raw;
}

static void give_back(struct l4_utcb_layout *u, const struct borrowed *b, bool words)
{
    u->buf.bdr = b->bdr;
    u->buf.br[0] = b->br[0];
    u->buf.br[1] = b->br[1];
    if (words) {
        u->msg.mr[0] = b->mr[0];
        u->msg.mr[1] = b->mr[1];
    }
}

/* Who gets the message: thread or gate behind the selector. False: nobody. */
static bool find_handler(struct thread *self, l4_cap_idx_t selector, struct ipc_send *s)
{
    struct cap c;

    if (selector & L4_INVALID_CAP_BIT)
        return false;
    c = captab_lookup(&self->space->caps, selector >> L4_CAP_SHIFT);
    if (!c.obj)
        return false;
    s->rights = c.rights;
    if (c.obj->type == &thread_type) {
        s->to = thread_of_obj(c.obj);
        return true;
    }
    if (c.obj->type == &gate_type) {
        s->gate = gate_of(c.obj);
        s->to = s->gate->thread;
        s->label = s->gate->label | (c.rights & (CAP_W | CAP_S));
        return true;
    }
    return false;
}

static void call_handler(struct thread *self, struct ipc_send *s, struct ipc_result *res)
{
    struct kobj *held = s->gate ? &s->gate->obj : s->to->obj;
    struct ipc_recv r = { .timeout = 0 };

    if (!kobj_get(held)) {
        *res = (struct ipc_result){ .tag.raw = L4_MSGTAG_ERROR, .error = L4_IPC_ENOT_EXISTENT };
        return;
    }
    s->call = true;
    micro_window(); /* the handler is held; its thread is looked up again */
    ipc_do(self, s, &r, res);
    micro_leave();
    kobj_put(held);
    micro_enter();
}

/* Nobody handles the exception: say so, and wait until somebody cancels or kills the thread. */
static void nobody_handles(struct thread *self)
{
    const struct arch_frame *f = self->arch.frame;
    struct ipc_recv r = { .from = self->obj,
                          .from_serial = atomic_u64_load_relaxed(&self->obj->serial) };
    struct ipc_result res;

    micro_leave();
    kprintf("thread %x: exception %lu, err %lx, address %lx, ip %lx, sp %lx: no handler\n",
            self->party.index, f->trapno, f->err, f->pfa, f->ip, f->sp);
    micro_enter();
    ipc_do(self, NULL, &r, &res);
}

void fault_exception(struct thread *self)
{
    struct ipc_send s = {
        .tag = l4_msgtag(L4_PROTO_EXCEPTION, ARCH_EXC_WORDS, 0, L4_MSGTAG_TRANSFER_FPU),
    };
    struct ipc_result res;
    struct borrowed b;

    if (!find_handler(self, self->exc_handler, &s)) {
        nobody_handles(self);
        return;
    }
    borrow(self->utcb, &b);
    self->ipc.src = IPC_SRC_EXCEPTION;
    self->in_exception = true;
    call_handler(self, &s, &res);
    self->in_exception = false;
    self->ipc.src = IPC_SRC_UTCB;
    give_back(self->utcb, &b, false);
}

static void sigma0_fault(struct thread *self)
{
    int err;

    micro_leave();
    err = space_sigma0_fault(self->space, &self->party, self->arch.frame->pfa);
    micro_enter();
    if (err)
        fault_exception(self);
}

void fault_page(struct thread *self)
{
    struct ipc_send s = { .tag = l4_msgtag(L4_PROTO_PAGE_FAULT, 2, 0, 0) };
    struct l4_utcb_layout *u = self->utcb;
    struct ipc_result res;
    struct borrowed b;

    if (self->space->flags & SPACE_SIGMA0) {
        sigma0_fault(self);
        return;
    }
    if (!find_handler(self, self->pager, &s)) {
        party_ask(&self->party, REQ_KILL);
        return;
    }
    borrow(u, &b);
    u->msg.mr[0] = frame_fault_word(self->arch.frame);
    u->msg.mr[1] = frame_ip(self->arch.frame);
    call_handler(self, &s, &res);
    give_back(u, &b, true);
    if (res.error ? res.error == L4_IPC_ENOT_EXISTENT : l4_msgtag_label(res.tag) < 0)
        fault_exception(self);
}
