/* SPDX-License-Identifier: MIT */
/* Page faults as messages to a pager. The test is the pager. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define PAGER_LABEL 0xfa0
#define RIGHTS 3UL

/* Touch memory in a way that tells which instruction it was. */
extern char touch_read[], touch_write[];

__asm__(".text\n"
        "do_read:\n"
        "touch_read: mov (%rdi), %rax\n"
        "    ret\n"
        "do_write:\n"
        "touch_write: mov %rsi, (%rdi)\n"
        "    ret\n");
uint64_t do_read(l4_addr_t a);
void do_write(l4_addr_t a, uint64_t v);

static void read_it(struct worker *w)
{
    w->out[0] = do_read((l4_addr_t)w->arg);
}

static void write_it(struct worker *w)
{
    do_write((l4_addr_t)w->arg, 0x77);
}

static void call_it(struct worker *w)
{
    ((void (*)(void))w->arg)();
}

/* A worker of our task whose pager and handler are these gates (or anything else). */
static struct worker *run_with(void (*fn)(struct worker *w), l4_addr_t arg, l4_cap_idx_t pager,
                               l4_cap_idx_t handler)
{
    struct worker *w = worker_create(fn, (void *)arg);

    worker_handlers(w, pager, handler);
    worker_start(w, PRIO_HIGH);
    return w;
}

static l4_cap_idx_t gate_here(l4_umword_t label)
{
    return new_gate(L4_BASE_THREAD_CAP, label);
}

static l4_msgtag_t wait_now(l4_umword_t *label)
{
    receive_nothing();
    return l4_ipc_wait(l4_utcb(), label, L4_IPC_BOTH_TIMEOUT_0);
}

static l4_msgtag_t reply(l4_msgtag_t t)
{
    return l4_ipc_reply(l4_utcb(), t, L4_IPC_BOTH_TIMEOUT_0);
}

/* Answer the fault with a page of ours at this address. */
static l4_msgtag_t reply_page(const void *page, l4_addr_t at, unsigned char rights)
{
    l4_msgtag_t t = l4_msgtag(0, 0, 0, 0);

    (void)l4_sndfpage_add(l4_fpage((l4_addr_t)page, 12, rights), l4_map_control(at, 0, 0), &t);
    return reply(t);
}

SYSTEST(fault, a_fault_tells_address_kind_and_instruction)
{
    l4_cap_idx_t gate = gate_here(PAGER_LABEL);
    l4_umword_t label = 0;

    (void)run_with(read_it, TEST_AREA + 0x123, gate, gate);
    EXPECT_EQ(wait_now(&label).raw, l4_msgtag(L4_PROTO_PAGE_FAULT, 2, 0, 0).raw);
    EXPECT_EQ(label, PAGER_LABEL | RIGHTS);
    EXPECT_EQ(l4_utcb_mr()->mr[0], TEST_AREA + 0x120);
    EXPECT_EQ(l4_utcb_mr()->mr[1], (l4_addr_t)touch_read);

    (void)run_with(write_it, TEST_AREA + 0x458, gate, gate);
    EXPECT_EQ(wait_now(&label).raw, l4_msgtag(L4_PROTO_PAGE_FAULT, 2, 0, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], (TEST_AREA + 0x458) | L4_PF_WRITE);
    EXPECT_EQ(l4_utcb_mr()->mr[1], (l4_addr_t)touch_write);

    (void)run_with(call_it, TEST_AREA + 0x800, gate, gate);
    EXPECT_EQ(wait_now(&label).raw, l4_msgtag(L4_PROTO_PAGE_FAULT, 2, 0, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], (TEST_AREA + 0x800) | L4_PF_FETCH);
    EXPECT_EQ(l4_utcb_mr()->mr[1], TEST_AREA + 0x800);
}

SYSTEST(fault, the_label_carries_the_rights_of_the_pager_capability)
{
    l4_cap_idx_t weak = cap_copy(gate_here(PAGER_LABEL), L4_CAP_FPAGE_RO, 0);
    l4_umword_t label = 0;

    (void)run_with(read_it, TEST_AREA, weak, weak);
    (void)wait_now(&label);
    EXPECT_EQ(label, PAGER_LABEL);
}

SYSTEST(fault, a_thread_as_pager_sees_label_zero)
{
    l4_umword_t label = 5;

    (void)run_with(read_it, TEST_AREA, L4_BASE_THREAD_CAP, L4_BASE_THREAD_CAP);
    EXPECT_EQ(l4_msgtag_label(wait_now(&label)), L4_PROTO_PAGE_FAULT);
    EXPECT_EQ(label, 0);
}

