/* SPDX-License-Identifier: MIT */
/*
 * Factory: makes kernel objects and pays for them from its quota (protocol L4_PROTO_FACTORY).
 * The same protocol is spoken by user-level servers that make their own kinds of objects.
 *
 * The new object arrives in slot target_cap of the calling task with all rights; what was in
 * the slot is removed as by unmap with delete.
 *
 * Rights:  S on the factory.
 * Returns: label 0; -L4_EPERM; -L4_ENODEV unknown kind; -L4_ENOMEM quota or kernel memory;
 *          -L4_EINVAL arguments.
 *
 * General form: start(kind, target), add_* for each argument, commit(factory). The UTCB must
 * not be used for anything else in between.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/* Begin to create an object of protocol `obj` (L4_PROTO_*); result goes to slot target_cap. */
L4_INLINE l4_msgtag_t l4_factory_create_start_u(long obj, l4_cap_idx_t target_cap, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_buf_regs_t *b = l4_utcb_br_u(utcb);

    m->mr[0] = (l4_umword_t)obj;
    b->bdr = 0;
    b->br[0] = (target_cap & ~L4_PAGEMASKLOW) | L4_RCV_ITEM_SINGLE_CAP;
    return l4_msgtag(L4_PROTO_FACTORY, 1, 0, 0);
}

/* Append one argument of one word. Returns: 0, or -L4_ENOMEM if the message is full. */
L4_INLINE int l4_factory_create_add_word_u(l4_umword_t type, l4_umword_t value, l4_msgtag_t *tag,
                                           l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned w = l4_msgtag_words(*tag);

    if (w + 2 > L4_UTCB_GENERIC_DATA_SIZE)
        return -L4_ENOMEM;
    m->mr[w] = type | (sizeof(l4_umword_t) << L4_VARG_LEN_SHIFT);
    m->mr[w + 1] = value;
    *tag = l4_msgtag(l4_msgtag_label(*tag), w + 2, l4_msgtag_items(*tag), l4_msgtag_flags(*tag));
    return 0;
}

/* Append a flexpage argument. All add functions return 0, or -L4_ENOMEM if it does not fit. */
L4_INLINE int l4_factory_create_add_fpage_u(l4_fpage_t d, l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    return l4_factory_create_add_word_u(L4_VARG_TYPE_FPAGE, d.raw, tag, utcb);
}

L4_INLINE int l4_factory_create_add_int_u(l4_mword_t d, l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    return l4_factory_create_add_word_u(L4_VARG_TYPE_MWORD, (l4_umword_t)d, tag, utcb);
}

L4_INLINE int l4_factory_create_add_uint_u(l4_umword_t d, l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    return l4_factory_create_add_word_u(L4_VARG_TYPE_UMWORD, d, tag, utcb);
}

/* Append `len` bytes as a string; the NUL is to be counted if there is one. */
L4_INLINE int l4_factory_create_add_lstr_u(char const *s, unsigned len, l4_msgtag_t *tag,
                                           l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned w = l4_msgtag_words(*tag);
    unsigned n = l4_bytes_to_mwords(len);

    if (len > sizeof(m->mr) || w + 1 + n > L4_UTCB_GENERIC_DATA_SIZE)
        return -L4_ENOMEM;
    m->mr[w] = L4_VARG_TYPE_STRING | ((l4_umword_t)len << L4_VARG_LEN_SHIFT);
    if (n)
        m->mr[w + n] = 0; /* defined padding in the last word */
    __builtin_memcpy(&m->mr[w + 1], s, len);
    *tag =
        l4_msgtag(l4_msgtag_label(*tag), w + 1 + n, l4_msgtag_items(*tag), l4_msgtag_flags(*tag));
    return 0;
}

L4_INLINE int l4_factory_create_add_str_u(char const *s, l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    return l4_factory_create_add_lstr_u(s, (unsigned)__builtin_strlen(s) + 1, tag, utcb);
}

/* Append "no value". */
L4_INLINE int l4_factory_create_add_nil_u(l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned w = l4_msgtag_words(*tag);

    if (w + 1 > L4_UTCB_GENERIC_DATA_SIZE)
        return -L4_ENOMEM;
    m->mr[w] = L4_VARG_TYPE_NIL;
    *tag = l4_msgtag(l4_msgtag_label(*tag), w + 1, l4_msgtag_items(*tag), l4_msgtag_flags(*tag));
    return 0;
}

