/* SPDX-License-Identifier: MIT */
/* Operations of the objects, through system calls: results, and each error they document. */
#include "../../ipc/test/world.h"

#include <cap/captab.h>
#include <dev/host/devices.h>
#include <object/icu.h>
#include <object/irq.h>
#include <object/task.h>
#include <object/thread.h>
#include <string.h>
#include <sync/micro.h>

static l4_cap_idx_t object, extra, task_cap;

/* One thread does all: fn, in world.task. */
static void alone(host_user_fn *fn)
{
    struct thread *t = spawn(world.task, 5, fn, NULL);

    world_run();
    EXPECT_TRUE(done(t));
    world_end();
}

static long invoke(l4_cap_idx_t c, long proto, unsigned n)
{
    l4_msgtag_t tag = call(c, words(proto, n), FOREVER);

    return failed(tag) ? -1000 - (long)error() : l4_msgtag_label(tag);
}

static long invoke_with(l4_cap_idx_t c, long proto, unsigned n, l4_cap_idx_t arg)
{
    l4_msgtag_t tag;

    *mr(n) = L4_ITEM_MAP;
    *mr(n + 1) = l4_obj_fpage(arg, 0, L4_CAP_FPAGE_RWSD).raw;
    tag = call(c, l4_msgtag(proto, n, 1, 0), FOREVER);
    return failed(tag) ? -1000 - (long)error() : l4_msgtag_label(tag);
}

static struct kobj *at(l4_cap_idx_t c)
{
    return captab_lookup(&world.task->space->caps, c >> L4_CAP_SHIFT).obj;
}

/* ---- factory -----------------------------------------------------------------------------------
 */

static long make(l4_cap_idx_t factory, long what, l4_umword_t arg, l4_cap_idx_t where)
{
    current()->utcb->buf.bdr = 0;
    *br(0) = where | L4_RCV_ITEM_SINGLE_CAP;
    *mr(0) = (l4_umword_t)what;
    *mr(1) = L4_VARG_TYPE_UMWORD | 8u << L4_VARG_LEN_SHIFT;
    *mr(2) = arg;
    return invoke(factory, L4_PROTO_FACTORY, what == L4_PROTO_FACTORY ? 3 : 1);
}

static void makes_all(void *arg)
{
    static const long kinds[] = { L4_PROTO_KOBJECT,   L4_PROTO_THREAD,  L4_PROTO_IRQ_SENDER,
                                  L4_PROTO_SEMAPHORE, L4_PROTO_FACTORY, 0 };

    (void)arg;
    for (unsigned i = 0; i < array_size(kinds); i++) {
        l4_cap_idx_t c = slot_new();

        EXPECT_EQ(make(object, kinds[i], 8192, c), 0);
        EXPECT_NOT_NULL(at(c));
    }
    EXPECT_EQ(make(object, -99, 0, slot_new()), -L4_ENODEV);
    *mr(0) = (l4_umword_t)L4_PROTO_SEMAPHORE;
    *br(0) = 0;
    EXPECT_EQ(invoke(object, L4_PROTO_FACTORY, 1), -1000 - L4_IPC_REMSGCUT);
    EXPECT_EQ(invoke(object, L4_PROTO_LOG, 1), -L4_EBADPROTO);
    EXPECT_EQ(make(extra, L4_PROTO_SEMAPHORE, 0, slot_new()), -L4_EPERM);
}

UTEST(factory, makes_every_kind_and_says_what_is_wrong)
{
    world_start();
    kobj_count(world.factory);
    object = cap(world.task, world.factory);
    extra = cap_rights(world.task, world.factory, CAP_W);
    alone(makes_all);
}

static void exhausts(void *arg)
{
    l4_cap_idx_t small = slot_new();
    l4_cap_idx_t last = slot_new();
    unsigned n = 0;

    (void)arg;
    ASSERT_EQ(make(object, L4_PROTO_FACTORY, 4096, small), 0);
    while (make(small, L4_PROTO_SEMAPHORE, 0, last = slot_new()) == 0)
        n++;
    EXPECT_EQ(n, 4096 / KOBJ_HEADER_SIZE);
    EXPECT_NULL(at(last));
    EXPECT_EQ(make(small, L4_PROTO_SEMAPHORE, 0, last), -L4_ENOMEM);
    *mr(0) = L4_TASK_UNMAP_OP;
    *mr(1) = L4_FP_DELETE_OBJ;
    *mr(2) = l4_obj_fpage(last - L4_CAP_OFFSET, 0, L4_CAP_FPAGE_RWSD).raw;
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 3), 0);
    EXPECT_EQ(make(small, L4_PROTO_SEMAPHORE, 0, last), 0);
}

