/* SPDX-License-Identifier: MIT */
/* The task object: map, capability information, kernel-user memory; death of tasks. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define SELF L4_BASE_TASK_CAP
#define PAGE L4_PAGESIZE

/* An invocation with these words and items, as they are. */
static l4_msgtag_t invoke(l4_cap_idx_t task, unsigned words, unsigned items)
{
    return l4_ipc_call(task, l4_utcb(), l4_msgtag(L4_PROTO_TASK, words, items, 0), L4_IPC_NEVER);
}

static l4_msgtag_t map_page(l4_cap_idx_t dst, l4_cap_idx_t src)
{
    return l4_task_map(dst, src, l4_fpage((l4_addr_t)test_page(0), 12, L4_FPAGE_RW),
                       l4_map_control(TEST_AREA, 0, 0));
}

SYSTEST(task, another_protocol_is_badproto)
{
    l4_utcb_mr()->mr[0] = L4_TASK_CAP_INFO_OP;
    EXPECT_EQ(
        l4_error(l4_ipc_call(SELF, l4_utcb(), l4_msgtag(L4_PROTO_THREAD, 2, 0, 0), L4_IPC_NEVER)),
        -L4_EBADPROTO);
}

SYSTEST(task, an_unknown_operation_is_nosys)
{
    static const l4_umword_t ops[] = { 4, 5, 0x10, 0x11, 0x12, 0x10000, ~0UL };

    for (unsigned i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
        l4_utcb_mr()->mr[0] = ops[i];
        EXPECT_EQ(l4_error(invoke(SELF, 2, 0)), -L4_ENOSYS);
    }
}

SYSTEST(task, the_operation_bits_do_not_matter)
{
    struct task *t = task_create();
    l4_msgtag_t tag = l4_msgtag(L4_PROTO_TASK, 3, 1, 0);

    for (unsigned op = 0; op < 2; op++) { /* nothing, and send: no answer, but done */
        l4_utcb_mr()->mr[0] = L4_TASK_MAP_OP;
        l4_utcb_mr()->mr[1] = l4_map_obj_control(0x300000 + op * 0x1000, 0);
        l4_utcb_mr()->mr[2] = l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS).raw;
        l4_object_arg_u(3, SELF, l4_utcb());
        EXPECT_EQ(l4_ipc(t->cap, l4_utcb(), op, 0, tag, NULL, L4_IPC_NEVER).raw, tag.raw);
        EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000 + op * 0x1000)), 1);
    }
}

/* ---- map ----------------------------------------------------------------------------------------
 */

SYSTEST(task, map_answers_without_words)
{
    struct task *t = task_create();

    EXPECT_EQ(map_page(t->cap, SELF).raw, l4_msgtag(0, 0, 0, 0).raw);
    EXPECT_TRUE(probe(t, TEST_AREA, PROBE_WRITE).ok);
}

SYSTEST(task, mapping_nothing_is_no_error)
{
    struct task *t = task_create();

    EXPECT_EQ(l4_task_map(t->cap, SELF, l4_fpage(TEST_AREA, 16, L4_FPAGE_RWX),
                          l4_map_control(TEST_AREA, 0, 0))
                  .raw,
              0);
    EXPECT_EQ(l4_task_map(t->cap, SELF, l4_obj_fpage(cap_slot(), 0, L4_CAP_FPAGE_RWS),
                          l4_map_obj_control(0x300000, 0))
                  .raw,
              0);
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 0);
}

SYSTEST(task, map_needs_w_on_the_target)
{
    struct task *t = task_create();

    EXPECT_EQ(l4_error(map_page(cap_copy(t->cap, L4_CAP_FPAGE_RS, 0), SELF)), -L4_EPERM);
    EXPECT_FALSE(probe(t, TEST_AREA, PROBE_READ).ok);
    EXPECT_EQ(l4_error(map_page(cap_copy(t->cap, L4_CAP_FPAGE_RW, 0), SELF)), 0);
}