SYSTEST(fault, the_answer_maps_to_its_hot_spot_and_the_access_is_repeated)
{
    struct worker *w = run_with(read_it, TEST_AREA + 8, gate_here(PAGER_LABEL), L4_INVALID_CAP);
    uint64_t *page = (uint64_t *)(void *)test_page(0);

    page[1] = 0x5eed;
    (void)wait_now(NULL);
    EXPECT_EQ(reply_page(page, TEST_AREA, L4_FPAGE_RO).raw, l4_msgtag(0, 0, 1, 0).raw);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 0x5eed);
}

SYSTEST(fault, an_answer_without_a_page_makes_it_fault_again)
{
    struct worker *w = run_with(write_it, TEST_AREA, gate_here(PAGER_LABEL), L4_INVALID_CAP);

    for (unsigned i = 0; i < 3; i++) {
        (void)wait_now(NULL);
        EXPECT_EQ(l4_utcb_mr()->mr[0], TEST_AREA | L4_PF_WRITE);
        (void)reply(l4_msgtag((long)i, 0, 0, 0)); /* any label that is not negative */
    }
    (void)wait_now(NULL);
    (void)reply_page(test_page(0), TEST_AREA, L4_FPAGE_RO);
    (void)wait_now(NULL);
    EXPECT_EQ(l4_utcb_mr()->mr[0], TEST_AREA | L4_PF_WRITE | L4_PF_PRESENT);
    (void)reply_page(test_page(0), TEST_AREA, L4_FPAGE_RW);
    EXPECT_EQ(w->state, WORKER_DONE);
}

static void fault_with_full_utcb(struct worker *w)
{
    l4_utcb_t *u = l4_utcb();
    bool same = true;

    l4_utcb_br_u(u)->bdr = 0x1234;
    for (unsigned i = 0; i < 4; i++) {
        l4_utcb_br_u(u)->br[i] = 0xb0 + i;
        l4_utcb_mr_u(u)->mr[i] = 0xa0 + i;
    }
    do_write((l4_addr_t)w->arg, 1);
    same &= l4_utcb_br_u(u)->bdr == 0x1234;
    for (unsigned i = 0; i < 4; i++)
        same &= l4_utcb_br_u(u)->br[i] == 0xb0 + i && l4_utcb_mr_u(u)->mr[i] == 0xa0 + i;
    w->out[0] = same;
}

SYSTEST(fault, the_utcb_of_the_faulting_thread_is_as_before)
{
    struct worker *w =
        run_with(fault_with_full_utcb, TEST_AREA, gate_here(PAGER_LABEL), L4_INVALID_CAP);

    (void)wait_now(NULL);
    (void)reply_page(test_page(0), TEST_AREA, L4_FPAGE_RW);
    EXPECT_EQ(w->state, WORKER_DONE);
    EXPECT_EQ(w->out[0], 1);
}

SYSTEST(fault, a_refusal_becomes_exception_14)
{
    struct worker *w =
        run_with(write_it, TEST_AREA + 0x10, gate_here(PAGER_LABEL), gate_here(0xec0));
    l4_exc_regs_t *e = l4_utcb_exc();
    l4_umword_t label = 0;

    (void)wait_now(NULL);
    (void)reply(l4_msgtag(-L4_ENOMEM, 0, 0, 0));
    EXPECT_EQ(wait_now(&label).raw,
              l4_msgtag(L4_PROTO_EXCEPTION, 26, 0, L4_MSGTAG_TRANSFER_FPU).raw);
    EXPECT_EQ(label, 0xec0 | RIGHTS);
    EXPECT_EQ(e->trapno, 14);
    EXPECT_EQ(e->err, 6); /* write, user */
    EXPECT_EQ(e->pfa, TEST_AREA + 0x10);
    EXPECT_EQ(e->ip, (l4_addr_t)touch_write);
    EXPECT_EQ(w->state, WORKER_RUNS);
}

SYSTEST(fault, an_empty_pager_slot_kills)
{
    struct worker *w = run_with(read_it, TEST_AREA, cap_slot(), gate_here(0xec0));

    let_others_run(1000);
    EXPECT_TRUE(l4_msgtag_has_error(wait_now(NULL)));
    EXPECT_EQ(l4_utcb_tcr_u(w->utcb)->free_marker, 0);
    EXPECT_SEND_ERROR(l4_ipc_send(w->cap, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_BOTH_TIMEOUT_0),
                      L4_IPC_ENOT_EXISTENT);
}

