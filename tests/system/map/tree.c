/* SPDX-License-Identifier: MIT */
/* Revocation: what unmap takes away, from whom, and what it tells; superpages. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/task.h>

#define PAGE L4_PAGESIZE
#define SUPER L4_SUPERPAGESIZE

static void map(l4_cap_idx_t dst, l4_cap_idx_t src, l4_addr_t from, unsigned order,
                unsigned char rights, l4_addr_t to)
{
    EXPECT_EQ(l4_error(l4_task_map(dst, src, l4_fpage(from, order, rights),
                                   l4_map_control(to, 0, L4_MAP_ITEM_MAP))),
              0);
}

static bool can(struct task *t, l4_addr_t a, enum probe_how how)
{
    return probe(t, a, how).ok;
}

/* One page of ours in A, of A's in B, of B's in C, each at its own address. */
struct chain {
    struct task *a, *b, *c;
    l4_addr_t root, at_a, at_b, at_c;
};

static struct chain chain_make(void)
{
    struct chain k = {
        .a = task_create(),
        .b = task_create(),
        .c = task_create(),
        .root = (l4_addr_t)test_page(3),
        .at_a = TEST_AREA + 0xa000,
        .at_b = TEST_AREA + 0xb000,
        .at_c = TEST_AREA + 0xc000,
    };

    map(k.a->cap, L4_BASE_TASK_CAP, k.root, 12, L4_FPAGE_RW, k.at_a);
    map(k.b->cap, k.a->cap, k.at_a, 12, L4_FPAGE_RW, k.at_b);
    map(k.c->cap, k.b->cap, k.at_b, 12, L4_FPAGE_RW, k.at_c);
    EXPECT_TRUE(can(k.a, k.at_a, PROBE_WRITE));
    EXPECT_TRUE(can(k.b, k.at_b, PROBE_WRITE));
    EXPECT_TRUE(can(k.c, k.at_c, PROBE_WRITE));
    return k;
}

static void unmap(l4_cap_idx_t task, l4_addr_t a, unsigned rights, unsigned mask)
{
    unmap_mem(task, a, 12, rights, mask);
}