SYSTEST(task, map_checks_its_arguments)
{
    struct task *t = task_create();

    EXPECT_EQ(l4_error(map_page(t->cap, new_irq())), -L4_EINVAL);
    EXPECT_EQ(l4_error(map_page(t->cap, cap_slot())), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = L4_TASK_MAP_OP;
    l4_utcb_mr()->mr[1] = L4_ITEM_MAP;
    l4_utcb_mr()->mr[2] = l4_fpage((l4_addr_t)test_page(0), 12, L4_FPAGE_RW).raw;
    EXPECT_EQ(l4_error(invoke(t->cap, 3, 0)), -L4_EINVAL); /* no item */
    l4_utcb_mr()->mr[0] = L4_TASK_MAP_OP;
    l4_utcb_mr()->mr[3] = 0;
    EXPECT_EQ(l4_error(invoke(t->cap, 3, 1)), -L4_EINVAL); /* void item */
    l4_utcb_mr()->mr[0] = L4_TASK_MAP_OP;
    l4_utcb_mr()->mr[3] = L4_ITEM_MAP;
    l4_utcb_mr()->mr[4] = l4_fpage(0x1000, 12, L4_FPAGE_RW).raw;
    EXPECT_IPC_ERROR(invoke(t->cap, 3, 1), L4_IPC_SEMSGCUT); /* no capability */
    EXPECT_FALSE(probe(t, TEST_AREA, PROBE_READ).ok);
}

SYSTEST(task, s_passes_only_if_both_tasks_allow)
{
    struct task *t = task_create();
    l4_cap_idx_t no_s = cap_copy(t->cap, L4_CAP_FPAGE_RW, 0);
    l4_cap_idx_t self_no_s = cap_copy(SELF, L4_CAP_FPAGE_RW, 0);
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t back = cap_slot();
    struct {
        l4_cap_idx_t dst, src;
        bool keeps;
    } const cases[] = { { t->cap, SELF, true },
                        { no_s, SELF, false },
                        { t->cap, self_no_s, false } };

    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQ(
            l4_error(l4_task_map(cases[i].dst, cases[i].src, l4_obj_fpage(irq, 0, L4_CAP_FPAGE_RWS),
                                 l4_map_obj_control(0x300000, L4_FPAGE_C_OBJ_RIGHTS))),
            0);
        EXPECT_EQ(l4_error(l4_task_map(SELF, t->cap, l4_obj_fpage(0x300000, 0, L4_CAP_FPAGE_RWS),
                                       l4_map_obj_control(back, L4_FPAGE_C_OBJ_RIGHTS))),
                  0);
        EXPECT_EQ(cap_equal(irq, back), cases[i].keeps);
        cap_drop(back);
    }
}

SYSTEST(task, map_replaces_what_is_in_the_slot)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t sem = new_semaphore();
    l4_cap_idx_t watch = cap_copy(sem, L4_CAP_FPAGE_RO, 0);

    EXPECT_EQ(l4_error(l4_task_map(SELF, SELF, l4_obj_fpage(irq, 0, L4_CAP_FPAGE_RWS),
                                   l4_map_obj_control(sem, L4_FPAGE_C_OBJ_RIGHTS))),
              0);
    EXPECT_TRUE(cap_equal(irq, sem));
    EXPECT_FALSE(cap_used(watch));
    EXPECT_EQ(l4_error(l4_task_map(SELF, SELF, l4_obj_fpage(irq, 0, L4_CAP_FPAGE_RWS),
                                   l4_map_obj_control(irq, 0))),
              0);
    EXPECT_FALSE(cap_used(irq)); /* onto itself; and with D on it, the object went */
    EXPECT_FALSE(cap_used(sem));
}

