/* SPDX-License-Identifier: MIT */
#include "standin.h"

#include <sync/upcall.h>

struct standin standin;

void standin_reset(void)
{
    standin = (struct standin){ 0 };
    for (cpu_id i = 0; i < STANDIN_CPUS; i++)
        sync_cpu_init(&standin.cpu[i], i);
    for (uint32_t i = 0; i < STANDIN_THREADS; i++)
        party_init(&standin.thread[i], i);
}

void sched_micro_leave(void)
{
    standin.left++;
    if (standin.leave)
        standin.leave();
}

struct sync_cpu *sched_sync_cpu(void)
{
    return &standin.cpu[standin.here];
}

struct sync_cpu *sched_sync_cpu_of(cpu_id cpu)
{
    return &standin.cpu[cpu];
}

cpu_id sched_cpus(void)
{
    return STANDIN_CPUS;
}

cpu_id sched_cpu_hint(void)
{
    return standin.here;
}

struct sync_party *sched_party_of(uint32_t index)
{
    return index < STANDIN_THREADS ? &standin.thread[index] : NULL;
}

bool sched_help(struct sync_party *owner, struct helplock *l)
{
    standin.helped++;
    return standin.help && standin.help(owner, l);
}

void sched_helped_release(void)
{
    standin.released++;
}