SYSTEST(tree, unmap_takes_a_page_from_all_who_got_it_from_us)
{
    struct chain k = chain_make();

    unmap(L4_BASE_TASK_CAP, k.root, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    EXPECT_FALSE(can(k.a, k.at_a, PROBE_READ));
    EXPECT_FALSE(can(k.b, k.at_b, PROBE_READ));
    EXPECT_FALSE(can(k.c, k.at_c, PROBE_READ));
    EXPECT_TRUE(can(NULL, k.root, PROBE_WRITE));
}

SYSTEST(tree, unmap_in_the_middle_spares_those_above)
{
    struct chain k = chain_make();

    unmap(k.a->cap, k.at_a, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    EXPECT_TRUE(can(k.a, k.at_a, PROBE_WRITE));
    EXPECT_FALSE(can(k.b, k.at_b, PROBE_READ));
    EXPECT_FALSE(can(k.c, k.at_c, PROBE_READ));
}

SYSTEST(tree, unmap_with_self_takes_it_here_too)
{
    struct chain k = chain_make();

    unmap(k.b->cap, k.at_b, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_TRUE(can(k.a, k.at_a, PROBE_WRITE));
    EXPECT_FALSE(can(k.b, k.at_b, PROBE_READ));
    EXPECT_FALSE(can(k.c, k.at_c, PROBE_READ));
}

SYSTEST(tree, withdrawing_w_leaves_the_page_readable)
{
    struct chain k = chain_make();

    unmap(L4_BASE_TASK_CAP, k.root, L4_FPAGE_W, L4_FP_OTHER_SPACES);
    EXPECT_TRUE(can(NULL, k.root, PROBE_WRITE));
    EXPECT_TRUE(can(k.a, k.at_a, PROBE_READ));
    EXPECT_EQ(probe(k.a, k.at_a, PROBE_WRITE).fault, k.at_a | L4_PF_PRESENT | L4_PF_WRITE);
    EXPECT_TRUE(can(k.c, k.at_c, PROBE_READ));
    EXPECT_FALSE(can(k.c, k.at_c, PROBE_WRITE));
}

SYSTEST(tree, the_order_of_removal_does_not_matter)
{
    struct chain k = chain_make();

    unmap(k.b->cap, k.at_b, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    map(k.b->cap, k.a->cap, k.at_a, 12, L4_FPAGE_RO, k.at_b);
    map(k.c->cap, L4_BASE_TASK_CAP, k.root, 12, L4_FPAGE_RO, k.at_c);
    unmap(k.a->cap, k.at_a, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_FALSE(can(k.b, k.at_b, PROBE_READ));
    EXPECT_TRUE(can(k.c, k.at_c, PROBE_READ)); /* directly from us now */
}

SYSTEST(tree, a_page_may_be_mapped_to_many_places)
{
    struct task *t = task_create();
    l4_addr_t root = (l4_addr_t)test_page(0);

    for (unsigned i = 0; i < 64; i++)
        map(t->cap, L4_BASE_TASK_CAP, root, 12, L4_FPAGE_RW, TEST_AREA + i * PAGE);
    EXPECT_TRUE(can(t, TEST_AREA + 63 * PAGE, PROBE_WRITE));
    unmap(t->cap, TEST_AREA + 7 * PAGE, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_FALSE(can(t, TEST_AREA + 7 * PAGE, PROBE_READ));
    EXPECT_TRUE(can(t, TEST_AREA + 8 * PAGE, PROBE_READ));
    unmap(L4_BASE_TASK_CAP, root, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    for (unsigned i = 0; i < 64; i += 21)
        EXPECT_FALSE(can(t, TEST_AREA + i * PAGE, PROBE_READ));
}

SYSTEST(tree, a_page_onto_its_own_ancestor_is_flushed)
{
    struct task *t = task_create();
    l4_addr_t root = (l4_addr_t)test_page(0);

    map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, root, 12, L4_FPAGE_RW, TEST_AREA);
    map(t->cap, L4_BASE_TASK_CAP, TEST_AREA, 12, L4_FPAGE_RW, TEST_AREA);
    map(L4_BASE_TASK_CAP, t->cap, TEST_AREA, 12, L4_FPAGE_RW, TEST_AREA);
    EXPECT_FALSE(can(NULL, TEST_AREA, PROBE_READ));
    EXPECT_FALSE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_TRUE(can(NULL, root, PROBE_READ));
}

/* ---- what unmap tells --------------------------------------------------------------------------
 */

static l4_umword_t unmap_flags(l4_cap_idx_t task, l4_addr_t a)
{
    l4_fpage_t const page = l4_fpage(a, 12, L4_FPAGE_RWX);
    l4_msgtag_t t = l4_task_unmap(task, page, L4_FP_ALL_SPACES);

    EXPECT_EQ(t.raw, l4_msgtag(0, 3, 0, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], L4_TASK_UNMAP_OP);
    EXPECT_EQ(l4_utcb_mr()->mr[1], L4_FP_ALL_SPACES);
    EXPECT_EQ(l4_utcb_mr()->mr[2] & ~0xfUL, page.raw & ~0xfUL);
    return l4_utcb_mr()->mr[2] & 0xf;
}

SYSTEST(tree, unmap_tells_whether_a_page_was_used)
{
    struct task *t = task_create();
    l4_addr_t root = (l4_addr_t)test_page(0);

    map(t->cap, L4_BASE_TASK_CAP, root, 12, L4_FPAGE_RW, TEST_AREA);
    EXPECT_EQ(unmap_flags(t->cap, TEST_AREA), 0);
    map(t->cap, L4_BASE_TASK_CAP, root, 12, L4_FPAGE_RW, TEST_AREA);
    EXPECT_TRUE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_EQ(unmap_flags(t->cap, TEST_AREA), L4_TASK_UNMAP_REFERENCED);
    map(t->cap, L4_BASE_TASK_CAP, root, 12, L4_FPAGE_RW, TEST_AREA);
    EXPECT_TRUE(can(t, TEST_AREA, PROBE_WRITE));
    EXPECT_EQ(unmap_flags(t->cap, TEST_AREA), L4_TASK_UNMAP_REFERENCED | L4_TASK_UNMAP_DIRTY);
    EXPECT_EQ(unmap_flags(t->cap, TEST_AREA), 0);
}

SYSTEST(tree, unmap_takes_several_flexpages_at_once)
{
    struct task *t = task_create();
    l4_fpage_t pages[61];

    for (unsigned i = 0; i < 61; i++) {
        map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)test_page(i % TEST_PAGES), 12, L4_FPAGE_RW,
            TEST_AREA + i * PAGE);
        pages[i] = l4_fpage(TEST_AREA + i * PAGE, 12, L4_FPAGE_RWX);
    }
    EXPECT_TRUE(can(t, TEST_AREA + 60 * PAGE, PROBE_WRITE));
    EXPECT_EQ(l4_task_unmap_batch(t->cap, pages, 61, L4_FP_ALL_SPACES).raw,
              l4_msgtag(0, 63, 0, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[2] & 0xf, 0);
    EXPECT_EQ(l4_utcb_mr()->mr[62] & 0xf, L4_TASK_UNMAP_REFERENCED | L4_TASK_UNMAP_DIRTY);
    EXPECT_FALSE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_FALSE(can(t, TEST_AREA + 60 * PAGE, PROBE_READ));
}

SYSTEST(tree, unmap_of_less_than_a_page_does_nothing)
{
    struct task *t = task_create();

    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)test_page(0), 12, L4_FPAGE_RW, TEST_AREA);
    unmap_mem(t->cap, TEST_AREA, 11, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_TRUE(can(t, TEST_AREA, PROBE_WRITE));
}

SYSTEST(tree, unmap_needs_no_right_on_the_task)
{
    struct task *t = task_create();
    l4_cap_idx_t weak = cap_copy(t->cap, L4_CAP_FPAGE_RO, 0);

    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)test_page(0), 12, L4_FPAGE_RW, TEST_AREA);
    unmap_mem(weak, TEST_AREA, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_FALSE(can(t, TEST_AREA, PROBE_READ));
}

SYSTEST(tree, bit_30_alone_is_nothing)
{
    struct task *t = task_create();
    l4_cap_idx_t irq = new_irq();

    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)test_page(0), 12, L4_FPAGE_RW, TEST_AREA);
    unmap_mem(t->cap, TEST_AREA, 12, L4_FPAGE_RWX, 0x40000000);
    EXPECT_TRUE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_EQ(l4_error(l4_task_unmap(L4_BASE_TASK_CAP, l4_obj_fpage(irq, 0, L4_CAP_FPAGE_RWSD),
                                     0x40000000)),
              0);
    EXPECT_TRUE(cap_used(irq));
}

SYSTEST(tree, everything_can_be_unmapped_at_once)
{
    struct task *t = task_create();
    l4_cap_idx_t irq = new_irq();

    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)test_page(0), 12, L4_FPAGE_RW, TEST_AREA);
    task_give_at(t, irq, 0x300000, L4_CAP_FPAGE_RWS);
    EXPECT_EQ(l4_error(l4_task_unmap(t->cap, l4_fpage_all(), L4_FP_ALL_SPACES)), 0);
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 0);
    /* the image is gone, too: put some of it back, to be able to look */
    EXPECT_TRUE(cap_used(irq));
    unmap_mem(t->cap, TEST_AREA, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_EQ(l4_utcb_mr()->mr[2] & 0xf, 0);
}

