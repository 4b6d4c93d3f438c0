/* SPDX-License-Identifier: MIT */
/*
 * latency: how late threads wake up, while others keep the system busy.
 *
 * The threads that are measured say nothing while they run: printing comes when all are done.
 */
#include "latency.h"

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/re/thread.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const modes[] = { "timer", "irq", "ipc" };

/* ---- kernel objects -------------------------------------------------------------------------- */

void must(long err, const char *what)
{
    if (err >= 0)
        return;
    printf("no %s: %s\n", what, l4sys_errtostr(err));
    exit(EXIT_FAILURE);
}

l4_cap_idx_t object_new(long proto)
{
    l4_cap_idx_t c = l4re_util_cap_alloc();

    must(l4_error(l4_factory_create(l4re_env()->factory, proto, c)), "kernel object");
    return c;
}

l4_cap_idx_t gate_new(l4_cap_idx_t thread, l4_umword_t label)
{
    l4_cap_idx_t c = l4re_util_cap_alloc();

    must(l4_error(l4_factory_create_gate(l4re_env()->factory, c, thread, label)), "gate");
    return c;
}

l4_cap_idx_t thread_new(void (*fn)(void *), void *arg, unsigned prio)
{
    struct l4re_thread_attr attr = { .prio = prio, .stack = 0x4000, .name = "latency" };
    l4_cap_idx_t thread;

    must(l4re_thread_create(&thread, fn, arg, &attr), "thread");
    return thread;
}

/* ---- the command line ------------------------------------------------------------------------ */

static _Noreturn void usage(void)
{
    printf("usage: latency [-p priority] [-i interval_us] [-l loops] [-t threads] [-h buckets]\n"
           "               [-m timer|irq|ipc] [--load NAME]\n"
           "loads: %s\n",
           load_names());
    exit(EXIT_FAILURE);
}

static unsigned number(const char *text, unsigned min, unsigned max)
{
    char *end;
    unsigned long n = strtoul(text, &end, 0);

    if (*end || end == text || n < min || n > max) {
        printf("%s is not a number from %u to %u\n", text, min, max);
        usage();
    }
    return (unsigned)n;
}

static enum mode mode_of(const char *name)
{
    for (unsigned i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
        if (strcmp(name, modes[i]) == 0)
            return (enum mode)i;
    usage();
}

static void option(struct options *o, const char *name, const char *value)
{
    if (strcmp(name, "-p") == 0)
        o->prio = number(value, MAIN_PRIO, 255);
    else if (strcmp(name, "-i") == 0)
        o->interval_us = number(value, 1, 1000000);
    else if (strcmp(name, "-l") == 0)
        o->loops = number(value, 1, LOOPS_MAX);
    else if (strcmp(name, "-t") == 0)
        o->threads = number(value, 1, THREADS_MAX);
    else if (strcmp(name, "-h") == 0)
        o->buckets = number(value, 0, 200);
    else if (strcmp(name, "-m") == 0)
        o->mode = mode_of(value);
    else if (strcmp(name, "--load") == 0)
        o->load = value;
    else
        usage();
}

static struct options options_read(int argc, char **argv)
{
    struct options o = { .prio = 220,
                         /* above the servers of the runtime */ .interval_us = 1000,
                         .loops = 1000,
                         .threads = 1,
                         .buckets = 10,
                         .load = "none" };

    for (int i = 1; i < argc; i++) {
        char *value = strncmp(argv[i], "--", 2) == 0 ? strchr(argv[i], '=') : NULL;

        if (value)
            *value++ = '\0'; /* --load=map */
        else if (i + 1 < argc)
            value = argv[i + 1];
        else
            usage();
        option(&o, argv[i], value);
        i += value == argv[i + 1];
    }
    if (o.prio <= MAIN_PRIO + 2 * o.threads) {
        printf("%u threads do not fit between priority %u and the main thread's\n", o.threads,
               o.prio);
        usage();
    }
    return o;
}

/* ---- results --------------------------------------------------------------------------------- */

static void histogram(const uint32_t *sorted, const struct options *o)
{
    enum {
        WIDTH = 40
    };
    unsigned most = 1;

    for (unsigned i = 0; i < o->buckets; i++) {
        unsigned count = stats_bucket(sorted, o->loops, i, o->buckets);

        most = count > most ? count : most;
    }
    for (unsigned i = 0; i < o->buckets; i++) {
        unsigned count = stats_bucket(sorted, o->loops, i, o->buckets);
        int bar = (int)(((uint64_t)count * WIDTH + most - 1) / most);

        printf("  %8u ns %7u %.*s\n", (unsigned)stats_bucket_start(sorted, o->loops, i, o->buckets),
               count, bar, "########################################");
    }
}

static void report(struct probe *p, unsigned i, const struct options *o)
{
    uint32_t *samples = probe_samples(p);
    struct stats s = stats_of(samples, o->loops);

    printf("thread %u: min %u avg %u p99 %u p99.9 %u max %u ns, %u overruns\n", i, (unsigned)s.min,
           (unsigned)s.avg, (unsigned)s.p99, (unsigned)s.p999, (unsigned)s.max, probe_overruns(p));
    histogram(samples, o);
}

int main(int argc, char **argv)
{
    static struct options o;
    struct probe *probes[THREADS_MAX];
    l4_sched_param_t prio = l4_sched_param(MAIN_PRIO, 0);
    l4_cap_idx_t done;

    o = options_read(argc, argv);
    done = object_new(L4_PROTO_SEMAPHORE);
    must(l4_error(l4_scheduler_run_thread(l4re_env()->scheduler, l4re_env()->main_thread, &prio)),
         "priority above the loads");
    printf("%u threads, every %u us, %u times, woken by %s, load %s\n", o.threads, o.interval_us,
           o.loops, modes[o.mode], o.load);
    if (!load_start(o.load)) {
        printf("no load %s\n", o.load);
        usage();
    }
    for (unsigned i = 0; i < o.threads; i++)
        probes[i] = probe_start(&o, i, done);
    for (unsigned i = 0; i < o.threads; i++)
        (void)l4_semaphore_down(done, L4_IPC_NEVER);
    for (unsigned i = 0; i < o.threads; i++)
        report(probes[i], i, &o);
    printf("done.\n");
    return EXIT_SUCCESS;
}