UTEST(factory, gives_exactly_what_its_quota_allows)
{
    world_start();
    kobj_count(world.factory);
    object = cap(world.task, world.factory);
    task_cap = cap(world.task, &world.task->obj);
    alone(exhausts);
}

/* ---- semaphore ---------------------------------------------------------------------------------
 */

static long down(l4_cap_idx_t s, uint32_t timeout)
{
    l4_msgtag_t tag;

    *mr(0) = L4_SEMAPHORE_OP_DOWN;
    tag = call(s, words(L4_PROTO_SEMAPHORE, 1), timeout);
    return failed(tag) ? -1000 - (long)error() : l4_msgtag_label(tag);
}

static void up(l4_cap_idx_t s)
{
    *mr(0) = L4_SEMAPHORE_OP_UP;
    (void)send(s, words(L4_PROTO_IRQ, 1), FOREVER);
}

static void counts(void *arg)
{
    (void)arg;
    EXPECT_EQ(down(object, RECV_AT_ONCE), -1000 - L4_IPC_RETIMEOUT);
    up(object);
    up(object);
    EXPECT_EQ(down(object, RECV_AT_ONCE), 0);
    EXPECT_EQ(down(object, FOREVER), 0);
    EXPECT_EQ(down(object, RECV_AT_ONCE), -1000 - L4_IPC_RETIMEOUT);
    EXPECT_EQ(down(extra, RECV_AT_ONCE), -L4_EPERM);
}

UTEST(semaphore, counts_what_came_before)
{
    struct kobj *s;

    world_start();
    s = semaphore_create(world.payer);
    object = cap(world.task, s);
    extra = cap_rights(world.task, s, CAP_W);
    alone(counts);
}

static void waits_at_semaphore(void *arg)
{
    long r = down(object, FOREVER);

    say(r ? 'x' : *(const char *)arg);
}

static void ups_three(void *arg)
{
    (void)arg;
    for (unsigned i = 0; i < 3; i++)
        up(object);
}

UTEST(semaphore, wakes_by_priority_one_for_each_up)
{
    world_start();
    object = cap(world.task, semaphore_create(world.payer));
    spawn(world.task, 3, waits_at_semaphore, "a");
    spawn(world.task, 7, waits_at_semaphore, "b");
    spawn(world.task, 5, waits_at_semaphore, "c");
    spawn(world.task, 6, waits_at_semaphore, "d");
    world_run();
    spawn(world.task, 2, ups_three, NULL);
    world_run();
    EXPECT_STREQ(said, "bdc");
    world_end();
}

UTEST(semaphore, that_is_deleted_tells_who_waits)
{
    struct kobj *s;

    world_start();
    s = semaphore_create(world.payer);
    object = cap(world.task, s);
    spawn(world.task, 3, waits_at_semaphore, "a");
    spawn(world.task, 7, waits_at_semaphore, "b");
    world_run();
    kobj_delete(s);
    world_run();
    EXPECT_STREQ(said, "xx");
    world_end();
}

UTEST(semaphore, a_waiter_can_die)
{
    struct thread *t;

    world_start();
    object = cap(world.task, semaphore_create(world.payer));
    t = spawn(world.task, 3, waits_at_semaphore, "a");
    spawn(world.task, 2, waits_at_semaphore, "b");
    world_run();
    kobj_delete(t->obj);
    spawn(world.task, 1, ups_three, NULL);
    world_run();
    EXPECT_STREQ(said, "b");
    world_end();
}

/* ---- gate --------------------------------------------------------------------------------------
 */

