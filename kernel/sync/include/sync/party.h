/* SPDX-License-Identifier: MIT */
/*
 * Party: the words of a thread that others may touch (synchronisation.md, "The words of a
 * thread"). Embedded at the head of struct thread.
 *
 * state   who wins the CAS on it decides how a wait ends; exactly one does.
 *
 *           +--------------------- unwait (own CAS) ----------------------+
 *           v                                                             |
 *         RUN --wait_send--> SEND(n) --catch--> XFER(n) --finish--> WOKEN(cause) --resume--> RUN
 *          |                    |                 ^  |                    ^
 *          |                    +---- wake -------|--|--------------------+
 *          +--wait_recv--> RECV(n) --catch--------+  |                    |
 *                             ^  +---- wake ---------|--------------------+
 *                             +------ turn (n+1) ----+
 *
 *         bits 0-7 phase, 8-15 cause, 16-63 seq; seq grows by one with every wait.
 *
 * req     what others ask of the thread; it looks at its kill points only.
 * claim   who may touch registers, kernel stack and user frame: FREE, or one CPU.
 *
 * Progress: every function here is wait-free; party_interrupt() takes at most 4 rounds once
 * its req bit is set.
 * Pairs:    (P) finish, turn, wake: release  <->  resume, load: acquire (message, result)
 *           (Q) claim_free: release          <->  claim_try: acquire (stack, registers)
 *
 *   [I] immutable after init   [a] atomic   [t] the thread itself; others with its claim
 */
#pragma once

#include <lib/base.h>
#include <sync/atomic.h>

struct helplock;

enum party_phase {
    PARTY_RUN,   /* runs, or is ready to; nobody else touches state */
    PARTY_SEND,  /* waits until its message is taken */
    PARTY_RECV,  /* waits for a message */
    PARTY_XFER,  /* an active party transfers; state is that party's */
    PARTY_WOKEN, /* the wait is over, cause says how */
};

enum party_cause {
    CAUSE_NONE,
    CAUSE_DELIVERED, /* message transferred */
    CAUSE_CUT,       /* message cut */
    CAUSE_ABORTED,   /* a transfer was broken off: one side was killed */
    CAUSE_TIMEOUT,
    CAUSE_CANCELLED,
    CAUSE_KILLED,
    CAUSE_GONE, /* the partner is gone */
};

enum party_req {
    REQ_CANCEL = 1u << 0, /* give up the present wait */
    REQ_KILL = 1u << 1,   /* die at the next kill point */
    REQ_STOP = 1u << 2,   /* leave the CPU, an editor waits for the claim */
    REQ_MOVE = 1u << 3,   /* take over a new home or new parameters */
};

#define CLAIM_FREE 0u             /* nobody runs or edits the thread */
#define CLAIM_HOMEWAIT BIT32(31)  /* who frees the claim posts the thread home */
#define CLAIM_OF(cpu) ((cpu) + 1) /* claimed by this CPU */

#define PARTY_LOCKS 2 /* helping locks a thread may hold at once */

struct sync_party {
    struct atomic_u64 state; /* [a] */
    struct atomic_u32 req;   /* [a] */
    struct atomic_u32 claim; /* [a] */
    uint32_t index;          /* [I] 1 .. 2^24 - 1: the name of the thread in lock words */
    uint32_t locks;          /* [t] helping locks held */
    struct helplock *waits;  /* [t] the one it is in the acquire loop for, or NULL */
    struct helplock *held[PARTY_LOCKS]; /* [t] which ones, innermost last */
};

static inline void party_init(struct sync_party *p, uint32_t index)
{
    *p = (struct sync_party){ .index = index };
}

/* ---- state ---------------------------------------------------------------------------- */

static inline enum party_phase party_phase_of(uint64_t state)
{
    return (enum party_phase)(state & 0xff);
}

static inline enum party_cause party_cause_of(uint64_t state)
{
    return (enum party_cause)((state >> 8) & 0xff);
}

static inline uint64_t party_seq_of(uint64_t state)
{
    return state >> 16;
}

static inline uint64_t party_state(enum party_phase phase, enum party_cause cause, uint64_t seq)
{
    return (uint64_t)phase | (uint64_t)cause << 8 | seq << 16;
}

/* Does this state wait for a partner, so that others may end the wait? */
static inline bool party_waits(uint64_t state)
{
    return party_phase_of(state) == PARTY_SEND || party_phase_of(state) == PARTY_RECV;
}

