/* SPDX-License-Identifier: MIT */
/* Questions about the plan; see <init/plan.h>. */
#include <init/plan.h>

bool plan_is_owned(const struct boot_plan *p, uint64_t start, uint64_t bytes)
{
    const uint64_t end = start + bytes < start ? UINT64_MAX : start + bytes;

    for (unsigned i = 0; i < p->nowned; i++)
        if (p->owned[i].start < end && start < p->owned[i].end)
            return true;
    return false;
}

bool plan_is_ram(const struct boot_plan *p, uint64_t start, uint64_t bytes)
{
    for (unsigned i = 0; i < p->nram; i++)
        if (p->ram[i].start <= start && start < p->ram[i].end)
            return bytes <= p->ram[i].end - start;
    return false;
}