static void operates_gate(void *arg)
{
    (void)arg;
    *mr(0) = L4_IPC_GATE_BIND_OP;
    *mr(1) = 0x41;
    EXPECT_EQ(invoke_with(object, L4_PROTO_KOBJECT, 2, extra), -L4_EINVAL); /* low bits */
    *mr(0) = L4_IPC_GATE_BIND_OP;
    *mr(1) = 0x40;
    EXPECT_EQ(invoke_with(object, L4_PROTO_KOBJECT, 2, object), -L4_EINVAL); /* no thread */
    EXPECT_EQ(invoke_with(object, L4_PROTO_KOBJECT, 2, slot_new()), -L4_EINVAL);
    *mr(0) = L4_IPC_GATE_BIND_OP;
    EXPECT_EQ(invoke_with(object, L4_PROTO_KOBJECT, 2, extra), 0);
    *mr(0) = L4_IPC_GATE_GET_INFO_OP;
    EXPECT_EQ(invoke(object, L4_PROTO_KOBJECT, 1), 0);
    EXPECT_EQ(*mr(0), 0x40);
    *mr(0) = 0x77;
    EXPECT_EQ(invoke(object, L4_PROTO_KOBJECT, 1), -L4_ENOSYS);
}

UTEST(gate_object, is_bound_and_asked)
{
    world_start();
    object = cap(world.task, &gate_new(NULL, 0)->obj);
    extra = cap(world.task, spawn_asleep(world.task, 5, operates_gate, NULL)->obj);
    alone(operates_gate);
}

/* ---- task --------------------------------------------------------------------------------------
 */

static void asks_about_caps(void *arg)
{
    (void)arg;
    *mr(0) = L4_TASK_CAP_INFO_OP;
    *mr(1) = object;
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 2), 1);
    *mr(0) = L4_TASK_CAP_INFO_OP;
    *mr(1) = slot_new();
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 2), 0);
    *mr(0) = L4_TASK_CAP_INFO_OP;
    *mr(1) = object;
    *mr(2) = extra;
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 3), 1);
    *mr(0) = L4_TASK_CAP_INFO_OP;
    *mr(2) = task_cap;
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 3), 0);
    *mr(0) = L4_TASK_CAP_INFO_OP;
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 4), -L4_EINVAL);
    *mr(0) = 99;
    EXPECT_EQ(invoke(task_cap, L4_PROTO_TASK, 1), -L4_ENOSYS);
    EXPECT_EQ(invoke(task_cap, L4_PROTO_LOG, 1), -L4_EBADPROTO);
}

UTEST(task, tells_what_a_slot_holds)
{
    struct gate *g;

    world_start();
    g = gate_new(NULL, 0);
    object = cap(world.task, &g->obj);
    extra = cap(world.task, &g->obj);
    task_cap = cap(world.task, &world.task->obj);
    alone(asks_about_caps);
}

static void maps_caps(void *arg)
{
    (void)arg;
    *mr(0) = L4_TASK_MAP_OP;
    *mr(1) = (0x3000ul << L4_CAP_SHIFT) | L4_ITEM_MAP;
    *mr(2) = l4_obj_fpage(object, 0, L4_CAP_FPAGE_RW).raw;
    EXPECT_EQ(invoke_with(extra, L4_PROTO_TASK, 3, task_cap), 0);
    *mr(0) = L4_TASK_MAP_OP;
    EXPECT_EQ(invoke_with(extra, L4_PROTO_TASK, 3, object), -L4_EINVAL);
    *mr(0) = L4_TASK_MAP_OP;
    EXPECT_EQ(invoke_with(extra, L4_PROTO_TASK, 2, task_cap), -L4_EINVAL);
}

UTEST(task, maps_capabilities_from_another)
{
    struct gate *g;

    world_start();
    g = gate_new(NULL, 0);
    object = cap(world.task, &g->obj);
    task_cap = cap(world.task, &world.task->obj);
    extra = cap(world.task, &world.other->obj);
    spawn(world.task, 5, maps_caps, NULL);
    world_run();
    EXPECT_TRUE(captab_lookup(&world.other->space->caps, 0x3000).obj == &g->obj);
    EXPECT_EQ(captab_lookup(&world.other->space->caps, 0x3000).rights & CAP_S, 0);
    world_end();
}

/* ---- thread ------------------------------------------------------------------------------------
 */

static void says_x(void *arg)
{
    (void)arg;
    say('x');
}

