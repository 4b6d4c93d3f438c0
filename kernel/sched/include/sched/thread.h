/* SPDX-License-Identifier: MIT */
/*
 * Thread: what the kernel knows of a thread of control.
 *
 * The structure lies in one frame together with the FPU save area; the kernel stack has a
 * window of its own with an empty page below it.
 *
 * Data of lower rooms is embedded: `arch` is all that assembly knows, `party` all that the
 * helping lock knows. The fields below "rendezvous" belong to the ipc room, those below
 * "object" to the object room; they stand here so that one thread is one structure.
 *
 * Field marks:
 *   [I] immutable after creation            [a] atomic, see sync/party.h
 *   [c] home CPU's micro-sections           [k] holder of the claim (XFER gives it too)
 *   [s] the thread itself, before it sleeps [q] lock of the sender queue
 */
#pragma once

#include <arch/thread.h>
#include <cap/kobj.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb_layout.h>
#include <lib/prioq.h>
#include <sched/context.h>
#include <sync/helplock.h>
#include <sync/mbox.h>
#include <sync/party.h>
#include <time/timeq.h>

struct space;

/* Whom a reply goes to: the object, as named at call time, and the wait it is for. */
struct reply_cap {
    struct kobj *caller; /* NULL: empty */
    uint64_t serial;     /* of the caller's header */
    uint64_t seq;        /* of the wait that the reply ends */
    unsigned rights;     /* of the capability the caller used */
};

/* What a thread sends: its UTCB's message registers, or its registers as a message. */
enum ipc_source {
    IPC_SRC_UTCB,
    IPC_SRC_EXCEPTION,
};

/*
 * How a thread sleeps in RECV. Lightly: no timeout is armed, nothing on its kernel stack is
 * needed, and its own context serves nobody (OPEN) or it waits for a reply to its UTCB (REPLY).
 */
enum ipc_light {
    IPC_HEAVY,
    IPC_LIGHT_OPEN,
    IPC_LIGHT_REPLY,
};

struct thread_ipc {
    /* sending [s] */
    l4_msgtag_t tag;
    l4_umword_t label; /* that the receiver gets; [q] while queued (modify_senders) */
    unsigned rights;   /* of the capability used, enum cap_right */
    bool call;         /* a closed receive from the same partner follows */
    uint8_t src;       /* enum ipc_source: what is sent, and where an answer goes */
    struct thread *to; /* whose sender queue holds us, referenced */
    struct kobj *at;   /* unbound gate or semaphore whose queue holds us, referenced */

    struct thread *passive; /* [s] whose items we transfer right now, and deaths with them */

    /* receiving [s] */
    bool open;              /* open wait */
    struct kobj *from;      /* closed: header of the partner, thread or IRQ */
    uint64_t from_serial;   /* closed: its serial */
    struct reply_cap *slot; /* open: where the caller is noted */
    uint16_t rcv_timeout;   /* ABI encoding; of a call: armed when the send phase is over */

    /* result [k] */
    bool turned;   /* the send phase of a call is over */
    bool got_msg;  /* a message was received: tag and label are valid */
    uint8_t light; /* [s] enum ipc_light: in RECV, what the fast path may assume */
    l4_msgtag_t got_tag;
    l4_umword_t got_label;
    unsigned error; /* TCR of a transfer that failed, 0 none */
};

struct thread {
    struct arch_thread arch; /* first: assembly knows it */
    struct sync_party party;

    /* ---- scheduling ---- */
    struct sched_ctx own;            /* [c] the implicit context */
    struct sched_ctx *donor;         /* [c] context donated by the call being worked on, or NULL */
    const struct thread *donor_from; /* [c] who made that call; compared only */
    bool ready;                      /* [c] may run */
    bool started;                    /* [k] had its first EX_REGS */
    bool homed;                      /* [c] had its first RUN_THREAD */
    uint32_t home;                   /* [c] CPU */
    uint64_t consumed;               /* [c] ticks of CPU time */
    struct tevent timeout;           /* [c] */
    uint64_t timeout_seq;            /* [c] the wait it belongs to */

    /* ---- address space ---- */
    struct space *space;         /* [k] NULL before BIND */
    struct l4_utcb_layout *utcb; /* [k] kernel mapping; NULL before BIND */
    uaddr utcb_user;             /* [k] */

    /* ---- rendezvous ---- */
    struct thread_ipc ipc;
    struct reply_cap reply;     /* [s] the implicit slot */
    struct helplock sendq_lock; /* rank: ipc */
    struct prioq sendq;         /* [q] threads that want to send to us */
    struct prioq_node sender;   /* [q] our place in somebody's queue */
    struct thread *mover;       /* [k] in XFER, between steps: who transfers, to be helped */
    struct mbox irqs;           /* posted interrupts; consumer: holder of sendq_lock */
    struct list irqs_seen;      /* [q] taken out of the mailbox, not received yet */

    /* ---- object ---- */
    struct kobj *obj;          /* [I] header */
    struct kobj_deaths deaths; /* [s] objects it is dismantling */
    struct kobj *task;         /* [k] reference on the task object, or NULL */
    struct list_node in_task;  /* lock of the task: its list of threads */
    l4_cap_idx_t pager;        /* [k] selector in the thread's own task */
    l4_cap_idx_t exc_handler;  /* [k] */
    struct kobj *del_irq;      /* [k] deletion IRQ, referenced */
    bool in_exception;         /* [k] inside an exception message */
    bool trigger;              /* [k] raise trap 0xff on the way to user mode */
    bool dead;                 /* [a] killed; cleans up, or has */
    bool gone;                 /* [a] has left its stack for ever */
    struct thread *next_grave; /* [c] gone, to be reaped */
    void *stack;               /* [I] window of the kernel stack */
};

/* The header of a thread object. */
struct thread_obj {
    struct kobj obj;
    struct thread *thread; /* [I] */
};

extern const struct kobj_type thread_type; /* of the object room */

static inline struct thread *thread_of_obj(struct kobj *o)
{
    return container_of(o, struct thread_obj, obj)->thread;
}

static inline struct thread *thread_of_arch(struct arch_thread *a)
{
    return container_of(a, struct thread, arch);
}

static inline struct thread *thread_of_party(struct sync_party *p)
{
    return container_of(p, struct thread, party);
}