SYSTEST(task, a_task_without_memory_left_ends_the_mapping)
{
    l4_cap_idx_t poor = new_factory(64 << 10);
    l4_cap_idx_t t = cap_slot();
    l4_fpage_t none = l4_fpage_invalid();
    l4_msgtag_t tag = { 0 };

    ASSERT_EQ(l4_error(l4_factory_create_task(poor, t, &none)), 0);
    for (unsigned i = 0; i < 100 && !l4_msgtag_has_error(tag); i++)
        tag = l4_task_map(t, SELF, l4_fpage((l4_addr_t)test_page(0), 12, L4_FPAGE_RW),
                          l4_map_control(TEST_AREA + i * (1UL << 30), 0, 0));
    EXPECT_SEND_ERROR(tag, L4_IPC_SEMAPFAILED);
    /* what is there can still be taken away, and makes room */
    EXPECT_EQ(l4_error(l4_task_unmap(t, l4_fpage(TEST_AREA, 12, L4_FPAGE_RWX), L4_FP_ALL_SPACES)),
              0);
    EXPECT_EQ(l4_error(map_page(t, SELF)), 0);
}

SYSTEST(task, a_capability_table_without_memory_left_ends_the_mapping)
{
    l4_cap_idx_t poor = new_factory(64 << 10);
    l4_cap_idx_t t = cap_slot();
    l4_fpage_t none = l4_fpage_invalid();
    l4_msgtag_t tag = { 0 };

    ASSERT_EQ(l4_error(l4_factory_create_task(poor, t, &none)), 0);
    for (unsigned i = 0; i < 100 && !l4_msgtag_has_error(tag); i++)
        tag = l4_task_map(t, SELF, l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS),
                          l4_map_obj_control(i * 0x1000000UL, 0));
    EXPECT_SEND_ERROR(tag, L4_IPC_SEMAPFAILED);
}

/* ---- capability information ---------------------------------------------------------------------
 */

SYSTEST(task, cap_info_tells_what_is_used)
{
    l4_cap_idx_t irq = new_irq();

    EXPECT_EQ(l4_task_cap_valid(SELF, irq).raw, l4_msgtag(1, 0, 0, 0).raw);
    EXPECT_EQ(l4_task_cap_valid(SELF, cap_slot()).raw, 0);
    EXPECT_EQ(l4_error(l4_task_cap_valid(SELF, L4_INVALID_CAP)), 0);
    EXPECT_EQ(l4_error(l4_task_cap_valid(SELF, 1UL << (L4_CAP_SHIFT + L4_CAP_INDEX_BITS))), 0);
}

SYSTEST(task, cap_info_compares)
{
    l4_cap_idx_t gate = new_gate(L4_BASE_THREAD_CAP, 0);
    l4_cap_idx_t same = cap_copy(gate, L4_CAP_FPAGE_RWSD, L4_FPAGE_C_OBJ_RIGHTS);
    l4_cap_idx_t no_d = cap_copy(gate, L4_CAP_FPAGE_RWS, L4_FPAGE_C_OBJ_RIGHTS);
    l4_cap_idx_t no_w = cap_copy(gate, L4_CAP_FPAGE_RS, L4_FPAGE_C_OBJ_RIGHTS);
    l4_cap_idx_t no_s = cap_copy(gate, L4_CAP_FPAGE_RW, L4_FPAGE_C_OBJ_RIGHTS);
    l4_cap_idx_t no_svr = cap_copy(gate, L4_CAP_FPAGE_RWS, 0);

    EXPECT_TRUE(cap_equal(gate, gate));
    EXPECT_TRUE(cap_equal(gate, same));
    EXPECT_TRUE(cap_equal(gate, no_d));
    EXPECT_FALSE(cap_equal(gate, no_w));
    EXPECT_FALSE(cap_equal(gate, no_s));
    EXPECT_FALSE(cap_equal(gate, no_svr));
    EXPECT_FALSE(cap_equal(gate, new_gate(L4_BASE_THREAD_CAP, 0)));
    EXPECT_FALSE(cap_equal(gate, cap_slot()));
    EXPECT_FALSE(cap_equal(gate, L4_INVALID_CAP));
    EXPECT_TRUE(cap_equal(L4_INVALID_CAP, L4_INVALID_CAP));
}