static void makes_thread(void *arg)
{
    (void)arg;
    memset(mr(0), 0, 8 * sizeof(*mr(0)));
    *mr(0) = L4_THREAD_CONTROL_OP | L4_THREAD_CONTROL_BIND_TASK | L4_THREAD_CONTROL_SET_PAGER;
    *mr(1) = 0x5000;
    *mr(5) = WORLD_UTCBS + 30 * L4_UTCB_OFFSET + 4;
    EXPECT_EQ(invoke_with(object, L4_PROTO_THREAD, 6, task_cap), -L4_EINVAL); /* not aligned */
    *mr(0) = L4_THREAD_CONTROL_OP | L4_THREAD_CONTROL_BIND_TASK | L4_THREAD_CONTROL_SET_PAGER;
    *mr(5) = 0x1000;
    EXPECT_EQ(invoke_with(object, L4_PROTO_THREAD, 6, task_cap), -L4_EINVAL); /* no kumem */
    *mr(0) = L4_THREAD_CONTROL_OP | L4_THREAD_CONTROL_BIND_TASK | L4_THREAD_CONTROL_SET_PAGER;
    *mr(1) = 0x5000;
    *mr(5) = WORLD_UTCBS + 30 * L4_UTCB_OFFSET;
    EXPECT_EQ(invoke_with(object, L4_PROTO_THREAD, 6, task_cap), 0);
    *mr(0) = L4_THREAD_CONTROL_OP | L4_THREAD_CONTROL_BIND_TASK;
    EXPECT_EQ(invoke_with(object, L4_PROTO_THREAD, 6, task_cap), -L4_EINVAL); /* twice */
    *mr(0) = L4_THREAD_CONTROL_OP;
    EXPECT_EQ(invoke(object, L4_PROTO_THREAD, 6), 0);
    EXPECT_EQ(*mr(1), 0x5000);

    *mr(0) = L4_SCHEDULER_RUN_THREAD_OP;
    *mr(1) = 0;
    *mr(2) = 1;
    *mr(3) = 9;
    *mr(4) = 0;
    EXPECT_EQ(invoke_with(extra, L4_PROTO_SCHEDULER, 5, object), 0);
    say('a');
    *mr(0) = L4_THREAD_EX_REGS_OP;
    *mr(1) = host_user_ip(says_x);
    *mr(2) = 0;
    EXPECT_EQ(invoke(object, L4_PROTO_THREAD, 3), 0);
    say('b');
    *mr(0) = 0x7f;
    EXPECT_EQ(invoke(object, L4_PROTO_THREAD, 1), -L4_ENOSYS);
}

UTEST(thread, is_bound_scheduled_and_started)
{
    world_start();
    object = cap(world.task, thread_create(world.payer)->obj);
    task_cap = cap(world.task, &world.task->obj);
    extra = cap(world.task, world.scheduler);
    spawn(world.task, 5, makes_thread, NULL);
    world_run();
    EXPECT_STREQ(said, "axb");
    world_end();
}

/* ---- scheduler ---------------------------------------------------------------------------------
 */

static void asks_scheduler(void *arg)
{
    (void)arg;
    *mr(0) = L4_SCHEDULER_INFO_OP;
    *mr(1) = 0;
    EXPECT_EQ(invoke(object, L4_PROTO_SCHEDULER, 2), 0);
    EXPECT_EQ(*mr(0), 1);
    EXPECT_EQ(*mr(1), 1);
    *mr(0) = L4_SCHEDULER_INFO_OP;
    *mr(1) = 5;
    EXPECT_EQ(invoke(object, L4_PROTO_SCHEDULER, 2), -L4_ERANGE);
    *mr(0) = L4_SCHEDULER_RUN_THREAD_OP;
    *mr(1) = 0;
    *mr(2) = 1;
    *mr(3) = 0; /* no such priority */
    *mr(4) = 0;
    EXPECT_EQ(invoke_with(object, L4_PROTO_SCHEDULER, 5, extra), -L4_EINVAL);
    *mr(0) = L4_SCHEDULER_RUN_THREAD_OP;
    *mr(2) = 2; /* no such CPU */
    *mr(3) = 7;
    EXPECT_EQ(invoke_with(object, L4_PROTO_SCHEDULER, 5, extra), -L4_EINVAL);
    *mr(0) = L4_SCHEDULER_RUN_THREAD_OP;
    *mr(2) = 1;
    EXPECT_EQ(invoke_with(object, L4_PROTO_SCHEDULER, 5, object), -L4_EINVAL); /* no thread */
    *mr(0) = L4_SCHEDULER_RUN_THREAD_OP;
    EXPECT_EQ(invoke_with(object, L4_PROTO_SCHEDULER, 4, extra), -L4_EINVAL);
    EXPECT_EQ(invoke(object, L4_PROTO_LOG, 1), -L4_EBADPROTO);
}

