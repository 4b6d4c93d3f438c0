/* SPDX-License-Identifier: MIT */
/* I/O ports: items, unmap, and what happens without them. */
#include <systest/systest.h>

#include <l4/sys/task.h>

enum {
    PORT = 0x80, /* POST codes: reading and writing has no effect */
    TRAP_GP = 13,
};

/* The ports 0x80 - 0x8f in our own task. */
static void get_ports(void)
{
    receive_all();
    l4_utcb_mr()->mr[0] = l4_iofpage(PORT, 4).raw;
    l4_utcb_mr()->mr[1] = 0;
    ASSERT_EQ(l4_error(l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(),
                                   l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0), L4_IPC_NEVER)),
              0);
}

static bool works(struct task *t, unsigned port)
{
    struct probe p = probe(t, port, PROBE_PORT);

    if (!p.ok) {
        EXPECT_EQ(p.label, L4_PROTO_EXCEPTION);
        EXPECT_EQ(p.fault, TRAP_GP);
    }
    return p.ok;
}

static void map_ports(struct task *t, unsigned port, unsigned order, l4_addr_t spot)
{
    EXPECT_EQ(l4_error(l4_task_map(t->cap, L4_BASE_TASK_CAP, l4_iofpage(port, order),
                                   l4_map_control(spot, 0, 0))),
              0);
}

SYSTEST(ports, a_task_has_no_ports_of_its_own)
{
    struct task *t = task_create();

    EXPECT_FALSE(works(t, PORT));
    EXPECT_FALSE(works(t, 0xffff));
}

SYSTEST(ports, ports_can_be_mapped_and_taken_away)
{
    struct task *t = task_create();

    get_ports();
    EXPECT_TRUE(works(NULL, PORT));
    map_ports(t, PORT, 2, 0);
    EXPECT_TRUE(works(t, PORT));
    EXPECT_TRUE(works(t, PORT + 3));
    EXPECT_FALSE(works(t, PORT + 4));
    EXPECT_EQ(
        l4_error(l4_task_unmap(L4_BASE_TASK_CAP, l4_iofpage(PORT + 3, 0), L4_FP_OTHER_SPACES)), 0);
    EXPECT_FALSE(works(t, PORT + 3));
    EXPECT_TRUE(works(t, PORT));
    EXPECT_TRUE(works(NULL, PORT + 3));
    EXPECT_EQ(l4_error(l4_task_unmap(t->cap, l4_iofpage(0, 16), L4_FP_ALL_SPACES)), 0);
    EXPECT_FALSE(works(t, PORT));
}

SYSTEST(ports, tasks_with_different_ports_take_turns)
{
    struct task *a = task_create();
    struct task *b = task_create();

    get_ports();
    map_ports(a, PORT, 0, 0);
    map_ports(b, PORT + 1, 0, 0);
    for (unsigned i = 0; i < 3; i++) {
        EXPECT_TRUE(works(a, PORT));
        EXPECT_FALSE(works(b, PORT));
        EXPECT_TRUE(works(b, PORT + 1));
        EXPECT_FALSE(works(a, PORT + 1));
        EXPECT_TRUE(works(NULL, PORT));
    }
}

SYSTEST(ports, the_hot_spot_does_not_move_ports)
{
    struct task *t = task_create();

    get_ports();
    map_ports(t, PORT, 0, 0x123000);
    EXPECT_TRUE(works(t, PORT));
    EXPECT_FALSE(works(t, 0x123));
}

SYSTEST(ports, an_item_maps_the_common_part_of_flexpage_and_window)
{
    struct task *t = task_create();
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };

    get_ports();
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = L4_ITEM_MAP | L4_RCV_ITEM_FORWARD_MAPPINGS;
    l4_utcb_br()->br[1] = l4_iofpage(PORT + 4, 1).raw;
    l4_utcb_br()->br[2] = t->cap;
    letter_item(&l, l4_map_control(0, 0, 0), l4_iofpage(PORT, 4));
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0], 4 << 6 | L4_FPAGE_IO << 4 | L4_ITEM_MAP);
    EXPECT_FALSE(works(t, PORT + 3));
    EXPECT_TRUE(works(t, PORT + 4));
    EXPECT_TRUE(works(t, PORT + 5));
    EXPECT_FALSE(works(t, PORT + 6));
}

SYSTEST(ports, disjoint_ports_map_nothing_without_error)
{
    struct letter l = { .tag = l4_msgtag(3, 0, 0, 0) };

    get_ports();
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = L4_ITEM_MAP;
    l4_utcb_br()->br[1] = l4_iofpage(PORT + 8, 1).raw;
    letter_item(&l, l4_map_control(0, 0, 0), l4_iofpage(PORT, 2));
    EXPECT_EQ(letter_receive(&l).raw, l4_msgtag(3, 0, 1, 0).raw);
    EXPECT_EQ(l4_utcb_mr()->mr[0],
              2 << 6 | L4_FPAGE_IO << 4 | L4_ITEM_MAP | L4_RET_ITEM_NOT_MAPPED);
}

SYSTEST(ports, the_ports_of_a_dead_task_go_back)
{
    struct task *a = task_create();
    struct task *b = task_create();

    get_ports();
    map_ports(a, PORT, 2, 0);
    EXPECT_EQ(l4_error(l4_task_map(b->cap, a->cap, l4_iofpage(PORT, 2), l4_map_control(0, 0, 0))),
              0);
    EXPECT_TRUE(works(b, PORT));
    cap_delete(a->cap);
    EXPECT_FALSE(works(b, PORT));
    EXPECT_TRUE(works(NULL, PORT));
}
