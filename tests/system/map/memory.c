/* SPDX-License-Identifier: MIT */
/* Items of memory: where they arrive, with what rights, and what goes wrong. */
#include <systest/memory.h>
#include <systest/systest.h>

#include <l4/sys/task.h>

#define PAGE L4_PAGESIZE

/* What the receiver finds in word 0. */
static l4_umword_t returned(l4_addr_t spot, unsigned order, unsigned type, unsigned what)
{
    return spot | order << 6 | type << 4 | L4_ITEM_MAP | what;
}

static l4_umword_t mem_spot(l4_addr_t spot)
{
    return l4_map_control(spot, 0, L4_MAP_ITEM_MAP);
}

static void window(unsigned br, l4_fpage_t page)
{
    l4_utcb_br()->br[br] = L4_ITEM_MAP;
    l4_utcb_br()->br[br + 1] = page.raw;
    l4_utcb_br()->br[br + 2] = 0;
}

static void window_at(l4_addr_t addr, unsigned order)
{
    l4_utcb_br()->bdr = 0;
    window(0, l4_fpage(addr, order, 0));
}

static l4_fpage_t page_of(const void *p, unsigned order, unsigned char rights)
{
    return l4_fpage((l4_addr_t)p, order, rights);
}

/* Four pages with their number in the first word. */
static unsigned char *four_pages(void)
{
    for (unsigned i = 0; i < 4; i++)
        *(uint64_t *)(void *)test_page(i) = 0x1000 + i;
    return test_page(15) - 15 * PAGE;
}

/* Number of the page seen at the address, 0 if nothing is there. */
static uint64_t seen_at(l4_addr_t a)
{
    struct probe p = probe(NULL, a, PROBE_READ);

    return p.ok ? p.value : 0;
}

/* Receive one item of memory through the window that is set. Returns: word 0. */
static l4_umword_t receive_item(l4_umword_t word0, l4_fpage_t page)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    l4_msgtag_t t;

    letter_item(&l, word0, page);
    t = letter_receive(&l);
    EXPECT_EQ(t.raw, l4_msgtag(3, 0, 1, 0).raw);
    EXPECT_EQ(l.sent.raw, l4_msgtag(3, 0, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0xaaaa0001); /* untouched */
    return l4_utcb_mr()->mr[0];
}

SYSTEST(items, a_page_arrives_in_its_window)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    EXPECT_EQ(receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RW)),
              returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
    *(volatile uint64_t *)TEST_AREA = 77;
    EXPECT_EQ(*(volatile uint64_t *)(void *)p, 77);
    EXPECT_EQ(seen_at(TEST_AREA + PAGE), 0);
}

SYSTEST(items, words_come_before_the_items)
{
    struct letter l = { .tag = l4_msgtag(3, 2, 0, 0), .mr = { 11, 22 } };
    unsigned char *p = four_pages();
    l4_msgtag_t t;

    window_at(TEST_AREA, 12);
    letter_item(&l, mem_spot(0x5000), page_of(p, 12, L4_FPAGE_RW));
    t = letter_receive(&l);
    EXPECT_EQ(t.raw, l4_msgtag(3, 2, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 11);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 22);
    EXPECT_EQ(l4_utcb_mr()->mr[2], returned(0x5000, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
}

SYSTEST(items, the_hot_spot_says_where_in_a_larger_window)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 16);
    (void)receive_item(mem_spot(0x3000), page_of(p, 12, L4_FPAGE_RW));
    EXPECT_EQ(seen_at(TEST_AREA + 0x3000), 0x1000);
    (void)receive_item(mem_spot(0x12345000), page_of(p + PAGE, 12, L4_FPAGE_RW));
    EXPECT_EQ(seen_at(TEST_AREA + 0x5000), 0x1001);
    /* rounded down to the size of what is sent */
    (void)receive_item(mem_spot(0xb000), page_of(p, 14, L4_FPAGE_RW));
    for (unsigned i = 0; i < 4; i++)
        EXPECT_EQ(seen_at(TEST_AREA + 0x8000 + i * PAGE), 0x1000 + i);
}

SYSTEST(items, the_hot_spot_says_what_of_a_larger_flexpage)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0x2000), page_of(p, 14, L4_FPAGE_RW));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1002);
    window_at(TEST_AREA, 13);
    (void)receive_item(mem_spot(0x73000), page_of(p, 14, L4_FPAGE_RW));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1002);
    EXPECT_EQ(seen_at(TEST_AREA + PAGE), 0x1003);
}

