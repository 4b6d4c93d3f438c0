/* SPDX-License-Identifier: MIT */
/*
 * The system call, and the ways to use it: send, receive, call, reply, wait.
 *
 * A message is described by its tag (<l4/sys/types.h>); words and items stand in the message
 * registers, windows for arriving items in the buffer registers. Every function here blocks
 * until the partner is ready or the timeout of the phase ends, and returns a tag:
 *   - L4_MSGTAG_ERROR set: failed, l4_ipc_error() says why;
 *   - otherwise the received message's tag, or the sent tag if nothing was to be received.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb.h>

/*
 * The system call itself.
 *   dest     capability, bits 4-11 as in <l4/sys/consts.h>
 *   flags    L4_SYSF_*: what to do
 *   slabel   label for the receiver; delivered only through thread and reply capabilities
 *   tag      the message to send; ignored when nothing is sent
 *   rlabel   where the label of the received message goes; may be NULL
 *   timeout  for both phases
 */
L4_INLINE l4_msgtag_t l4_ipc(l4_cap_idx_t dest, l4_utcb_t *utcb, l4_umword_t flags,
                             l4_umword_t slabel, l4_msgtag_t tag, l4_umword_t *rlabel,
                             l4_timeout_t timeout)
{
    l4_umword_t selector = dest | flags;
    l4_umword_t label = slabel;
    l4_umword_t self = (l4_umword_t)utcb;
    register l4_umword_t to __asm__("r8") = timeout.raw;

    __asm__ __volatile__("syscall"
                         : "+a"(tag.raw), "+d"(selector), "+S"(label), "+D"(self)
                         : "r"(to)
                         : "rcx", "r11", "r15", "cc", "memory");
    if (rlabel)
        *rlabel = label;
    return tag;
}

/* Send to `dest`. Errors: L4_IPC_SE*, L4_IPC_ENOT_EXISTENT. */
L4_INLINE l4_msgtag_t l4_ipc_send(l4_cap_idx_t dest, l4_utcb_t *utcb, l4_msgtag_t tag,
                                  l4_timeout_t timeout)
{
    return l4_ipc(dest, utcb, L4_SYSF_SEND, 0, tag, 0, timeout);
}

/* Receive from anybody. *label tells who: the gate's label with rights in bits 0-1, or IRQ label.
 */
L4_INLINE l4_msgtag_t l4_ipc_wait(l4_utcb_t *utcb, l4_umword_t *label, l4_timeout_t timeout)
{
    l4_msgtag_t t = { 0 };

    return l4_ipc(L4_INVALID_CAP, utcb, L4_SYSF_WAIT, 0, t, label, timeout);
}

/* Receive from `object` only: a thread, the thread behind a gate, or an IRQ object. */
L4_INLINE l4_msgtag_t l4_ipc_receive(l4_cap_idx_t object, l4_utcb_t *utcb, l4_timeout_t timeout)
{
    l4_msgtag_t t = { 0 };

    return l4_ipc(object, utcb, L4_SYSF_RECV, 0, t, 0, timeout);
}

/* Send to `object` and receive its reply. This is how every object is invoked. */
L4_INLINE l4_msgtag_t l4_ipc_call(l4_cap_idx_t object, l4_utcb_t *utcb, l4_msgtag_t tag,
                                  l4_timeout_t timeout)
{
    return l4_ipc(object, utcb, L4_SYSF_CALL, 0, tag, 0, timeout);
}

/* Send through the thread's reply slot and return. Empty slot: L4_IPC_ENOT_EXISTENT. */
L4_INLINE l4_msgtag_t l4_ipc_reply(l4_utcb_t *utcb, l4_msgtag_t tag, l4_timeout_t timeout)
{
    return l4_ipc(L4_INVALID_CAP, utcb, L4_SYSF_SEND | L4_SYSF_REPLY, 0, tag, 0, timeout);
}

/*
 * Reply to the last caller, then wait for the next message. If the reply fails, nothing is
 * received: the server goes on with l4_ipc_wait().
 */
L4_INLINE l4_msgtag_t l4_ipc_reply_and_wait(l4_utcb_t *utcb, l4_msgtag_t tag, l4_umword_t *label,
                                            l4_timeout_t timeout)
{
    return l4_ipc(L4_INVALID_CAP, utcb, L4_SYSF_REPLY_AND_WAIT, 0, tag, label, timeout);
}

