/* SPDX-License-Identifier: MIT */
/* A call lends the caller's processor time and priority to the server. */
#include <systest/systest.h>

#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>

static l4_msgtag_t const empty_msg = { 0 };

static void serve(struct worker *w)
{
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    for (;;) {
        w->steps++;
        (void)l4_ipc_reply_and_wait(l4_utcb(), empty_msg, NULL, L4_IPC_NEVER);
    }
}

/* Calls the next one for each request. */
static void forward(struct worker *w)
{
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    for (;;) {
        w->steps++;
        (void)l4_ipc_call((l4_cap_idx_t)w->arg, l4_utcb(), empty_msg, L4_IPC_NEVER);
        (void)l4_ipc_reply_and_wait(l4_utcb(), empty_msg, NULL, L4_IPC_NEVER);
    }
}

static void spin(struct worker *w)
{
    for (;;)
        w->steps++;
}

static l4_cap_idx_t server(void (*fn)(struct worker *w), l4_cap_idx_t arg, unsigned prio)
{
    struct worker *w = worker_run(fn, (void *)arg, prio);

    let_others_run(500); /* until it waits */
    return new_gate(w->cap, 0x10);
}

/* Somebody between us and the server who never stops. */
static struct worker *hog(void)
{
    struct worker *w = worker_create(spin, NULL);

    worker_start(w, PRIO_LOW + 20);
    return w;
}

SYSTEST(donate, a_low_server_answers_in_spite_of_a_medium_hog)
{
    l4_cap_idx_t s = server(serve, 0, PRIO_LOW);
    struct worker *h = hog();
    unsigned before = h->steps;

    for (unsigned i = 0; i < 20; i++)
        EXPECT_EQ(l4_error(l4_ipc_call(s, l4_utcb(), empty_msg, l4_ipc_timeout(0, 0, 1000, 5))), 0);
    EXPECT_EQ(h->steps, before);
}

SYSTEST(donate, it_goes_through_a_chain_of_servers)
{
    l4_cap_idx_t s = server(serve, 0, PRIO_LOW - 2);
    struct worker *h;

    s = server(forward, s, PRIO_LOW + 1);
    s = server(forward, s, PRIO_LOW - 1);
    h = hog();
    for (unsigned i = 0; i < 20; i++)
        EXPECT_EQ(l4_error(l4_ipc_call(s, l4_utcb(), empty_msg, l4_ipc_timeout(0, 0, 1000, 5))), 0);
    for (unsigned i = 0; i < 20; i++) /* and on the fast path */
        EXPECT_EQ(l4_error(l4_ipc_call(s, l4_utcb(), empty_msg, L4_IPC_NEVER)), 0);
    EXPECT_EQ(h->steps, 0);
}

SYSTEST(donate, the_schedule_flag_gives_nothing)
{
    l4_cap_idx_t s = server(serve, 0, PRIO_LOW);
    l4_msgtag_t t;

    (void)hog();
    t = l4_ipc_call(s, l4_utcb(), l4_msgtag(0, 0, 0, L4_MSGTAG_SCHEDULE),
                    l4_ipc_timeout(0, 0, 625, 3)); /* 5 ms: the hog has all of it */
    EXPECT_IPC_ERROR(t, L4_IPC_RETIMEOUT);
}

SYSTEST(donate, a_plain_send_gives_nothing)
{
    struct worker *w = worker_create(serve, NULL);
    struct worker *h;

    worker_start(w, PRIO_LOW);
    let_others_run(500);
    h = hog();
    EXPECT_EQ(l4_error(l4_ipc_send(w->cap, l4_utcb(), empty_msg, L4_IPC_BOTH_TIMEOUT_0)), 0);
    let_others_run(5000);
    EXPECT_EQ(w->steps, 0);
    EXPECT_NE(h->steps, 0);
}

SYSTEST(donate, it_ends_with_the_answer)
{
    struct worker *w = worker_create(serve, NULL);
    struct worker *same = worker_create(serve, NULL);
    struct worker *h;

    worker_start(w, PRIO_LOW);
    worker_start(same, PRIO_LOW);
    let_others_run(500);
    h = hog();
    EXPECT_EQ(l4_error(l4_ipc_call(w->cap, l4_utcb(), empty_msg, L4_IPC_NEVER)), 0);
    /* the server is as low as before */
    EXPECT_EQ(l4_error(l4_ipc_send(w->cap, l4_utcb(), empty_msg, L4_IPC_BOTH_TIMEOUT_0)), 0);
    let_others_run(3000);
    EXPECT_EQ(w->steps, 1);
    EXPECT_NE(h->steps, 0);
}

SYSTEST(donate, the_server_pays_with_its_callers_time)
{
    struct worker *w = worker_create(serve, NULL);
    l4_kernel_clock_t t = 0;

    worker_start(w, PRIO_LOW);
    let_others_run(500);
    for (uint64_t until = now_us() + 10000; now_us() < until;)
        (void)l4_ipc_call(w->cap, l4_utcb(), empty_msg, L4_IPC_NEVER);
    EXPECT_EQ(l4_error(l4_thread_stats_time(w->cap, &t)), 0);
    EXPECT_NE(t, 0);
    EXPECT_NE(w->steps, 0);
}

static void call_once(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_call((l4_cap_idx_t)w->arg, l4_utcb(), empty_msg, L4_IPC_NEVER).raw;
}

static void wait_and_spin(struct worker *w)
{
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    for (;;)
        w->steps++;
}

SYSTEST(donate, a_caller_that_is_cancelled_takes_its_time_back)
{
    struct worker *s = worker_run(wait_and_spin, NULL, PRIO_LOW);
    struct worker *c;
    unsigned steps;

    let_others_run(500);
    c = worker_create(call_once, (void *)s->cap);
    worker_start(c, PRIO_MAIN - 1);
    let_others_run(2000); /* the server spins on the caller's time */
    EXPECT_NE(s->steps, 0);
    (void)hog(); /* higher than the server, lower than the caller */
    steps = s->steps;
    let_others_run(2000);
    EXPECT_LT(steps, s->steps);
    worker_cancel(c);
    let_others_run(1000);
    EXPECT_EQ(c->state, WORKER_DONE);
    steps = s->steps;
    let_others_run(3000);
    EXPECT_EQ(s->steps, steps);
}

SYSTEST(donate, a_caller_that_is_deleted_takes_its_time_along)
{
    struct worker *s = worker_run(wait_and_spin, NULL, PRIO_LOW);
    struct worker *c;
    unsigned steps;

    let_others_run(500);
    c = worker_create(call_once, (void *)s->cap);
    worker_start(c, PRIO_MAIN - 1);
    let_others_run(2000);
    (void)hog();
    worker_delete(c);
    steps = s->steps;
    let_others_run(3000);
    EXPECT_EQ(s->steps, steps);
}

SYSTEST(donate, a_server_that_is_deleted_gives_the_time_back)
{
    struct worker *s = worker_run(wait_and_spin, NULL, PRIO_LOW);
    struct worker *c;

    let_others_run(500);
    c = worker_create(call_once, (void *)s->cap);
    worker_start(c, PRIO_MAIN - 1);
    let_others_run(1000);
    worker_delete(s);
    let_others_run(1000);
    EXPECT_EQ(c->state, WORKER_DONE);
}