SYSTEST(items, bases_are_cut_to_their_size)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA + 0x3000, 14);
    (void)receive_item(mem_spot(0), page_of(p + 3 * PAGE, 14, L4_FPAGE_RW));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
    EXPECT_EQ(seen_at(TEST_AREA + 0x3000), 0x1003);
}

SYSTEST(items, a_window_of_everything_maps_to_the_hot_spot)
{
    unsigned char *p = four_pages();

    receive_all();
    (void)receive_item(mem_spot(TEST_AREA + 0x7000), page_of(p, 13, L4_FPAGE_RW));
    EXPECT_EQ(seen_at(TEST_AREA + 0x6000), 0x1000);
    EXPECT_EQ(seen_at(TEST_AREA + 0x7000), 0x1001);
    EXPECT_EQ(seen_at(TEST_AREA + 0x8000), 0);
}

/* Map page 0 with these rights to the test area. Returns: what can be done there, as rights. */
static unsigned rights_after(unsigned char rights)
{
    unsigned char *p = test_page(0);
    unsigned can = 0;
    struct probe r;

    *p = 0xc3; /* ret */
    unmap_mem(L4_BASE_TASK_CAP, TEST_AREA, 12, L4_FPAGE_RWX, L4_FP_ALL_SPACES);
    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0), page_of(p, 12, rights));
    r = probe(NULL, TEST_AREA, PROBE_FETCH);
    can |= r.ok ? L4_FPAGE_X : 0;
    if (!r.ok && rights)
        EXPECT_EQ(r.fault, TEST_AREA | L4_PF_PRESENT | L4_PF_FETCH);
    r = probe(NULL, TEST_AREA, PROBE_WRITE);
    can |= r.ok ? L4_FPAGE_W : 0;
    if (!r.ok && rights)
        EXPECT_EQ(r.fault, TEST_AREA | L4_PF_PRESENT | L4_PF_WRITE);
    r = probe(NULL, TEST_AREA, PROBE_READ);
    can |= r.ok ? L4_FPAGE_RO : 0;
    return can;
}

SYSTEST(items, rights_are_those_of_the_flexpage)
{
    EXPECT_EQ(rights_after(L4_FPAGE_RO), L4_FPAGE_RO);
    EXPECT_EQ(rights_after(L4_FPAGE_RW), L4_FPAGE_RW);
    EXPECT_EQ(rights_after(L4_FPAGE_W), L4_FPAGE_RW); /* every page is readable */
}

SYSTEST(items, no_right_maps_nothing)
{
    window_at(TEST_AREA, 12);
    EXPECT_EQ(receive_item(mem_spot(0), page_of(test_page(0), 12, 0)),
              returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_NOT_MAPPED));
    EXPECT_FALSE(probe(NULL, TEST_AREA, PROBE_READ).ok);
}

SYSTEST(items, rights_do_not_grow)
{
    unsigned char *p = test_page(0);

    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RO));
    window_at(TEST_AREA + PAGE, 12);
    (void)receive_item(mem_spot(0), page_of((void *)TEST_AREA, 12, L4_FPAGE_RWX));
    EXPECT_TRUE(probe(NULL, TEST_AREA + PAGE, PROBE_READ).ok);
    EXPECT_FALSE(probe(NULL, TEST_AREA + PAGE, PROBE_WRITE).ok);
    EXPECT_EQ(receive_item(mem_spot(0), page_of((void *)TEST_AREA, 12, L4_FPAGE_W)),
              returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_NOT_MAPPED));
}

static __attribute__((noinline)) int answer(void)
{
    return 42;
}

SYSTEST(items, executable_text_can_be_shared)
{
    /* This program's own text is R and X. */
    l4_addr_t text = l4_trunc_page((l4_addr_t)&answer);

    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0), l4_fpage(text, 12, L4_FPAGE_RWX));
    EXPECT_FALSE(probe(NULL, TEST_AREA, PROBE_WRITE).ok);
    EXPECT_EQ(((int (*)(void))(TEST_AREA + ((l4_addr_t)&answer - text)))(), 42);
}

