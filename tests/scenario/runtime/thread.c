/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/env.h>
#include <l4/re/thread.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/semaphore.h>

#include "check.h"

enum {
    THREADS = 10, /* more than the UTCBs a task begins with */
    ROUNDS = 200,
};

static __thread int mine = 5;
static __thread char volatile zeroes[100];
static __thread char aligned[3] __attribute__((aligned(64)));
static l4_cap_idx_t finished;
static int good[THREADS];
static int *main_errno;

static void worker(void *arg)
{
    long me = (long)arg;
    int ok = mine == 5 && !zeroes[99] && &errno != main_errno && !((l4_addr_t)aligned & 63);

    mine = (int)me;
    errno = (int)me;
    for (int i = 0; i < ROUNDS; i++) {
        size_t n = (size_t)(i * 37 % 2000 + 1);
        char *p = malloc(n);

        ok &= p != NULL;
        if (p) {
            memset(p, (int)me, n);
            if (i % 16 == 0)
                usleep(100);
            ok &= p[n - 1] == (char)me;
        }
        free(p);
    }
    good[me] = ok && mine == me && errno == me;
    l4_semaphore_up(finished);
}

void test_thread(void)
{
    struct l4re_thread_attr attr = { .name = "worker" };
    int made = 0;
    int all = 1;

    finished = slot();
    l4_factory_create_semaphore(l4re_env()->factory, finished);
    main_errno = &errno;
    for (long i = 0; i < THREADS; i++) {
        l4_cap_idx_t t;

        made += !l4re_thread_create(&t, worker, (void *)i, &attr);
    }
    check_eq(made, THREADS, "a task can have many threads");
    for (int i = 0; i < made; i++)
        all &= !l4_ipc_error(l4_semaphore_down(finished, l4_timeout(L4_IPC_TIMEOUT_NEVER,
                                                                    l4_timeout_from_us(20000000))),
                             l4_utcb());
    check(all, "all of them come to their end");
    for (int i = 0; i < THREADS; i++)
        all &= good[i];
    check(all, "each has variables and an errno of its own, and malloc serves them all");
}
