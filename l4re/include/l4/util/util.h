/* SPDX-License-Identifier: MIT */
/* Small things: timeouts, sleeping, touching memory. */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/consts.h>
#include <l4/sys/ipc.h>
#include <l4/sys/types.h>

/* Timeout of at least `mus` microseconds; 0 = at once, ~0 = never. */
L4_INLINE l4_timeout_s l4util_micros2l4to(unsigned int mus)
{
    return l4_timeout_from_us(mus);
}

/* Sleep for ms milliseconds; negative = for ever. */
L4_INLINE void l4_sleep(int ms)
{
    (void)(ms < 0 ? l4_ipc_sleep(L4_IPC_NEVER) : l4_ipc_sleep_ms((l4_uint32_t)ms));
}

/* Sleep for us microseconds; negative = for ever. */
L4_INLINE void l4_usleep(int us)
{
    (void)(us < 0 ? l4_ipc_sleep(L4_IPC_NEVER) : l4_ipc_sleep_us((l4_uint64_t)us));
}

L4_INLINE L4_NORETURN void l4_sleep_forever(void)
{
    for (;;)
        (void)l4_ipc_sleep(L4_IPC_NEVER);
}

/* Read each page of [addr, addr + size), so that it is mapped. */
L4_INLINE void l4_touch_ro(void const *addr, unsigned long size)
{
    l4_addr_t end = (l4_addr_t)addr + size;

    for (l4_addr_t a = l4_trunc_page((l4_addr_t)addr); a < end; a += L4_PAGESIZE) {
        l4_addr_t p = a < (l4_addr_t)addr ? (l4_addr_t)addr : a;

        (void)*(volatile char const *)p;
    }
}

/* Write each page without changing it, so that it is mapped writable. */
L4_INLINE void l4_touch_rw(void const *addr, unsigned long size)
{
    l4_addr_t end = (l4_addr_t)addr + size;

    for (l4_addr_t a = l4_trunc_page((l4_addr_t)addr); a < end; a += L4_PAGESIZE) {
        l4_addr_t p = a < (l4_addr_t)addr ? (l4_addr_t)addr : a;

        /* atomic: another thread may be writing there */
        (void)__atomic_fetch_or((volatile char *)p, (char)0, __ATOMIC_RELAXED);
    }
}
