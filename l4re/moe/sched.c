/* SPDX-License-Identifier: MIT */
/*
 * Scheduler proxy: runs threads for its holder, but only between two priorities and on some
 * CPUs. Priority p of the holder is base + p of the kernel, at most the limit.
 */
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/scheduler.h>
#include <moe/moe.h>

struct sched {
    struct moe_obj obj;
    unsigned base;
    unsigned limit;
    l4_umword_t cpus; /* of the first 64 */
};

struct moe_obj *sched_new(struct quota *q, unsigned base, unsigned limit, l4_umword_t cpus)
{
    struct moe_obj *o = obj_new(&sched_type, q);
    struct sched *s = (struct sched *)o;

    if (!o)
        return NULL;
    s->base = base;
    s->limit = limit;
    s->cpus = cpus;
    return o;
}

/* The CPUs 0..63 that a set in the caller's form names. */
static l4_umword_t cpus_of(l4_umword_t gran_offset, l4_umword_t map)
{
    unsigned gran = (unsigned)(gran_offset >> 24) & 0xff;
    l4_umword_t offset = gran_offset & 0xffffff;
    l4_umword_t cpus = 0;

    if (gran >= 6)
        return map & 1 && offset < 64 ? ~(l4_umword_t)0 << offset : 0;
    for (unsigned i = 0; i < 64; i++) {
        l4_umword_t first = offset + ((l4_umword_t)i << gran);

        if (map >> i & 1 && first < 64)
            cpus |= (((l4_umword_t)1 << (1U << gran)) - 1) << first;
    }
    return cpus;
}

static int op_info(struct sched *s, struct l4re_srv_msg *m)
{
    l4_sched_cpu_set_t set;
    l4_umword_t max, classes, map = 0;
    long err;

    l4re_msg_get_uword(&m->in, &set.gran_offset);
    if (m->in.err)
        return m->in.err;
    set.map = 0;
    err = l4_error(l4_scheduler_info_with_classes(L4_BASE_SCHEDULER_CAP, &max, &set, &classes));
    if (err < 0)
        return (int)err;
    for (unsigned i = 0; i < 64; i++) {
        if (set.map >> i & 1 && cpus_of(set.gran_offset, (l4_umword_t)1 << i) & s->cpus)
            map |= (l4_umword_t)1 << i;
    }
    l4re_msg_put_uword(&m->out, map);
    l4re_msg_put_uword(&m->out, max);
    l4re_msg_put_uword(&m->out, classes & (1U << L4_SCHEDULER_CLASS_FIXED_PRIO));
    return 0;
}

static int op_run_thread(struct sched *s, struct l4re_srv_msg *m)
{
    l4_umword_t gran_offset, map, prio, quantum;
    l4_sched_param_t p;
    l4_umword_t cpus;

    l4re_msg_get_uword(&m->in, &gran_offset);
    l4re_msg_get_uword(&m->in, &map);
    l4re_msg_get_uword(&m->in, &prio);
    l4re_msg_get_uword(&m->in, &quantum);
    if (m->in.err)
        return m->in.err;
    if ((l4_mword_t)prio < 0)
        return -L4_ERANGE; /* only fixed priorities can be bounded here */
    if (!m->ncaps || m->caps[0].kind != L4RE_SRV_CAP_MAPPED)
        return -L4_EINVAL;
    cpus = cpus_of(gran_offset, map) & s->cpus;
    if (!cpus)
        return -L4_EINVAL;
    prio = prio > s->limit - s->base ? s->limit : s->base + prio;
    p = (l4_sched_param_t){ l4_sched_cpu_set(0, 0, cpus), prio, quantum };
    return (int)l4_error(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, m->caps[0].cap, &p));
}

static int op_idle_time(struct sched *s, struct l4re_srv_msg *m)
{
    l4_umword_t gran_offset, map;
    l4_sched_cpu_set_t set;
    l4_kernel_clock_t us;
    long err;

    l4re_msg_get_uword(&m->in, &gran_offset);
    l4re_msg_get_uword(&m->in, &map);
    if (m->in.err)
        return m->in.err;
    set = l4_sched_cpu_set(0, 0, cpus_of(gran_offset, map) & s->cpus);
    if (!set.map)
        return -L4_EINVAL;
    err = l4_error(l4_scheduler_idle_time(L4_BASE_SCHEDULER_CAP, &set, &us));
    if (err < 0)
        return (int)err;
    l4re_msg_put_u64(&m->out, us);
    return 0;
}

static int sched_dispatch(struct moe_obj *o, struct l4re_srv_msg *m)
{
    struct sched *s = (struct sched *)o;
    l4_umword_t op;

    if (l4re_srv_proto(m) != L4_PROTO_SCHEDULER)
        return -L4_EBADPROTO;
    l4re_msg_get_uword(&m->in, &op);
    if (m->in.err)
        return m->in.err;
    switch (op) {
    case L4_SCHEDULER_INFO_OP: return op_info(s, m);
    case L4_SCHEDULER_RUN_THREAD_OP: return op_run_thread(s, m);
    case L4_SCHEDULER_IDLE_TIME_OP: return op_idle_time(s, m);
    default: return -L4_ENOSYS;
    }
}

static const struct l4re_srv_iface ifaces[] = {
    { L4_PROTO_SCHEDULER, "L4::Scheduler" },
    { 0, NULL },
};

const struct moe_type sched_type = {
    .name = "scheduler proxy",
    .dispatch = sched_dispatch,
    .ifaces = ifaces,
    .size = sizeof(struct sched),
};
