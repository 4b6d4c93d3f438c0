/* SPDX-License-Identifier: MIT */
/*
 * Birth and death of threads; see <object/thread.h>.
 *
 *   header refs:  1 while alive (dropped by kobj_finish)
 *                 1 until it has left its stack for good (dropped by thread_reap)
 *
 * A dying thread does its own cleaning, at its kill point, on its own stack; a killer lends it
 * the CPU. When it has switched away for the last time it lies in the CPU's graves, where the
 * killer, the idle loop or the next creation finds it.
 */
#include <object/thread.h>

#include <ipc/ipc.h>
#include <ipc/irqobj.h>
#include <l4/sys/err.h>
#include <sched/sched.h>
#include <sched/stack.h>
#include <space/space.h>
#include <sync/micro.h>

static struct thread *graves; /* [m] linked through next_grave */

struct thread *thread_create(struct kobj_payer *p)
{
    struct kobj *o;
    struct thread *t;

    (void)thread_reap();
    o = kobj_alloc(&thread_type, p);
    if (!o)
        return NULL;
    t = thread_memory_alloc(&p->quota);
    if (!t) {
        kobj_unalloc(o);
        return NULL;
    }

    /* -- no errors below this line -- */
    t->obj = o;
    t->pager = L4_INVALID_CAP_BIT;
    t->exc_handler = L4_INVALID_CAP_BIT;
    list_node_init(&t->in_task);
    sched_thread_init(t);
    ipc_thread_init(t);
    atomic_u32_fetch_add_relaxed(&o->refs, 1); /* until it has left for good */
    container_of(o, struct thread_obj, obj)->thread = t;
    return t;
}

int thread_bind(struct thread *t, struct task *task, uaddr utcb)
{
    struct sync_party *me = &current()->party;
    struct l4_utcb_layout *u;
    int err = -L4_EINVAL;

    if (utcb & (sizeof(l4_umword_t) - 1))
        return err;
    u = space_kumem_ptr(task->space, utcb, sizeof(*u));
    if (!u)
        return err;

    helplock_acquire(&task->lock, me);
    micro_enter(); /* t has no lock of its own: binding is one step for everybody else */
    if (!t->task && !t->dead && kobj_alive(&task->obj) && kobj_get(&task->obj)) {
        /* -- no errors below this line -- */
        t->task = &task->obj;
        t->space = task->space;
        t->utcb = u;
        t->utcb_user = utcb;
        u->utcb_addr = utcb;
        arch_set_gs_base(&t->arch, false, utcb + L4_UTCB_SELF_OFFSET);
        list_push_back(&task->threads, &t->in_task);
        task->nthreads++;
        err = 0;
    }
    micro_leave();
    helplock_release(&task->lock, me);
    return err;
}

void thread_start(struct thread *t, uaddr ip, uaddr sp)
{
    micro_enter();
    frame_set_ip(t->arch.frame, ip);
    frame_set_sp(t->arch.frame, sp);
    t->started = true;
    sched_ready(t);
    micro_leave_noresched();
}

/* ---- death ----------------------------------------------------------------------------- */

/* Everything that ties the thread to others. Context: preemptible; by itself, or its killer. */
static void unhook(struct thread *t)
{
    struct sync_party *me = &current()->party;
    struct kobj *task = t->task;
    struct kobj *irq = t->del_irq;

    ipc_flush(t);
    if (task) {
        struct task *k = task_of(task);

        helplock_acquire(&k->lock, me);
        list_remove(&t->in_task);
        k->nthreads--;
        helplock_release(&k->lock, me);
        t->utcb->tcr.free_marker = 0;
        t->space = NULL;
        t->task = NULL;
    }
    t->del_irq = NULL;
    if (irq)
        kobj_put(irq);
    if (task)
        kobj_put(task);
}

_Noreturn void thread_die(struct thread *self)
{
    struct cpu *cpu = this_cpu();

    self->dead = true;
    sched_end_donation(self);
    if (cpu->bank == self)
        cpu->bank = NULL;
    sched_leave_space(cpu, self->space);
    micro_leave();
    unhook(self);
    micro_enter();

    sched_recall(self); /* bank and space stay out: they are loaded for user mode only */
    self->next_grave = graves;
    graves = self;
    self->gone = true;
    sched_leave_for_good();
}

/* Never ran, or will never run again: no stack to come back from. */
static void bury_unborn(struct thread *t)
{
    bool mine;

    micro_enter();
    mine = !t->dead && !(t->started && t->homed);
    if (mine)
        t->dead = t->gone = true; /* it has no stack to leave */
    micro_leave();
    if (!mine)
        return;
    unhook(t);
    kobj_put(t->obj);
}

void thread_mark_killed(struct thread *t)
{
    party_ask(&t->party, REQ_KILL);
    micro_enter();
    ipc_interrupt(t, CAUSE_KILLED);
    micro_leave();
    bury_unborn(t);
}

void thread_kill(struct thread *t)
{
    struct sync_party *me = &current()->party;

    thread_mark_killed(t);
    /* Our partner in a transfer waits for us to finish it, and dies when we did. */
    if (t == current() || t == current()->ipc.passive)
        return;
    /* Who is killed meanwhile does not wait: the two might be killing each other. The victim
     * is marked and ready, and dies by itself. */
    while (!t->gone && !(party_asked(me) & REQ_KILL)) {
        micro_enter();
        ipc_interrupt(t, CAUSE_KILLED);
        if (t->ready)
            sched_help_thread(t);
        else if (t->mover) /* sees our mark at its next step, and wakes t */
            sched_help_thread(t->mover);
        micro_leave();
    }
    (void)thread_reap();
}

bool thread_reap(void)
{
    struct thread *t;
    bool any = false;

    for (;;) {
        micro_enter();
        t = graves;
        if (t)
            graves = t->next_grave;
        micro_leave();
        if (!t)
            return any;
        any = true;
        kobj_put(t->obj);
    }
}