/* ---- capabilities ------------------------------------------------------------------------------
 */

static void unmap_cap(l4_cap_idx_t task, l4_cap_idx_t c, unsigned char rights, l4_umword_t mask)
{
    EXPECT_EQ(l4_error(l4_task_unmap(task, l4_obj_fpage(c, 0, rights), mask)), 0);
}

SYSTEST(tree, capabilities_are_removed_one_by_one)
{
    struct task *t = task_create();
    l4_cap_idx_t irq = new_irq();

    task_give_at(t, irq, 0x300000, L4_CAP_FPAGE_RWSD);
    unmap_cap(L4_BASE_TASK_CAP, irq, L4_CAP_FPAGE_RWSD, L4_FP_OTHER_SPACES);
    EXPECT_TRUE(cap_used(irq));
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 1);
    unmap_cap(L4_BASE_TASK_CAP, irq, L4_CAP_FPAGE_RWSD, L4_FP_ALL_SPACES);
    EXPECT_FALSE(cap_used(irq));
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 1);
    unmap_cap(t->cap, 0x300000, L4_CAP_FPAGE_RWSD, L4_FP_DELETE_OBJ);
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 0);
}

SYSTEST(tree, a_deleted_object_vanishes_everywhere)
{
    struct task *t = task_create();
    l4_cap_idx_t irq = new_irq();

    task_give_at(t, irq, 0x300000, L4_CAP_FPAGE_RWS);
    cap_delete(irq);
    EXPECT_EQ(l4_error(l4_task_cap_valid(t->cap, 0x300000)), 0);
}

