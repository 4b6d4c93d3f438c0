/* SPDX-License-Identifier: MIT */
#include "world.h"

#include <arch/cpu.h>
#include <arch/irq.h>
#include <arch/mmu.h>
#include <cap/captab.h>
#include <dev/timer.h>
#include <mem/frame.h>
#include <object/factory.h>
#include <object/gate.h>
#include <object/icu.h>
#include <object/irq.h>
#include <object/task.h>
#include <object/thread.h>
#include <sched/check.h>
#include <sched/stack.h>
#include <space/check.h>
#include <space/mapdb.h>
#include <string.h>
#include <sync/micro.h>
#include <sys/mman.h>
#include <time/clock.h>

#define POOL_BYTES MiB(16)
#define UTCB_ORDER 15u
#define THREADS_MAX 128u
#define FIRST_SLOT 0x100u

struct world world;
char said[256];

static struct thread *threads[THREADS_MAX];
static unsigned nthreads;
static struct task *sigma0;
static unsigned long next_slot = FIRST_SLOT;
static unsigned long headers_before;
static uint64_t used_before;

void say(char c)
{
    size_t n = strlen(said);

    if (n < sizeof(said) - 1)
        said[n] = c;
}

/* ---- invariants ------------------------------------------------------------------------------ */

static const char *check_waits(const struct thread *t)
{
    uint64_t state = party_load(&t->party);
    bool alive = t->started && t->homed && !t->gone;

    if (party_waits(state) && t->ready)
        return "waits, but is ready";
    if (party_phase_of(state) == PARTY_WOKEN && alive && !t->ready)
        return "woken, but not ready";
    if (party_phase_of(state) == PARTY_RUN && alive && !t->ready)
        return "runs, but is not ready";
    if (prioq_queued(&t->sender) && party_waits(state) && !t->ipc.to && !t->ipc.at)
        return "queued nowhere";
    if (party_phase_of(state) == PARTY_RUN && tevent_queued(&t->timeout))
        return "runs with a timeout";
    return NULL;
}

void world_check(void *unused)
{
    const char *bad = sched_check();

    (void)unused;
    for (unsigned i = 0; i < nthreads && !bad; i++)
        if (!threads[i]->gone)
            bad = check_waits(threads[i]);
    if (bad)
        utest_fail(__FILE__, __LINE__, "after \"%s\": %s", said, bad);
}

/* ---- the world --------------------------------------------------------------------------------
 */

static struct kobj_deaths *deaths_of_current(void)
{
    return &current()->deaths;
}

static void *pool_frame(void)
{
    return frame_alloc_zeroed(NULL);
}

static void start_cpu(void)
{
    struct arch_cpu *area = arch_cpu_area(0, sizeof(struct cpu), pool_frame);
    struct cpu *cpu = container_of(area, struct cpu, arch);
    struct thread *idle = thread_memory_alloc(NULL);

    ipc_thread_init(idle);
    arch_cpu_init(&cpu->arch, 0);
    cpu->arch.current = &idle->arch;
    sched_init(cpu, idle);
    ASSERT_TRUE(party_claim_try(&idle->party, 0));
    kobj_set_deaths(deaths_of_current);
    sched_set_timeout_handler(ipc_timeout);
}

static struct task *task_new(void)
{
    struct task *t = task_of(task_create(world.payer));
    l4_fpage_t utcbs = l4_fpage(WORLD_UTCBS, UTCB_ORDER, L4_FPAGE_RW);

    ASSERT_EQ(space_add_kumem(t->space, utcbs.raw), 0);
    ASSERT_TRUE(kobj_get(&t->obj)); /* the test looks at it, dead or not, until world_end() */
    return t;
}

/* A thread whose function has returned sleeps for ever. */
static void finish(void)
{
    for (;;) {
        current()->utcb->tcr.user[2] = 1;
        (void)syscall_ipc(L4_INVALID_CAP_BIT | L4_SYSF_RECV, words(0, 0), NULL, FOREVER);
    }
}

bool done(const struct thread *t)
{
    return t->utcb && t->utcb->tcr.user[2] == 1;
}

