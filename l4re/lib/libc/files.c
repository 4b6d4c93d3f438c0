/* SPDX-License-Identifier: MIT */
/*
 * Files: the console (0, 1, 2) and read-only files found through namespaces.
 *
 * The first component of a path names an initial capability ("rom/hello.lua"); the rest is looked
 * up there. An open file is a dataspace, attached as a whole, and a position.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <l4/re/c/dataspace.h>
#include <l4/re/c/namespace.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/vcon.h>
#include <libc/lock.h>

enum {
    FILES_MAX = 32,
    FD_FIRST = 3,
    POLL_MS = 10,
};

struct file {
    int used;
    l4_cap_idx_t ds;
    const char *data; /* NULL for an empty file */
    size_t size;
    size_t pos;
};

static struct file files[FILES_MAX];
static struct libc_lock files_lock;

static int fail(int err)
{
    errno = err;
    return -1;
}

static int errno_of(long err)
{
    if (err == -L4_ENOENT)
        return ENOENT;
    if (err == -L4_ENOMEM)
        return ENOMEM;
    if (err == -L4_EPERM || err == -L4_EACCESS)
        return EACCES;
    if (err == -L4_ENAMETOOLONG)
        return ENAMETOOLONG;
    return EIO;
}

static int is_console(int fd)
{
    return fd >= STDIN_FILENO && fd <= STDERR_FILENO;
}

/* Returns: the open file, or NULL. */
static struct file *file_of(int fd)
{
    if (fd < FD_FIRST || fd >= FD_FIRST + FILES_MAX || !files[fd - FD_FIRST].used)
        return NULL;
    return &files[fd - FD_FIRST];
}

static struct file *file_take(void)
{
    struct file *f = NULL;

    libc_lock(&files_lock);
    for (int i = 0; i < FILES_MAX && !f; i++) {
        if (!files[i].used)
            f = &files[i];
    }
    if (f)
        *f = (struct file){ .used = 1, .ds = L4_INVALID_CAP };
    libc_unlock(&files_lock);
    return f;
}

static void file_drop(struct file *f)
{
    if (f->data)
        l4re_rm_detach((void *)(l4_addr_t)f->data);
    l4re_util_cap_free_um(f->ds);
    libc_lock(&files_lock);
    f->used = 0;
    libc_unlock(&files_lock);
}

static long file_fill(struct file *f, const char *path)
{
    l4re_ds_stats_t stats;
    void *at = NULL;
    long err;

    f->ds = l4re_util_cap_alloc();
    if (l4_is_invalid_cap(f->ds))
        return -L4_ENOMEM;
    err = l4re_ns_query_path(path, f->ds);
    if (!err)
        err = l4re_ds_info(f->ds, &stats);
    if (err || !stats.size)
        return err;
    err = l4re_rm_attach_w_info(&at, stats.size, L4RE_RM_F_R | L4RE_RM_F_SEARCH_ADDR, f->ds, 0,
                                L4_PAGESHIFT, path, 0);
    if (err)
        return err;
    f->data = at;
    f->size = stats.size;
    return 0;
}

int open(const char *path, int flags, ...)
{
    struct file *f;
    long err;

    if ((flags & O_ACCMODE) != O_RDONLY)
        return fail(EROFS);
    f = file_take();
    if (!f)
        return fail(EMFILE);
    err = file_fill(f, path);
    if (err) {
        file_drop(f);
        return fail(errno_of(err));
    }
    return (int)(f - files) + FD_FIRST;
}

int close(int fd)
{
    struct file *f = file_of(fd);

    if (is_console(fd))
        return 0;
    if (!f)
        return fail(EBADF);
    file_drop(f);
    return 0;
}

static int console_read(char *buf, size_t n)
{
    for (;;) {
        int got = l4_vcon_read(l4re_global_env->log, buf, n > 0x7fff ? 0x7fff : (unsigned)n);

        if (got < 0)
            return fail(EIO);
        if ((size_t)got > n)
            got = (int)n; /* "more is there" */
        if (got)
            return got;
        l4_ipc_sleep_ms(POLL_MS);
    }
}

int read(int fd, void *buf, size_t n)
{
    struct file *f = file_of(fd);

    if (fd == STDIN_FILENO)
        return n ? console_read(buf, n) : 0;
    if (!f)
        return fail(EBADF);
    if (f->pos >= f->size)
        return 0;
    if (n > f->size - f->pos)
        n = f->size - f->pos;
    if (n > 0x7ffff000)
        n = 0x7ffff000;
    memcpy(buf, f->data + f->pos, n);
    f->pos += n;
    return (int)n;
}

int write(int fd, const void *buf, size_t n)
{
    if (n > 0x7ffff000)
        n = 0x7ffff000;
    if (fd != STDOUT_FILENO && fd != STDERR_FILENO)
        return fail(EBADF);
    if (l4_vcon_write(l4re_global_env->log, buf, (unsigned)n) < 0)
        return fail(EIO);
    return (int)n;
}

off_t lseek(int fd, off_t off, int whence)
{
    struct file *f = file_of(fd);
    off_t base;

    if (!f)
        return fail(is_console(fd) ? ESPIPE : EBADF);
    base = whence == SEEK_CUR ? (off_t)f->pos : whence == SEEK_END ? (off_t)f->size : 0;
    if (__builtin_add_overflow(base, off, &base) || base < 0)
        return fail(EINVAL);
    f->pos = (size_t)base;
    return base;
}

int fstat(int fd, struct stat *st)
{
    struct file *f = file_of(fd);

    memset(st, 0, sizeof(*st));
    if (is_console(fd)) {
        st->st_mode = S_IFCHR | 0666;
        return 0;
    }
    if (!f)
        return fail(EBADF);
    st->st_mode = S_IFREG | 0444;
    st->st_size = (off_t)f->size;
    st->st_blksize = (blksize_t)L4_PAGESIZE;
    return 0;
}

int stat(const char *path, struct stat *st)
{
    int fd = open(path, O_RDONLY);
    int r;

    if (fd < 0)
        return -1;
    r = fstat(fd, st);
    close(fd);
    return r;
}

int isatty(int fd)
{
    if (is_console(fd))
        return 1;
    fail(file_of(fd) ? ENOTTY : EBADF);
    return 0;
}

/* Files cannot be made, renamed or removed here. */
int link(const char *from, const char *to)
{
    (void)from;
    (void)to;
    return fail(EROFS);
}

int unlink(const char *path)
{
    (void)path;
    return fail(EROFS);
}
