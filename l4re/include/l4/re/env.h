/* SPDX-License-Identifier: MIT */
/*
 * The initial environment: what a program holds when main() begins.
 *
 * The loader writes one l4re_env_t and an array of named capabilities onto the stack; the start
 * code points l4re_global_env at it. Capability members are selectors, first_free_cap is an index.
 */
#pragma once

#include <l4/re/consts.h>
#include <l4/sys/compiler.h>
#include <l4/sys/consts.h>
#include <l4/sys/kip.h>
#include <l4/sys/types.h>

/* A named capability. The array ends with an entry whose flags are ~0. */
typedef struct l4re_env_cap_entry_t {
    l4_cap_idx_t cap;
    l4_umword_t flags;
    char name[16]; /* not terminated if all 16 characters are used */
} l4re_env_cap_entry_t;

typedef struct l4re_env_t {
    l4_cap_idx_t parent;    /* whom to tell that we end; also our exception handler */
    l4_cap_idx_t rm;        /* the region map of this task; also its pager */
    l4_cap_idx_t mem_alloc; /* makes dataspaces, namespaces, region maps, logs */
    l4_cap_idx_t log;       /* standard output */
    l4_cap_idx_t main_thread;
    l4_cap_idx_t factory; /* makes kernel objects */
    l4_cap_idx_t scheduler;
    l4_cap_idx_t itas;           /* invalid: there is no service inside the task */
    l4_cap_idx_t dbg_events;     /* invalid unless the parent gave one */
    l4_cap_idx_t first_free_cap; /* index, not selector */
    l4_cap_idx_t first_free_reply_cap;
    l4_fpage_t utcb_area;
    l4_addr_t first_free_utcb;
    l4re_env_cap_entry_t *caps;
} l4re_env_t;

EXTERN_C_BEGIN

extern l4re_env_t *l4re_global_env;

static inline l4re_env_t *l4re_env(void)
{
    return l4re_global_env;
}

/* The kernel info page, mapped read-only (and executable: it holds the clock code). */
l4_kernel_info_t const *l4re_kip(void);

/*
 * The entry of the initial capability with this name of `l` characters.
 * Returns: NULL if there is none.  Cost: number of initial capabilities.
 */
l4re_env_cap_entry_t const *l4re_env_get_cap_l(char const *name, unsigned l, l4re_env_t const *e);

/* The selector of the initial capability `name`. Returns: an invalid selector if there is none. */
l4_cap_idx_t l4re_env_get_cap_e(char const *name, l4re_env_t const *e);
l4_cap_idx_t l4re_env_get_cap(char const *name);

EXTERN_C_END
