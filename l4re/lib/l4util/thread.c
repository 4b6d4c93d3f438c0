/* SPDX-License-Identifier: MIT */
#include <l4/util/thread.h>

#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

static long bind(l4_cap_idx_t id, l4_utcb_t *thread_utcb, l4_cap_idx_t pager, l4_cap_idx_t task,
                 l4_utcb_t *u)
{
    l4_thread_control_start_u(u);
    l4_thread_control_pager_u(pager, u);
    l4_thread_control_exc_handler_u(pager, u);
    l4_thread_control_bind_u(thread_utcb, task, u);
    return l4_error_u(l4_thread_control_commit_u(id, u), u);
}

long l4util_create_thread(l4_cap_idx_t id, l4_utcb_t *thread_utcb, l4_cap_idx_t factory,
                          l4_umword_t pc, l4_umword_t sp, l4_cap_idx_t pager, l4_cap_idx_t task,
                          l4_cap_idx_t scheduler, l4_sched_param_t const *p)
{
    l4_utcb_t *u = l4_utcb();
    long err = l4_error_u(l4_factory_create_thread_u(factory, id, u), u);

    if (err < 0)
        return err;
    err = bind(id, thread_utcb, pager, task, u);
    if (err < 0)
        goto out_thread;
    if (l4_is_valid_cap(scheduler) && p) {
        err = l4_error_u(l4_scheduler_run_thread_u(scheduler, id, p, u), u);
        if (err < 0)
            goto out_thread;
    }
    err = l4_error_u(l4_thread_ex_regs_u(id, pc, sp, 0, u), u);
    if (err < 0)
        goto out_thread;
    return 0;

out_thread:
    (void)l4_task_delete_obj_u(L4_BASE_TASK_CAP, id, u);
    return err;
}