L4_INLINE l4_msgtag_t l4_factory_create_commit_u(l4_cap_idx_t factory, l4_msgtag_t tag,
                                                 l4_utcb_t *utcb)
{
    return l4_ipc_call(factory, utcb, tag, L4_IPC_NEVER);
}

/* The steps on the running thread's UTCB. */
L4_INLINE l4_msgtag_t l4_factory_create_start(long obj, l4_cap_idx_t target_cap)
{
    return l4_factory_create_start_u(obj, target_cap, l4_utcb());
}

L4_INLINE int l4_factory_create_add_fpage(l4_fpage_t d, l4_msgtag_t *tag)
{
    return l4_factory_create_add_fpage_u(d, tag, l4_utcb());
}

L4_INLINE int l4_factory_create_add_int(l4_mword_t d, l4_msgtag_t *tag)
{
    return l4_factory_create_add_int_u(d, tag, l4_utcb());
}

L4_INLINE int l4_factory_create_add_uint(l4_umword_t d, l4_msgtag_t *tag)
{
    return l4_factory_create_add_uint_u(d, tag, l4_utcb());
}

L4_INLINE int l4_factory_create_add_str(char const *s, l4_msgtag_t *tag)
{
    return l4_factory_create_add_str_u(s, tag, l4_utcb());
}

L4_INLINE int l4_factory_create_add_lstr(char const *s, unsigned len, l4_msgtag_t *tag)
{
    return l4_factory_create_add_lstr_u(s, len, tag, l4_utcb());
}

