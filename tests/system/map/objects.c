/* SPDX-License-Identifier: MIT */
/* Items of capabilities: rights, weak ones, local identification, occupied slots. */
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/task.h>

static l4_umword_t obj_item(l4_cap_idx_t spot, unsigned attr)
{
    return l4_map_obj_control(spot, attr);
}

static l4_fpage_t obj(l4_cap_idx_t c, unsigned char rights)
{
    return l4_obj_fpage(c, 0, rights);
}

/* Send one capability item to ourselves, with the buffers as they are. Returns: word 0. */
static l4_umword_t receive_cap(l4_umword_t word0, l4_fpage_t page)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    l4_msgtag_t t;

    letter_item(&l, word0, page);
    t = letter_receive(&l);
    EXPECT_EQ(t.raw, l4_msgtag(3, 0, 1, 0).raw);
    return l4_utcb_mr()->mr[0];
}

static void say_label(struct worker *w)
{
    l4_umword_t label = 0;

    (void)l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
    for (;;) {
        w->out[0] = label;
        (void)l4_ipc_reply_and_wait(l4_utcb(), l4_msgtag(0, 0, 0, 0), &label, L4_IPC_NEVER);
    }
}

static l4_umword_t const label_base = 0x7770;

/* Rights W and S of a capability of a gate to the worker. ~0: not usable. */
static l4_umword_t gate_rights(struct worker *w, l4_cap_idx_t gate)
{
    if (l4_error(l4_ipc_call(gate, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER)) < 0)
        return ~0UL;
    return w->out[0] - label_base;
}

SYSTEST(caps, a_capability_arrives_in_its_slot)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t to = cap_slot();

    receive_into(to);
    EXPECT_EQ(receive_cap(obj_item(0x123000, L4_FPAGE_C_OBJ_RIGHTS), obj(irq, L4_CAP_FPAGE_RWSD)),
              0x123000 | L4_FPAGE_OBJ << 4 | L4_ITEM_MAP);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0xaaaa0001);
    EXPECT_TRUE(cap_equal(irq, to));
}

SYSTEST(caps, rights_are_those_of_the_flexpage)
{
    struct worker *w = worker_run(say_label, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(w->cap, label_base);

    for (unsigned char r = 0; r < 4; r++) {
        l4_cap_idx_t to = cap_slot();

        receive_into(to);
        (void)receive_cap(obj_item(0, 0), obj(gate, L4_CAP_FPAGE_R | r));
        EXPECT_EQ(gate_rights(w, to), r);
    }
}

SYSTEST(caps, without_the_bit_r_nothing_is_mapped)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t to = cap_slot();

    receive_into(to);
    EXPECT_EQ(receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_W | L4_CAP_FPAGE_S)),
              L4_FPAGE_OBJ << 4 | L4_ITEM_MAP | L4_RET_ITEM_NOT_MAPPED);
    EXPECT_FALSE(cap_used(to));
    EXPECT_TRUE(cap_used(irq));
}

SYSTEST(caps, an_empty_slot_maps_nothing)
{
    receive_into(cap_slot());
    EXPECT_EQ(receive_cap(obj_item(0, 0), obj(cap_slot(), L4_CAP_FPAGE_RWS)),
              L4_FPAGE_OBJ << 4 | L4_ITEM_MAP | L4_RET_ITEM_NOT_MAPPED);
}

SYSTEST(caps, a_channel_without_s_carries_no_s)
{
    struct worker *w = worker_run(say_label, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(w->cap, label_base);
    l4_cap_idx_t strong = new_gate(L4_BASE_THREAD_CAP, 0x40);
    l4_cap_idx_t weak = cap_copy(strong, L4_CAP_FPAGE_RW, 0);
    l4_cap_idx_t to = cap_slot();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0), .through = strong };

    letter_item(&l, obj_item(0, 0), obj(gate, L4_CAP_FPAGE_RWS));
    receive_into(to);
    (void)letter_receive(&l);
    EXPECT_EQ(l.label, 0x43);
    EXPECT_EQ(gate_rights(w, to), 3);
    l.through = weak;
    receive_into(to);
    (void)letter_receive(&l);
    EXPECT_EQ(l.label, 0x41);
    EXPECT_EQ(gate_rights(w, to), 1);
}

