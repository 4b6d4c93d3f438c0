/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <utest/utest.h>

#include <l4/sys/__l4_fpage.h>
#include <l4/sys/err.h>

static struct memmap mem;

static void boot(void)
{
    struct machine *m = machine_new();

    ASSERT_EQ(mem_init(&mem, &m->kip), 0);
    ASSERT_TRUE(rmap_check(&mem.ram));
}

UTEST(memmap, ram_counts_in_whole_pages_and_the_rest_claims_what_it_touches)
{
    boot();
    EXPECT_EQ(mem_take(&mem, 0x9f000, 12, 4, 0), -L4_ENOMEM);  /* half a page of RAM */
    EXPECT_EQ(mem_take(&mem, 0x201000, 12, 4, 0), -L4_ENOMEM); /* kernel ends inside */
    EXPECT_EQ(mem_take(&mem, 0x202000, 12, 4, 0), L4_FPAGE_RWX);
}

UTEST(memmap, later_descriptors_override_earlier_ones)
{
    boot();
    EXPECT_EQ(mem_take(&mem, 0x100000, 12, 4, 0), -L4_ENOMEM); /* sigma0 itself */
    EXPECT_EQ(mem_take(&mem, 0x240000, 12, 4, 0), L4_FPAGE_RX);
    EXPECT_EQ(mem_take(&mem, 0x250000, 12, 4, 0), L4_FPAGE_RW);
    EXPECT_EQ(mem_take(&mem, 0x260000, 12, 4, 0), L4_FPAGE_RWX); /* no rights stated */
}

UTEST(memmap, boot_memory_belongs_to_the_root_task_only)
{
    boot();
    EXPECT_EQ(mem_take(&mem, 0x240000, 12, 5, 0), -L4_ENOMEM);
    EXPECT_EQ(mem_take(&mem, 0x240000, 12, 4, L4_FPAGE_W), -L4_ENOMEM);
}

UTEST(memmap, first_come_first_served_for_ever)
{
    boot();
    EXPECT_EQ(mem_take(&mem, 0x400000, 12, 7, 0), L4_FPAGE_RWX);
    EXPECT_EQ(mem_take(&mem, 0x400000, 12, 7, 0), L4_FPAGE_RWX);
    EXPECT_EQ(mem_take(&mem, 0x400000, 12, 8, 0), -L4_ENOMEM);
    EXPECT_EQ(mem_take(&mem, 0x400000, 22, 8, 0), -L4_ENOMEM);
    EXPECT_EQ(mem_take(&mem, 0x400000, 22, 7, 0), L4_FPAGE_RWX);
}

UTEST(memmap, a_refused_request_changes_nothing)
{
    l4_umword_t before;

    boot();
    EXPECT_EQ(mem_take(&mem, 0x401000, 12, 7, 0), L4_FPAGE_RWX);
    before = mem_free_bytes(&mem);
    EXPECT_EQ(mem_take(&mem, 0x400000, 14, 8, 0), -L4_ENOMEM);
    EXPECT_EQ(mem_free_bytes(&mem), before);
    EXPECT_EQ(mem_take(&mem, 0x400000, 12, 8, 0), L4_FPAGE_RWX);
}

UTEST(memmap, malformed_blocks_are_inval)
{
    boot();
    EXPECT_EQ(mem_take(&mem, 0x400000, 11, 4, 0), -L4_EINVAL);
    EXPECT_EQ(mem_take(&mem, 0x401000, 13, 4, 0), -L4_EINVAL);
    EXPECT_EQ(mem_take(&mem, 0, 63, 4, 0), -L4_ENOMEM);
    EXPECT_EQ(mem_take(&mem, ~0xfffUL, 12, 4, 0), -L4_ENOMEM);
    EXPECT_EQ(mem_check_io(&mem, 0xfee00000, 11), -L4_EINVAL);
}

UTEST(memmap, any_gives_the_lowest_block_and_all_of_it_in_the_end)
{
    l4_addr_t addr = 0, prev = 0;
    l4_umword_t got = 0, all;

    boot();
    all = mem_free_bytes(&mem);
    for (unsigned order = 30; order >= 12; order--) {
        prev = 0;
        while (mem_take_any(&mem, order, 4, &addr) == 0) {
            ASSERT_EQ(addr & ((1UL << order) - 1), 0);
            ASSERT_TRUE(addr >= prev);
            prev = addr;
            got += 1UL << order;
        }
    }
    EXPECT_EQ(got, all);
    EXPECT_EQ(mem_free_bytes(&mem), 0);
    EXPECT_EQ(mem_take_any(&mem, 11, 4, &addr), -L4_EINVAL);
}

UTEST(memmap, device_memory_is_what_no_descriptor_calls_memory)
{
    boot();
    EXPECT_EQ(mem_check_io(&mem, 0xfd000000, 24), 0);
    EXPECT_EQ(mem_check_io(&mem, 0xfee00000, 12), -L4_ENOMEM);
    EXPECT_EQ(mem_check_io(&mem, 0xf8000000, 27), -L4_ENOMEM); /* contains the local APIC */
    EXPECT_EQ(mem_check_io(&mem, 0x400000, 12), -L4_ENOMEM);
    EXPECT_EQ(mem_check_io(&mem, 0x7000, 12), 0); /* firmware tables inside RAM */
    EXPECT_EQ(mem_check_io(&mem, 1UL << 52, 12), -L4_ENOMEM);
}

UTEST(memmap, ports_have_one_owner)
{
    boot();
    EXPECT_EQ(mem_take_ports(&mem, 0x3f8, 3, 4), 0);
    EXPECT_EQ(mem_take_ports(&mem, 0x3f9, 0, 4), 0);
    EXPECT_EQ(mem_take_ports(&mem, 0x3f8, 3, 5), -L4_ENOMEM);
    EXPECT_EQ(mem_take_ports(&mem, 0, 16, 5), -L4_ENOMEM);
    EXPECT_EQ(mem_take_ports(&mem, 0, 16, 4), 0);
    EXPECT_EQ(mem_take_ports(&mem, 0x10000, 0, 4), -L4_ENOMEM);
    EXPECT_EQ(mem_take_ports(&mem, 0, 17, 4), -L4_ENOMEM);
}

UTEST(memmap, tables_grow_from_free_memory_and_never_fail_while_there_is_some)
{
    struct machine *m = machine_new_small();
    unsigned taken = 0;

    ASSERT_EQ(mem_init(&mem, &m->kip), 0);
    /* every second page: the worst for the number of ranges */
    for (l4_addr_t a = m->ram; a < m->ram + MACHINE_RAM; a += 2 * L4_PAGESIZE) {
        mem_refill(&mem);
        if (mem_take(&mem, a, 12, 4, 0) > 0)
            taken++;
    }
    EXPECT_TRUE(rmap_check(&mem.ram));
    EXPECT_GT(taken, MACHINE_RAM / L4_PAGESIZE / 2 * 9 / 10);
}

UTEST(memmap, out_of_nodes_is_nomem_and_consistent)
{
    boot();
    while (mem.pool.count > 3) {
        mem.pool.free = mem.pool.free->left;
        mem.pool.count--;
    }
    EXPECT_EQ(mem_take(&mem, 0x400000, 12, 4, 0), -L4_ENOMEM);
    EXPECT_TRUE(rmap_check(&mem.ram));
}
