/* SPDX-License-Identifier: MIT */
/* See <arch/cpu.h>. */
#include <arch/cpu.h>

#include "context.h"

#include <arch/mmu.h>
#include <stdio.h>
#include <stdlib.h>

#define AREA_BYTES KiB(256)

static struct arch_cpu boot_cpu; /* until arch_cpu_init() */

_Thread_local struct arch_cpu *host_cpu = &boot_cpu;

void host_die(const char *why)
{
    fflush(stdout);
    fprintf(stderr, "host: %s\n", why);
    abort();
}

struct arch_cpu *arch_cpu_area_of(uint32_t id)
{
    return (struct arch_cpu *)(arch_windows.percpu + id * AREA_BYTES);
}

struct arch_cpu *arch_cpu_area(uint32_t id, size_t bytes, void *(*alloc)(void))
{
    struct arch_cpu *c = arch_cpu_area_of(id);

    if (bytes > AREA_BYTES - ARCH_PAGE_SIZE)
        return NULL;
    for (uintptr_t va = (uintptr_t)c; va < (uintptr_t)c + bytes; va += ARCH_PAGE_SIZE) {
        void *frame = alloc();

        if (!frame || arch_kmap_frame(va, virt_to_phys(frame), alloc) < 0)
            return NULL;
    }
    return c;
}

void arch_cpu_init(struct arch_cpu *c, uint32_t id)
{
    c->self = c;
    c->id = id;
    host_cpu = c;
}

void arch_halt(void)
{
    host_die("the CPU was halted");
}
