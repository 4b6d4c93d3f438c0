/* SPDX-License-Identifier: MIT */
/* A loader: <l4/sys/task.h>, <l4/sys/factory.h>, <l4/sys/thread.h>, <l4/sys/scheduler.h>. */
#include <l4/sys/factory.h>
#include <l4/sys/kernel_object.h>
#include <l4/sys/pf_trampoline.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/segment.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/sys/vcpu.h>

enum {
    TASK = 0x20 << L4_CAP_SHIFT,
    THREAD = 0x21 << L4_CAP_SHIFT,
    FACTORY = 0x22 << L4_CAP_SHIFT,
    OTHER = 0x23 << L4_CAP_SHIFT,
};

long load(void);
long schedule(void);
long control_thread(void);
long vcpu(l4_vcpu_state_t *v, l4_pf_trampoline_t *p);
long segments(void);

long load(void)
{
    l4_fpage_t utcbs = l4_fpage(0xb3000000, 13, L4_FPAGE_RW);
    l4_fpage_t batch[2] = { l4_fpage(0, 12, L4_FPAGE_RWX), l4_fpage_all() };
    l4_utcb_t *u = l4_utcb();
    long err;

    err = l4_error(l4_factory_create_factory(L4_BASE_FACTORY_CAP, FACTORY, 1 << 20));
    if (err < 0)
        return err;
    err = l4_error(l4_factory_create_task(FACTORY, TASK, &utcbs));
    if (err < 0)
        return err;
    err = l4_error(l4_factory_create_thread(FACTORY, THREAD));
    if (err < 0)
        return err;
    l4_task_map(TASK, L4_BASE_TASK_CAP, l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS),
                l4_map_obj_control(L4_BASE_LOG_CAP, L4_MAP_ITEM_MAP));
    l4_task_unmap(TASK, batch[0], L4_FP_OTHER_SPACES);
    l4_task_unmap_batch(TASK, batch, 2, L4_FP_ALL_SPACES);
    if (l4_msgtag_label(l4_task_cap_valid(TASK, L4_BASE_LOG_CAP)) == 1 &&
        l4_msgtag_label(l4_task_cap_equal(L4_BASE_TASK_CAP, TASK, THREAD)) == 0)
        l4_task_release_cap(L4_BASE_TASK_CAP, OTHER);
    utcbs = l4_fpage(0xb4000000, 12, L4_FPAGE_RW);
    l4_task_add_ku_mem(TASK, &utcbs);
    l4_task_add_ku_mem_u(TASK, &utcbs, u);
    return l4_error_u(l4_task_delete_obj_u(L4_BASE_TASK_CAP, TASK, u), u);
}

long schedule(void)
{
    l4_sched_cpu_set_t cpus = l4_sched_cpu_set(0, 0, 1);
    l4_sched_param_t sp = l4_sched_param(20, 0);
    l4_umword_t max, classes;
    l4_kernel_clock_t us;

    if (l4_error(l4_scheduler_info(L4_BASE_SCHEDULER_CAP, &max, &cpus)) < 0)
        return -1;
    l4_scheduler_info_with_classes(L4_BASE_SCHEDULER_CAP, &max, &cpus, &classes);
    sp.affinity = cpus;
    sp.quantum = 5000;
    l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, THREAD, &sp);
    l4_scheduler_idle_time(L4_BASE_SCHEDULER_CAP, &cpus, &us);
    return l4_scheduler_is_online(L4_BASE_SCHEDULER_CAP, 0);
}

long control_thread(void)
{
    l4_addr_t ip = 0x1000, sp = ~0UL;
    l4_umword_t flags = L4_THREAD_EX_REGS_CANCEL | L4_THREAD_EX_REGS_TRIGGER_EXCEPTION;
    l4_kernel_clock_t us;
    l4_msgtag_t tag;

    l4_thread_control_start();
    l4_thread_control_pager(L4_BASE_PAGER_CAP);
    l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
    l4_thread_control_bind((l4_utcb_t *)0xb3000000, TASK);
    l4_thread_control_alien(0);
    if (l4_error(l4_thread_control_commit(THREAD)) < 0)
        return -1;
    l4_thread_ex_regs(THREAD, ip, sp, 0);
    l4_thread_ex_regs_ret(THREAD, &ip, &sp, &flags);
    l4_thread_yield();
    l4_thread_switch(THREAD);
    l4_thread_stats_time(THREAD, &us);
    l4_thread_register_del_irq(THREAD, OTHER);
    l4_thread_register_doorbell_irq(THREAD, OTHER);
    tag = l4_thread_modify_sender_start();
    if (l4_thread_modify_sender_add(~3UL, 0x100, ~0UL, 0, &tag) < 0)
        return -1;
    return l4_error(l4_thread_modify_sender_commit(THREAD, tag));
}

long vcpu(l4_vcpu_state_t *v, l4_pf_trampoline_t *p)
{
    l4_msgtag_t tag;

    l4_thread_vcpu_control(L4_BASE_THREAD_CAP, (l4_addr_t)v);
    l4_thread_vcpu_control_ext(L4_BASE_THREAD_CAP, (l4_addr_t)v);
    if (!l4_vcpu_check_version(v))
        return -1;
    v->saved_state = L4_VCPU_F_IRQ | L4_VCPU_F_USER_MODE;
    v->r.ip = v->entry_ip;
    tag = l4_thread_vcpu_resume_start();
    l4_sndfpage_add(l4_fpage(0, 12, L4_FPAGE_RWX), 0, &tag);
    l4_thread_vcpu_resume_commit(L4_INVALID_CAP, tag);
    l4_thread_pf_trampoline_setup(L4_BASE_THREAD_CAP, p);
    l4_thread_pf_trampoline_disable(L4_BASE_THREAD_CAP);
    l4_thread_pf_trampoline_enable(L4_BASE_THREAD_CAP);
    l4_thread_pf_trampoline_resume(L4_BASE_THREAD_CAP);
    return l4_error(l4_thread_pf_trampoline_reflect(L4_BASE_THREAD_CAP));
}

long segments(void)
{
    l4_umword_t ds, cs64, cs32;
    l4_uint64_t desc = 0;

    fiasco_amd64_set_fs(L4_BASE_THREAD_CAP, 0x1000, l4_utcb());
    fiasco_amd64_segment_info(L4_BASE_THREAD_CAP, &ds, &cs64, &cs32, l4_utcb());
    fiasco_gdt_set(L4_BASE_THREAD_CAP, &desc, sizeof(desc), 0, l4_utcb());
    fiasco_ldt_set(L4_BASE_TASK_CAP, &desc, sizeof(desc), 0, l4_utcb());
    return (long)fiasco_gdt_get_entry_offset(L4_BASE_THREAD_CAP, l4_utcb());
}
