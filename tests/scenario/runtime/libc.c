/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <l4/sys/kip.h>

#include "check.h"

static int constructed;

__attribute__((constructor)) static void before_main(void)
{
    constructed = 42;
}

static void heap(void)
{
    char *p[64];
    void *volatile huge; /* or the compiler leaves malloc out and assumes success */
    int whole = 1;

    for (int i = 0; i < 64; i++) {
        p[i] = malloc((size_t)(i * 997 + 1));
        if (p[i])
            memset(p[i], i, (size_t)(i * 997 + 1));
    }
    for (int i = 0; i < 64; i++)
        whole &= p[i] && p[i][i * 997] == i;
    check(whole, "malloc gives memory that nobody else has");
    for (int i = 0; i < 64; i++)
        free(p[i]);
    errno = 0;
    huge = malloc(1UL << 33);
    check(!huge && errno == ENOMEM, "malloc says no when there is none");
    huge = malloc(100000);
    check(huge != NULL, "and goes on afterwards");
    free(huge);
}

static void files(void)
{
    struct stat st;
    char head[5] = "";
    FILE *f = fopen("rom/runtime-test", "r");
    int fd;

    check(f && fread(head, 1, 4, f) == 4 && !strcmp(head, "\177ELF"), "files can be read");
    check(f && !fseek(f, 0, SEEK_END) && ftell(f) > 10000, "and have a size");
    if (f)
        fclose(f);
    errno = 0;
    check(!fopen("rom/missing", "r") && errno == ENOENT, "a missing file has the right errno");
    check(!fopen("rom/runtime-test", "w") && errno == EROFS, "files are not written");
    check(!stat("rom/runtime-test", &st) && S_ISREG(st.st_mode), "stat knows them");
    fd = open("rom/runtime-test", O_RDONLY);
    check(fd >= 3 && lseek(fd, -1, SEEK_SET) == -1 && errno == EINVAL,
          "a position before the beginning is refused");
    check(!close(fd) && close(fd) == -1 && errno == EBADF, "a file is closed once");
    check(isatty(1) == 1, "standard output is a console");
}

static void clocks(void)
{
    struct timeval a, b;
    struct timespec ts;
    long us;

    gettimeofday(&a, NULL);
    usleep(20000);
    gettimeofday(&b, NULL);
    us = (b.tv_sec - a.tv_sec) * 1000000 + b.tv_usec - a.tv_usec;
    check(us >= 20000 && us < 2000000, "usleep sleeps as long as it should");
    check(!clock_gettime(CLOCK_MONOTONIC, &ts) && (ts.tv_sec || ts.tv_nsec), "there is a clock");
    check(l4_kip_clock(l4_kip()) > 0, "and the kernel's");
}

static jmp_buf back;

static void text(void)
{
    char s[80];

    snprintf(s, sizeof(s), "%5.2f|%-4d|%llx|%s", 3.14159, 42, 1ULL << 40, "x");
    check(!strcmp(s, " 3.14|42  |10000000000|x"), "printf formats numbers");
    check(strtod("2.5e3", NULL) == 2500.0, "strtod reads them");
    check(fabs(sin(1.0) * sin(1.0) + cos(1.0) * cos(1.0) - 1.0) < 1e-12, "mathematics holds");
    check(getenv("NOTHING") == NULL, "there is no such variable");
    if (!setjmp(back))
        longjmp(back, 1);
    else
        check(1, "longjmp comes back");
}

void test_libc(void)
{
    check(constructed == 42, "constructors ran before main");
    heap();
    files();
    clocks();
    text();
}