UTEST(scheduler, answers_and_says_what_is_wrong)
{
    world_start();
    object = cap(world.task, world.scheduler);
    extra = cap(world.task, spawn_asleep(world.task, 5, says_x, NULL)->obj);
    alone(asks_scheduler);
}

/* ---- console -----------------------------------------------------------------------------------
 */

static void writes_and_reads(void *arg)
{
    (void)arg;
    *mr(0) = L4_VCON_WRITE_OP;
    *mr(1) = 6;
    memcpy(mr(2), "hello\n", 6);
    (void)send(object, words(L4_PROTO_LOG, 3), FOREVER);
    *mr(0) = L4_VCON_READ_OP | 4u << 16;
    EXPECT_EQ(invoke(object, L4_PROTO_LOG, 1), 0);
    EXPECT_EQ(*mr(0), 4);
    EXPECT_EQ(memcmp(mr(1), "abcd", 4), 0);
    *mr(0) = L4_VCON_READ_OP | 100u << 16;
    EXPECT_EQ(invoke(object, L4_PROTO_LOG, 1), 0);
    EXPECT_EQ(*mr(0), 2 | L4_VCON_READ_STAT_DONE);
    EXPECT_EQ(memcmp(mr(1), "e\n", 2), 0);
    *mr(0) = L4_VCON_READ_OP | 4u << 16;
    EXPECT_EQ(invoke(extra, L4_PROTO_LOG, 1), -L4_EPERM);
    *mr(0) = L4_VCON_SET_ATTR_OP;
    EXPECT_EQ(invoke(object, L4_PROTO_LOG, 3), -L4_EMSGTOOSHORT);
}

UTEST(vcon, writes_and_reads_the_console)
{
    world_start();
    host_console_type("abcde\r");
    object = cap(world.task, world.vcon);
    extra = cap_rights(world.task, world.vcon, CAP_S);
    spawn(world.task, 5, writes_and_reads, NULL);
    world_run();
    EXPECT_EQ(strncmp(host_console_text(), "hello\r\n", 7), 0);
    world_end();
}

/* ---- interrupts --------------------------------------------------------------------------------
 */

static void binds_lines(void *arg)
{
    (void)arg;
    *mr(0) = L4_ICU_OP_INFO;
    EXPECT_EQ(invoke(object, L4_PROTO_IRQ, 1), 0);
    EXPECT_EQ(*mr(1), HOST_LINES);
    *mr(0) = L4_ICU_OP_BIND;
    *mr(1) = HOST_LINES;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, extra), -L4_EINVAL); /* no such line */
    *mr(0) = L4_ICU_OP_BIND;
    *mr(1) = 3;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, object), -L4_EINVAL); /* no IRQ */
    *mr(0) = L4_ICU_OP_BIND;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, extra), 0);
    *mr(0) = L4_ICU_OP_BIND;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, task_cap), -L4_EINVAL); /* taken */
    *mr(0) = L4_ICU_OP_UNBIND;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, task_cap), -L4_EINVAL);
    *mr(0) = L4_ICU_OP_UNBIND;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, extra), 0);
    *mr(0) = L4_ICU_OP_BIND;
    EXPECT_EQ(invoke_with(object, L4_PROTO_IRQ, 2, task_cap), 0);
    EXPECT_TRUE(host_line_masked(3)); /* a new IRQ is masked */
}

UTEST(icu, gives_each_line_to_one)
{
    world_start();
    object = cap(world.task, world.icu);
    extra = cap(world.task, semaphore_create(world.payer));
    task_cap = cap(world.task, irq_create(world.payer));
    alone(binds_lines);
}
