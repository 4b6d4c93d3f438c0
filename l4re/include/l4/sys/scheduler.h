/* SPDX-License-Identifier: MIT */
/*
 * Scheduler: gives threads CPUs, priorities and time quanta. Priorities are 1 ... 255, more is
 * more important. The capability is the right; no rights on it are checked.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/*
 * Set of CPUs: bit i of map stands for the 2^granularity CPUs from
 * offset + i * 2^granularity. gran_offset = granularity << 24 | offset.
 */
typedef struct l4_sched_cpu_set_t {
    l4_umword_t gran_offset;
    l4_umword_t map;
} l4_sched_cpu_set_t;

typedef struct l4_sched_param_t {
    l4_sched_cpu_set_t affinity;
    l4_umword_t prio;
    l4_umword_t quantum; /* microseconds, 0 = the kernel's default */
} l4_sched_param_t;

L4_INLINE l4_sched_cpu_set_t l4_sched_cpu_set(l4_umword_t offset, unsigned char granularity,
                                              l4_umword_t map)
{
    l4_sched_cpu_set_t cs;

    cs.gran_offset = ((l4_umword_t)granularity << 24) | (offset & 0x00ffffffUL);
    cs.map = map;
    return cs;
}

/* Parameters that allow every CPU. */
L4_INLINE l4_sched_param_t l4_sched_param(unsigned prio, l4_umword_t quantum)
{
    l4_sched_param_t sp;

    sp.affinity = l4_sched_cpu_set(0, 0xff, 1);
    sp.prio = prio;
    sp.quantum = quantum;
    return sp;
}

/*
 * CPUs that exist: *cpu_max is their maximum number, cpus->map those present in the set that
 * cpus->gran_offset describes, *sched_classes bit 1 << class for each scheduling class.
 * cpu_max and sched_classes may be NULL.
 *
 * Returns: -L4_ERANGE if the offset is beyond the last CPU.
 */
L4_INLINE l4_msgtag_t l4_scheduler_info_with_classes_u(l4_cap_idx_t scheduler, l4_umword_t *cpu_max,
                                                       l4_sched_cpu_set_t *cpus,
                                                       l4_umword_t *sched_classes, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_SCHEDULER_INFO_OP;
    m->mr[1] = cpus->gran_offset;
    t = l4_object_call_u(scheduler, L4_PROTO_SCHEDULER, 2, 0, utcb);
    if (l4_msgtag_has_error(t) || l4_msgtag_label(t) < 0)
        return t;
    cpus->map = m->mr[0];
    if (cpu_max)
        *cpu_max = m->mr[1];
    if (sched_classes)
        *sched_classes = m->mr[2];
    return t;
}

L4_INLINE l4_msgtag_t l4_scheduler_info_with_classes(l4_cap_idx_t scheduler, l4_umword_t *cpu_max,
                                                     l4_sched_cpu_set_t *cpus,
                                                     l4_umword_t *sched_classes)
{
    return l4_scheduler_info_with_classes_u(scheduler, cpu_max, cpus, sched_classes, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_scheduler_info_u(l4_cap_idx_t scheduler, l4_umword_t *cpu_max,
                                          l4_sched_cpu_set_t *cpus, l4_utcb_t *utcb)
{
    return l4_scheduler_info_with_classes_u(scheduler, cpu_max, cpus, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_scheduler_info(l4_cap_idx_t scheduler, l4_umword_t *cpu_max,
                                        l4_sched_cpu_set_t *cpus)
{
    return l4_scheduler_info_u(scheduler, cpu_max, cpus, l4_utcb());
}

/*
 * Give a thread its CPU, priority and quantum; may be repeated. The thread stays on its CPU if
 * that is in the set.
 *
 * Returns: -L4_EINVAL priority 0 or no thread; -L4_ERANGE unknown scheduling class.
 */
L4_INLINE l4_msgtag_t l4_scheduler_run_thread_u(l4_cap_idx_t scheduler, l4_cap_idx_t thread,
                                                l4_sched_param_t const *sp, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_SCHEDULER_RUN_THREAD_OP;
    m->mr[1] = sp->affinity.gran_offset;
    m->mr[2] = sp->affinity.map;
    m->mr[3] = sp->prio;
    m->mr[4] = sp->quantum;
    l4_object_arg_u(5, thread, utcb);
    return l4_object_call_u(scheduler, L4_PROTO_SCHEDULER, 5, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_scheduler_run_thread(l4_cap_idx_t scheduler, l4_cap_idx_t thread,
                                              l4_sched_param_t const *sp)
{
    return l4_scheduler_run_thread_u(scheduler, thread, sp, l4_utcb());
}

/* Idle time in microseconds of the first online CPU of the set. Returns: -L4_EINVAL none. */
L4_INLINE l4_msgtag_t l4_scheduler_idle_time_u(l4_cap_idx_t scheduler,
                                               l4_sched_cpu_set_t const *cpus,
                                               l4_kernel_clock_t *us, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_SCHEDULER_IDLE_TIME_OP;
    m->mr[1] = cpus->gran_offset;
    m->mr[2] = cpus->map;
    t = l4_object_call_u(scheduler, L4_PROTO_SCHEDULER, 3, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0)
        *us = m->mr[0];
    return t;
}

L4_INLINE l4_msgtag_t l4_scheduler_idle_time(l4_cap_idx_t scheduler, l4_sched_cpu_set_t const *cpus,
                                             l4_kernel_clock_t *us)
{
    return l4_scheduler_idle_time_u(scheduler, cpus, us, l4_utcb());
}

/* Is the CPU present and online? 0 also if the question could not be asked. */
L4_INLINE int l4_scheduler_is_online_u(l4_cap_idx_t scheduler, l4_umword_t cpu, l4_utcb_t *utcb)
{
    l4_sched_cpu_set_t s = l4_sched_cpu_set(cpu, 0, 1);
    l4_msgtag_t t = l4_scheduler_info_u(scheduler, 0, &s, utcb);

    return !l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0 && (s.map & 1);
}

L4_INLINE int l4_scheduler_is_online(l4_cap_idx_t scheduler, l4_umword_t cpu)
{
    return l4_scheduler_is_online_u(scheduler, cpu, l4_utcb());
}
