/* SPDX-License-Identifier: MIT */
/*
 * The first objects, the first two tasks, and then nothing more to do: the boot code becomes
 * the idle thread.
 *
 *   capability index:  1 task  2 factory  3 thread  4 pager (root: gate to sigma0)
 *                      5 console  6 interrupts  7 scheduler  10 debugger
 */
#include <init/plan.h>

#include <arch/cpu.h>
#include <arch/mmu.h>
#include <cap/captab.h>
#include <dev/console.h>
#include <dev/timer.h>
#include <ipc/ipc.h>
#include <l4/sys/consts.h>
#include <mem/frame.h>
#include <object/factory.h>
#include <object/gate.h>
#include <object/icu.h>
#include <object/task.h>
#include <object/thread.h>
#include <sched/sched.h>
#include <sched/stack.h>
#include <space/mapdb.h>
#include <space/space.h>
#include <sync/micro.h>

#define BOOT_PRIO 255u
#define ROOT_GATE_LABEL 0x40u /* sigma0 takes the label >> 4 as the number of its client */

struct first_objects {
    struct kobj *factory, *log, *icu, *scheduler, *debugger;
};

static void *window_frame(void)
{
    return frame_alloc_zeroed(NULL);
}

static struct kobj *must(struct kobj *o, const char *what)
{
    if (!o)
        panic("cannot boot: no kernel memory for the %s; raise -kmemsize", what);
    return o;
}

static struct kobj_deaths *deaths_of_current(void)
{
    return &current()->deaths;
}

/* From here on current() and this_cpu() are true, and the boot code is the idle thread. */
static void become_idle(void)
{
    struct arch_cpu *area = arch_cpu_area(0, sizeof(struct cpu), window_frame);
    struct cpu *cpu = container_of(area, struct cpu, arch);
    struct thread *idle = thread_memory_alloc(NULL);

    if (!area || !idle)
        panic("cannot boot: no kernel memory for the first CPU; raise -kmemsize");
    ipc_thread_init(idle);
    arch_cpu_init(&cpu->arch, 0);
    cpu->arch.current = &idle->arch;
    sched_init(cpu, idle);
    if (!party_claim_try(&idle->party, 0))
        panic("the idle thread is claimed");
    kobj_set_deaths(deaths_of_current);
    sched_set_timeout_handler(ipc_timeout);
}

static void put_cap(struct space *s, unsigned index, struct kobj *o)
{
    if (!o)
        return;
    /* One count more than there are capabilities: these objects never go by accident. */
    kobj_pin(o);
    if (captab_insert(&s->caps, index, (struct cap){ .obj = o, .rights = CAP_ALL }) < 0)
        panic("cannot boot: no kernel memory for a capability table; raise -kmemsize");
}

static struct thread *first_thread(const struct first_objects *k, struct task *task)
{
    struct kobj_payer *p = factory_payer(k->factory);
    struct thread *t = thread_create(p);
    l4_fpage_t utcb = l4_fpage(L4_INITIAL_UTCB_ADDR, L4_PAGESHIFT, L4_FPAGE_RW);

    if (!t || space_add_kumem(task->space, utcb.raw & ~(l4_umword_t)L4_FPAGE_RIGHTS_MASK) < 0 ||
        thread_bind(t, task, L4_INITIAL_UTCB_ADDR) < 0)
        panic("cannot boot: no kernel memory for the first threads; raise -kmemsize");
    put_cap(task->space, L4_BASE_TASK_CAP >> L4_CAP_SHIFT, &task->obj);
    put_cap(task->space, L4_BASE_FACTORY_CAP >> L4_CAP_SHIFT, k->factory);
    put_cap(task->space, L4_BASE_THREAD_CAP >> L4_CAP_SHIFT, t->obj);
    put_cap(task->space, L4_BASE_LOG_CAP >> L4_CAP_SHIFT, k->log);
    put_cap(task->space, L4_BASE_ICU_CAP >> L4_CAP_SHIFT, k->icu);
    put_cap(task->space, L4_BASE_SCHEDULER_CAP >> L4_CAP_SHIFT, k->scheduler);
    put_cap(task->space, L4_BASE_DEBUGGER_CAP >> L4_CAP_SHIFT, k->debugger);

    micro_enter();
    sched_set_params(t, BOOT_PRIO, 0);
    sched_home(t);
    micro_leave();
    return t;
}

static void start_tasks(const struct boot_plan *plan, const struct first_objects *k)
{
    struct kobj_payer *p = factory_payer(k->factory);
    struct task *sigma0 = task_of(must(task_create(p), "task of sigma0"));
    struct task *root = task_of(must(task_create(p), "root task"));
    struct thread *ts = first_thread(k, sigma0);
    struct thread *tr = first_thread(k, root);
    struct kobj *pager = must(gate_create(p, ts, ROOT_GATE_LABEL), "gate to sigma0");

    space_make_sigma0(sigma0->space, plan->max_phys);
    put_cap(root->space, L4_BASE_PAGER_CAP >> L4_CAP_SHIFT, pager);
    tr->pager = L4_BASE_PAGER_CAP;
    frame_set_arg0(ts->arch.frame, plan->kip_phys);
    thread_start(ts, plan->sigma0_entry, 0);
    thread_start(tr, plan->root_entry, 0);
}

static _Noreturn void idle_loop(void)
{
    for (;;) {
        (void)thread_reap();
        micro_enter();
        if (this_cpu()->resched)
            sched_dispatch();
        arch_idle();
        micro_leave();
    }
}

void init_handover(const struct boot_plan *plan)
{
    struct first_objects k;
    struct kobj_payer *p;

    become_idle();
    arch_irq_on();

    mapdb_init(plan->nram ? plan->ram[plan->nram - 1].end : 0);
    factory_init();
    task_init();
    k.factory = must(factory_create_root(), "root factory");
    p = factory_payer(k.factory);
    k.log = must(vcon_create(p), "console object");
    k.icu = must(icu_create(p), "interrupt object");
    k.scheduler = must(scheduler_create(p), "scheduler object");
    k.debugger = enabled(CONFIG_JDB) ? must(debugger_create(p), "debugger object") : NULL;
    start_tasks(plan, &k);
    idle_loop();
}