SYSTEST(tree, rights_of_a_capability_can_be_withdrawn)
{
    l4_cap_idx_t irq = new_irq();
    l4_cap_idx_t copy = cap_copy(irq, L4_CAP_FPAGE_RWSD, L4_FPAGE_C_OBJ_RIGHTS);

    EXPECT_TRUE(cap_equal(irq, copy));
    unmap_cap(L4_BASE_TASK_CAP, copy, L4_CAP_FPAGE_W, L4_FP_ALL_SPACES);
    EXPECT_TRUE(cap_used(copy));
    EXPECT_FALSE(cap_equal(irq, copy));
    unmap_cap(L4_BASE_TASK_CAP, copy, L4_CAP_FPAGE_D & 0xf, L4_FP_ALL_SPACES);
    cap_delete(copy); /* without D: only removed */
    EXPECT_TRUE(cap_used(irq));
}

/* ---- superpages ---------------------------------------------------------------------------------
 */

SYSTEST(super, a_superpage_is_mapped_as_one)
{
    struct task *t = task_create();
    unsigned char *s = test_superpage();

    *(uint64_t *)(void *)(s + SUPER - 8) = 0x5a5e;
    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)s, L4_SUPERPAGESHIFT, L4_FPAGE_RW, TEST_AREA);
    EXPECT_EQ(probe(t, TEST_AREA + SUPER - 8, PROBE_READ).value, 0x5a5e);
    unmap_mem(L4_BASE_TASK_CAP, (l4_addr_t)s, L4_SUPERPAGESHIFT, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    EXPECT_FALSE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_FALSE(can(t, TEST_AREA + SUPER - 8, PROBE_READ));
}

SYSTEST(super, a_page_of_a_superpage_can_be_mapped_alone)
{
    struct task *t = task_create();
    unsigned char *s = test_superpage();

    *(uint64_t *)(void *)(s + 5 * PAGE) = 0x5555;
    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)s + 5 * PAGE, 12, L4_FPAGE_RO, TEST_AREA + 0x3000);
    EXPECT_EQ(probe(t, TEST_AREA + 0x3000, PROBE_READ).value, 0x5555);
    EXPECT_FALSE(can(t, TEST_AREA + 0x3000, PROBE_WRITE));
    EXPECT_FALSE(can(t, TEST_AREA + 0x4000, PROBE_READ));
    unmap_mem(L4_BASE_TASK_CAP, (l4_addr_t)s + 5 * PAGE, 12, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    EXPECT_FALSE(can(t, TEST_AREA + 0x3000, PROBE_READ));
    EXPECT_TRUE(can(NULL, (l4_addr_t)s + 5 * PAGE, PROBE_WRITE));
}

