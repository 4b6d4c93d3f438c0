/* SPDX-License-Identifier: MIT */
/* Scheduler object: priorities, CPUs, idle time. */
#include <cap/kcall.h>
#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <object/icu.h>
#include <object/invoke.h>
#include <sched/sched.h>
#include <sync/micro.h>
#include <time/clock.h>

#define CPUS_MAX 1u

/* CPU set of the ABI: bit i stands for the 2^gran CPUs from offset + i * 2^gran. */
static uint64_t cpus_of(l4_umword_t gran_offset, l4_umword_t map)
{
    unsigned gran =
        (unsigned)min((gran_offset >> 24) & 0xff, (l4_umword_t)L4_SCHED_MAX_GRANULARITY);
    uint64_t offset = gran_offset & 0xffffff & ~(BIT(gran) - 1);
    uint64_t cpus = 0;

    for (unsigned i = 0; i < CPUS_MAX; i++) {
        uint64_t bit = (i - offset) >> gran;

        if (i >= offset && bit < 64 && (map & BIT(bit)))
            cpus |= BIT(i);
    }
    return cpus;
}

static long op_info(struct kobj *o, struct kcall *c)
{
    l4_umword_t what = kcall_word(c, 1);
    unsigned gran = (unsigned)min((what >> 24) & 0xff, (l4_umword_t)L4_SCHED_MAX_GRANULARITY);
    uint64_t offset = what & 0xffffff & ~(BIT(gran) - 1);
    l4_umword_t map = 0;

    (void)o;
    if (offset >= CPUS_MAX)
        return -L4_ERANGE;
    for (unsigned i = (unsigned)offset; i < CPUS_MAX; i++)
        if (((i - offset) >> gran) < 64)
            map |= BIT((i - offset) >> gran);
    c->out[0] = map;
    c->out[1] = CPUS_MAX;
    c->out[2] = BIT(L4_SCHEDULER_CLASS_FIXED_PRIO);
    c->out_words = 3;
    return 0;
}

/* MR3 and MR4: a priority and a quantum, or a class with its own words. */
static long decode_params(struct kcall *c, unsigned *prio, l4_umword_t *quantum)
{
    l4_mword_t p = (l4_mword_t)kcall_word(c, 3);

    *quantum = kcall_word(c, 4);
    if (p < 0) {
        if (p != -(l4_mword_t)L4_SCHEDULER_CLASS_FIXED_PRIO)
            return -L4_ERANGE;
        if (c->words < 7)
            return -L4_EINVAL;
        *quantum = kcall_word(c, 5);
        p = (l4_mword_t)kcall_word(c, 6);
    }
    if (p <= 0)
        return -L4_EINVAL;
    *prio = (unsigned)min(p, (l4_mword_t)L4_SCHED_MAX_PRIO);
    return 0;
}

static long op_run_thread(struct kobj *o, struct kcall *c)
{
    l4_umword_t quantum;
    unsigned prio;
    unsigned rights;
    long err;
    struct kobj *t;

    (void)o;
    if (c->words < 5)
        return -L4_EINVAL;
    err = decode_params(c, &prio, &quantum);
    if (err)
        return err;
    if (!cpus_of(kcall_word(c, 1), kcall_word(c, 2)))
        return -L4_EINVAL;
    t = kcall_cap_arg(c, 0, &rights, &err);
    if (!t)
        return err;
    if (t->type != &thread_type) {
        kobj_put(t);
        return -L4_EINVAL;
    }

    /* -- no errors below this line -- */
    micro_enter();
    sched_set_params(thread_of_obj(t), prio,
                     quantum ? clock_us_to_ticks(min(quantum, (l4_umword_t)3600000000ul)) : 0);
    sched_home(thread_of_obj(t));
    micro_leave();
    kobj_put(t);
    return 0;
}

static long op_idle_time(struct kobj *o, struct kcall *c)
{
    (void)o;
    if (!cpus_of(kcall_word(c, 1), kcall_word(c, 2)))
        return -L4_EINVAL;
    micro_enter();
    c->out[0] = clock_ticks_to_us(sched_idle_ticks());
    micro_leave();
    c->out_words = 1;
    return 0;
}

static const struct kcall_op ops[] = {
    { "info", L4_SCHEDULER_INFO_OP, 2, 0, 0, op_info },
    { "run_thread", L4_SCHEDULER_RUN_THREAD_OP, 1, 0, 0, op_run_thread },
    { "idle_time", L4_SCHEDULER_IDLE_TIME_OP, 3, 0, 0, op_idle_time },
};

static const struct kcall_table table = {
    .proto = L4_PROTO_SCHEDULER,
    .opmask = ~0ul,
    .nops = array_size(ops),
    .ops = ops,
};

static void scheduler_invoke(struct kobj *o, struct kcall *c)
{
    kcall_finish(c, kcall_dispatch(&table, o, c));
}

static const struct kobj_type scheduler_type = {
    .name = "scheduler",
    .invoke = scheduler_invoke,
    .destroy = kobj_keep,
    .free = kobj_keep,
};

struct kobj *scheduler_create(struct kobj_payer *p)
{
    return kobj_alloc(&scheduler_type, p);
}