static inline uint64_t party_load(const struct sync_party *p)
{
    return atomic_u64_load_acquire(&p->state); /* (P) */
}

/*
 * RUN -> SEND(n) / RUN -> RECV(n), by the thread; what it waits for is written before.
 * A Dekker look at the partner needs atomic_fence_seq_cst() between this and the look.
 *
 * Returns: the new state, the ticket of this wait.
 */
uint64_t party_wait_send(struct sync_party *p);
uint64_t party_wait_recv(struct sync_party *p);

/*
 * SEND(n), RECV(n) -> RUN, by the thread itself: it found its partner in its second look.
 * Returns: false if somebody else ended the wait or is transferring.
 */
bool party_unwait(struct sync_party *p, uint64_t ticket) must_check;

/*
 * SEND(n), RECV(n) -> XFER(n), by the partner: it is the active party now. `seen` is a state
 * with party_waits(), of which the caller has checked that it is accepted.
 * Returns: false if the wait ended otherwise.
 */
bool party_catch(struct sync_party *p, uint64_t seen) must_check;

/* XFER(n) -> WOKEN(cause), by the active party. The thread is to be made ready afterwards. */
void party_finish(struct sync_party *p, enum party_cause cause);

/*
 * XFER(n) -> RECV(n + 1), by the active party: the send phase of a call is over. A killer that
 * saw XFER has only set req. So if others could see it (a transfer in several steps), the active
 * party looks at req afterwards, behind atomic_fence_seq_cst(), and wakes the thread itself.
 * Returns: the new state.
 */
uint64_t party_turn(struct sync_party *p);

/*
 * SEND(n), RECV(n) -> WOKEN(cause), by a timer, a killer, ex_regs, a deleter. `seen` names the
 * wait that is meant: a late one fails.
 * Returns: false if that wait is over. If true, the thread is to be made ready.
 */
bool party_wake(struct sync_party *p, uint64_t seen, enum party_cause cause) must_check;

/*
 * The same for whatever wait there is, after the req bit was set.
 * Returns: the state found if it was none to end (RUN, XFER, WOKEN), else the new state,
 *          WOKEN with this cause; `*woken` says which.
 */
uint64_t party_interrupt(struct sync_party *p, enum party_cause cause, bool *woken);

/* WOKEN -> RUN, by the thread. Returns: the cause. */
enum party_cause party_resume(struct sync_party *p);

/* ---- req ------------------------------------------------------------------------------ */

/* Ask. Returns: the bits that were set before. Ordered before a look at state (seq-cst). */
static inline uint32_t party_ask(struct sync_party *p, uint32_t bits)
{
    return atomic_u32_fetch_or_seq_cst(&p->req, bits);
}

/* Take requests back, or answer them. Returns: the bits before. */
static inline uint32_t party_answer(struct sync_party *p, uint32_t bits)
{
    return atomic_u32_fetch_and_seq_cst(&p->req, ~bits);
}

/* What is asked of the thread. At a kill point before sleeping a fence precedes this. */
static inline uint32_t party_asked(const struct sync_party *p)
{
    return atomic_u32_load_acquire(&p->req);
}

/* ---- claim ---------------------------------------------------------------------------- */

/*
 * FREE -> cpu. Acquire (Q): what the last holder did to registers and stack is visible.
 * Returns: false if somebody holds the claim.
 */
bool party_claim_try(struct sync_party *p, cpu_id cpu) must_check;

/*
 * cpu -> FREE, release (Q), by the holder; when a thread leaves its CPU: by the next thread,
 * standing on its own stack.
 * Returns: true if HOMEWAIT was set; the caller posts the thread to its home.
 */
bool party_claim_free(struct sync_party *p) must_check;

/*
 * The home's dispatcher found the claim taken: ask its holder to post the thread home.
 * Returns: false if the claim became free meanwhile; try again.
 */
bool party_claim_homewait(struct sync_party *p) must_check;

static inline bool party_claimed_by(const struct sync_party *p, cpu_id cpu)
{
    return (atomic_u32_load_relaxed(&p->claim) & ~CLAIM_HOMEWAIT) == CLAIM_OF(cpu);
}

static inline bool party_claimed(const struct sync_party *p)
{
    return atomic_u32_load_acquire(&p->claim) != CLAIM_FREE;
}
