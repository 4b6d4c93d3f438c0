/* SPDX-License-Identifier: MIT */
/* Factories: every kind of object, every argument that is refused. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/task.h>

#define F TEST_FACTORY

/* A creation with these words, as they are; the window for `to` is set. */
static l4_msgtag_t create(l4_cap_idx_t factory, l4_cap_idx_t to, unsigned words, unsigned items)
{
    receive_into(to);
    return l4_ipc_call(factory, l4_utcb(), l4_msgtag(L4_PROTO_FACTORY, words, items, 0),
                       L4_IPC_NEVER);
}

static long create_kind(l4_cap_idx_t factory, l4_cap_idx_t to, long kind)
{
    l4_utcb_mr()->mr[0] = (l4_umword_t)kind;
    return l4_error(create(factory, to, 1, 0));
}

SYSTEST(factory, simple_kinds_come_with_one_item)
{
    static const long kinds[] = { L4_PROTO_THREAD, L4_PROTO_IRQ_SENDER, L4_PROTO_SEMAPHORE, 0,
                                  L4_PROTO_KOBJECT };

    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        l4_cap_idx_t c = cap_slot();

        l4_utcb_mr()->mr[0] = (l4_umword_t)kinds[i];
        l4_utcb_mr()->mr[1] = 0x1111;
        EXPECT_EQ(create(F, c, 1, 0).raw, l4_msgtag(0, 0, 1, 0).raw);
        EXPECT_EQ(l4_utcb_mr()->mr[0], L4_RET_ITEM_FACTORY);
        EXPECT_EQ(l4_utcb_mr()->mr[1], 0x1111); /* untouched */
        EXPECT_TRUE(cap_used(c));
    }
}

SYSTEST(factory, a_new_capability_has_all_rights)
{
    l4_cap_idx_t gate = new_gate(L4_BASE_THREAD_CAP, 0);
    l4_cap_idx_t all = cap_copy(gate, L4_CAP_FPAGE_RWSD, L4_FPAGE_C_OBJ_RIGHTS);

    EXPECT_TRUE(cap_equal(gate, all));
    cap_delete(all); /* D was there to be copied */
    EXPECT_FALSE(cap_used(gate));
}

SYSTEST(factory, unknown_kinds_are_nodev)
{
    static const long kinds[] = { 1, 5, 0x4000, -1, -2, -9, -16, -17, -25, -26, -13, -14, -23 };
    l4_cap_idx_t c = cap_slot();

    for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        EXPECT_EQ(create_kind(F, c, kinds[i]), -L4_ENODEV);
    EXPECT_FALSE(cap_used(c));
}

SYSTEST(factory, checks_come_in_their_order)
{
    l4_cap_idx_t weak = cap_copy(F, L4_CAP_FPAGE_RW, 0);
    l4_cap_idx_t c = cap_slot();

    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_THREAD;
    receive_into(c);
    EXPECT_EQ(
        l4_error(l4_ipc_call(weak, l4_utcb(), l4_msgtag(L4_PROTO_TASK, 0, 0, 0), L4_IPC_NEVER)),
        -L4_EBADPROTO);
    EXPECT_EQ(l4_error(create(weak, c, 0, 0)), -L4_EPERM);
    EXPECT_EQ(l4_error(create(F, c, 0, 0)), -L4_EMSGTOOSHORT);
    EXPECT_FALSE(cap_used(c));
}

SYSTEST(factory, without_a_receive_phase_nothing_is_made)
{
    l4_cap_idx_t c = cap_slot();
    l4_msgtag_t t = l4_msgtag(L4_PROTO_FACTORY, 1, 0, 0);

    receive_into(c);
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_IRQ_SENDER;
    EXPECT_EQ(l4_ipc_send(F, l4_utcb(), t, L4_IPC_NEVER).raw, t.raw);
    EXPECT_FALSE(cap_used(c));
}

