/* SPDX-License-Identifier: MIT */
/* Namespace: from a path of names, separated by '/', to a capability. */
#pragma once

#include <l4/re/env.h>

EXTERN_C_BEGIN

/* Rights with which an object is registered, and how. */
enum l4re_ns_register_flags {
    L4RE_NS_REGISTER_RO = 4,
    L4RE_NS_REGISTER_RW = 5,
    L4RE_NS_REGISTER_RS = 6,
    L4RE_NS_REGISTER_RWS = 7,
    L4RE_NS_REGISTER_S = 2,
    L4RE_NS_REGISTER_DIR = 0x10,
    L4RE_NS_REGISTER_OVERWRITE = 0x200,
};

typedef l4_cap_idx_t l4re_namespace_t;

/*
 * Look `name` up and put the capability into slot `cap`. `timeout` (milliseconds, -1 for ever)
 * bounds the wait for an object that is announced but not registered yet.
 * Returns: 0; -L4_ENOENT; -L4_EAGAIN after the timeout.
 */
long l4re_ns_query_to_srv(l4re_namespace_t srv, char const *name, l4_cap_idx_t const cap,
                          int timeout);
long l4re_ns_query_srv(l4re_namespace_t srv, char const *name, l4_cap_idx_t const cap);

/*
 * Register `obj` (invalid: only announce the name).
 * Returns: 0; -L4_EEXIST without L4RE_NS_REGISTER_OVERWRITE; -L4_EPERM if `srv` is read-only.
 */
long l4re_ns_register_obj_srv(l4re_namespace_t srv, char const *name, l4_cap_idx_t const obj,
                              unsigned flags);

/* Remove a name. Returns: 0; -L4_ENOENT; -L4_EPERM if `srv` is read-only. */
long l4re_ns_unlink_srv(l4re_namespace_t srv, char const *name);

/* Make an empty namespace in slot `cap`, paid by `fab` (e.g. l4re_env()->mem_alloc). */
long l4re_ns_create(l4_cap_idx_t fab, l4re_namespace_t cap);

/*
 * Resolve a path whose first component is an initial capability of this program, for example
 * "rom/hello.txt". Puts a new reference into slot `cap`.
 */
long l4re_ns_query_path(char const *path, l4_cap_idx_t cap);

EXTERN_C_END