SYSTEST(caps, w_r_and_d_pass_every_channel)
{
    l4_cap_idx_t weak = cap_copy(new_gate(L4_BASE_THREAD_CAP, 0x40), L4_CAP_FPAGE_RO, 0);
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t to = cap_slot();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0), .through = weak };

    letter_item(&l, obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWSD));
    receive_into(to);
    (void)letter_receive(&l);
    EXPECT_TRUE(cap_used(to));
    cap_delete(to); /* D came along */
    EXPECT_FALSE(cap_used(irq));
}

SYSTEST(caps, without_d_a_delete_only_removes)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t to = cap_slot();

    receive_into(to);
    (void)receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWS));
    cap_delete(to);
    EXPECT_FALSE(cap_used(to));
    EXPECT_TRUE(cap_used(irq));
}

SYSTEST(caps, a_weak_capability_does_not_keep_its_object)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t weak = cap_slot();
    l4_cap_idx_t counted = cap_slot();

    receive_into(weak);
    (void)receive_cap(obj_item(0, L4_FPAGE_C_NO_REF_CNT), obj(irq, L4_CAP_FPAGE_RWS));
    receive_into(counted);
    (void)receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWS));
    cap_drop(irq);
    EXPECT_TRUE(cap_used(weak));
    cap_drop(counted);
    EXPECT_FALSE(cap_used(weak));
}

SYSTEST(caps, a_copy_of_a_weak_capability_is_weak)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t weak = cap_copy(irq, L4_CAP_FPAGE_RWS, L4_FPAGE_C_NO_REF_CNT);
    l4_cap_idx_t copy = cap_copy(weak, L4_CAP_FPAGE_RWS, 0);

    cap_drop(irq);
    EXPECT_FALSE(cap_used(weak));
    EXPECT_FALSE(cap_used(copy));
}

SYSTEST(caps, the_server_right_is_kept_only_if_named)
{
    struct worker *w = worker_run(say_label, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(w->cap, label_base);
    l4_cap_idx_t with = cap_copy(gate, L4_CAP_FPAGE_RWS, L4_FPAGE_C_IPCGATE_SVR);
    l4_cap_idx_t without = cap_copy(gate, L4_CAP_FPAGE_RWS, 0);

    EXPECT_EQ(l4_error(l4_ipc_gate_get_infos(with, &(l4_umword_t){ 0 })), 0);
    EXPECT_EQ(w->out[0], 0); /* the kernel answered */
    (void)l4_ipc_gate_get_infos(without, &(l4_umword_t){ 0 });
    EXPECT_EQ(w->out[0], label_base + 3); /* the worker did */
    EXPECT_TRUE(cap_equal(gate, with));
    EXPECT_FALSE(cap_equal(with, without));
}

SYSTEST(caps, a_block_of_slots_arrives_in_a_window)
{
    l4_cap_idx_t from = cap_block(2);
    l4_cap_idx_t to = cap_block(4);

    ASSERT_EQ(l4_error(l4_factory_create_irq(TEST_FACTORY, from)), 0);
    ASSERT_EQ(l4_error(l4_factory_create_irq(TEST_FACTORY, from + 3 * L4_CAP_SIZE)), 0);
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = L4_ITEM_MAP;
    l4_utcb_br()->br[1] = l4_obj_fpage(to, 4, 0).raw;
    EXPECT_EQ(receive_cap(obj_item(9 * L4_CAP_SIZE, 0), l4_obj_fpage(from, 2, L4_CAP_FPAGE_RWS)),
              9 * L4_CAP_SIZE | 2 << 6 | L4_FPAGE_OBJ << 4 | L4_ITEM_MAP);
    EXPECT_TRUE(cap_used(to + 8 * L4_CAP_SIZE));
    EXPECT_FALSE(cap_used(to + 9 * L4_CAP_SIZE));
    EXPECT_FALSE(cap_used(to + 10 * L4_CAP_SIZE));
    EXPECT_TRUE(cap_used(to + 11 * L4_CAP_SIZE));
}

SYSTEST(caps, a_granted_capability_leaves_its_sender)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t to = cap_slot();

    receive_into(to);
    (void)receive_cap(obj_item(0, L4_MAP_ITEM_GRANT), obj(irq, L4_CAP_FPAGE_RWSD));
    EXPECT_FALSE(cap_used(irq));
    EXPECT_TRUE(cap_used(to));
    cap_delete(to);
}

/* ---- occupied slots ----------------------------------------------------------------------------
 */

