/* SPDX-License-Identifier: MIT */
/*
 * Random invocations, with fixed seeds, of every kind of object, by a thread of a task that may
 * break everything it has. The kernel survives, the rest of the system works on, and after all
 * was deleted its memory is whole again.
 *
 * Words are drawn from what is nearly right: operations, slots that are used, flexpages of them,
 * small numbers, limits. What is random in every bit is refused too early to be interesting.
 */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/irq.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

enum {
    SLOTS = 32, /* slots 0x10 - 0x2f of the task are played with */
    FIRST = 0x10,
    ROUND = 400,        /* invocations of one thread */
    STILL_MAX = 100,    /* cancelled so often without a step: it hangs */
    PATIENCE_US = 4000, /* then it is cancelled: it waits for something that never comes */
};

#define SLOT(i) ((l4_cap_idx_t)(FIRST + (i)) << L4_CAP_SHIFT)

struct dice {
    uint64_t state;
};

static uint64_t roll(struct dice *d)
{
    d->state ^= d->state << 13;
    d->state ^= d->state >> 7;
    d->state ^= d->state << 17;
    return d->state;
}

static uint64_t below(struct dice *d, uint64_t n)
{
    return roll(d) % n;
}

static l4_cap_idx_t any_slot(struct dice *d)
{
    return SLOT(below(d, SLOTS));
}

static l4_umword_t any_fpage(struct dice *d)
{
    static const unsigned char orders[] = { 0, 1, 3, 5, 11, 12, 13, 16, 17, 18, 21, 30, 47, 63 };
    unsigned order = orders[below(d, sizeof(orders))];
    unsigned rights = (unsigned)roll(d) & 0xf;

    switch (below(d, 4)) {
    case 0: return l4_obj_fpage(any_slot(d), order % 6, (unsigned char)rights).raw;
    case 1:
        return l4_fpage(TEST_AREA + below(d, 64) * L4_PAGESIZE, order, (unsigned char)rights).raw;
    case 2: return l4_fpage_raw(below(d, 0x10000) << 12, order, L4_FPAGE_IO, rights).raw;
    default: return l4_fpage_raw(roll(d), order, (unsigned)roll(d) & 3, rights).raw;
    }
}

static l4_umword_t any_word(struct dice *d)
{
    static const l4_umword_t limits[] = { 0,          1,          ~0UL,
                                          1UL << 63,  1UL << 47,  (1UL << 47) - 1,
                                          0x80000000, 0xc0000000, 0x7fffffff,
                                          0xffff };

    switch (below(d, 8)) {
    case 0:
    case 1: return below(d, 0x20);
    case 2: return below(d, 0x20) | below(d, 0x1000) << 16;
    case 3: return any_fpage(d);
    case 4: return any_slot(d) | below(d, 0x100);
    case 5: return limits[below(d, sizeof(limits) / sizeof(limits[0]))];
    case 6: return (l4_umword_t) - (long)below(d, 0x20);
    default: return roll(d);
    }
}

/* A protocol that somebody knows. */
static long any_label(struct dice *d)
{
    return below(d, 8) ? -(long)below(d, 26) : (long)(roll(d) & 0xffff);
}

static l4_timeout_t any_timeout(struct dice *d)
{
    static const uint16_t values[] = { L4_TIMEOUT_RAW_ZERO, 100, 1 << 10 | 200, 0x8003, 0x0800 };

    return l4_timeout((l4_timeout_s){ values[below(d, 5)] }, (l4_timeout_s){ values[below(d, 5)] });
}

static void fill_utcb(struct dice *d, unsigned words, unsigned items)
{
    l4_utcb_t *u = l4_utcb();

    for (unsigned i = 0; i < 63 && i < words + 2 * items + 2; i++)
        l4_utcb_mr_u(u)->mr[i] = any_word(d);
    for (unsigned i = words; i + 1 < 63 && i < words + 2 * items; i += 2) {
        if (below(d, 8) == 0)
            continue;
        l4_utcb_mr_u(u)->mr[i] = any_slot(d) | L4_ITEM_MAP | (below(d, 256) & 0xf3);
        l4_utcb_mr_u(u)->mr[i + 1] = any_fpage(d);
    }
    l4_utcb_br_u(u)->bdr = below(d, 2) ? 0 : roll(d);
    for (unsigned i = 0; i < 8; i++)
        l4_utcb_br_u(u)->br[i] = any_word(d);
    l4_utcb_br_u(u)->br[0] = any_slot(d) | L4_RCV_ITEM_SINGLE_CAP | below(d, 8);
    if (below(d, 3) == 0) {
        l4_utcb_br_u(u)->br[0] = L4_ITEM_MAP | below(d, 2);
        l4_utcb_br_u(u)->br[1] = any_fpage(d);
    }
}

static void play(struct worker *w)
{
    struct dice d = { .state = (uint64_t)w->arg };

    for (unsigned i = 0; i < ROUND; i++) {
        unsigned words = (unsigned)below(&d, below(&d, 8) ? 8 : 64);
        unsigned items = (unsigned)below(&d, below(&d, 8) ? 3 : 64);
        l4_cap_idx_t to = below(&d, 16) ? any_slot(&d) : roll(&d) & ~0xfUL;
        l4_umword_t op = below(&d, 4) ? L4_SYSF_CALL : below(&d, 16);

        fill_utcb(&d, words, items);
        (void)l4_ipc(to, l4_utcb(), op, roll(&d),
                     l4_msgtag(any_label(&d), words, items, (unsigned)roll(&d) & 0xf000), NULL,
                     any_timeout(&d));
        w->steps++;
    }
}

