/* SPDX-License-Identifier: MIT */
/* See preempt.h. */
#include "preempt.h"

#include <bench/bench.h>
#include <l4/sys/ipc.h>

enum {
    SETUP_US = 60,   /* from choosing the time of a strike to the low thread's spinning */
    PATIENCE_MS = 5, /* a low thread that is not through by then is gone or stuck */
    FAR = 3000000,   /* instructions: longer than any path */
    BEHIND = 200,    /* how far behind the end of a path strikes still make sense */
    AROUND = 32,     /* instructions around OFFSET that are tried */
    FINE = 600,      /* the last instructions before a path are counted, not looked up */
    CLOCK_BR = 8,
    READY_LABEL = 0x7ead,
};

enum strike {
    STRIKE_NOTHING, /* only the interrupt, and two switches */
    STRIKE_KILL,
    STRIKE_CANCEL,
    STRIKE_DISTURB,
    STRIKES,
};

static const char *const strike_names[] = { "nothing", "kill", "cancel", "disturb" };

/* The run under way. */
static struct {
    const struct path *path;
    enum strike strike;
    struct worker *low;
    uint64_t strike_us;
    uint64_t start;  /* tick at which the path begins */
    uint64_t length; /* what it took */
    uint64_t offset;
    volatile bool late, finished, ok, struck;
} now;

/* ---- the threads ------------------------------------------------------------------------------
 */

/* Return at this tick. False if it is over. */
static bool spin_until(uint64_t tick)
{
    int64_t left;

    do {
        left = (int64_t)(tick - ticks());
    } while (left > FINE);
    if (left < 8)
        return false;
    __asm__ __volatile__("   shrq %0\n" /* two instructions a round, and one for the odd one */
                         "   jnc 1f\n"
                         "   nop\n"
                         "1: decq %0\n"
                         "   jnz 1b\n"
                         : "+r"(left)
                         :
                         : "cc");
    return true;
}

static void low(struct worker *w)
{
    uint64_t begin;

    (void)w;
    if (spin_until(now.start)) {
        begin = ticks();
        now.ok = now.path->run();
        now.length = ticks() - begin;
        now.finished = true;
    } else {
        now.late = true;
    }
    (void)l4_ipc_send(L4_BASE_THREAD_CAP, l4_utcb(), l4_msgtag(READY_LABEL, 0, 0, 0), L4_IPC_NEVER);
}

static void striker(struct worker *w)
{
    (void)w;
    (void)l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(now.strike_us, CLOCK_BR)));
    now.struck = true;
    switch (now.strike) {
    case STRIKE_KILL: cap_delete(now.low->cap); break;
    case STRIKE_CANCEL: worker_cancel(now.low); break;
    case STRIKE_DISTURB: now.path->disturb(); break;
    case STRIKE_NOTHING:
    case STRIKES: break;
    }
}

l4_msgtag_t path_next(const l4_msgtag_t *answer)
{
    l4_umword_t label;
    l4_msgtag_t t = { .raw = L4_MSGTAG_ERROR };

    if (answer)
        t = l4_ipc_reply_and_wait(l4_utcb(), *answer, &label, L4_IPC_SEND_TIMEOUT_0);
    while (l4_msgtag_has_error(t)) /* a caller that is gone must not keep a server busy */
        t = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    return t;
}

void path_echo(struct worker *w)
{
    l4_msgtag_t t = path_next(NULL);

    (void)w;
    for (;;) {
        l4_utcb_mr()->mr[0]++;
        t = l4_msgtag(0, l4_msgtag_words(t), 0, 0);
        t = path_next(&t);
    }
}

void path_sleep(struct worker *w)
{
    (void)w;
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

void path_drain(struct worker *w)
{
    for (;; w->steps++)
        (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
}

/* ---- one strike -------------------------------------------------------------------------------
 */

static void attempt(const struct path *p, enum strike s, uint64_t offset, uint64_t setup_us)
{
    struct worker *high;

    now.path = p;
    now.strike = s;
    now.late = now.finished = now.ok = now.struck = false;
    now.low = worker_create(low, NULL);
    p->prepare(now.low);
    high = worker_create(striker, NULL);

    receive_nothing();
    now.strike_us = now_us() + setup_us + offset / 1000;
    now.start = ticks_at(now.strike_us) - offset;
    worker_start(high, PRIO_HIGH);
    worker_start(now.low, PRIO_LOW);
    (void)l4_ipc_wait(l4_utcb(), NULL,
                      l4_timeout(L4_IPC_TIMEOUT_0, l4_timeout_from_us64(PATIENCE_MS * 1000UL)));
    if (!now.struck && !now.late) /* an early end: the strike hits nothing any more */
        (void)l4_ipc_sleep_us((unsigned)(FAR / 1000));
}

static void judge(enum strike s)
{
    EXPECT_TRUE(now.struck);
    if (s != STRIKE_KILL)
        EXPECT_TRUE(now.finished);
    if (s == STRIKE_NOTHING)
        EXPECT_TRUE(now.ok);
    systest_clean();
    (void)kernel_check(s == STRIKE_KILL);
}

/* The line that repeats the strike under way. */
static void say_again(void)
{
    say("# make preempt PATHNAME=%s OFFSET=%lu    strike: %s\n", now.path->name, now.offset,
        strike_names[now.strike]);
}

void path_report_hang(void)
{
    if (now.path)
        say_again();
    now.path = NULL;
}

/* Strike `offset` instructions after the beginning of the path. Returns: its length. */
static uint64_t strike_at(const struct path *p, enum strike s, uint64_t offset)
{
    uint64_t setup_us = SETUP_US;

    systest_goes_on();
    now.offset = offset;
    attempt(p, s, offset, setup_us);
    while (now.late && setup_us < SETUP_US * 16) {
        systest_clean();
        setup_us *= 2;
        attempt(p, s, offset, setup_us);
    }
    EXPECT_FALSE(now.late);
    judge(s);
    if (systest_failures())
        say_again();
    now.path = NULL;
    if (systest_failures())
        systest_stop();
    return now.length;
}

static void sweep(const struct path *p, enum strike s, uint64_t length)
{
    const struct params *k = params_get();
    uint64_t end = length + BEHIND;
    uint64_t step = k->points ? (end + k->points - 1) / k->points : 1;
    uint64_t offset = 0;

    if (k->offset >= 0) {
        offset = k->offset > AROUND ? (uint64_t)k->offset - AROUND : 0;
        end = (uint64_t)k->offset + AROUND;
        step = 1;
    }
    for (; offset <= end; offset += step)
        (void)strike_at(p, s, offset);
}

static bool wanted(const struct path *p)
{
    const char *a = params_get()->path;
    const char *b = p->name;

    if (!*a)
        return true;
    for (; *a && *a == *b; a++)
        b++;
    return *a == *b;
}

void path_sweep(const struct path *p)
{
    uint64_t length;

    path_report_hang();
    if (!wanted(p))
        return;
    (void)strike_at(p, STRIKE_NOTHING, FAR); /* the first one touches pages */
    length = strike_at(p, STRIKE_NOTHING, FAR);
    say("# %s: %lu instructions\n", p->name, length);
    for (enum strike s = STRIKE_NOTHING; s < STRIKES; s++)
        if (s != STRIKE_DISTURB || p->disturb)
            sweep(p, s, length);
}
