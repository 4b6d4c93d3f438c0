/* SPDX-License-Identifier: MIT */
/*
 * x86 segments: bases of FS and GS, selectors of the kernel's segments, own descriptors in GDT
 * and LDT. GS belongs to the ABI (it finds the UTCB); FS is free for thread-local storage.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

enum L4_sys_segment {
    L4_AMD64_SEGMENT_SEL_FS = L4_AMD64_SEGMENT_FS,
    L4_AMD64_SEGMENT_SEL_GS = L4_AMD64_SEGMENT_GS,
};

/* Set the base of FS or GS of a thread. Returns: -L4_EINVAL segment or non-canonical base. */
L4_INLINE long fiasco_amd64_set_segment_base(l4_cap_idx_t thread, enum L4_sys_segment segr,
                                             l4_umword_t base, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_THREAD_AMD64_SET_SEGMENT_BASE_OP | ((l4_umword_t)segr << 16);
    m->mr[1] = base;
    return l4_error_u(l4_object_call_u(thread, L4_PROTO_THREAD, 2, 0, utcb), utcb);
}

/* Set the base of FS of a thread. */
L4_INLINE long fiasco_amd64_set_fs(l4_cap_idx_t thread, l4_umword_t base, l4_utcb_t *utcb)
{
    return fiasco_amd64_set_segment_base(thread, L4_AMD64_SEGMENT_SEL_FS, base, utcb);
}

/* Selectors of the flat user segments: data, 64-bit code, 32-bit code. */
L4_INLINE long fiasco_amd64_segment_info(l4_cap_idx_t thread, l4_umword_t *user_ds,
                                         l4_umword_t *user_cs64, l4_umword_t *user_cs32,
                                         l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    long r;

    m->mr[0] = L4_THREAD_AMD64_GET_SEGMENT_INFO_OP;
    r = l4_error_u(l4_object_call_u(thread, L4_PROTO_THREAD, 1, 0, utcb), utcb);
    if (r < 0)
        return r;
    *user_ds = m->mr[0];
    *user_cs64 = m->mr[1];
    *user_cs32 = m->mr[2];
    return r;
}

/* Copy `size` bytes of 8-byte descriptors to MR2. Returns: words, 0 if they do not fit. */
L4_INLINE unsigned fiasco_put_descriptors(void const *desc, unsigned size, l4_utcb_t *utcb)
{
    unsigned n = size / 8;

    if (size % 8 || n == 0 || n > L4_UTCB_GENERIC_DATA_SIZE - 2)
        return 0;
    __builtin_memcpy(&l4_utcb_mr_u(utcb)->mr[2], desc, size);
    return n;
}

/*
 * Set user descriptors of a thread's GDT; `size` in bytes, entries counted from the first user
 * entry. Returns: selector of the entry; -L4_EINVAL for an unsafe descriptor or a bad size.
 */
L4_INLINE long fiasco_gdt_set(l4_cap_idx_t thread, void const *desc, unsigned int size,
                              unsigned int entry_number_start, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned n = fiasco_put_descriptors(desc, size, utcb);

    if (!n)
        return -L4_EINVAL;
    m->mr[0] = L4_THREAD_X86_GDT_OP;
    m->mr[1] = entry_number_start;
    return l4_error_u(l4_object_call_u(thread, L4_PROTO_THREAD, 2 + n, 0, utcb), utcb);
}

/* Number of the first user entry of the GDT; ~0 on error. */
L4_INLINE unsigned fiasco_gdt_get_entry_offset(l4_cap_idx_t thread, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_THREAD_X86_GDT_OP;
    if (l4_error_u(l4_object_call_u(thread, L4_PROTO_THREAD, 1, 0, utcb), utcb) < 0)
        return ~0U;
    return (unsigned)m->mr[0];
}

/* Set descriptors of a task's LDT; `size` in bytes. Returns: 0, -L4_EINVAL, -L4_ENOSYS. */
L4_INLINE long fiasco_ldt_set(l4_cap_idx_t task, void const *ldt, unsigned int size,
                              unsigned int entry_number_start, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    unsigned n = fiasco_put_descriptors(ldt, size, utcb);

    if (!n)
        return -L4_EINVAL;
    m->mr[0] = L4_TASK_LDT_SET_X86_OP;
    m->mr[1] = entry_number_start;
    return l4_error_u(l4_object_call_u(task, L4_PROTO_TASK, 2 + n, 0, utcb), utcb);
}