SYSTEST(factory, without_a_buffer_nothing_is_made)
{
    l4_umword_t const buffers[][2] = { { 0, 0 },
                                       { L4_ITEM_MAP, l4_fpage(TEST_AREA, 12, 0).raw },
                                       { L4_ITEM_MAP, l4_iofpage(0x80, 0).raw } };

    for (unsigned i = 0; i < 3; i++) {
        l4_utcb_br()->bdr = 0;
        l4_utcb_br()->br[0] = buffers[i][0];
        l4_utcb_br()->br[1] = buffers[i][1];
        l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_IRQ_SENDER;
        EXPECT_SEND_ERROR(
            l4_ipc_call(F, l4_utcb(), l4_msgtag(L4_PROTO_FACTORY, 1, 0, 0), L4_IPC_NEVER),
            L4_IPC_REMSGCUT);
    }
}

SYSTEST(factory, the_buffer_is_the_one_that_bdr_names_and_a_window_its_base)
{
    l4_cap_idx_t block = cap_block(3);

    l4_utcb_br()->bdr = l4_bdr(0, 0, 5, 0);
    l4_utcb_br()->br[0] = 0;
    l4_utcb_br()->br[5] = L4_ITEM_MAP;
    l4_utcb_br()->br[6] = l4_obj_fpage(block, 3, 0).raw;
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_IRQ_SENDER;
    EXPECT_EQ(
        l4_error(l4_ipc_call(F, l4_utcb(), l4_msgtag(L4_PROTO_FACTORY, 1, 0, 0), L4_IPC_NEVER)), 0);
    EXPECT_TRUE(cap_used(block));
    EXPECT_FALSE(cap_used(block + L4_CAP_SIZE));
}

SYSTEST(factory, forwarding_and_local_id_do_not_matter)
{
    struct task *t = task_create();
    l4_cap_idx_t c = cap_slot();

    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] =
        c | L4_RCV_ITEM_SINGLE_CAP | L4_RCV_ITEM_LOCAL_ID | L4_RCV_ITEM_FORWARD_MAPPINGS;
    l4_utcb_br()->br[1] = t->cap;
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_IRQ_SENDER;
    EXPECT_EQ(l4_ipc_call(F, l4_utcb(), l4_msgtag(L4_PROTO_FACTORY, 1, 0, 0), L4_IPC_NEVER).raw,
              l4_msgtag(0, 0, 1, 0).raw);
    EXPECT_TRUE(cap_used(c));
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, c)), 0);
}

SYSTEST(factory, what_was_in_the_slot_is_deleted)
{
    l4_cap_idx_t c = new_irq();
    l4_cap_idx_t copy = cap_copy(c, L4_CAP_FPAGE_RWS, 0);

    EXPECT_EQ(create_kind(F, c, L4_PROTO_SEMAPHORE), 0);
    EXPECT_TRUE(cap_used(c));
    EXPECT_FALSE(cap_used(copy));
}

SYSTEST(factory, a_failed_creation_leaves_the_slot_alone)
{
    l4_cap_idx_t c = new_irq();

    EXPECT_EQ(create_kind(F, c, L4_PROTO_VM), -L4_ENODEV);
    EXPECT_TRUE(cap_used(c));
}

/* ---- gates
 * ------------------------------------------------------------------------------------------ */

