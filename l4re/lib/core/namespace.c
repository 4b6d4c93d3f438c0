/* SPDX-License-Identifier: MIT */
/*
 * Client side of namespaces.
 *
 * A server resolves as many components as it can; when it meets a namespace of another server it
 * answers with that namespace and the rest of the path, and the lookup goes on there.
 */
#include <string.h>

#include <core/call.h>
#include <l4/re/c/namespace.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <proto/l4re.h>

enum {
    PATH_LEN = 400, /* what fits into one message */
    HOPS_MAX = 16,  /* servers one lookup may visit: they could form a ring */
    RETRY_MS = 10,
};

/*
 * Ask one server for `path`. Returns: 0; 1 if `cap` is the next namespace and `path` was cut to
 * what is left; -L4_E*.
 */
static long query_once(l4re_namespace_t srv, char *path, l4_cap_idx_t cap)
{
    unsigned long len;
    struct l4re_msg m;
    const char *rest;
    l4_uint8_t flag;
    int dummy;
    long r;

    call_begin(&m, PROTO_NS_QUERY);
    l4re_msg_put_array(&m, path, strlen(path));
    r = call(srv, &m, L4RE_PROTO_NAMESPACE, cap);
    if (r < 0 || r != PROTO_NS_PARTLY_RESOLVED)
        return r < 0 ? r : 0;

    l4re_msg_get_u8(&m, &flag);
    l4re_msg_get_i32(&m, &dummy);
    l4re_msg_get_u8(&m, &flag);
    rest = l4re_msg_get_array(&m, &len);
    if (!rest || len >= strlen(path))
        return -L4_EIO; /* a server that makes no progress must not keep us busy */
    memmove(path, rest, len);
    path[len] = 0;
    return 1;
}

/* One walk from `srv` to the end of `path`. The result is in slot `cap`. */
static long query_walk(l4re_namespace_t srv, char const *name, l4_cap_idx_t cap)
{
    char path[PATH_LEN];
    l4_cap_idx_t via = L4_INVALID_CAP;
    long r;

    if (strlen(name) >= sizeof(path))
        return -L4_ENAMETOOLONG;
    strcpy(path, name);
    for (int hop = 0; hop < HOPS_MAX; hop++) {
        r = query_once(srv, path, cap);
        if (r != 1)
            goto out;
        if (l4_is_invalid_cap(via))
            via = l4re_util_cap_alloc();
        if (l4_is_invalid_cap(via))
            return -L4_ENOMEM;
        /* Slots are emptied first: mapping over a capability may delete its object. */
        l4re_util_cap_release(via);
        l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWS),
                    l4_map_obj_control(via, L4_FPAGE_C_OBJ_RIGHTS));
        l4re_util_cap_release(cap);
        srv = via;
    }
    r = -L4_ENOENT;
out:
    l4re_util_cap_free_um(via);
    return r;
}

long l4re_ns_query_to_srv(l4re_namespace_t srv, char const *name, l4_cap_idx_t const cap,
                          int timeout)
{
    long r;

    while (*name == '/')
        name++;
    for (;;) {
        r = query_walk(srv, name, cap);
        if (r != -L4_EAGAIN || timeout == 0)
            return r;
        l4_ipc_sleep_ms(RETRY_MS);
        if (timeout > 0)
            timeout = timeout > RETRY_MS ? timeout - RETRY_MS : 0;
    }
}

long l4re_ns_query_srv(l4re_namespace_t srv, char const *name, l4_cap_idx_t const cap)
{
    return l4re_ns_query_to_srv(srv, name, cap, 40000);
}

long l4re_ns_register_obj_srv(l4re_namespace_t srv, char const *name, l4_cap_idx_t const obj,
                              unsigned flags)
{
    struct l4re_msg m;
    long r;

    call_begin(&m, PROTO_NS_REGISTER);
    l4re_msg_put_u32(&m, flags);
    l4re_msg_put_array(&m, name, strlen(name));
    l4re_msg_put_cap(&m, obj, (flags & L4_CAP_FPAGE_RWS) | L4_CAP_FPAGE_R, L4_FPAGE_C_OBJ_RIGHTS);
    r = call(srv, &m, L4RE_PROTO_NAMESPACE, L4_INVALID_CAP);
    return r < 0 ? r : 0;
}

long l4re_ns_unlink_srv(l4re_namespace_t srv, char const *name)
{
    struct l4re_msg m;
    long r;

    call_begin(&m, PROTO_NS_UNLINK);
    l4re_msg_put_array(&m, name, strlen(name));
    r = call(srv, &m, L4RE_PROTO_NAMESPACE, L4_INVALID_CAP);
    return r < 0 ? r : 0;
}

long l4re_ns_create(l4_cap_idx_t fab, l4re_namespace_t cap)
{
    struct l4re_msg m;
    long r;

    call_begin_create(&m, L4RE_PROTO_NAMESPACE);
    r = call(fab, &m, L4_PROTO_FACTORY, cap);
    return r < 0 ? r : 0;
}

long l4re_ns_query_path(char const *path, l4_cap_idx_t cap)
{
    l4re_env_cap_entry_t const *e;
    size_t len;

    while (*path == '/')
        path++;
    len = strcspn(path, "/");
    e = len > sizeof(e->name) ? NULL : l4re_env_get_cap_l(path, (unsigned)len, l4re_global_env);
    if (!e)
        return -L4_ENOENT;
    if (path[len])
        return l4re_ns_query_srv(e->cap, path + len + 1, cap);
    return l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
                                l4_obj_fpage(e->cap, 0, L4_CAP_FPAGE_RWS),
                                l4_map_obj_control(cap, L4_FPAGE_C_OBJ_RIGHTS)));
}
