/* SPDX-License-Identifier: MIT */
/*
 * Time: the kernel's clock, which counts from the start of the machine. There is no calendar
 * here, so time() begins on 1 January 1970 with every start.
 */
#include <errno.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unistd.h>

#include <l4/re/env.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/thread.h>

#define NS_PER_S 1000000000UL
#define US_PER_S 1000000UL

int clock_gettime(clockid_t id, struct timespec *ts)
{
    l4_uint64_t ns = l4_kip_clock_ns(l4_kip());

    (void)id; /* there is one clock */
    ts->tv_sec = (time_t)(ns / NS_PER_S);
    ts->tv_nsec = (long)(ns % NS_PER_S);
    return 0;
}

int clock_getres(clockid_t id, struct timespec *ts)
{
    (void)id;
    *ts = (struct timespec){ 0, 1000 };
    return 0;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    l4_uint64_t us = l4_kip_clock(l4_kip());

    (void)zone;
    tv->tv_sec = (time_t)(us / US_PER_S);
    tv->tv_usec = (suseconds_t)(us % US_PER_S);
    return 0;
}

clock_t times(struct tms *t)
{
    l4_kernel_clock_t us = 0;

    l4_thread_stats_time(l4re_global_env->main_thread, &us);
    *t = (struct tms){ .tms_utime = (clock_t)(us * (l4_uint64_t)CLOCKS_PER_SEC / US_PER_S) };
    return (clock_t)(l4_kip_clock(l4_kip()) * (l4_uint64_t)CLOCKS_PER_SEC / US_PER_S);
}

int nanosleep(const struct timespec *want, struct timespec *left)
{
    l4_uint64_t us;

    if (want->tv_sec < 0 || want->tv_nsec < 0 || want->tv_nsec >= (long)NS_PER_S) {
        errno = EINVAL;
        return -1;
    }
    us = (l4_uint64_t)want->tv_sec * US_PER_S + ((l4_uint64_t)want->tv_nsec + 999) / 1000;
    l4_ipc_sleep_us(us);
    if (left)
        *left = (struct timespec){ 0, 0 };
    return 0;
}

int usleep(useconds_t us)
{
    l4_ipc_sleep_us(us);
    return 0;
}

unsigned sleep(unsigned seconds)
{
    l4_ipc_sleep_us(seconds * (l4_uint64_t)US_PER_S);
    return 0;
}
