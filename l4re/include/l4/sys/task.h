/* SPDX-License-Identifier: MIT */
/*
 * Task: an address space for memory, I/O ports and capabilities (protocol L4_PROTO_TASK).
 *
 * L4_BASE_TASK_CAP is the own task. None of these calls waits for another user thread.
 */
#pragma once

#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

/*
 * Map a flexpage of src_task into dst_task. snd_base is word 0 of a send item: target address
 * or slot with attributes, from l4_map_control() or l4_map_obj_control().
 *
 * Rights:  W on dst_task; right S of mapped objects is limited by S of both task capabilities.
 * Returns: label 0, also if there was nothing to map; L4_IPC_SEMAPFAILED out of kernel memory.
 */
L4_INLINE l4_msgtag_t l4_task_map_u(l4_cap_idx_t dst_task, l4_cap_idx_t src_task,
                                    l4_fpage_t snd_fpage, l4_umword_t snd_base, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_TASK_MAP_OP;
    m->mr[1] = snd_base | L4_ITEM_MAP;
    m->mr[2] = snd_fpage.raw;
    l4_object_arg_u(3, src_task, utcb);
    return l4_object_call_u(dst_task, L4_PROTO_TASK, 3, 1, utcb);
}

L4_INLINE l4_msgtag_t l4_task_map(l4_cap_idx_t dst_task, l4_cap_idx_t src_task,
                                  l4_fpage_t snd_fpage, l4_umword_t snd_base)
{
    return l4_task_map_u(dst_task, src_task, snd_fpage, snd_base, l4_utcb());
}

/*
 * Withdraw flexpages from everybody who got them through this task; with L4_FP_ALL_SPACES from
 * the task itself too; with L4_FP_DELETE_OBJ objects held with right D are destroyed.
 * The rights of each flexpage name what is withdrawn (R = the whole mapping).
 *
 * Rights:  none on the task.
 * Returns: label 0, or -L4_EINVAL for more than L4_TASK_UNMAP_MAX_FPAGES. MR2... hold the
 *          flexpages with their low bits replaced by L4_TASK_UNMAP_REFERENCED / _DIRTY.
 */
L4_INLINE l4_msgtag_t l4_task_unmap_batch_u(l4_cap_idx_t task, l4_fpage_t const *fpages,
                                            unsigned num_fpages, unsigned long map_mask,
                                            l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    if (num_fpages > L4_TASK_UNMAP_MAX_FPAGES)
        return l4_msgtag(-L4_EINVAL, 0, 0, 0);
    m->mr[0] = L4_TASK_UNMAP_OP;
    m->mr[1] = map_mask;
    for (unsigned i = 0; i < num_fpages; i++)
        m->mr[2 + i] = fpages[i].raw;
    return l4_object_call_u(task, L4_PROTO_TASK, 2 + num_fpages, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_task_unmap_batch(l4_cap_idx_t task, l4_fpage_t const *fpages,
                                          unsigned num_fpages, unsigned long map_mask)
{
    return l4_task_unmap_batch_u(task, fpages, num_fpages, map_mask, l4_utcb());
}

L4_INLINE l4_msgtag_t l4_task_unmap_u(l4_cap_idx_t task, l4_fpage_t fpage, l4_umword_t map_mask,
                                      l4_utcb_t *utcb)
{
    return l4_task_unmap_batch_u(task, &fpage, 1, map_mask, utcb);
}

L4_INLINE l4_msgtag_t l4_task_unmap(l4_cap_idx_t task, l4_fpage_t fpage, l4_umword_t map_mask)
{
    return l4_task_unmap_u(task, fpage, map_mask, l4_utcb());
}

/* Destroy the object in slot `obj` of the task (needs right D on it) and empty the slot. */
L4_INLINE l4_msgtag_t l4_task_delete_obj_u(l4_cap_idx_t task, l4_cap_idx_t obj, l4_utcb_t *utcb)
{
    return l4_task_unmap_u(task, l4_obj_fpage(obj, 0, L4_CAP_FPAGE_RWSD), L4_FP_DELETE_OBJ, utcb);
}

L4_INLINE l4_msgtag_t l4_task_delete_obj(l4_cap_idx_t task, l4_cap_idx_t obj)
{
    return l4_task_delete_obj_u(task, obj, l4_utcb());
}

/* Empty slot `cap` of the task; the object goes when this was its last counted capability. */
L4_INLINE l4_msgtag_t l4_task_release_cap_u(l4_cap_idx_t task, l4_cap_idx_t cap, l4_utcb_t *utcb)
{
    return l4_task_unmap_u(task, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWSD), L4_FP_ALL_SPACES, utcb);
}

L4_INLINE l4_msgtag_t l4_task_release_cap(l4_cap_idx_t task, l4_cap_idx_t cap)
{
    return l4_task_release_cap_u(task, cap, l4_utcb());
}

/* Is slot `cap` of the task used? Returns: label 1 yes, 0 no. */
L4_INLINE l4_msgtag_t l4_task_cap_valid_u(l4_cap_idx_t task, l4_cap_idx_t cap, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_TASK_CAP_INFO_OP;
    m->mr[1] = cap & ~(l4_umword_t)1;
    return l4_object_call_u(task, L4_PROTO_TASK, 2, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_task_cap_valid(l4_cap_idx_t task, l4_cap_idx_t cap)
{
    return l4_task_cap_valid_u(task, cap, l4_utcb());
}

/* Do both slots of the task hold the same object with the same rights? Returns: label 1 or 0. */
L4_INLINE l4_msgtag_t l4_task_cap_equal_u(l4_cap_idx_t task, l4_cap_idx_t cap_a, l4_cap_idx_t cap_b,
                                          l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);

    m->mr[0] = L4_TASK_CAP_INFO_OP;
    m->mr[1] = cap_a;
    m->mr[2] = cap_b;
    return l4_object_call_u(task, L4_PROTO_TASK, 3, 0, utcb);
}

L4_INLINE l4_msgtag_t l4_task_cap_equal(l4_cap_idx_t task, l4_cap_idx_t cap_a, l4_cap_idx_t cap_b)
{
    return l4_task_cap_equal_u(task, cap_a, cap_b, l4_utcb());
}

/*
 * Add kernel-user memory (for UTCBs, vCPU states) at the place and of the size of *ku_mem,
 * order 12 ... 17. On success *ku_mem is the area that was made. It stays until the task ends.
 *
 * Returns: -L4_EINVAL place or size; -L4_EEXIST occupied; -L4_ENOMEM quota of the task.
 */
L4_INLINE l4_msgtag_t l4_task_add_ku_mem_u(l4_cap_idx_t task, l4_fpage_t *ku_mem, l4_utcb_t *utcb)
{
    l4_msg_regs_t *m = l4_utcb_mr_u(utcb);
    l4_msgtag_t t;

    m->mr[0] = L4_TASK_ADD_KU_MEM_OP;
    m->mr[1] = ku_mem->raw;
    t = l4_object_call_u(task, L4_PROTO_TASK, 2, 0, utcb);
    if (!l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0)
        ku_mem->raw = m->mr[0];
    return t;
}

L4_INLINE l4_msgtag_t l4_task_add_ku_mem(l4_cap_idx_t task, l4_fpage_t *ku_mem)
{
    return l4_task_add_ku_mem_u(task, ku_mem, l4_utcb());
}