static void be_still(struct worker *w)
{
    (void)w;
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
}

/* One of everything in the slots of the player's task, each with full rights. */
static void deal(struct task *player)
{
    struct task *victim = task_create();
    struct worker *sleeper = worker_create_in(victim, be_still, NULL);
    struct worker *unborn = worker_create_in(victim, be_still, NULL);
    l4_cap_idx_t const cards[] = {
        victim->cap,
        sleeper->cap,
        unborn->cap,
        new_thread(),
        new_gate(sleeper->cap, 0x40),
        new_gate(L4_INVALID_CAP, 0),
        new_irq(),
        new_irq(),
        new_semaphore(),
        new_factory(64 << 10),
        new_factory(8 << 10),
        cap_copy(L4_BASE_SCHEDULER_CAP, L4_CAP_FPAGE_RWS, 0),
    };

    /* Who dies of a fault needs nobody to be told. */
    worker_handlers(sleeper, L4_INVALID_CAP, L4_INVALID_CAP);
    worker_handlers(unborn, L4_INVALID_CAP, L4_INVALID_CAP);
    worker_start(sleeper, PRIO_LOW);
    for (unsigned i = 0; i < sizeof(cards) / sizeof(cards[0]); i++) {
        task_give_at(player, cards[i], SLOT(i), L4_CAP_FPAGE_RWSD);
        task_give_at(player, cards[i], SLOT(i + 16),
                     L4_CAP_FPAGE_R | (unsigned)below(&(struct dice){ i + 1 }, 16));
        cap_drop(cards[i]);
    }
}

static struct worker *player(struct task *t, uint64_t seed)
{
    struct worker *w = worker_create_in(t, play, (void *)(uintptr_t)(seed * 0x9e3779b97f4a7c15UL));
    l4_sched_param_t const sp = l4_sched_param(PRIO_LOW, 1000);

    worker_handlers(w, L4_INVALID_CAP, L4_INVALID_CAP);
    worker_start(w, PRIO_LOW);
    EXPECT_EQ(l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, w->cap, &sp)), 0);
    return w;
}

/* A message would be taken or wait; nobody waits for it here. */
static bool lives(struct worker *w)
{
    l4_msgtag_t t = l4_ipc_send(w->cap, l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_BOTH_TIMEOUT_0);

    return !l4_msgtag_has_error(t) || l4_ipc_error_code(l4_utcb()) != L4_IPC_ENOT_EXISTENT;
}

/* Let it play to the end, or until it kills itself. Whatever it waits for, a cancel ends it. */
static void watch(struct worker *w)
{
    unsigned still = 0;

    while (still < STILL_MAX && w->state != WORKER_DONE && lives(w)) {
        unsigned steps = w->steps;

        let_others_run(PATIENCE_US);
        still = w->steps == steps ? still + 1 : 0;
        if (still)
            (void)l4_thread_ex_regs(w->cap, ~0UL, ~0UL, L4_THREAD_EX_REGS_CANCEL);
    }
    EXPECT_LT(still, STILL_MAX);
}

static void game(uint64_t seed)
{
    struct task *t = task_create();
    struct worker *a, *b;

    deal(t);
    a = player(t, 2 * seed);
    b = player(t, 2 * seed + 1);
    if (seed % 2) { /* they may break themselves, too */
        task_give_at(t, t->cap, SLOT(12), L4_CAP_FPAGE_RWSD);
        task_give_at(t, a->cap, SLOT(13), L4_CAP_FPAGE_RWSD);
        task_give_at(t, b->cap, SLOT(14), L4_CAP_FPAGE_RWSD);
    }
    watch(a);
    watch(b);
    cap_delete(t->cap);
}

/* The system still does what it should. */
static void echo(struct worker *w)
{
    (void)w;
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    (void)l4_ipc_reply(l4_utcb(), l4_msgtag(7, 0, 0, 0), L4_IPC_NEVER);
}

static void still_works(void)
{
    struct worker *w = worker_run(echo, NULL, PRIO_HIGH);
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(
        l4_error(l4_ipc_call(new_gate(w->cap, 0), l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER)),
        7);
    EXPECT_EQ(l4_error(l4_rcv_ep_bind_thread(irq, L4_BASE_THREAD_CAP, 0x55)), 0);
    (void)l4_irq_trigger(irq);
    EXPECT_EQ(l4_ipc_receive(irq, l4_utcb(), L4_IPC_BOTH_TIMEOUT_0).raw, 0);
}

#define GAME(n)                                                                                    \
    SYSTEST(fuzz, the_kernel_survives_game_##n)                                                    \
    {                                                                                              \
        game(n);                                                                                   \
        still_works();                                                                             \
    }

GAME(1)
GAME(2)
GAME(3)
GAME(4)
GAME(5)
GAME(6)
GAME(7)
GAME(8)
GAME(9)
GAME(10)
GAME(11)
GAME(12)
GAME(13)
GAME(14)
GAME(15)
GAME(16)
GAME(17)
GAME(18)
GAME(19)
GAME(20)
GAME(21)
GAME(22)
GAME(23)
GAME(24)