SYSTEST(super, a_superpage_at_an_odd_place_arrives_in_pages)
{
    struct task *t = task_create();
    unsigned char *s = test_superpage();

    for (unsigned i = 0; i < 512; i++)
        *(uint64_t *)(void *)(s + i * PAGE) = 0x10000 + i;
    /* a window of pages: the target is not aligned to a superpage */
    for (unsigned half = 0; half < 2; half++)
        map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)s + half * (SUPER / 2), 20, L4_FPAGE_RW,
            TEST_AREA + (half + 1) * (SUPER / 2));
    EXPECT_EQ(probe(t, TEST_AREA + SUPER / 2, PROBE_READ).value, 0x10000);
    EXPECT_EQ(probe(t, TEST_AREA + SUPER, PROBE_READ).value, 0x10100);
    EXPECT_EQ(probe(t, TEST_AREA + SUPER + SUPER / 2 - PAGE, PROBE_READ).value, 0x101ff);
    unmap_mem(L4_BASE_TASK_CAP, (l4_addr_t)s, L4_SUPERPAGESHIFT, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    EXPECT_FALSE(can(t, TEST_AREA + SUPER, PROBE_READ));
}

SYSTEST(super, a_partly_covered_superpage_is_removed_whole)
{
    struct task *t = task_create();
    unsigned char *s = test_superpage();

    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)s, L4_SUPERPAGESHIFT, L4_FPAGE_RW, TEST_AREA);
    unmap_mem(t->cap, TEST_AREA + 7 * PAGE, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    EXPECT_FALSE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_FALSE(can(t, TEST_AREA + 7 * PAGE, PROBE_READ));
}

SYSTEST(super, a_page_of_a_superpage_is_not_granted_but_mapped)
{
    /* A place where no table of small pages was ever needed. */
    l4_addr_t const fresh = TEST_AREA + 64 * SUPER;
    struct task *t = task_create();
    unsigned char *s = test_superpage();

    map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, (l4_addr_t)s, L4_SUPERPAGESHIFT, L4_FPAGE_RW, fresh);
    EXPECT_EQ(
        l4_error(l4_task_map(t->cap, L4_BASE_TASK_CAP, l4_fpage(fresh + PAGE, 12, L4_FPAGE_RW),
                             l4_map_control(TEST_AREA, 0, L4_MAP_ITEM_GRANT))),
        0);
    EXPECT_TRUE(can(t, TEST_AREA, PROBE_READ));
    EXPECT_TRUE(can(NULL, fresh + PAGE, PROBE_READ));
}

SYSTEST(super, a_superpage_replaces_the_pages_under_it)
{
    struct task *t = task_create();
    unsigned char *s = test_superpage();

    *(uint64_t *)(void *)(s + 9 * PAGE) = 0x9999;
    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)test_page(0), 12, L4_FPAGE_RO, TEST_AREA + 9 * PAGE);
    map(t->cap, L4_BASE_TASK_CAP, (l4_addr_t)s, L4_SUPERPAGESHIFT, L4_FPAGE_RW, TEST_AREA);
    EXPECT_EQ(probe(t, TEST_AREA + 9 * PAGE, PROBE_READ).value, 0x9999);
    EXPECT_TRUE(can(t, TEST_AREA + 9 * PAGE, PROBE_WRITE));
    EXPECT_TRUE(can(t, TEST_AREA + 10 * PAGE, PROBE_WRITE));
}