SYSTEST(items, holes_are_skipped)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 14);
    (void)receive_item(mem_spot(0x1000), page_of(p, 12, L4_FPAGE_RW));
    (void)receive_item(mem_spot(0x3000), page_of(p + PAGE, 12, L4_FPAGE_RW));
    window_at(TEST_AREA + 0x4000, 14);
    EXPECT_EQ(receive_item(mem_spot(0), l4_fpage(TEST_AREA, 14, L4_FPAGE_RW)),
              returned(0, 14, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_EQ(seen_at(TEST_AREA + 0x4000), 0);
    EXPECT_EQ(seen_at(TEST_AREA + 0x5000), 0x1000);
    EXPECT_EQ(seen_at(TEST_AREA + 0x6000), 0);
    EXPECT_EQ(seen_at(TEST_AREA + 0x7000), 0x1001);
}

SYSTEST(items, nothing_at_the_source_maps_nothing)
{
    window_at(TEST_AREA, 14);
    EXPECT_EQ(receive_item(mem_spot(0), l4_fpage(TEST_AREA + 0x100000, 14, L4_FPAGE_RW)),
              returned(0, 14, L4_FPAGE_MEMORY, L4_RET_ITEM_NOT_MAPPED));
}

SYSTEST(items, less_than_a_page_maps_nothing_without_error)
{
    window_at(TEST_AREA, 12);
    EXPECT_EQ(receive_item(mem_spot(0), page_of(test_page(0), 11, L4_FPAGE_RW)),
              returned(0, 11, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    window_at(TEST_AREA, 11);
    EXPECT_EQ(receive_item(mem_spot(0), page_of(test_page(0), 12, L4_FPAGE_RW)),
              returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_FALSE(probe(NULL, TEST_AREA, PROBE_READ).ok);
}

SYSTEST(items, a_window_of_another_kind_takes_nothing)
{
    l4_utcb_br()->bdr = 0;
    window(0, l4_obj_fpage(cap_block(4), 4, 0));
    EXPECT_EQ(receive_item(mem_spot(0), page_of(test_page(0), 12, L4_FPAGE_RW)),
              returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_NOT_MAPPED));
}

SYSTEST(items, mapping_the_same_page_again_adds_rights)
{
    unsigned char *p = test_page(0);

    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RO));
    EXPECT_FALSE(probe(NULL, TEST_AREA, PROBE_WRITE).ok);
    (void)receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    EXPECT_TRUE(probe(NULL, TEST_AREA, PROBE_WRITE).ok);
    (void)receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RO));
    EXPECT_TRUE(probe(NULL, TEST_AREA, PROBE_WRITE).ok);
}

SYSTEST(items, mapping_another_page_replaces)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    (void)receive_item(mem_spot(0), page_of(p + PAGE, 12, L4_FPAGE_RO));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1001);
    EXPECT_FALSE(probe(NULL, TEST_AREA, PROBE_WRITE).ok);
}

SYSTEST(items, a_granted_page_leaves_its_sender)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    (void)receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    window_at(TEST_AREA + PAGE, 12);
    EXPECT_EQ(
        receive_item(l4_map_control(0, 0, L4_MAP_ITEM_GRANT), l4_fpage(TEST_AREA, 12, L4_FPAGE_RW)),
        returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_EQ(seen_at(TEST_AREA), 0);
    EXPECT_EQ(seen_at(TEST_AREA + PAGE), 0x1000);
    /* it is a child of the original page now */
    unmap_mem(L4_BASE_TASK_CAP, (l4_addr_t)p, 12, L4_FPAGE_RWX, L4_FP_OTHER_SPACES);
    EXPECT_EQ(seen_at(TEST_AREA + PAGE), 0);
}

SYSTEST(items, caching_attributes_are_accepted)
{
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    for (unsigned char c = L4_FPAGE_UNCACHEABLE; c <= L4_FPAGE_BUFFERABLE; c += 2) {
        (void)receive_item(l4_map_control(0, c, L4_MAP_ITEM_MAP), page_of(p, 12, L4_FPAGE_RW));
        EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
    }
}

/* ---- several items ----------------------------------------------------------------------------
 */