SYSTEST(task, cap_info_wants_one_or_two_capabilities)
{
    l4_utcb_mr()->mr[0] = L4_TASK_CAP_INFO_OP;
    EXPECT_EQ(l4_error(invoke(SELF, 1, 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(invoke(SELF, 4, 0)), -L4_EINVAL);
}

/* ---- kernel-user memory
 * -------------------------------------------------------------------------- */

static long add_ku_mem(l4_cap_idx_t task, l4_fpage_t area)
{
    return l4_error(l4_task_add_ku_mem(task, &area));
}

SYSTEST(task, kernel_user_memory_is_zeroed_and_writable)
{
    struct task *t = task_create();
    l4_fpage_t area = l4_fpage(TEST_AREA, 13, L4_FPAGE_RW);
    l4_msgtag_t tag = l4_task_add_ku_mem(t->cap, &area);

    EXPECT_EQ(tag.raw, l4_msgtag(0, 1, 0, 0).raw);
    EXPECT_EQ(l4_fpage_memaddr(area), TEST_AREA);
    EXPECT_EQ(l4_fpage_size(area), 13);
    for (unsigned i = 0; i < 2; i++) {
        struct probe p = probe(t, TEST_AREA + i * PAGE + 8 * i, PROBE_READ);

        EXPECT_TRUE(p.ok);
        EXPECT_EQ(p.value, 0);
        EXPECT_TRUE(probe(t, TEST_AREA + i * PAGE, PROBE_WRITE).ok);
    }
    EXPECT_EQ(probe(t, TEST_AREA, PROBE_FETCH).fault, TEST_AREA | L4_PF_PRESENT | L4_PF_FETCH);
    EXPECT_FALSE(probe(t, TEST_AREA + 2 * PAGE, PROBE_READ).ok);
}

SYSTEST(task, kernel_user_memory_stays_where_it_is)
{
    struct task *t = task_create();

    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 12, L4_FPAGE_RW)), 0);
    EXPECT_TRUE(probe(t, TEST_AREA, PROBE_WRITE).ok);
    unmap_mem(t->cap, TEST_AREA, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_EQ(probe(t, TEST_AREA, PROBE_READ).value, 0x5a5a);
    EXPECT_EQ(l4_error(l4_task_map(SELF, t->cap, l4_fpage(TEST_AREA, 12, L4_FPAGE_RW),
                                   l4_map_control(TEST_AREA, 0, 0))),
              0);
    EXPECT_FALSE(probe(NULL, TEST_AREA, PROBE_READ).ok); /* it can not be mapped on */
}

SYSTEST(task, nothing_can_be_mapped_over_kernel_user_memory)
{
    struct task *t = task_create();

    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 12, L4_FPAGE_RW)), 0);
    EXPECT_TRUE(probe(t, TEST_AREA, PROBE_WRITE).ok);
    *(uint64_t *)(void *)test_page(0) = 0x99;
    (void)map_page(t->cap, SELF);
    EXPECT_EQ(probe(t, TEST_AREA, PROBE_READ).value, 0x5a5a);
}

SYSTEST(task, add_ku_mem_checks_size_place_and_kind)
{
    struct task *t = task_create();

    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 11, L4_FPAGE_RW)), -L4_EINVAL);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 18, L4_FPAGE_RW)), -L4_EINVAL);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(1UL << 47, 12, L4_FPAGE_RW)), -L4_EINVAL);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(~0UL, 12, L4_FPAGE_RW)), -L4_EINVAL);
    EXPECT_EQ(add_ku_mem(t->cap, l4_obj_fpage(TEST_AREA, 12, L4_CAP_FPAGE_RWS)), -L4_EINVAL);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage_invalid()), -L4_EINVAL);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 17, L4_FPAGE_RW)), 0);
}