void world_start(void)
{
    char *pool = mmap(NULL, POOL_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    arch_irq_off();
    ASSERT_TRUE(frame_pool_add(pool, pool + POOL_BYTES));
    host_clock_advance(1000 * US);
    arch_mmu_init(NULL, 0, pool_frame);
    host_intr_init();
    timer_init(NULL);
    clock_init(timer_ticks_khz());
    start_cpu();
    host_user_set_end(finish);
    arch_irq_on();

    mapdb_init(GiB(1));
    factory_init();
    task_init();
    world.factory = factory_create_root();
    world.payer = factory_payer(world.factory);
    world.scheduler = scheduler_create(world.payer);
    world.icu = icu_create(world.payer);
    world.vcon = vcon_create(world.payer);
    kobj_count(world.scheduler); /* they never go with their last capability */
    kobj_count(world.icu);
    kobj_count(world.vcon);
    headers_before = kobj_live_headers();
    used_before = quota_used(&world.payer->quota);
    world.task = task_new();
    world.other = task_new();
    host_irq_on_offer(world_check, NULL);
}

struct task *world_sigma0(void)
{
    if (!sigma0) {
        sigma0 = task_new();
        space_make_sigma0(sigma0->space, GiB(64));
    }
    return sigma0;
}

static void task_end(struct task *t)
{
    const char *bad = space_check(t->space, true);

    if (bad)
        utest_fail(__FILE__, __LINE__, "%s", bad);
    kobj_delete(&t->obj);
    kobj_put(&t->obj);
}

void world_end(void)
{
    world_run();
    for (unsigned i = 0; i < nthreads; i++)
        kobj_delete(threads[i]->obj);
    world_run();
    for (unsigned i = 0; i < nthreads; i++) {
        EXPECT_TRUE(threads[i]->gone);
        kobj_put(threads[i]->obj);
    }
    nthreads = 0;
    task_end(world.task);
    task_end(world.other);
    if (sigma0)
        task_end(sigma0);
    world_run();
    (void)thread_reap();
    EXPECT_EQ(kobj_live_headers(), headers_before);
    EXPECT_EQ(quota_used(&world.payer->quota), used_before);
    EXPECT_EQ(mapnode_count(), 0);
}

void world_run(void)
{
    bool more = true;

    while (more) {
        micro_enter();
        more = this_cpu()->resched;
        micro_leave();
    }
    EXPECT_TRUE(this_cpu()->ctx == &this_cpu()->idle->own);
}

void world_pass(uint64_t ticks)
{
    micro_enter();
    host_clock_advance(ticks);
    micro_leave();
    world_run();
}

/* ---- threads and objects ----------------------------------------------------------------------
 */

struct thread *spawn_asleep(struct task *task, unsigned prio, host_user_fn *fn, const void *arg)
{
    struct thread *t = thread_create(world.payer);

    ASSERT_TRUE(t && nthreads < THREADS_MAX);
    ASSERT_EQ(thread_bind(t, task, WORLD_UTCBS + nthreads % 32 * L4_UTCB_OFFSET), 0);
    ASSERT_TRUE(kobj_get(t->obj));
    threads[nthreads++] = t;
    frame_set_ip(t->arch.frame, host_user_ip(fn));
    frame_set_sp(t->arch.frame, host_user_sp((void *)(uintptr_t)arg));
    micro_enter();
    sched_set_params(t, prio, 0);
    sched_home(t);
    micro_leave();
    return t;
}

struct thread *spawn(struct task *task, unsigned prio, host_user_fn *fn, const void *arg)
{
    struct thread *t = spawn_asleep(task, prio, fn, arg);

    thread_start(t, host_user_ip(fn), host_user_sp((void *)(uintptr_t)arg));
    return t;
}

void start(struct thread *t)
{
    micro_enter();
    t->started = true;
    sched_ready(t);
    micro_leave();
    world_run();
}

l4_cap_idx_t slot_new(void)
{
    return next_slot++ << L4_CAP_SHIFT;
}

l4_cap_idx_t cap_rights(struct task *task, struct kobj *o, unsigned rights)
{
    l4_cap_idx_t c = slot_new();

    ASSERT_EQ(captab_insert(&task->space->caps, c >> L4_CAP_SHIFT,
                            (struct cap){ .obj = o, .rights = rights }),
              0);
    return c;
}

l4_cap_idx_t cap(struct task *task, struct kobj *o)
{
    return cap_rights(task, o, CAP_ALL);
}

struct gate *gate_new(struct thread *t, l4_umword_t label)
{
    struct kobj *o = gate_create(world.payer, t, label);

    ASSERT_TRUE(o);
    return gate_of(o);
}

struct irqobj *irq_new(struct thread *t, l4_umword_t label)
{
    struct kobj *o = irq_create(world.payer);

    ASSERT_TRUE(o);
    if (t && kobj_get(t->obj))
        irqobj_of(o)->thread = t;
    irqobj_of(o)->label = label;
    return irqobj_of(o);
}

/* ---- for threads ------------------------------------------------------------------------------
 */

l4_umword_t *mr(unsigned i)
{
    return &current()->utcb->msg.mr[i];
}

l4_umword_t *br(unsigned i)
{
    return &current()->utcb->buf.br[i];
}

unsigned error(void)
{
    return (unsigned)current()->utcb->tcr.error & L4_IPC_ERROR_MASK;
}

/* Nobody sleeps lightly: then the fast path has nobody to run. */
static void leave_fast_path(void)
{
    for (unsigned i = 0; i < nthreads; i++)
        if (!threads[i]->gone)
            threads[i]->ipc.light = 0;
}

l4_msgtag_t syscall_ipc(l4_umword_t dest, l4_msgtag_t tag, l4_umword_t *label, uint32_t timeout)
{
    struct host_syscall s = {
        .tag = (uint64_t)tag.raw, .dest = dest, .label = label ? *label : 0, .timeout = timeout
    };

    if (world.long_way)
        leave_fast_path();
    host_user_syscall(&s);
    if (label)
        *label = s.label;
    return (l4_msgtag_t){ (l4_mword_t)s.tag };
}

l4_msgtag_t send(l4_cap_idx_t to, l4_msgtag_t tag, uint32_t timeout)
{
    return syscall_ipc(to | L4_SYSF_SEND, tag, NULL, timeout);
}

l4_msgtag_t call(l4_cap_idx_t to, l4_msgtag_t tag, uint32_t timeout)
{
    return syscall_ipc(to | L4_SYSF_CALL, tag, NULL, timeout);
}

l4_msgtag_t receive(l4_cap_idx_t from, uint32_t timeout)
{
    return syscall_ipc(from | L4_SYSF_RECV, words(0, 0), NULL, timeout);
}

l4_msgtag_t wait(l4_umword_t *label, uint32_t timeout)
{
    return syscall_ipc(L4_INVALID_CAP | L4_SYSF_WAIT, words(0, 0), label, timeout);
}

l4_msgtag_t reply(l4_msgtag_t tag)
{
    return syscall_ipc(L4_INVALID_CAP | L4_SYSF_REPLY | L4_SYSF_SEND, tag, NULL, SEND_AT_ONCE);
}

l4_msgtag_t reply_wait(l4_msgtag_t tag, l4_umword_t *label, uint32_t timeout)
{
    return syscall_ipc(L4_INVALID_CAP | L4_SYSF_REPLY_AND_WAIT, tag, label, timeout);
}