SYSTEST(items, each_item_takes_the_next_buffer)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    unsigned char *p = four_pages();

    l4_utcb_br()->bdr = 0;
    window(0, l4_fpage(TEST_AREA, 12, 0));
    window(2, l4_fpage(TEST_AREA + 0x8000, 12, 0));
    letter_item(&l, mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    letter_item(&l, mem_spot(0), page_of(p + PAGE, 12, L4_FPAGE_RW));
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 2, 0).raw);
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
    EXPECT_EQ(seen_at(TEST_AREA + 0x8000), 0x1001);
}

SYSTEST(items, a_compound_item_leaves_the_buffer_for_the_next)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 14);
    letter_item(&l, mem_spot(0) | L4_ITEM_CONT, page_of(p, 12, L4_FPAGE_RW));
    letter_item(&l, mem_spot(0x1000) | L4_ITEM_CONT, page_of(p + PAGE, 12, L4_FPAGE_RW));
    letter_item(&l, mem_spot(0x2000), page_of(p + 2 * PAGE, 12, L4_FPAGE_RW));
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 3, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], returned(0, 12, L4_FPAGE_MEMORY, 0) | L4_ITEM_CONT);
    EXPECT_EQ(l4_utcb_mr()->mr[4], returned(0x2000, 12, L4_FPAGE_MEMORY, 0));
    for (unsigned i = 0; i < 3; i++)
        EXPECT_EQ(seen_at(TEST_AREA + i * PAGE), 0x1000 + i);
}

SYSTEST(items, a_void_item_takes_no_buffer)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    letter_item(&l, 0, (l4_fpage_t){ .raw = 0x1234 });
    letter_item(&l, mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 2, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 0);
    EXPECT_EQ(l4_utcb_mr()->mr[1], 0xaaaa0001);
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
}

SYSTEST(items, kinds_have_buffers_of_their_own)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    unsigned char *p = four_pages();
    l4_cap_idx_t to = cap_slot();

    l4_utcb_br()->bdr = l4_bdr(2, 4, 0, 0);
    l4_utcb_br()->br[0] = to | L4_RCV_ITEM_SINGLE_CAP;
    l4_utcb_br()->br[1] = 0;
    window(2, l4_fpage(TEST_AREA, 12, 0));
    letter_item(&l, mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    letter_item(&l, l4_map_obj_control(0, L4_FPAGE_C_OBJ_RIGHTS),
                l4_obj_fpage(L4_BASE_LOG_CAP, 0, L4_CAP_FPAGE_RWS));
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 2, 0).raw);
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
    EXPECT_TRUE(cap_equal(to, L4_BASE_LOG_CAP));
}

/* ---- errors ---------------------------------------------------------------------------------- */

/* Both sides get the error; the receiver also the tag and the label. */
static void expect_cut(struct letter *l)
{
    l4_msgtag_t t = letter_receive(l);

    EXPECT_EQ(t.raw, l->tag.raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_REMSGCUT);
    EXPECT_EQ(l->label, 0x1e77e4);
    EXPECT_EQ(l->sent.raw, L4_MSGTAG_ERROR);
    EXPECT_EQ(l->error, L4_IPC_SEMSGCUT);
}

SYSTEST(items, a_missing_buffer_cuts_the_message)
{
    struct letter l = { .tag = l4_msgtag(3, 1, 0, 0), .mr = { 99 } };

    receive_nothing();
    letter_item(&l, mem_spot(0), page_of(test_page(0), 12, L4_FPAGE_RW));
    expect_cut(&l);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 99);
}

SYSTEST(items, too_few_buffers_cut_the_message_after_the_first_items)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 12);
    letter_item(&l, mem_spot(0), page_of(p, 12, L4_FPAGE_RW));
    letter_item(&l, mem_spot(0), page_of(p + PAGE, 12, L4_FPAGE_RW));
    expect_cut(&l);
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
}

SYSTEST(items, items_beyond_the_registers_cut_the_message)
{
    struct letter l = { .tag = l4_msgtag(3, 60, 0, 0) };
    unsigned char *p = four_pages();

    window_at(TEST_AREA, 16);
    letter_item(&l, mem_spot(0) | L4_ITEM_CONT, page_of(p, 12, L4_FPAGE_RW));
    letter_item(&l, mem_spot(0x1000), page_of(p + PAGE, 12, L4_FPAGE_RW));
    expect_cut(&l);
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
    EXPECT_EQ(seen_at(TEST_AREA + PAGE), 0);
}