SYSTEST(task, an_occupied_range_takes_no_kernel_user_memory)
{
    struct task *t = task_create();

    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TASK_KUMEM, 12, L4_FPAGE_RW)), -L4_EEXIST);
    (void)map_page(t->cap, SELF);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 12, L4_FPAGE_RW)), -L4_EEXIST);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA, 14, L4_FPAGE_RW)), -L4_EEXIST);
    EXPECT_EQ(add_ku_mem(t->cap, l4_fpage(TEST_AREA + 0x10000, 12, L4_FPAGE_RW)), 0);
}

SYSTEST(task, kernel_user_memory_is_paid_by_the_task)
{
    l4_cap_idx_t poor = new_factory(96 << 10);
    l4_cap_idx_t t = cap_slot();
    l4_fpage_t none = l4_fpage_invalid();
    long err = 0;

    ASSERT_EQ(l4_error(l4_factory_create_task(poor, t, &none)), 0);
    EXPECT_EQ(add_ku_mem(t, l4_fpage(TEST_AREA, 17, L4_FPAGE_RW)), -L4_ENOMEM);
    for (unsigned i = 0; i < 32 && !err; i++)
        err = add_ku_mem(t, l4_fpage(TEST_AREA + i * PAGE, 12, L4_FPAGE_RW));
    EXPECT_EQ(err, -L4_ENOMEM);
}

SYSTEST(task, several_areas_are_added_in_one_call)
{
    struct task *t = task_create();

    l4_utcb_mr()->mr[0] = L4_TASK_ADD_KU_MEM_OP;
    for (unsigned i = 0; i < 3; i++)
        l4_utcb_mr()->mr[1 + i] = l4_fpage(TEST_AREA + i * 0x10000, 12, L4_FPAGE_RW).raw;
    EXPECT_EQ(invoke(t->cap, 4, 0).raw, l4_msgtag(0, 3, 0, 0).raw);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_EQ(l4_utcb_mr()->mr[i] & ~0xfffUL, TEST_AREA + i * 0x10000);
    }
    for (unsigned i = 0; i < 3; i++)
        EXPECT_TRUE(probe(t, TEST_AREA + i * 0x10000, PROBE_WRITE).ok);
}

/* ---- death
 * ---------------------------------------------------------------------------------------- */

static void wait_for_anybody(struct worker *w)
{
    w->out[0] = (uint64_t)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER).raw;
}

static void call_gate(struct worker *w)
{
    w->out[0] =
        (uint64_t)l4_ipc_call((l4_cap_idx_t)w->arg, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER)
            .raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

static void spin(struct worker *w)
{
    for (;;)
        w->steps++;
}

SYSTEST(taskdeath, threads_die_with_their_task)
{
    struct task *t = task_create();
    struct worker *s = worker_run_in(t, wait_for_anybody, NULL, PRIO_HIGH);
    struct worker *c = worker_run(call_gate, (void *)new_gate(s->cap, 0), PRIO_HIGH);
    struct worker *ready = worker_run_in(t, spin, NULL, PRIO_LOW);

    EXPECT_EQ(c->state, WORKER_RUNS);
    (void)worker_create_in(t, spin, NULL);
    cap_delete(t->cap);
    EXPECT_EQ(c->state, WORKER_DONE);
    EXPECT_EQ(c->out[1], L4_IPC_RECANCELED);
    EXPECT_SEND_ERROR(l4_ipc_send(s->cap, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER),
                      L4_IPC_ENOT_EXISTENT);
    let_others_run(2000);
    EXPECT_EQ(ready->steps, 0);
}

SYSTEST(taskdeath, what_it_mapped_on_goes_with_it)
{
    struct task *a = task_create();
    struct task *b = task_create();

    (void)map_page(a->cap, SELF);
    EXPECT_EQ(l4_error(l4_task_map(b->cap, a->cap, l4_fpage(TEST_AREA, 12, L4_FPAGE_RW),
                                   l4_map_control(TEST_AREA, 0, 0))),
              0);
    EXPECT_TRUE(probe(b, TEST_AREA, PROBE_READ).ok);
    cap_delete(a->cap);
    EXPECT_FALSE(probe(b, TEST_AREA, PROBE_READ).ok);
}

SYSTEST(taskdeath, objects_only_it_held_go_with_it)
{
    struct task *t = task_create();
    l4_cap_idx_t gate = new_gate(L4_INVALID_CAP, 0);
    struct worker *w = worker_run(call_gate, (void *)gate, PRIO_HIGH);

    task_give_at(t, gate, 0x300000, L4_CAP_FPAGE_RWSD);
    cap_drop(gate);
    EXPECT_EQ(w->state, WORKER_RUNS); /* the task's copy keeps it */
    cap_delete(t->cap);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[1], L4_IPC_ENOT_EXISTENT);
}