static void sleep_for_ever(struct worker *w)
{
    (void)w;
}

SYSTEST(fault, a_pager_that_does_not_exist_any_more_becomes_an_exception)
{
    struct worker *dead = worker_run(sleep_for_ever, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(dead->cap, 0);

    worker_delete(dead);
    (void)run_with(read_it, TEST_AREA, gate, gate_here(0xec0));
    EXPECT_EQ(l4_msgtag_label(wait_now(NULL)), L4_PROTO_EXCEPTION);
    EXPECT_EQ(l4_utcb_exc()->trapno, 14);
}

SYSTEST(fault, a_pager_that_dies_meanwhile_makes_it_fault_again)
{
    struct worker *pager = worker_run(sleep_for_ever, NULL, PRIO_HIGH);
    l4_cap_idx_t gate = new_gate(pager->cap, 0);

    (void)run_with(read_it, TEST_AREA, gate, gate_here(0xec0));
    EXPECT_TRUE(l4_msgtag_has_error(wait_now(NULL)));
    worker_delete(pager); /* the message was queued there */
    EXPECT_EQ(l4_msgtag_label(wait_now(NULL)), L4_PROTO_EXCEPTION);
}

SYSTEST(fault, a_thread_can_be_deleted_during_its_fault)
{
    l4_cap_idx_t gate = gate_here(PAGER_LABEL);
    struct worker *queued = run_with(read_it, TEST_AREA, gate, gate);
    struct worker *asked;

    worker_delete(queued);
    EXPECT_TRUE(l4_msgtag_has_error(wait_now(NULL)));
    asked = run_with(read_it, TEST_AREA, gate, gate);
    (void)wait_now(NULL);
    worker_delete(asked);
    EXPECT_SEND_ERROR(reply(l4_msgtag(0, 0, 0, 0)), L4_IPC_ENOT_EXISTENT);
}

SYSTEST(fault, a_cancelled_fault_is_repeated)
{
    struct worker *w = run_with(read_it, TEST_AREA, gate_here(PAGER_LABEL), L4_INVALID_CAP);

    worker_cancel(w); /* while it sends */
    (void)wait_now(NULL);
    EXPECT_EQ(l4_utcb_mr()->mr[0], TEST_AREA);
    worker_cancel(w); /* while it waits for the answer */
    (void)wait_now(NULL);
    EXPECT_EQ(l4_utcb_mr()->mr[0], TEST_AREA);
    (void)reply_page(test_page(0), TEST_AREA, L4_FPAGE_RO);
    EXPECT_EQ(w->state, WORKER_DONE);
}

static void touch_many(struct worker *w)
{
    for (unsigned i = 0; i < 32; i++) {
        do_write(TEST_AREA + i * L4_PAGESIZE, i);
        w->steps++;
    }
}

SYSTEST(fault, a_task_can_be_paged_on_demand)
{
    struct task *t = task_create();
    struct worker *w = worker_create_in(t, touch_many, NULL);
    l4_cap_idx_t gate = gate_here(PAGER_LABEL);
    unsigned faults = 0;

    task_give_at(t, gate, 0x300000, L4_CAP_FPAGE_RWS);
    worker_handlers(w, 0x300000, 0x300000);
    worker_start(w, PRIO_HIGH);
    while (w->state != WORKER_DONE && faults < 40) {
        l4_addr_t a;

        EXPECT_EQ(l4_msgtag_label(wait_now(NULL)), L4_PROTO_PAGE_FAULT);
        a = l4_trunc_page(l4_utcb_mr()->mr[0]);
        (void)reply_page(test_page(faults++ % TEST_PAGES), a, L4_FPAGE_RW);
    }
    EXPECT_EQ(faults, 32);
    EXPECT_EQ(w->steps, 32);
}

SYSTEST(fault, pager_slots_are_looked_up_at_each_fault)
{
    l4_cap_idx_t slot = cap_slot();
    struct worker *w = worker_create(read_it, (void *)TEST_AREA);

    worker_handlers(w, slot, L4_INVALID_CAP);
    EXPECT_EQ(l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
                                   l4_obj_fpage(gate_here(PAGER_LABEL), 0, L4_CAP_FPAGE_RWS),
                                   l4_map_obj_control(slot, 0))),
              0);
    worker_start(w, PRIO_HIGH);
    EXPECT_EQ(l4_msgtag_label(wait_now(NULL)), L4_PROTO_PAGE_FAULT);
    (void)reply_page(test_page(0), TEST_AREA, L4_FPAGE_RO);
    EXPECT_EQ(w->state, WORKER_DONE);
}
