/* SPDX-License-Identifier: MIT */
/* The scheduler object, and what priorities and quanta do. */
#include <systest/systest.h>

#include <l4/sys/irq.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>

#define SELF L4_BASE_THREAD_CAP
#define S L4_BASE_SCHEDULER_CAP

static l4_msgtag_t invoke(l4_umword_t op, unsigned words, unsigned items)
{
    l4_utcb_mr()->mr[0] = op;
    return l4_ipc_call(S, l4_utcb(), l4_msgtag(L4_PROTO_SCHEDULER, words, items, 0), L4_IPC_NEVER);
}

static long run(l4_cap_idx_t t, unsigned prio, l4_umword_t quantum)
{
    l4_sched_param_t sp = l4_sched_param(prio, quantum);

    return l4_error(l4_scheduler_run_thread(S, t, &sp));
}

static void spin(struct worker *w)
{
    for (;;)
        w->steps++;
}

static void count_once(struct worker *w)
{
    w->steps++;
}

static void burn(unsigned us)
{
    for (uint64_t until = now_us() + us; now_us() < until;)
        ;
}

/* ---- the object ---------------------------------------------------------------------------------
 */

SYSTEST(sched, info_tells_the_processors)
{
    l4_sched_cpu_set_t set = l4_sched_cpu_set(0, 0, 0);
    l4_umword_t max = 0, classes = 0;

    EXPECT_EQ(l4_scheduler_info_with_classes(S, &max, &set, &classes).raw,
              l4_msgtag(0, 3, 0, 0).raw);
    EXPECT_EQ(set.map & 1, 1);
    EXPECT_LE(1, max);
    EXPECT_EQ(classes & 1UL << L4_SCHEDULER_CLASS_FIXED_PRIO, 1UL << L4_SCHEDULER_CLASS_FIXED_PRIO);
    EXPECT_TRUE(l4_scheduler_is_online(S, 0));
    EXPECT_FALSE(l4_scheduler_is_online(S, 4000));
}

SYSTEST(sched, info_beyond_the_last_processor_is_out_of_range)
{
    l4_sched_cpu_set_t set = l4_sched_cpu_set(100000, 0, 0);

    EXPECT_EQ(l4_error(l4_scheduler_info(S, NULL, &set)), -L4_ERANGE);
}

SYSTEST(sched, unknown_requests_are_refused)
{
    l4_utcb_mr()->mr[0] = 0;
    EXPECT_EQ(l4_error(l4_ipc_call(S, l4_utcb(), l4_msgtag(L4_PROTO_TASK, 1, 0, 0), L4_IPC_NEVER)),
              -L4_EBADPROTO);
    EXPECT_EQ(l4_error(invoke(0, 0, 0)), -L4_EMSGTOOSHORT);
    EXPECT_EQ(l4_error(invoke(3, 1, 0)), -L4_ENOSYS);
    EXPECT_EQ(l4_error(invoke(L4_SCHEDULER_INFO_OP, 1, 0)), -L4_EMSGTOOSHORT);
    EXPECT_EQ(l4_error(invoke(L4_SCHEDULER_IDLE_TIME_OP, 2, 0)), -L4_EMSGTOOSHORT);
}

SYSTEST(sched, run_thread_checks_its_arguments)
{
    struct worker *w = worker_create(count_once, NULL);

    EXPECT_EQ(run(w->cap, 0, 0), -L4_EINVAL);
    EXPECT_EQ(run(cap_slot(), 10, 0), -L4_EINVAL);
    EXPECT_EQ(run(new_irq(), 10, 0), -L4_EINVAL);
    l4_utcb_mr()->mr[1] = 0xff000000;
    l4_utcb_mr()->mr[2] = 1;
    l4_utcb_mr()->mr[3] = 10;
    l4_object_arg_u(4, w->cap, l4_utcb());
    EXPECT_EQ(l4_error(invoke(L4_SCHEDULER_RUN_THREAD_OP, 4, 1)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_thread_ex_regs(w->cap, ~0UL, ~0UL, 0)), 0);
    EXPECT_EQ(w->steps, 0); /* none of these gave it a processor */
}

static long run_class(l4_cap_idx_t t, long class, unsigned words, l4_umword_t quantum,
                      l4_umword_t param)
{
    l4_msg_regs_t *m = l4_utcb_mr();

    m->mr[1] = 0xff000000;
    m->mr[2] = 1;
    m->mr[3] = (l4_umword_t) - class;
    m->mr[4] = words - 1;
    m->mr[5] = quantum;
    m->mr[6] = param;
    l4_object_arg_u(words, t, l4_utcb());
    return l4_error(invoke(L4_SCHEDULER_RUN_THREAD_OP, words, 1));
}

SYSTEST(sched, classes_can_be_named)
{
    struct worker *w = worker_create(count_once, NULL);
    extern char worker_entry[];

    EXPECT_EQ(run_class(w->cap, 7, 7, 0, PRIO_HIGH), -L4_ERANGE);
    EXPECT_EQ(run_class(w->cap, L4_SCHEDULER_CLASS_FIXED_PRIO, 7, 0, 0), -L4_EINVAL);
    EXPECT_EQ(
        l4_error(l4_thread_ex_regs(w->cap, (l4_addr_t)worker_entry, (l4_addr_t)w->stack_top, 0)),
        0);
    EXPECT_EQ(w->steps, 0);
    EXPECT_EQ(run_class(w->cap, L4_SCHEDULER_CLASS_FIXED_PRIO, 7, 0, PRIO_HIGH), 0);
    EXPECT_EQ(w->steps, 1);
}

