/* SPDX-License-Identifier: MIT */
/* Who pays for kernel memory, and that all of it comes back. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/factory.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define SELF L4_BASE_TASK_CAP

/* Does a child with this quota still fit? */
static bool fits(l4_cap_idx_t factory, unsigned long quota)
{
    l4_cap_idx_t c = cap_slot();
    long err = l4_error(l4_factory_create_factory(factory, c, quota));

    if (!err)
        cap_delete(c);
    return !err;
}

/* The largest quota a child could get now. The slots it needs are few: it bisects. */
static unsigned long room(l4_cap_idx_t factory, unsigned long high)
{
    unsigned long low = 0;

    while (low < high) {
        unsigned long mid = low + (high - low + 1) / 2;

        if (fits(factory, mid))
            low = mid;
        else
            high = mid - 1;
    }
    return low;
}

/* Create objects of this kind in the slots from `first` on until it fails. Returns: how many. */
static unsigned fill(l4_cap_idx_t factory, long kind, l4_cap_idx_t first, unsigned max, long *err)
{
    unsigned n = 0;

    *err = 0;
    while (n < max) {
        *err = l4_error(l4_factory_create(factory, kind, first + n * L4_CAP_SIZE));
        if (*err)
            break;
        n++;
    }
    return n;
}

static void empty(l4_cap_idx_t first, unsigned order)
{
    EXPECT_EQ(l4_error(l4_task_unmap(SELF, l4_obj_fpage(first, order, L4_CAP_FPAGE_RWSD),
                                     L4_FP_DELETE_OBJ)),
              0);
}

SYSTEST(quota, objects_until_it_is_used_up_and_all_of_it_back)
{
    static const long kinds[] = { L4_PROTO_IRQ_SENDER, L4_PROTO_SEMAPHORE, 0 };
    l4_cap_idx_t f = new_factory(8 << 10);
    unsigned long whole = room(f, 8 << 10);
    l4_cap_idx_t first = cap_block(7);
    unsigned before = 0;

    for (unsigned i = 0; i < 3; i++) {
        long err;
        unsigned n = fill(f, kinds[i], first, 128, &err);

        EXPECT_EQ(err, -L4_ENOMEM);
        EXPECT_LT(10, n);
        EXPECT_FALSE(cap_used(first + n * L4_CAP_SIZE));
        empty(first, 7);
        EXPECT_TRUE(fits(f, whole));
        EXPECT_FALSE(fits(f, whole + 1));
        /* the same number again: nothing was lost on the way */
        EXPECT_EQ(fill(f, kinds[i], first, 128, &err), n);
        empty(first, 7);
        EXPECT_TRUE(fits(f, whole));
        before = n;
    }
    EXPECT_NE(before, 0);
}

SYSTEST(quota, threads_until_it_is_used_up_and_all_of_it_back)
{
    l4_cap_idx_t f = new_factory(256 << 10);
    unsigned long whole = room(f, 256 << 10);
    l4_cap_idx_t first = cap_block(6);
    long err;

    for (unsigned i = 0; i < 2; i++) {
        unsigned n = fill(f, L4_PROTO_THREAD, first, 64, &err);

        EXPECT_EQ(err, -L4_ENOMEM);
        EXPECT_LT(5, n);
        empty(first, 6);
        EXPECT_TRUE(fits(f, whole));
    }
}

SYSTEST(quota, tasks_until_it_is_used_up_and_all_of_it_back)
{
    l4_cap_idx_t f = new_factory(256 << 10);
    unsigned long whole = room(f, 256 << 10);
    l4_cap_idx_t first = cap_block(6);

    for (unsigned i = 0; i < 2; i++) {
        long err = 0;
        unsigned n = 0;

        while (!err && n < 64) {
            l4_fpage_t area = l4_fpage(TASK_KUMEM, 13, 0);

            err = l4_error(l4_factory_create_task(f, first + n * L4_CAP_SIZE, &area));
            n += !err;
        }
        EXPECT_EQ(err, -L4_ENOMEM);
        EXPECT_LT(3, n);
        empty(first, 6);
        EXPECT_TRUE(fits(f, whole));
    }
}

SYSTEST(quota, a_task_pays_for_its_tables_and_gets_it_back)
{
    l4_cap_idx_t f = new_factory(512 << 10);
    unsigned long whole = room(f, 512 << 10);
    l4_fpage_t none = l4_fpage_invalid();
    l4_cap_idx_t t = cap_slot();
    unsigned long used;

    ASSERT_EQ(l4_error(l4_factory_create_task(f, t, &none)), 0);
    used = room(f, 512 << 10);
    for (unsigned i = 0; i < 8; i++) {
        EXPECT_EQ(l4_error(l4_task_map(t, SELF, l4_fpage((l4_addr_t)test_page(i), 12, L4_FPAGE_RW),
                                       l4_map_control(i << 30, 0, 0))),
                  0);
        EXPECT_EQ(l4_error(l4_task_map(t, SELF, l4_obj_fpage(SELF, 0, L4_CAP_FPAGE_RWS),
                                       l4_map_obj_control((l4_umword_t)i << 24, 0))),
                  0);
    }
    EXPECT_FALSE(fits(f, used));
    cap_delete(t);
    EXPECT_TRUE(fits(f, whole));
}