SYSTEST(items, an_item_of_an_unknown_kind_cuts_the_message)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };

    window_at(TEST_AREA, 12);
    letter_item(&l, 4, page_of(test_page(0), 12, L4_FPAGE_RW));
    expect_cut(&l);
}

SYSTEST(items, everything_can_not_be_sent)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };

    receive_all();
    letter_item(&l, mem_spot(0), l4_fpage_all());
    expect_cut(&l);
}

/* ---- forwarding -------------------------------------------------------------------------------
 */

SYSTEST(items, a_forwarding_buffer_maps_into_another_task)
{
    struct task *t = task_create();
    unsigned char *p = four_pages();

    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = L4_ITEM_MAP | L4_RCV_ITEM_FORWARD_MAPPINGS;
    l4_utcb_br()->br[1] = l4_fpage(TEST_AREA, 12, 0).raw;
    l4_utcb_br()->br[2] = t->cap;
    l4_utcb_br()->br[3] = 0;
    EXPECT_EQ(receive_item(mem_spot(0), page_of(p, 12, L4_FPAGE_RW)),
              returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_EQ(probe(t, TEST_AREA, PROBE_READ).value, 0x1000);
    EXPECT_EQ(seen_at(TEST_AREA), 0);
}

SYSTEST(items, forwarding_needs_a_task_with_the_right_w)
{
    struct task *t = task_create();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };
    l4_cap_idx_t const bad[] = { cap_copy(t->cap, L4_CAP_FPAGE_RS, 0), cap_slot(), new_irq() };

    letter_item(&l, mem_spot(0), page_of(test_page(0), 12, L4_FPAGE_RW));
    for (unsigned i = 0; i < 3; i++) {
        l4_utcb_br()->bdr = 0;
        l4_utcb_br()->br[0] = L4_ITEM_MAP | L4_RCV_ITEM_FORWARD_MAPPINGS;
        l4_utcb_br()->br[1] = l4_fpage(TEST_AREA, 12, 0).raw;
        l4_utcb_br()->br[2] = bad[i];
        expect_cut(&l);
    }
    EXPECT_FALSE(probe(t, TEST_AREA, PROBE_READ).ok);
}

/* ---- replies, and the waiting side as the active one --------------------------------------------
 */

static void reply_with_a_page(struct worker *w)
{
    l4_msgtag_t t = l4_msgtag(0, 1, 0, 0);

    (void)l4_ipc_wait(l4_utcb(), NULL, L4_IPC_NEVER);
    l4_utcb_mr()->mr[0] = 5;
    (void)l4_sndfpage_add(l4_fpage((l4_addr_t)w->arg, 12, L4_FPAGE_RW), 0, &t);
    t = l4_ipc_reply(l4_utcb(), t, L4_IPC_NEVER);
    w->out[0] = (uint64_t)t.raw;
    w->out[1] = l4_ipc_error_code(l4_utcb());
}

SYSTEST(items, a_reply_brings_items_too)
{
    struct worker *w = worker_run(reply_with_a_page, four_pages(), PRIO_HIGH);
    l4_msgtag_t t;

    window_at(TEST_AREA, 12);
    t = l4_ipc_call(w->cap, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER);
    EXPECT_EQ(t.raw, l4_msgtag(0, 1, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 5);
    EXPECT_EQ(l4_utcb_mr()->mr[1], returned(0, 12, L4_FPAGE_MEMORY, L4_RET_ITEM_MAPPED));
    EXPECT_EQ(seen_at(TEST_AREA), 0x1000);
}

SYSTEST(items, a_reply_that_does_not_fit_ends_the_call_with_an_error)
{
    struct worker *w = worker_run(reply_with_a_page, four_pages(), PRIO_HIGH);
    l4_msgtag_t t;

    receive_nothing();
    t = l4_ipc_call(w->cap, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER);
    EXPECT_EQ(t.raw, l4_msgtag(0, 1, 1, 0).raw | L4_MSGTAG_ERROR);
    EXPECT_EQ(l4_ipc_error_code(l4_utcb()), L4_IPC_REMSGCUT);
    EXPECT_EQ(w->out[0], L4_MSGTAG_ERROR);
    EXPECT_EQ(w->out[1], L4_IPC_SEMSGCUT);
}
