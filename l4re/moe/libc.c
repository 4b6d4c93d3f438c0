/* SPDX-License-Identifier: MIT */
/*
 * What newlib needs from below, for the one program that has nobody below. moe uses its
 * formatting and string functions only: no malloc, no streams, no files.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <l4/sys/ipc.h>
#include <l4/sys/vcon.h>
#include <moe/moe.h>

void _exit(int code)
{
    moe_end(code);
    for (;;)
        l4_ipc_sleep(L4_IPC_NEVER);
}

int kill(pid_t pid, int sig)
{
    (void)pid;
    moe_say("moe ends itself by signal %d", sig);
    _exit(128 + sig);
}

pid_t getpid(void)
{
    return 1;
}

int write(int fd, const void *buf, size_t n)
{
    (void)fd;
    l4_vcon_write(L4_BASE_LOG_CAP, buf, (unsigned)n);
    return (int)n;
}

static int none(void)
{
    errno = ENOSYS;
    return -1;
}

void *sbrk(ptrdiff_t by)
{
    (void)by;
    errno = ENOMEM;
    return (void *)-1;
}

int read(int fd, void *buf, size_t n)
{
    (void)fd;
    (void)buf;
    (void)n;
    return none();
}

int close(int fd)
{
    (void)fd;
    return none();
}

off_t lseek(int fd, off_t off, int whence)
{
    (void)fd;
    (void)off;
    (void)whence;
    return none();
}

int fstat(int fd, struct stat *st)
{
    (void)fd;
    (void)st;
    return none();
}

int isatty(int fd)
{
    (void)fd;
    return none() + 1;
}