SYSTEST(factory, a_gate_checks_its_thread_and_label)
{
    l4_cap_idx_t const t = L4_BASE_THREAD_CAP;
    l4_cap_idx_t c = cap_slot();

    EXPECT_EQ(l4_error(l4_factory_create_gate(F, c, t, 1)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_factory_create_gate(F, c, t, 2)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_factory_create_gate(F, c, cap_copy(t, L4_CAP_FPAGE_RW, 0), 0)),
              -L4_EPERM);
    EXPECT_EQ(l4_error(l4_factory_create_gate(F, c, new_irq(), 0)), -L4_EINVAL);
    EXPECT_EQ(l4_error(l4_factory_create_gate(F, c, cap_slot(), 0)), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = 0;
    l4_object_arg_u(2, t, l4_utcb());
    EXPECT_EQ(l4_error(create(F, c, 2, 1)), -L4_EMSGTOOSHORT);
    EXPECT_FALSE(cap_used(c));
    EXPECT_EQ(l4_error(l4_factory_create_gate(F, c, t, ~3UL)), 0);
}

/* ---- tasks
 * ------------------------------------------------------------------------------------------ */

static l4_msgtag_t create_task(l4_cap_idx_t c, l4_umword_t area)
{
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_TASK;
    l4_utcb_mr()->mr[1] = 0x80003;
    l4_utcb_mr()->mr[2] = area;
    return create(F, c, 3, 0);
}

SYSTEST(factory, a_task_tells_its_kernel_user_memory)
{
    EXPECT_EQ(create_task(cap_slot(), 0xb3000350).raw, l4_msgtag(0, 1, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xb3000350);
    EXPECT_EQ(l4_utcb_mr()->mr[1], L4_RET_ITEM_FACTORY);
    EXPECT_EQ(create_task(cap_slot(), 0xb3000357).raw, l4_msgtag(0, 1, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0xb3000350); /* no rights in the answer */
    EXPECT_EQ(create_task(cap_slot(), 0).raw, l4_msgtag(0, 0, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], L4_RET_ITEM_FACTORY);
}

SYSTEST(factory, a_task_checks_its_arguments)
{
    l4_cap_idx_t c = cap_slot();

    EXPECT_EQ(l4_error(create_task(c, l4_fpage(TASK_KUMEM, 11, 0).raw)), -L4_EINVAL);
    EXPECT_EQ(l4_error(create_task(c, l4_fpage(TASK_KUMEM, 18, 0).raw)), -L4_EINVAL);
    EXPECT_EQ(l4_error(create_task(c, l4_fpage(1UL << 47, 12, 0).raw)), -L4_EINVAL);
    EXPECT_EQ(l4_error(create_task(c, l4_fpage(~0UL, 12, 0).raw)), -L4_EINVAL);
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_TASK;
    EXPECT_EQ(l4_error(create(F, c, 2, 0)), -L4_EINVAL);
    EXPECT_FALSE(cap_used(c));
    EXPECT_EQ(l4_error(create_task(c, l4_fpage(TASK_KUMEM, 17, 0).raw)), 0);
}

/* ---- factories
 * --------------------------------------------------------------------------------------- */

SYSTEST(factory, a_factory_wants_exactly_its_quota)
{
    l4_cap_idx_t c = cap_slot();

    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_FACTORY;
    l4_utcb_mr()->mr[2] = 0x1000;
    EXPECT_EQ(l4_error(create(F, c, 2, 0)), -L4_EMSGTOOSHORT);
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_FACTORY;
    EXPECT_EQ(l4_error(create(F, c, 4, 0)), -L4_EMSGTOOLONG);
    l4_utcb_mr()->mr[0] = (l4_umword_t)L4_PROTO_FACTORY;
    l4_object_arg_u(3, L4_BASE_LOG_CAP, l4_utcb());
    EXPECT_EQ(l4_error(create(F, c, 3, 1)), -L4_EMSGTOOLONG);
    EXPECT_EQ(l4_error(l4_factory_create_factory(F, c, ~0UL)), -L4_ENOMEM);
    EXPECT_EQ(l4_error(l4_factory_create_factory(F, c, 1UL << 40)), -L4_ENOMEM);
    EXPECT_FALSE(cap_used(c));
    EXPECT_EQ(l4_error(l4_factory_create_factory(F, c, 0)), 0);
    EXPECT_EQ(create_kind(c, cap_slot(), L4_PROTO_IRQ_SENDER), -L4_ENOMEM);
}
