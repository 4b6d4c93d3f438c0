/* SPDX-License-Identifier: MIT */
/*
 * Starting programs: from a dataspace with a static ELF file to a running task.
 *
 * The caller hands over capabilities, arguments and names; l4re_ldr_start() makes task, thread
 * and region map, attaches the segments, builds the first stack and starts the thread. Read-only
 * segments are attached straight from the file; writable ones are copies. Nothing may be both
 * writable and executable.
 *
 *     pager of the new thread              its region map (index 0x10)
 *     exception handler of the new thread  its parent     (index 0x13)
 */
#pragma once

#include <l4/re/c/dataspace.h>
#include <l4/re/env.h>
#include <l4/sys/compiler.h>
#include <l4/sys/types.h>

EXTERN_C_BEGIN

/* One initial capability of the new program, found there by l4re_env_get_cap(name). */
struct l4re_ldr_cap {
    const char *name; /* at most 16 characters */
    l4_cap_idx_t cap;
    unsigned rights; /* L4_CAP_FPAGE_* */
    unsigned ext;    /* object rights to keep, 0: none, 0x20: may serve the gate, 0xe0: all */
};

struct l4re_ldr_prog {
    const char *name;        /* file name for messages and the program, "rom/hello" */
    l4re_ds_t image;         /* the file */
    const char *const *argv; /* ends with NULL; argv[0] included */
    const char *const *envp; /* ends with NULL; may be NULL */
    const struct l4re_ldr_cap *caps;
    unsigned ncaps;

    /* Who makes and pays: the caller's capabilities. */
    l4_cap_idx_t make_factory;   /* kernel factory for task and thread */
    l4_cap_idx_t make_mem;       /* allocator for stack and data */
    l4_cap_idx_t make_rm;        /* factory of region maps; invalid: make_mem */
    l4_cap_idx_t make_scheduler; /* the caller's scheduler, runs the thread */

    /* What the program gets; invalid ones are left out. */
    l4_cap_idx_t factory;    /* index 2 */
    l4_cap_idx_t log;        /* index 5 */
    l4_cap_idx_t icu;        /* index 6 */
    l4_cap_idx_t scheduler;  /* index 7 */
    l4_cap_idx_t jdb;        /* index 10 */
    l4_cap_idx_t mem_alloc;  /* index 0x11 */
    l4_cap_idx_t parent;     /* index 0x13 */
    l4_cap_idx_t kip_ds;     /* index 0x14 */
    l4_cap_idx_t dbg_events; /* index 0x15 */

    unsigned prio; /* of the main thread; 0: the default, 2 */
    l4_umword_t dbg_lvl;
    l4_umword_t ldr_flags; /* enum l4re_aux_ldr_flags_t */
};

/* What was made; the slots belong to the caller. Dropping `task` ends the program. */
struct l4re_ldr_task {
    l4_cap_idx_t task;
    l4_cap_idx_t thread;
    l4_cap_idx_t rm;
    char msg[160]; /* what went wrong, one sentence without newline */
};

/*
 * Start a program.
 * Returns: 0; or -L4_E*, with a sentence in t->msg that names the file and the reason, and
 *          nothing left behind.
 */
int l4re_ldr_start(const struct l4re_ldr_prog *p, struct l4re_ldr_task *t);

/* End the program and free the slots. Does nothing for a task that never started. */
void l4re_ldr_kill(struct l4re_ldr_task *t);

/*
 * How the loader reaches memory. l4re_ldr_start() uses calls to servers; a program that is
 * itself the memory server passes functions of its own.
 * `rm` and `ds` are whatever the functions agree on.
 */
struct l4re_ldr_ops {
    int (*ds_size)(l4re_ds_t ds, l4_umword_t *size);
    int (*ds_alloc)(l4_cap_idx_t mem, l4_umword_t size, unsigned long flags, l4re_ds_t *ds);
    int (*ds_copy_in)(l4re_ds_t dst, l4_umword_t dst_off, l4re_ds_t src, l4_umword_t src_off,
                      l4_umword_t size);
    void (*ds_free)(l4re_ds_t ds); /* the loader's reference; attached regions keep theirs */
    int (*map)(l4re_ds_t ds, l4_umword_t size, int writable, void **addr);
    void (*unmap)(void *addr, l4_umword_t size);
    int (*rm_create)(l4_cap_idx_t fab, l4_cap_idx_t *rm);
    void (*rm_free)(l4_cap_idx_t rm); /* after a failure */
    int (*rm_attach)(l4_cap_idx_t rm, l4_addr_t start, l4_umword_t size, l4_uint32_t flags,
                     l4re_ds_t ds, l4_umword_t off, const char *name);
    int (*rm_reserve)(l4_cap_idx_t rm, l4_addr_t start, l4_umword_t size);
};

int l4re_ldr_start_with(const struct l4re_ldr_ops *ops, const struct l4re_ldr_prog *p,
                        struct l4re_ldr_task *t);

EXTERN_C_END
