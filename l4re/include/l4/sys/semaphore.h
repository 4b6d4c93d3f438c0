/* SPDX-License-Identifier: MIT */
/* Counting semaphore of the kernel; waiters are served by priority. */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/* Add one, waking a waiter. Needs no right, never blocks, gets no reply. */
L4_INLINE l4_msgtag_t l4_semaphore_up_u(l4_cap_idx_t sem, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_SEMAPHORE_OP_UP;
    return l4_ipc_send(sem, utcb, l4_msgtag(L4_PROTO_IRQ, 1, 0, 0), L4_IPC_NEVER);
}

L4_INLINE l4_msgtag_t l4_semaphore_up(l4_cap_idx_t sem)
{
    return l4_semaphore_up_u(sem, l4_utcb());
}

/*
 * Take one; blocks while the count is zero, at most for the receive timeout of `to`.
 * Rights:  S.
 * Returns: label 0; -L4_EPERM; IPC errors: L4_IPC_RETIMEOUT, L4_IPC_RECANCELED,
 *          L4_IPC_ENOT_EXISTENT when the semaphore is destroyed.
 */
L4_INLINE l4_msgtag_t l4_semaphore_down_u(l4_cap_idx_t sem, l4_timeout_t to, l4_utcb_t *utcb)
{
    l4_utcb_mr_u(utcb)->mr[0] = L4_SEMAPHORE_OP_DOWN;
    return l4_ipc_call(sem, utcb, l4_msgtag(L4_PROTO_SEMAPHORE, 1, 0, 0), to);
}

L4_INLINE l4_msgtag_t l4_semaphore_down(l4_cap_idx_t sem, l4_timeout_t to)
{
    return l4_semaphore_down_u(sem, to, l4_utcb());
}
