/* SPDX-License-Identifier: MIT */
/* See <sync/party.h> for the picture and the contracts. */
#include <sync/party.h>

static uint64_t begin_wait(struct sync_party *p, enum party_phase phase)
{
    /* relaxed: in RUN nobody but the thread changes its state. */
    uint64_t now = atomic_u64_load_relaxed(&p->state);

    kassert(party_phase_of(now) == PARTY_RUN);

    uint64_t ticket = party_state(phase, CAUSE_NONE, party_seq_of(now) + 1);

    atomic_u64_store_release(&p->state, ticket); /* (P) */
    return ticket;
}

uint64_t party_wait_send(struct sync_party *p)
{
    return begin_wait(p, PARTY_SEND);
}

uint64_t party_wait_recv(struct sync_party *p)
{
    return begin_wait(p, PARTY_RECV);
}

/* The one arrow all ends of a wait compete for. */
static bool end_wait(struct sync_party *p, uint64_t seen, enum party_phase phase,
                     enum party_cause cause)
{
    kassert(party_waits(seen));
    return atomic_u64_cas_acq_rel(&p->state, &seen,
                                  party_state(phase, cause, party_seq_of(seen))); /* (P) */
}

bool party_unwait(struct sync_party *p, uint64_t ticket)
{
    return end_wait(p, ticket, PARTY_RUN, CAUSE_NONE);
}

bool party_catch(struct sync_party *p, uint64_t seen)
{
    return end_wait(p, seen, PARTY_XFER, CAUSE_NONE);
}

bool party_wake(struct sync_party *p, uint64_t seen, enum party_cause cause)
{
    return end_wait(p, seen, PARTY_WOKEN, cause);
}

void party_finish(struct sync_party *p, enum party_cause cause)
{
    /* relaxed: in XFER the state belongs to the active party. */
    uint64_t now = atomic_u64_load_relaxed(&p->state);

    kassert(party_phase_of(now) == PARTY_XFER);
    atomic_u64_store_release(&p->state,
                             party_state(PARTY_WOKEN, cause, party_seq_of(now))); /* (P) */
}

uint64_t party_turn(struct sync_party *p)
{
    uint64_t now = atomic_u64_load_relaxed(&p->state);

    kassert(party_phase_of(now) == PARTY_XFER);

    uint64_t ticket = party_state(PARTY_RECV, CAUSE_NONE, party_seq_of(now) + 1);

    atomic_u64_store_release(&p->state, ticket); /* (P) */
    return ticket;
}

uint64_t party_interrupt(struct sync_party *p, enum party_cause cause, bool *woken)
{
    uint64_t seen = party_load(p);

    /* Each round that fails, the wait has moved on: SEND, XFER, RECV, XFER. Then the thread
     * itself must run, and does not sleep again before it has looked at req. */
    while (party_waits(seen)) {
        if (party_wake(p, seen, cause)) {
            *woken = true;
            return party_state(PARTY_WOKEN, cause, party_seq_of(seen));
        }
        seen = party_load(p);
    }
    *woken = false;
    return seen;
}

enum party_cause party_resume(struct sync_party *p)
{
    uint64_t now = atomic_u64_load_acquire(&p->state); /* (P) */

    kassert(party_phase_of(now) == PARTY_WOKEN);
    /* relaxed: a wake that is late compares the whole state and fails on this one as well. */
    atomic_u64_store_relaxed(&p->state, party_state(PARTY_RUN, CAUSE_NONE, party_seq_of(now)));
    return party_cause_of(now);
}

bool party_claim_try(struct sync_party *p, cpu_id cpu)
{
    uint32_t expected = CLAIM_FREE;

    return atomic_u32_cas_acquire(&p->claim, &expected, CLAIM_OF(cpu)); /* (Q) */
}

bool party_claim_free(struct sync_party *p)
{
    uint32_t old = atomic_u32_swap_acq_rel(&p->claim, CLAIM_FREE); /* (Q) */

    kassert((old & ~CLAIM_HOMEWAIT) != CLAIM_FREE);
    return old & CLAIM_HOMEWAIT;
}

bool party_claim_homewait(struct sync_party *p)
{
    uint32_t seen = atomic_u32_load_relaxed(&p->claim);

    /* One try: a change of holder in between reads as "free meanwhile", and is tried again. */
    return seen != CLAIM_FREE && atomic_u32_cas_acq_rel(&p->claim, &seen, seen | CLAIM_HOMEWAIT);
}
