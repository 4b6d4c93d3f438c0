/* SPDX-License-Identifier: MIT */
/*
 * Slots and objects of tests. All slots lie in one range, all objects come from one factory: so
 * one unmap ends a test, and the factory's quota shows what was not given back.
 *
 * What is left of a quota can not be read. It can be tried: a child factory takes its quota from
 * it at once, and exists or not.
 */
#include "internal.h"

#include <l4/sys/factory.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/task.h>

#define TEST_QUOTA (4UL << 20)

static unsigned next_slot;
static unsigned long whole; /* the largest child that fits when nothing is used */

/* ---- slots ----------------------------------------------------------------------------------- */

l4_cap_idx_t cap_block(unsigned order)
{
    unsigned size = 1U << order;
    unsigned first = (next_slot + size - 1) & ~(size - 1);

    next_slot = first + size;
    ASSERT_TRUE(next_slot <= FIRST_SLOT + (1U << SLOT_ORDER));
    return SEL(first);
}

l4_cap_idx_t cap_slot(void)
{
    return cap_block(0);
}

bool cap_used(l4_cap_idx_t cap)
{
    return l4_error(l4_task_cap_valid(L4_BASE_TASK_CAP, cap)) == 1;
}

bool cap_equal(l4_cap_idx_t a, l4_cap_idx_t b)
{
    return l4_error(l4_task_cap_equal(L4_BASE_TASK_CAP, a, b)) == 1;
}

void cap_delete(l4_cap_idx_t cap)
{
    EXPECT_EQ(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, cap)), 0);
}

void cap_drop(l4_cap_idx_t cap)
{
    EXPECT_EQ(l4_error(l4_task_release_cap(L4_BASE_TASK_CAP, cap)), 0);
}

l4_cap_idx_t cap_copy(l4_cap_idx_t cap, unsigned rights, unsigned extra)
{
    l4_cap_idx_t to = cap_slot();

    ASSERT_EQ(l4_error(l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP,
                                   l4_obj_fpage(cap, 0, (unsigned char)rights),
                                   l4_map_obj_control(to, extra))),
              0);
    ASSERT_TRUE(cap_used(to));
    return to;
}

/* ---- objects --------------------------------------------------------------------------------- */

l4_cap_idx_t new_object(long proto)
{
    l4_cap_idx_t c = cap_slot();

    ASSERT_EQ(l4_error(l4_factory_create(TEST_FACTORY, proto, c)), 0);
    return c;
}

l4_cap_idx_t new_gate(l4_cap_idx_t thread, l4_umword_t label)
{
    l4_cap_idx_t c = cap_slot();

    ASSERT_EQ(l4_error(l4_factory_create_gate(TEST_FACTORY, c, thread, label)), 0);
    return c;
}

l4_cap_idx_t new_thread(void)
{
    return new_object(L4_PROTO_THREAD);
}

l4_cap_idx_t new_irq(void)
{
    return new_object(L4_PROTO_IRQ_SENDER);
}

l4_cap_idx_t new_semaphore(void)
{
    return new_object(L4_PROTO_SEMAPHORE);
}

l4_cap_idx_t new_factory(unsigned long quota)
{
    l4_cap_idx_t c = cap_slot();

    ASSERT_EQ(l4_error(l4_factory_create_factory(TEST_FACTORY, c, quota)), 0);
    return c;
}

void receive_into(l4_cap_idx_t slot)
{
    l4_buf_regs_t *b = l4_utcb_br();

    b->bdr = 0;
    b->br[0] = slot | L4_RCV_ITEM_SINGLE_CAP;
    b->br[1] = 0;
}

void receive_all(void)
{
    l4_buf_regs_t *b = l4_utcb_br();

    b->bdr = 0;
    b->br[0] = L4_ITEM_MAP;
    b->br[1] = l4_fpage_all().raw;
    b->br[2] = 0;
}

void receive_nothing(void)
{
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = 0;
}

/* ---- beginning and end ----------------------------------------------------------------------- */

static bool fits(unsigned long quota)
{
    long err = l4_error(l4_factory_create_factory(TEST_FACTORY, SEL(PROBE_SLOT), quota));

    if (err == 0)
        (void)l4_task_delete_obj(L4_BASE_TASK_CAP, SEL(PROBE_SLOT));
    return err == 0;
}

/* The largest child that fits now. Cost: 23 factories. */
static unsigned long room(void)
{
    unsigned long low = 0;
    unsigned long high = TEST_QUOTA;

    while (low < high) {
        unsigned long mid = low + (high - low + 1) / 2;

        if (fits(mid))
            low = mid;
        else
            high = mid - 1;
    }
    return low;
}

void objects_init(void)
{
    next_slot = FIRST_SLOT;
    (void)l4_factory_create_factory(L4_BASE_FACTORY_CAP, TEST_FACTORY, TEST_QUOTA);
    whole = room();
}

void objects_drop(void)
{
    (void)l4_task_unmap(L4_BASE_TASK_CAP,
                        l4_obj_fpage(SEL(FIRST_SLOT), SLOT_ORDER, L4_CAP_FPAGE_RWSD),
                        L4_FP_DELETE_OBJ);
    next_slot = FIRST_SLOT;
}

unsigned long objects_leak(void)
{
    /* The kernel may finish some work only when nobody runs. */
    for (unsigned i = 0; i < 5; i++) {
        if (fits(whole))
            return 0;
        (void)l4_ipc_sleep_ms(1);
    }
    return whole - room();
}