SYSTEST(quota, a_childs_quota_is_taken_from_its_parent_at_once)
{
    l4_cap_idx_t f = new_factory(64 << 10);
    unsigned long whole = room(f, 64 << 10);
    l4_cap_idx_t child = cap_slot();

    ASSERT_EQ(l4_error(l4_factory_create_factory(f, child, 40 << 10)), 0);
    EXPECT_FALSE(fits(f, whole - (40 << 10) + 1));
    /* what the child makes changes nothing for the parent */
    unsigned long rest = room(f, 64 << 10);
    EXPECT_LT(whole - (42 << 10), rest);
    EXPECT_EQ(l4_error(l4_factory_create_irq(child, cap_slot())), 0);
    EXPECT_EQ(room(f, 64 << 10), rest);
}

SYSTEST(quota, objects_outlive_their_factory_and_hold_its_quota)
{
    l4_cap_idx_t f = new_factory(64 << 10);
    unsigned long whole = room(f, 64 << 10);
    l4_cap_idx_t child = cap_slot();
    l4_cap_idx_t irq = cap_slot();

    ASSERT_EQ(l4_error(l4_factory_create_factory(f, child, 40 << 10)), 0);
    ASSERT_EQ(l4_error(l4_factory_create_irq(child, irq)), 0);
    cap_delete(child);
    EXPECT_TRUE(cap_used(irq));
    EXPECT_FALSE(fits(f, whole));
    EXPECT_TRUE(l4_error(l4_task_cap_valid(SELF, irq)) == 1);
    cap_delete(irq);
    EXPECT_TRUE(fits(f, whole));
}

SYSTEST(quota, factories_nest_as_deep_as_one_likes)
{
    l4_cap_idx_t f = new_factory(64 << 10);
    unsigned long whole = room(f, 64 << 10);
    unsigned long quota = 40 << 10;
    l4_cap_idx_t at = f;
    l4_cap_idx_t first = cap_block(5);
    unsigned n = 0;

    for (; n < 32; n++) {
        l4_cap_idx_t c = first + n * L4_CAP_SIZE;

        quota -= 1 << 10;
        ASSERT_EQ(l4_error(l4_factory_create_factory(at, c, quota)), 0);
        at = c;
    }
    EXPECT_EQ(l4_error(l4_factory_create_irq(at, cap_slot())), 0);
    cap_delete(cap_slot()); /* nothing there */
    for (unsigned i = 0; i + 1 < n; i++)
        cap_delete(first + i * L4_CAP_SIZE); /* from the outside: all of them stay as payers */
    EXPECT_FALSE(fits(f, whole));
    cap_delete(at);
    EXPECT_FALSE(fits(f, whole)); /* the IRQ of the innermost one */
    cap_delete(first + 32 * L4_CAP_SIZE);
    EXPECT_TRUE(fits(f, whole));
}

SYSTEST(quota, the_dead_of_a_quota_make_room_at_once)
{
    l4_cap_idx_t f = new_factory(48 << 10);
    l4_cap_idx_t t = cap_slot();
    unsigned n = 0;

    /* each needs most of the quota: the one before must be gone for good */
    for (unsigned i = 0; i < 50; i++) {
        l4_fpage_t none = l4_fpage_invalid();

        n += l4_error(l4_factory_create_thread(f, t)) == 0;
        cap_delete(t);
        n += l4_error(l4_factory_create_task(f, t, &none)) == 0;
        cap_delete(t);
    }
    EXPECT_EQ(n, 100);
}

static void sleep_for_ever(struct worker *w)
{
    (void)w;
}

SYSTEST(quota, threads_that_lived_give_everything_back)
{
    for (unsigned i = 0; i < 50; i++) {
        struct worker *w = worker_run(sleep_for_ever, NULL, i % 2 ? PRIO_HIGH : PRIO_LOW);

        if (i % 3 == 0)
            let_others_run(200);
        worker_delete(w);
    }
}

SYSTEST(quota, maps_without_memory_change_nothing)
{
    l4_cap_idx_t poor = new_factory(40 << 10);
    l4_cap_idx_t t = cap_slot();
    l4_fpage_t none = l4_fpage_invalid();
    l4_msgtag_t tag = { 0 };

    ASSERT_EQ(l4_error(l4_factory_create_task(poor, t, &none)), 0);
    for (unsigned i = 0; i < 64 && !l4_msgtag_has_error(tag); i++)
        tag = l4_task_map(t, SELF, l4_fpage((l4_addr_t)test_page(0), 12, L4_FPAGE_RW),
                          l4_map_control((l4_umword_t)i << 39, 0, 0));
    EXPECT_IPC_ERROR(tag, L4_IPC_SEMAPFAILED);
    EXPECT_EQ(l4_error(l4_task_cap_valid(t, 0x1000)), 0);
    EXPECT_TRUE(probe(NULL, (l4_addr_t)test_page(0), PROBE_WRITE).ok);
}
