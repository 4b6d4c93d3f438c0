/* SPDX-License-Identifier: MIT */
/*
 * Access to the UTCB of the running thread: message registers, buffer registers, thread
 * control registers.
 *
 * Every system call reads its arguments from the message registers and overwrites them with
 * results. A sequence that builds a message must not be interrupted by any other call of this
 * API, not even by printing.
 *
 * Functions ending in _u take the UTCB explicitly; the others use that of the running thread.
 */
#pragma once

#include <l4/sys/compiler.h>
#include <l4/sys/types.h>
#include <l4/sys/utcb_layout.h>

typedef struct l4_utcb_t l4_utcb_t;

/* UTCB address, read anew each time. For code that may change threads under the compiler. */
L4_INLINE l4_utcb_t *l4_utcb_direct(void)
{
    l4_utcb_t *utcb;

    __asm__ __volatile__("mov %%gs:0, %0" : "=r"(utcb));
    return utcb;
}

/* UTCB of the running thread. The compiler may keep the value for the rest of the function. */
L4_INLINE l4_utcb_t *l4_utcb_wrap(void)
{
    l4_utcb_t *utcb;

    __asm__("mov %%gs:0, %0" : "=r"(utcb));
    return utcb;
}

L4_INLINE l4_utcb_t *l4_utcb(void)
{
    return l4_utcb_wrap();
}

/* Message registers. */
L4_INLINE l4_msg_regs_t *l4_utcb_mr_u(l4_utcb_t *utcb)
{
    return (l4_msg_regs_t *)((l4_addr_t)utcb + L4_UTCB_MSG_REGS_OFFSET);
}

L4_INLINE l4_msg_regs_t *l4_utcb_mr(void)
{
    return l4_utcb_mr_u(l4_utcb());
}

/* Buffer registers and their descriptor. */
L4_INLINE l4_buf_regs_t *l4_utcb_br_u(l4_utcb_t *utcb)
{
    return (l4_buf_regs_t *)((l4_addr_t)utcb + L4_UTCB_BUF_REGS_OFFSET);
}

L4_INLINE l4_buf_regs_t *l4_utcb_br(void)
{
    return l4_utcb_br_u(l4_utcb());
}

/* Thread control registers. */
L4_INLINE l4_thread_regs_t *l4_utcb_tcr_u(l4_utcb_t *utcb)
{
    return (l4_thread_regs_t *)((l4_addr_t)utcb + L4_UTCB_THREAD_REGS_OFFSET);
}

L4_INLINE l4_thread_regs_t *l4_utcb_tcr(void)
{
    return l4_utcb_tcr_u(l4_utcb());
}

/* The message registers as registers of an exception message. */
L4_INLINE l4_exc_regs_t *l4_utcb_exc_u(l4_utcb_t *utcb)
{
    return (l4_exc_regs_t *)((l4_addr_t)utcb + L4_UTCB_MSG_REGS_OFFSET);
}

L4_INLINE l4_exc_regs_t *l4_utcb_exc(void)
{
    return l4_utcb_exc_u(l4_utcb());
}

/* Word index in a message of the 64-bit value that stands at byte idx * 8. */
L4_INLINE unsigned l4_utcb_mr64_idx(unsigned idx)
{
    return idx;
}

/*
 * Value for the buffer descriptor register: index of the first buffer register of each kind
 * (0 ... 31) and flags, e.g. L4_UTCB_INHERIT_FPU >> 24.
 */
L4_INLINE l4_umword_t l4_bdr(unsigned mem, unsigned io, unsigned obj, unsigned flags)
{
    return ((l4_umword_t)(mem & L4_BDR_OFFSET_MASK) << L4_BDR_MEM_SHIFT) |
           ((l4_umword_t)(io & L4_BDR_OFFSET_MASK) << L4_BDR_IO_SHIFT) |
           ((l4_umword_t)(obj & L4_BDR_OFFSET_MASK) << L4_BDR_OBJ_SHIFT) |
           ((l4_umword_t)(flags & L4_BDR_FLAGS_MASK) << L4_BDR_FLAGS_SHIFT);
}

