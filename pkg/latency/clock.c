/* SPDX-License-Identifier: MIT */
/*
 * The kernel's clock is the time-stamp counter times a factor. The factor is in the KIP, so the
 * tick at which a microsecond begins is known exactly.
 */
#include "latency.h"

#include <l4/re/env.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/util/rdtsc.h>

static uint64_t tick_of(uint64_t us)
{
    const char *kip = (const char *)l4re_kip();
    uint64_t scaler = *(const uint64_t *)(const void *)(kip + L4_KIP_OFFS_SCALER_US);

    return (uint64_t)((((unsigned __int128)us << 32) + scaler - 1) / scaler);
}

uint64_t clock_us(void)
{
    return l4_kip_clock(l4re_kip());
}

uint64_t clock_passed_ns(uint64_t start, uint64_t end)
{
    return (end - start) * 1000000 / l4re_kip()->frequency_cpu;
}

uint64_t clock_late_ns(uint64_t us)
{
    uint64_t now = l4_rdtsc();
    uint64_t due = tick_of(us);

    return now > due ? clock_passed_ns(due, now) : 0;
}

void clock_sleep_until(uint64_t us)
{
    enum {
        BR = 8
    }; /* a buffer register nobody else uses */

    (void)l4_ipc_receive(L4_INVALID_CAP, l4_utcb(),
                         l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_abs(us, BR)));
}