L4_INLINE int l4_factory_create_add_nil(l4_msgtag_t *tag)
{
    return l4_factory_create_add_nil_u(tag, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_factory_create_commit(l4_cap_idx_t factory, l4_msgtag_t tag)
{
    return l4_factory_create_commit_u(factory, tag, l4_utcb());
}

/* An object without arguments. */
L4_INLINE l4_msgtag_t l4_factory_create_u(l4_cap_idx_t factory, long obj, l4_cap_idx_t target,
                                          l4_utcb_t *utcb)
{
    l4_msgtag_t t = l4_factory_create_start_u(obj, target, utcb);

    return l4_factory_create_commit_u(factory, t, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create(l4_cap_idx_t factory, long obj, l4_cap_idx_t target)
{
    return l4_factory_create_u(factory, obj, target, l4_utcb());
}

/*
 * Task with a first area of kernel-user memory at *utcb_area (order 12 ... 17; the invalid
 * flexpage = none). *utcb_area becomes the area that was made.
 */
L4_INLINE l4_msgtag_t l4_factory_create_task_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                               l4_fpage_t *utcb_area, l4_utcb_t *utcb)
{
    l4_msgtag_t t = l4_factory_create_start_u(L4_PROTO_TASK, target_cap, utcb);

    l4_factory_create_add_fpage_u(*utcb_area, &t, utcb);
    t = l4_factory_create_commit_u(factory, t, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0 && l4_msgtag_words(t) > 0)
        utcb_area->raw = l4_utcb_mr_u(utcb)->mr[0];
    return t;
}

L4_INLINE l4_msgtag_t l4_factory_create_task(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                             l4_fpage_t *utcb_area)
{
    return l4_factory_create_task_u(factory, target_cap, utcb_area, l4_utcb());
}

/* Thread; see <l4/sys/thread.h> for the steps that start it. */
L4_INLINE l4_msgtag_t l4_factory_create_thread_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                                 l4_utcb_t *utcb)
{
    return l4_factory_create_u(factory, L4_PROTO_THREAD, target_cap, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_thread(l4_cap_idx_t factory, l4_cap_idx_t target_cap)
{
    return l4_factory_create_thread_u(factory, target_cap, l4_utcb());
}

/* Factory with `limit` bytes of kernel memory, taken from the quota of this factory at once. */
L4_INLINE l4_msgtag_t l4_factory_create_factory_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                                  unsigned long limit, l4_utcb_t *utcb)
{
    l4_msgtag_t t = l4_factory_create_start_u(L4_PROTO_FACTORY, target_cap, utcb);

    l4_factory_create_add_uint_u(limit, &t, utcb);
    return l4_factory_create_commit_u(factory, t, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_factory(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                                unsigned long limit)
{
    return l4_factory_create_factory_u(factory, target_cap, limit, l4_utcb());
}

/*
 * IPC gate, bound to thread snd_dst_cap under `label` (bits 0-1 clear); with an invalid
 * snd_dst_cap it stays unbound and its senders wait until it is bound. Rights: S on the thread.
 */
L4_INLINE l4_msgtag_t l4_factory_create_gate_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                               l4_cap_idx_t snd_dst_cap, l4_umword_t label,
                                               l4_utcb_t *utcb)
{
    l4_msgtag_t t = l4_factory_create_start_u(L4_PROTO_NONE, target_cap, utcb);
    unsigned items = 0;

    l4_factory_create_add_uint_u(label, &t, utcb);
    if (l4_is_valid_cap(snd_dst_cap)) {
        l4_object_arg_u(3, snd_dst_cap, utcb);
        items = 1;
    }
    t = l4_msgtag(l4_msgtag_label(t), l4_msgtag_words(t), items, l4_msgtag_flags(t));
    return l4_factory_create_commit_u(factory, t, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_gate(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                             l4_cap_idx_t snd_dst_cap, l4_umword_t label)
{
    return l4_factory_create_gate_u(factory, target_cap, snd_dst_cap, label, l4_utcb());
}

/* IRQ object: a pending bit that reaches its thread as a message. */
L4_INLINE l4_msgtag_t l4_factory_create_irq_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                              l4_utcb_t *utcb)
{
    return l4_factory_create_u(factory, L4_PROTO_IRQ_SENDER, target_cap, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_irq(l4_cap_idx_t factory, l4_cap_idx_t target_cap)
{
    return l4_factory_create_irq_u(factory, target_cap, l4_utcb());
}

/* Counting semaphore, count 0. */
L4_INLINE l4_msgtag_t l4_factory_create_semaphore_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                                    l4_utcb_t *utcb)
{
    return l4_factory_create_u(factory, L4_PROTO_SEMAPHORE, target_cap, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_semaphore(l4_cap_idx_t factory, l4_cap_idx_t target_cap)
{
    return l4_factory_create_semaphore_u(factory, target_cap, l4_utcb());
}

/* Guest address space. */
L4_INLINE l4_msgtag_t l4_factory_create_vm_u(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                             l4_utcb_t *utcb)
{
    return l4_factory_create_u(factory, L4_PROTO_VM, target_cap, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_vm(l4_cap_idx_t factory, l4_cap_idx_t target_cap)
{
    return l4_factory_create_vm_u(factory, target_cap, l4_utcb());
}

/* Hardware context of a virtual CPU. */
L4_INLINE l4_msgtag_t l4_factory_create_vcpu_context_u(l4_cap_idx_t factory,
                                                       l4_cap_idx_t target_cap, l4_utcb_t *utcb)
{
    return l4_factory_create_u(factory, L4_PROTO_VCPU_CONTEXT, target_cap, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_vcpu_context(l4_cap_idx_t factory, l4_cap_idx_t target_cap)
{
    return l4_factory_create_vcpu_context_u(factory, target_cap, l4_utcb());
}

/* Thread group; no kernel offers it so far: -L4_ENODEV. */
L4_INLINE l4_msgtag_t l4_factory_create_thread_group_u(l4_cap_idx_t factory,
                                                       l4_cap_idx_t target_cap, l4_umword_t policy,
                                                       l4_utcb_t *utcb)
{
    l4_msgtag_t t = l4_factory_create_start_u(L4_PROTO_THREAD_GROUP, target_cap, utcb);

    l4_factory_create_add_uint_u(policy, &t, utcb);
    return l4_factory_create_commit_u(factory, t, utcb);
}

L4_INLINE l4_msgtag_t l4_factory_create_thread_group(l4_cap_idx_t factory, l4_cap_idx_t target_cap,
                                                     l4_umword_t policy)
{
    return l4_factory_create_thread_group_u(factory, target_cap, policy, l4_utcb());
}