/* Send to `dest`, then wait for a message from anybody. */
L4_INLINE l4_msgtag_t l4_ipc_send_and_wait(l4_cap_idx_t dest, l4_utcb_t *utcb, l4_msgtag_t tag,
                                           l4_umword_t *label, l4_timeout_t timeout)
{
    return l4_ipc(dest, utcb, L4_SYSF_SEND_AND_WAIT, 0, tag, label, timeout);
}

/* IPC error code in the UTCB; meaningful only after a call that failed. */
L4_INLINE l4_umword_t l4_ipc_error_code(l4_utcb_t *utcb)
{
    return l4_utcb_tcr_u(utcb)->error & L4_IPC_ERROR_MASK;
}

/* IPC error of the call that returned `tag`: enum l4_ipc_tcr_error_t, 0 = none. */
L4_INLINE l4_umword_t l4_ipc_error(l4_msgtag_t tag, l4_utcb_t *utcb)
{
    if (!l4_msgtag_has_error(tag))
        return 0;
    return l4_ipc_error_code(utcb);
}

/* Did the last IPC error happen while sending / while receiving? */
L4_INLINE int l4_ipc_is_snd_error(l4_utcb_t *utcb)
{
    return (l4_utcb_tcr_u(utcb)->error & 1) == 0;
}

L4_INLINE int l4_ipc_is_rcv_error(l4_utcb_t *utcb)
{
    return (l4_utcb_tcr_u(utcb)->error & 1) != 0;
}

/* IPC error code as negative error number. */
L4_INLINE long l4_ipc_to_errno(unsigned long ipc_error_code)
{
    return -(long)(L4_EIPC_LO + ipc_error_code);
}

/* Result of an invocation: the label (>= 0 or -L4_E*), or the IPC error as negative number. */
L4_INLINE long l4_error_u(l4_msgtag_t tag, l4_utcb_t *utcb)
{
    if (L4_UNLIKELY(l4_msgtag_has_error(tag)))
        return l4_ipc_to_errno(l4_ipc_error_code(utcb));
    return l4_msgtag_label(tag);
}

L4_INLINE long l4_error(l4_msgtag_t tag)
{
    return l4_error_u(tag, l4_utcb());
}

/* Sleep until the receive timeout ends or the thread is cancelled; the tag carries the error. */
L4_INLINE l4_msgtag_t l4_ipc_sleep(l4_timeout_t timeout)
{
    return l4_ipc_receive(L4_INVALID_CAP, l4_utcb(), timeout);
}

L4_INLINE l4_msgtag_t l4_ipc_sleep_us(l4_uint64_t us)
{
    return l4_ipc_sleep(l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us64(us)));
}

L4_INLINE l4_msgtag_t l4_ipc_sleep_ms(l4_uint32_t ms)
{
    return l4_ipc_sleep_us((l4_uint64_t)ms * 1000);
}

/*
 * Append an item to the message under construction and count it in *tag.
 * Returns: 0, or -L4_ENOMEM if the message registers are full.
 */
L4_INLINE int l4_sndfpage_add_u(l4_fpage_t const snd_fpage, unsigned long snd_base,
                                l4_msgtag_t *tag, l4_utcb_t *utcb)
{
    unsigned words = l4_msgtag_words(*tag);
    unsigned items = l4_msgtag_items(*tag);
    unsigned i = words + 2 * items;
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    if (i + 2 > L4_UTCB_GENERIC_DATA_SIZE)
        return -L4_ENOMEM;
    m->mr[i] = snd_base | L4_ITEM_MAP;
    m->mr[i + 1] = snd_fpage.raw;
    *tag = l4_msgtag(l4_msgtag_label(*tag), words, items + 1, l4_msgtag_flags(*tag));
    return 0;
}

L4_INLINE int l4_sndfpage_add(l4_fpage_t const snd_fpage, unsigned long snd_base, l4_msgtag_t *tag)
{
    return l4_sndfpage_add_u(snd_fpage, snd_base, tag, l4_utcb());
}

/*
 * Invoke an object: call with `words` words and `items` items prepared in the UTCB, without
 * timeout. Building block of the object headers.
 */
L4_INLINE l4_msgtag_t l4_object_call_u(l4_cap_idx_t obj, long proto, unsigned words, unsigned items,
                                       l4_utcb_t *utcb)
{
    return l4_ipc_call(obj, utcb, l4_msgtag(proto, words, items, 0), L4_IPC_NEVER);
}

/* Put capability `cap` as an argument item at message register `idx`. */
L4_INLINE void l4_object_arg_u(unsigned idx, l4_cap_idx_t cap, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[idx] = l4_map_obj_control(0, 0);
    m->mr[idx + 1] = l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWS).raw;
}
