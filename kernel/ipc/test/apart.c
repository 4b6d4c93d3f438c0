/* SPDX-License-Identifier: MIT */
#include "apart.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utest/utest.h>

bool run_apart(void (*fn)(void *arg), void *arg)
{
    const unsigned before = utest_failures();
    int status = -1;
    pid_t child;

    fflush(NULL);
    child = fork();
    if (child == 0) {
        fn(arg);
        fflush(NULL);
        _exit(utest_failures() != before);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

void *memory_shared(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED)
        abort();
    return p;
}
