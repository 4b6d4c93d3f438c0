/* SPDX-License-Identifier: MIT */
#include <sync/party.h>
#include <utest/utest.h>

static struct sync_party p;

static void reset(void)
{
    party_init(&p, 1);
}

UTEST(party, a_new_thread_runs_and_nobody_claims_it)
{
    reset();
    EXPECT_EQ(party_phase_of(party_load(&p)), PARTY_RUN);
    EXPECT_EQ(party_asked(&p), 0);
    EXPECT_FALSE(party_claimed(&p));
}

UTEST(party, a_wait_ends_by_delivery)
{
    reset();

    uint64_t t = party_wait_recv(&p);

    EXPECT_EQ(party_phase_of(t), PARTY_RECV);
    EXPECT_TRUE(party_waits(t));
    ASSERT_TRUE(party_catch(&p, t));
    EXPECT_EQ(party_phase_of(party_load(&p)), PARTY_XFER);
    EXPECT_FALSE(party_wake(&p, t, CAUSE_TIMEOUT));
    EXPECT_FALSE(party_unwait(&p, t));
    party_finish(&p, CAUSE_DELIVERED);
    EXPECT_EQ(party_resume(&p), CAUSE_DELIVERED);
    EXPECT_EQ(party_load(&p), party_state(PARTY_RUN, CAUSE_NONE, 1));
}

UTEST(party, only_one_of_all_who_end_a_wait_succeeds)
{
    reset();

    uint64_t t = party_wait_send(&p);

    EXPECT_TRUE(party_wake(&p, t, CAUSE_TIMEOUT));
    EXPECT_FALSE(party_wake(&p, t, CAUSE_KILLED));
    EXPECT_FALSE(party_catch(&p, t));
    EXPECT_FALSE(party_unwait(&p, t));
    EXPECT_EQ(party_resume(&p), CAUSE_TIMEOUT);
}

UTEST(party, a_late_timeout_does_nothing_to_the_next_wait)
{
    reset();

    uint64_t t1 = party_wait_recv(&p);

    ASSERT_TRUE(party_unwait(&p, t1));

    uint64_t t2 = party_wait_recv(&p);

    EXPECT_NE(t1, t2);
    EXPECT_EQ(party_seq_of(t2), party_seq_of(t1) + 1);
    EXPECT_FALSE(party_wake(&p, t1, CAUSE_TIMEOUT));
    EXPECT_FALSE(party_catch(&p, t1));
    EXPECT_EQ(party_load(&p), t2);
}

UTEST(party, a_call_turns_from_sending_to_receiving_with_a_new_number)
{
    reset();

    uint64_t t = party_wait_send(&p);

    ASSERT_TRUE(party_catch(&p, t));

    uint64_t t2 = party_turn(&p);

    EXPECT_EQ(t2, party_state(PARTY_RECV, CAUSE_NONE, party_seq_of(t) + 1));
    EXPECT_EQ(party_load(&p), t2);
}

UTEST(party, interrupt_ends_a_wait_and_nothing_else)
{
    bool woken;

    reset();
    EXPECT_EQ(party_phase_of(party_interrupt(&p, CAUSE_CANCELLED, &woken)), PARTY_RUN);
    EXPECT_FALSE(woken);

    uint64_t t = party_wait_send(&p);

    EXPECT_EQ(party_cause_of(party_interrupt(&p, CAUSE_KILLED, &woken)), CAUSE_KILLED);
    EXPECT_TRUE(woken);
    EXPECT_EQ(party_load(&p), party_state(PARTY_WOKEN, CAUSE_KILLED, party_seq_of(t)));
    EXPECT_EQ(party_phase_of(party_interrupt(&p, CAUSE_CANCELLED, &woken)), PARTY_WOKEN);
    EXPECT_FALSE(woken);
    EXPECT_EQ(party_resume(&p), CAUSE_KILLED);

    ASSERT_TRUE(party_catch(&p, party_wait_recv(&p)));
    EXPECT_EQ(party_phase_of(party_interrupt(&p, CAUSE_CANCELLED, &woken)), PARTY_XFER);
    EXPECT_FALSE(woken);
}

UTEST(party, the_number_of_a_wait_does_not_touch_phase_and_cause_when_it_wraps)
{
    reset();
    p.state.v = party_state(PARTY_RUN, CAUSE_NONE, BIT(48) - 1);
    EXPECT_EQ(party_wait_recv(&p), party_state(PARTY_RECV, CAUSE_NONE, 0));
}

UTEST(party, requests_add_up_and_are_answered_one_by_one)
{
    reset();
    EXPECT_EQ(party_ask(&p, REQ_CANCEL), 0);
    EXPECT_EQ(party_ask(&p, REQ_KILL), REQ_CANCEL);
    EXPECT_EQ(party_asked(&p), REQ_CANCEL | REQ_KILL);
    EXPECT_EQ(party_answer(&p, REQ_CANCEL), REQ_CANCEL | REQ_KILL);
    EXPECT_EQ(party_asked(&p), REQ_KILL);
}

UTEST(party, a_claim_has_one_holder)
{
    reset();
    ASSERT_TRUE(party_claim_try(&p, 0));
    EXPECT_TRUE(party_claimed_by(&p, 0));
    EXPECT_FALSE(party_claimed_by(&p, 1));
    EXPECT_FALSE(party_claim_try(&p, 1));
    EXPECT_FALSE(party_claim_try(&p, 0));
    EXPECT_FALSE(party_claim_free(&p));
    EXPECT_TRUE(party_claim_try(&p, 1));
}

UTEST(party, who_frees_a_claim_with_homewait_posts_the_thread_home)
{
    reset();
    EXPECT_FALSE(party_claim_homewait(&p));
    ASSERT_TRUE(party_claim_try(&p, 3));
    EXPECT_TRUE(party_claim_homewait(&p));
    EXPECT_TRUE(party_claimed_by(&p, 3));
    EXPECT_FALSE(party_claim_try(&p, 1));
    EXPECT_TRUE(party_claim_free(&p));
    EXPECT_FALSE(party_claimed(&p));
}