SYSTEST(taskdeath, objects_held_elsewhere_stay)
{
    struct task *t = task_create();
    l4_cap_idx_t irq = new_irq();

    task_give_at(t, irq, 0x300000, L4_CAP_FPAGE_RWSD);
    cap_delete(t->cap);
    EXPECT_TRUE(cap_used(irq));
}

SYSTEST(taskdeath, tasks_that_hold_each_other_die_together)
{
    struct task *outer = task_create();
    struct task *inner = task_create();
    struct worker *w = worker_run_in(inner, wait_for_anybody, NULL, PRIO_HIGH);
    struct worker *c = worker_run(call_gate, (void *)w->cap, PRIO_HIGH);

    task_give_at(outer, inner->cap, 0x300000, L4_CAP_FPAGE_RWSD);
    task_give_at(inner, w->cap, 0x300000, L4_CAP_FPAGE_RWSD);
    cap_drop(inner->cap);
    cap_drop(w->cap);
    EXPECT_EQ(c->state, WORKER_RUNS);
    cap_delete(outer->cap);
    EXPECT_EQ(c->state, WORKER_DONE);
}

static void delete_own_task(struct worker *w)
{
    w->steps++;
    (void)l4_task_delete_obj(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP);
    w->steps++;
}

SYSTEST(taskdeath, a_task_may_delete_itself)
{
    struct task *t = task_create();
    struct worker *w;

    task_give_at(t, t->cap, L4_BASE_TASK_CAP, L4_CAP_FPAGE_RWSD);
    w = worker_run_in(t, delete_own_task, NULL, PRIO_HIGH);
    EXPECT_EQ(w->steps, 1);
    EXPECT_FALSE(cap_used(t->cap));
}

SYSTEST(taskdeath, a_task_that_can_reach_only_itself_goes)
{
    struct task *t = task_create();
    struct worker *w;

    task_give_at(t, t->cap, L4_BASE_TASK_CAP, L4_CAP_FPAGE_RWSD);
    w = worker_run_in(t, wait_for_anybody, NULL, PRIO_HIGH);
    cap_delete(t->cap);
    EXPECT_SEND_ERROR(l4_ipc_send(w->cap, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER),
                      L4_IPC_ENOT_EXISTENT);
}

SYSTEST(taskdeath, tasks_come_and_go)
{
    for (unsigned i = 0; i < 40; i++) {
        l4_fpage_t utcbs = l4_fpage(TASK_KUMEM, 13, L4_FPAGE_RW);
        l4_cap_idx_t t = cap_slot();

        ASSERT_EQ(l4_error(l4_factory_create_task(TEST_FACTORY, t, &utcbs)), 0);
        EXPECT_EQ(l4_fpage_memaddr(utcbs), TASK_KUMEM);
        EXPECT_EQ(l4_fpage_size(utcbs), 13);
        (void)map_page(t, SELF);
        cap_delete(t);
    }
}