SYSTEST(caps, an_arriving_capability_deletes_what_was_in_the_slot)
{
    l4_cap_idx_t old = new_irq();
    l4_cap_idx_t old_copy = cap_copy(old, L4_CAP_FPAGE_RWS, 0);
    l4_cap_idx_t irq = new_irq();

    receive_into(old);
    (void)receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWSD));
    EXPECT_TRUE(cap_used(old));
    EXPECT_FALSE(cap_used(old_copy)); /* the old slot held D */
}

SYSTEST(caps, without_d_the_old_object_lives_on)
{
    l4_cap_idx_t old = new_irq();
    l4_cap_idx_t slot = cap_copy(old, L4_CAP_FPAGE_RWS, 0);
    l4_cap_idx_t irq = new_irq();

    receive_into(slot);
    (void)receive_cap(obj_item(0, L4_FPAGE_C_OBJ_RIGHTS), obj(irq, L4_CAP_FPAGE_RWSD));
    EXPECT_TRUE(cap_equal(slot, irq));
    EXPECT_TRUE(cap_used(old));
}

SYSTEST(caps, a_capability_onto_itself_is_removed)
{
    l4_cap_idx_t irq = new_irq();

    receive_into(irq);
    (void)receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWS));
    EXPECT_FALSE(cap_used(irq));
}

/* ---- local identification
 * ------------------------------------------------------------------------
 */

static void receive_local(l4_cap_idx_t slot)
{
    receive_into(slot);
    l4_utcb_br()->br[0] |= L4_RCV_ITEM_LOCAL_ID;
}

SYSTEST(caps, within_a_task_local_id_tells_the_slot)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t to = cap_slot();

    receive_local(to);
    EXPECT_EQ(receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWS)),
              L4_FPAGE_OBJ << 4 | L4_ITEM_MAP | L4_RET_ITEM_SAME_TASK);
    EXPECT_EQ(l4_utcb_mr()->mr[1], obj(irq, L4_CAP_FPAGE_RWS).raw);
    EXPECT_FALSE(cap_used(to));
}

SYSTEST(caps, local_id_masks_s_like_the_channel)
{
    l4_cap_idx_t weak = cap_copy(new_gate(L4_BASE_THREAD_CAP, 0), L4_CAP_FPAGE_RW, 0);
    l4_cap_idx_t irq = new_irq();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0), .through = weak };

    letter_item(&l, obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWS));
    receive_local(cap_slot());
    (void)letter_receive(&l);
    EXPECT_EQ(l4_utcb_mr()->mr[1], obj(irq, L4_CAP_FPAGE_RW).raw);
}

SYSTEST(caps, a_gate_of_the_receiver_comes_home_as_its_label)
{
    struct task *t = task_create();
    l4_cap_idx_t gate = new_gate(L4_BASE_THREAD_CAP, 0x3340);
    l4_cap_idx_t to = cap_slot();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0), .from = t };

    task_give_at(t, gate, 0x300000, L4_CAP_FPAGE_RWS);
    letter_item(&l, obj_item(0, 0), obj(0x300000, L4_CAP_FPAGE_RW));
    receive_local(to);
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], L4_FPAGE_OBJ << 4 | L4_ITEM_MAP | L4_RET_ITEM_LOCAL_ID);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0x3341);
    EXPECT_FALSE(cap_used(to));
}

SYSTEST(caps, other_objects_are_mapped_in_spite_of_local_id)
{
    struct task *t = task_create();
    struct worker *w = worker_create_in(t, say_label, NULL);
    l4_cap_idx_t const foreign[] = { new_gate(w->cap, 0x40), new_irq(),
                                     new_gate(L4_INVALID_CAP, 0) };

    for (unsigned i = 0; i < 3; i++) {
        struct letter l = { .tag = l4_msgtag(3, 0, 0, 0), .from = t };
        l4_cap_idx_t to = cap_slot();

        task_give_at(t, foreign[i], 0x300000, L4_CAP_FPAGE_RWS);
        letter_item(&l, obj_item(0, L4_FPAGE_C_OBJ_RIGHTS), obj(0x300000, L4_CAP_FPAGE_RWS));
        receive_local(to);
        (void)letter_receive(&l);
        EXPECT_EQ(l4_utcb_mr()->mr[0], L4_FPAGE_OBJ << 4 | L4_ITEM_MAP);
        EXPECT_TRUE(cap_equal(to, foreign[i]));
    }
}

