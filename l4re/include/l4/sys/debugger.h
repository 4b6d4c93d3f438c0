/* SPDX-License-Identifier: MIT */
/*
 * Names and numbers of kernel objects for people at the debugger (protocol L4_PROTO_DEBUGGER).
 * All of it may be missing from a system; the tag then carries L4_IPC_ENOT_EXISTENT and
 * numbers are ~0, and programs go on.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

enum l4_debugger_consts {
    L4_DEBUGGER_NAME_MAX = 64, /* bytes of a name in a message, NUL included */
};

/*
 * Copy a name to message register idx, NUL-terminated and cut to what fits.
 * Returns: number of words.
 */
L4_INLINE unsigned l4_debugger_put_name_u(unsigned idx, char const *name, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned len = (unsigned)__builtin_strlen(name) + 1;
    unsigned n;

    if (len > L4_DEBUGGER_NAME_MAX)
        len = L4_DEBUGGER_NAME_MAX;
    n = l4_bytes_to_mwords(len);
    m->mr[idx + n - 1] = 0; /* the NUL and the padding */
    __builtin_memcpy(&m->mr[idx], name, len - 1);
    return n;
}

/* Invoke the debugger with MR0 = op, MR1 = arg. Returns: MR0 of the reply, ~0 on any error. */
L4_INLINE unsigned long l4_debugger_query_u(l4_umword_t op, l4_umword_t arg, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = op;
    m->mr[1] = arg;
    t = l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 2, 0, utcb);
    if (l4_msgtag_has_error(t) || l4_msgtag_label(t) < 0)
        return ~0UL;
    return m->mr[0];
}

/* Give the object a name, cut to L4_DEBUGGER_NAME_MAX - 1 bytes. */
L4_INLINE l4_msgtag_t l4_debugger_set_object_name_u(l4_cap_idx_t cap, char const *name,
                                                    l4_utcb_t *utcb)
{
    unsigned n;

    l4_utcb_mr_u(utcb)->mr[0] = L4_DEBUGGER_NAME_SET_OP;
    n = l4_debugger_put_name_u(1, name, utcb);
    l4_object_arg_u(1 + n, cap, utcb);
    return l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 1 + n, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_debugger_set_object_name(l4_cap_idx_t cap, char const *name)
{
    return l4_debugger_set_object_name_u(cap, name, l4_utcb());
}

/* System-wide number of the object; ~0 unknown. */
L4_INLINE unsigned long l4_debugger_global_id_u(l4_cap_idx_t cap, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_DEBUGGER_GLOBAL_ID_OP;
    l4_object_arg_u(1, cap, utcb);
    t = l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 1, 1, utcb);
    if (l4_msgtag_has_error(t) || l4_msgtag_label(t) < 0)
        return ~0UL;
    return m->mr[0];
}

L4_INLINE unsigned long l4_debugger_global_id(l4_cap_idx_t cap)
{
    return l4_debugger_global_id_u(cap, l4_utcb());
}

/* Number of the object at a kernel address; ~0 unknown. */
L4_INLINE unsigned long l4_debugger_kobj_to_id_u(l4_addr_t kobjp, l4_utcb_t *utcb)
{
    return l4_debugger_query_u(L4_DEBUGGER_KOBJ_TO_ID_OP, kobjp, utcb);
}

L4_INLINE unsigned long l4_debugger_kobj_to_id(l4_addr_t kobjp)
{
    return l4_debugger_kobj_to_id_u(kobjp, l4_utcb());
}

/* Copy a NUL-terminated answer from MR0; name is always terminated when size > 0. */
L4_INLINE void l4_debugger_get_name_u(char *name, unsigned size, l4_utcb_t *utcb)
{
    unsigned n = size < L4_DEBUGGER_NAME_MAX ? size : (unsigned)L4_DEBUGGER_NAME_MAX;

    if (!n)
        return;
    __builtin_memcpy(name, &l4_utcb_mr_u(utcb)->mr[0], n);
    name[n - 1] = 0;
}

/* Name of the object with number `id`. */
L4_INLINE l4_msgtag_t l4_debugger_query_object_name_u(unsigned long id, char *name, unsigned size,
                                                      l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_DEBUGGER_NAME_GET_OP;
    m->mr[1] = id;
    t = l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 2, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0)
        l4_debugger_get_name_u(name, size, utcb);
    return t;
}

L4_INLINE l4_msgtag_t l4_debugger_query_object_name(unsigned long id, char *name, unsigned size)
{
    return l4_debugger_query_object_name_u(id, name, size, l4_utcb());
}

/* Name of the object in slot `cap`. */
L4_INLINE l4_msgtag_t l4_debugger_get_object_name_u(l4_cap_idx_t cap, char *name, unsigned size,
                                                    l4_utcb_t *utcb)
{
    l4_msgtag_t t;

    l4_utcb_mr_u(utcb)->mr[0] = L4_DEBUGGER_OBJ_NAME_OP;
    l4_object_arg_u(1, cap, utcb);
    t = l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 1, 1, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0)
        l4_debugger_get_name_u(name, size, utcb);
    return t;
}

L4_INLINE l4_msgtag_t l4_debugger_get_object_name(l4_cap_idx_t cap, char *name, unsigned size)
{
    return l4_debugger_get_object_name_u(cap, name, size, l4_utcb());
}

/* Tell the debugger which image the task runs, loaded at `base`. */
L4_INLINE l4_msgtag_t l4_debugger_add_image_info_u(l4_cap_idx_t task, l4_addr_t base,
                                                   char const *name, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned n;

    m->mr[0] = L4_DEBUGGER_ADD_IMAGE_INFO_OP;
    m->mr[1] = base;
    n = l4_debugger_put_name_u(2, name, utcb);
    l4_object_arg_u(2 + n, task, utcb);
    return l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 2 + n, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_debugger_add_image_info(l4_cap_idx_t task, l4_addr_t base,
                                                 char const *name)
{
    return l4_debugger_add_image_info_u(task, base, name, l4_utcb());
}

/* Switch the log of the given name on or off. */
L4_INLINE l4_msgtag_t l4_debugger_switch_log_u(char const *name, int on_off, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned n;

    m->mr[0] = L4_DEBUGGER_SWITCH_LOG_OP;
    m->mr[1] = (l4_umword_t)on_off;
    n = l4_debugger_put_name_u(2, name, utcb);
    return l4_object_call_u(L4_BASE_DEBUGGER_CAP, L4_PROTO_DEBUGGER, 2 + n, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_debugger_switch_log(char const *name, int on_off)
{
    return l4_debugger_switch_log_u(name, on_off, l4_utcb());
}