/* Accept (or refuse) FPU state that comes with messages to this thread. */
L4_INLINE void l4_utcb_inherit_fpu_u(l4_utcb_t *utcb, int switch_on)
{
    l4_buf_regs_t *b = l4_utcb_br_u(utcb);

    if (switch_on)
        b->bdr |= (l4_umword_t)L4_UTCB_INHERIT_FPU;
    else
        b->bdr &= ~(l4_umword_t)L4_UTCB_INHERIT_FPU;
}

L4_INLINE void l4_utcb_inherit_fpu(int switch_on)
{
    l4_utcb_inherit_fpu_u(l4_utcb(), switch_on);
}

/* Instruction pointer in an exception frame. */
L4_INLINE l4_umword_t l4_utcb_exc_pc(l4_exc_regs_t const *u)
{
    return u->ip;
}

L4_INLINE void l4_utcb_exc_pc_set(l4_exc_regs_t *u, l4_addr_t pc)
{
    u->ip = pc;
}

/* Trap number: CPU vector, or enum l4_exc_trapno. */
L4_INLINE l4_umword_t l4_utcb_exc_typeval(l4_exc_regs_t const *u)
{
    return u->trapno;
}

/* Is the exception a page fault that no pager resolved? */
L4_INLINE int l4_utcb_exc_is_pf(l4_exc_regs_t const *u)
{
    return u->trapno == L4_EXC_TRAPNO_PAGE_FAULT;
}

/* Was the exception provoked by EX_REGS with TRIGGER_EXCEPTION? */
L4_INLINE int l4_utcb_exc_is_ex_regs_exception(l4_exc_regs_t const *u)
{
    return u->trapno == L4_EXC_TRAPNO_EX_REGS;
}

/* Fault address in the form of a page-fault message: bit 1 = write. */
L4_INLINE l4_addr_t l4_utcb_exc_pfa(l4_exc_regs_t const *u)
{
    return (u->pfa & ~(l4_addr_t)3) | (u->err & 2);
}

/*
 * Absolute timeout: stores the time `pint` (microseconds of the KIP clock) in buffer register
 * `br` and returns the timeout that refers to it. The register must not be a receive buffer.
 */
L4_INLINE l4_timeout_s l4_timeout_abs_u(l4_kernel_clock_t pint, int br, l4_utcb_t *utcb)
{
    l4_timeout_s t;
    unsigned idx = (unsigned)br & L4_TIMEOUT_ABS_BR_MASK;

    if (idx >= L4_UTCB_GENERIC_BUFFERS_SIZE)
        idx = L4_UTCB_GENERIC_BUFFERS_SIZE - 1;
    l4_utcb_br_u(utcb)->br[idx] = pint;
    t.t = (l4_uint16_t)(L4_TIMEOUT_ABSOLUTE | idx);
    return t;
}

L4_INLINE l4_timeout_s l4_timeout_abs(l4_kernel_clock_t pint, int br)
{
    return l4_timeout_abs_u(pint, br, l4_utcb());
}

/* Time at which a timeout that starts at `cur` ends; ~0 for never. */
L4_INLINE l4_kernel_clock_t l4_timeout_get_u(l4_kernel_clock_t cur, l4_timeout_s to,
                                             l4_utcb_t *utcb)
{
    unsigned idx = to.t & (unsigned)L4_TIMEOUT_ABS_BR_MASK;

    if (l4_timeout_is_never(to))
        return ~0ULL;
    if (!l4_timeout_is_absolute(to))
        return cur + l4_timeout_rel_get(to);
    if (idx >= L4_UTCB_GENERIC_BUFFERS_SIZE)
        idx = L4_UTCB_GENERIC_BUFFERS_SIZE - 1;
    return l4_utcb_br_u(utcb)->br[idx];
}

L4_INLINE l4_kernel_clock_t l4_timeout_get(l4_kernel_clock_t cur, l4_timeout_s to)
{
    return l4_timeout_get_u(cur, to, l4_utcb());
}