SYSTEST(caps, without_local_id_the_own_gate_is_mapped)
{
    struct task *t = task_create();
    l4_cap_idx_t gate = new_gate(L4_BASE_THREAD_CAP, 0x3340);
    l4_cap_idx_t to = cap_slot();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0), .from = t };

    task_give_at(t, gate, 0x300000, L4_CAP_FPAGE_RWS);
    letter_item(&l, obj_item(0, L4_FPAGE_C_OBJ_RIGHTS), obj(0x300000, L4_CAP_FPAGE_RWS));
    receive_into(to);
    (void)letter_receive(&l);
    EXPECT_EQ(l4_utcb_mr()->mr[0], L4_FPAGE_OBJ << 4 | L4_ITEM_MAP);
    EXPECT_TRUE(cap_equal(to, gate));
}

/* ---- forwarding --------------------------------------------------------------------------------
 */

SYSTEST(caps, a_small_buffer_forwards_too)
{
    struct task *t = task_create();
    l4_cap_idx_t irq = new_irq();

    receive_into(0x300000);
    l4_utcb_br()->br[0] |= L4_RCV_ITEM_FORWARD_MAPPINGS;
    l4_utcb_br()->br[1] = t->cap;
    (void)receive_cap(obj_item(0, 0), obj(irq, L4_CAP_FPAGE_RWS));
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 1);
    EXPECT_FALSE(cap_used(0x300000));
}

SYSTEST(caps, a_missing_buffer_cuts_the_message)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    l4_msgtag_t t;

    letter_item(&l, obj_item(0, 0), obj(L4_BASE_LOG_CAP, L4_CAP_FPAGE_RWS));
    receive_nothing();
    t = letter_receive(&l);
    EXPECT_EQ(t.raw, l.tag.raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_REMSGCUT);
    EXPECT_EQ(l.error, L4_IPC_SEMSGCUT);
}

/* ---- deaths in the middle
 * ------------------------------------------------------------------------
 */

/* Sends the capability of the log to the main thread. */
static void send_log(struct worker *w)
{
    l4_msgtag_t t = l4_msgtag(3, 0, 0, 0);

    (void)l4_sndfpage_add(obj(L4_BASE_LOG_CAP, L4_CAP_FPAGE_RWS), 0, &t);
    w->out[0] = (uint64_t)l4_ipc_send(L4_BASE_THREAD_CAP, l4_utcb(), t, L4_IPC_NEVER).raw;
    w->steps++;
}

SYSTEST(caps, an_arriving_capability_may_delete_its_sender)
{
    struct worker *w = worker_run(send_log, NULL, PRIO_HIGH);
    l4_msgtag_t t;

    receive_into(w->cap);
    t = l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0);
    EXPECT_EQ(l4_msgtag_items(t), 1);
    EXPECT_TRUE(cap_used(w->cap));
    let_others_run(1000);
    EXPECT_EQ(w->steps, 0);
}

SYSTEST(caps, an_arriving_capability_may_delete_the_task_of_its_sender)
{
    struct task *t = task_create();
    struct worker *w;
    struct worker *other;

    task_give(t, L4_BASE_THREAD_CAP, L4_CAP_FPAGE_RWS);
    task_give(t, L4_BASE_LOG_CAP, L4_CAP_FPAGE_RWS);
    other = worker_run_in(t, say_label, NULL, PRIO_HIGH);
    w = worker_run_in(t, send_log, NULL, PRIO_HIGH);
    receive_into(t->cap);
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_BOTH_TIMEOUT_0);
    let_others_run(1000);
    EXPECT_EQ(w->steps, 0);
    EXPECT_IPC_ERROR(
        l4_ipc_send(other->cap, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_BOTH_TIMEOUT_0),
        L4_IPC_ENOT_EXISTENT);
}

/* Waits for a capability in the slot that holds this very thread. */
static void receive_into_self(struct worker *w)
{
    receive_into(w->cap);
    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    w->steps++;
}

SYSTEST(caps, an_arriving_capability_may_delete_its_receiver)
{
    struct worker *w = worker_run(receive_into_self, NULL, PRIO_HIGH);
    l4_msgtag_t t = l4_msgtag(3, 0, 0, 0);

    (void)l4_sndfpage_add(obj(L4_BASE_LOG_CAP, L4_CAP_FPAGE_RWS), 0, &t);
    (void)l4_ipc_send(w->cap, l4_utcb(), t, L4_IPC_BOTH_TIMEOUT_0);
    let_others_run(1000);
    EXPECT_EQ(w->steps, 0);
    EXPECT_TRUE(cap_used(w->cap));
}