SYSTEST(sched, priorities_end_at_255)
{
    struct worker *w = worker_create(count_once, NULL);

    EXPECT_EQ(run(w->cap, 100000, 0), 0);
    EXPECT_EQ(run(w->cap, 1, ~0UL), 0); /* a quantum of years is taken as a long one */
}

SYSTEST(sched, idle_time_grows_while_nobody_runs)
{
    l4_sched_cpu_set_t set = l4_sched_cpu_set(0, 0, 1);
    l4_kernel_clock_t a = 0, b = 0, c = 0;

    EXPECT_EQ(l4_scheduler_idle_time(S, &set, &a).raw, l4_msgtag(0, 1, 0, 0).raw);
    let_others_run(20000);
    EXPECT_EQ(l4_error(l4_scheduler_idle_time(S, &set, &b)), 0);
    EXPECT_LE(a + 15000, b);
    burn(5000);
    EXPECT_EQ(l4_error(l4_scheduler_idle_time(S, &set, &c)), 0);
    EXPECT_LE(c, b + 1000);
    set.map = 0;
    EXPECT_EQ(l4_error(l4_scheduler_idle_time(S, &set, &a)), -L4_EINVAL);
    set = l4_sched_cpu_set(4000, 0, 1);
    EXPECT_EQ(l4_error(l4_scheduler_idle_time(S, &set, &a)), -L4_EINVAL);
}

/* ---- what priorities do
 * ---------------------------------------------------------------------------- */

SYSTEST(prio, a_higher_thread_that_becomes_ready_runs_at_once)
{
    struct worker *w = worker_run(count_once, NULL, PRIO_HIGH);

    EXPECT_EQ(w->steps, 1);
}

SYSTEST(prio, a_lower_thread_waits)
{
    struct worker *low = worker_create(spin, NULL);
    struct worker *same = worker_create(count_once, NULL);

    worker_start(low, PRIO_MAIN - 1);
    worker_start(same, PRIO_MAIN);
    burn(3000);
    EXPECT_EQ(low->steps, 0);
    (void)same;
}

SYSTEST(prio, raising_a_thread_lets_it_run)
{
    struct worker *w = worker_create(count_once, NULL);

    worker_start(w, PRIO_LOW);
    EXPECT_EQ(w->steps, 0);
    prio_set(w->cap, PRIO_HIGH);
    EXPECT_EQ(w->steps, 1);
}

SYSTEST(prio, lowering_oneself_lets_others_run)
{
    struct worker *w = worker_create(count_once, NULL);

    worker_start(w, PRIO_LOW);
    prio_set(SELF, PRIO_LOW - 1);
    EXPECT_EQ(w->steps, 1);
}

SYSTEST(prio, a_timeout_preempts_whoever_is_lower)
{
    struct worker *w = worker_create(spin, NULL);
    uint64_t start;

    worker_start(w, PRIO_LOW);
    start = now_us();
    (void)l4_ipc_sleep_us(5000);
    EXPECT_LT(now_us() - start, 100000);
    EXPECT_NE(w->steps, 0);
}

static void wait_then_trigger(struct worker *w)
{
    (void)l4_ipc_sleep_us(2000);
    (void)l4_irq_trigger((l4_cap_idx_t)w->arg);
    w->out[0] = now_us();
}

SYSTEST(prio, a_timeout_of_a_higher_thread_preempts_us)
{
    l4_cap_idx_t irq = new_irq();
    struct worker *w = worker_run(wait_then_trigger, (void *)irq, PRIO_HIGH);
    uint64_t start = now_us();

    while (w->state != WORKER_DONE && now_us() < start + 500000)
        ; /* it does not need us to block */
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_LE(start, w->out[0]);
}

SYSTEST(prio, peers_take_turns)
{
    struct worker *w[3];

    for (unsigned i = 0; i < 3; i++) {
        w[i] = worker_create(spin, NULL);
        worker_start(w[i], PRIO_LOW);
    }
    for (unsigned i = 0; i < 3; i++)
        EXPECT_EQ(run(w[i]->cap, PRIO_LOW, 2000), 0);
    let_others_run(40000);
    for (unsigned i = 0; i < 3; i++) {
        l4_kernel_clock_t t = 0;

        EXPECT_EQ(l4_error(l4_thread_stats_time(w[i]->cap, &t)), 0);
        EXPECT_LE(4000, t);
    }
}

SYSTEST(prio, the_quantum_is_the_length_of_a_turn)
{
    struct worker *small = worker_create(spin, NULL);
    struct worker *large = worker_create(spin, NULL);
    l4_kernel_clock_t s = 0, l = 0;

    worker_start(small, PRIO_LOW);
    worker_start(large, PRIO_LOW);
    EXPECT_EQ(run(small->cap, PRIO_LOW, 4000), 0);
    EXPECT_EQ(run(large->cap, PRIO_LOW, 16000), 0);
    let_others_run(120000);
    EXPECT_EQ(l4_error(l4_thread_stats_time(small->cap, &s)), 0);
    EXPECT_EQ(l4_error(l4_thread_stats_time(large->cap, &l)), 0);
    EXPECT_LT(3 * s, 2 * l); /* 4:1 but for an emulator that stops now and then */
    EXPECT_LE(4000, s);
}

static unsigned turn;

static void note_turn(struct worker *w)
{
    w->out[0] = ++turn;
}

SYSTEST(prio, many_priorities_run_in_their_order)
{
    struct worker *w[30];

    turn = 0;
    for (unsigned i = 0; i < 30; i++) {
        w[i] = worker_create(note_turn, NULL);
        worker_start(w[i], 10 + i * 7 % 30);
    }
    let_others_run(5000);
    for (unsigned i = 0; i < 30; i++)
        EXPECT_EQ(w[i]->out[0], 30 - i * 7 % 30);
}
