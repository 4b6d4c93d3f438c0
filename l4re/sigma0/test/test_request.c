/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <sigma0/request.h>
#include <sigma0/text.h>
#include <utest/utest.h>

#include <l4/sys/err.h>
#include <l4/sys/opcodes.h>
#include <l4/sys/utcb_layout.h>

enum {
    ROOT = 0x43, /* label of the root task's gate with rights W and S */
};

static struct sigma0 s0;
static l4_umword_t mr[L4_UTCB_GENERIC_DATA_SIZE];
static unsigned printed;
static long next_client = 0x10000;

static void count_lines(char const *text)
{
    printed += text[0] != 0;
}

static long new_client(void)
{
    return next_client;
}

static void boot(struct machine *m)
{
    s0.kip = &m->kip;
    s0.print = count_lines;
    s0.new_client = new_client;
    ASSERT_EQ(mem_init(&s0.mem, &m->kip), 0);
}

static l4_msgtag_t ask(l4_umword_t label, long proto, unsigned words, l4_umword_t w0,
                       l4_umword_t w1)
{
    mr[0] = w0;
    mr[1] = w1;
    return request_handle(&s0, label, l4_msgtag(proto, words, 0, 0), mr);
}

static l4_msgtag_t ask_s0(l4_umword_t id, l4_fpage_t fp)
{
    return ask(ROOT, L4_PROTO_SIGMA0, 2, SIGMA0_REQ_MAGIC | id, fp.raw);
}

static void expect_error(l4_msgtag_t t, long err)
{
    EXPECT_EQ(l4_msgtag_label(t), err);
    EXPECT_EQ(l4_msgtag_words(t), 0);
    EXPECT_EQ(l4_msgtag_items(t), 0);
}

static void expect_item(l4_msgtag_t t, l4_umword_t base, l4_fpage_t fp)
{
    EXPECT_EQ(t.raw, l4_msgtag(0, 0, 1, 0).raw);
    EXPECT_EQ(mr[0], base);
    EXPECT_EQ(mr[1], fp.raw);
}

UTEST(request, ram_comes_cached_at_its_physical_address)
{
    boot(machine_new());
    expect_item(ask_s0(SIGMA0_REQ_ID_FPAGE_RAM, l4_fpage(0x400000, 22, 0)), 0x400038,
                l4_fpage(0x400000, 22, L4_FPAGE_RWX));
    expect_error(ask_s0(SIGMA0_REQ_ID_FPAGE_RAM, l4_fpage(0x401000, 22, 0)), -L4_EINVAL);
    expect_error(ask_s0(SIGMA0_REQ_ID_FPAGE_RAM, l4_fpage(0x100000, 12, 0)), -L4_ENOMEM);
}

UTEST(request, any_ignores_the_address)
{
    boot(machine_new());
    expect_item(ask_s0(SIGMA0_REQ_ID_FPAGE_ANY, l4_fpage(0xdead000, 12, 0)), 0x38,
                l4_fpage(0, 12, L4_FPAGE_RWX));
    expect_item(ask_s0(SIGMA0_REQ_ID_FPAGE_ANY, l4_fpage(0, 12, 0)), 0x1038,
                l4_fpage(0x1000, 12, L4_FPAGE_RWX));
    expect_error(ask_s0(SIGMA0_REQ_ID_FPAGE_ANY, l4_fpage(0, 40, 0)), -L4_ENOMEM);
    expect_error(ask_s0(SIGMA0_REQ_ID_FPAGE_ANY, l4_fpage(0, 3, 0)), -L4_EINVAL);
}

UTEST(request, device_memory_is_shared_and_comes_in_two_kinds)
{
    l4_fpage_t fp = l4_fpage(0xfd000000, 24, 0);

    boot(machine_new());
    expect_item(ask_s0(SIGMA0_REQ_ID_FPAGE_IOMEM, fp), 0xfd000018,
                l4_fpage(0xfd000000, 24, L4_FPAGE_RW));
    expect_item(ask_s0(SIGMA0_REQ_ID_FPAGE_IOMEM_CACHED, fp), 0xfd000038,
                l4_fpage(0xfd000000, 24, L4_FPAGE_RW));
    expect_error(ask_s0(SIGMA0_REQ_ID_FPAGE_IOMEM, l4_fpage(0x400000, 12, 0)), -L4_ENOMEM);
}

UTEST(request, the_kip_needs_one_word)
{
    boot(machine_new());
    EXPECT_EQ(ask(ROOT, L4_PROTO_SIGMA0, 1, SIGMA0_REQ_MAGIC | SIGMA0_REQ_ID_KIP, 0).raw,
              l4_msgtag(0, 0, 1, 0).raw);
    EXPECT_EQ(mr[1] & 0xfff, 0x315);
    EXPECT_EQ(mr[0] & L4_PAGEMASK, (l4_addr_t)s0.kip & L4_PAGEMASK);
}

UTEST(request, unknown_requests_have_their_own_errors)
{
    boot(machine_new());
    expect_error(ask_s0(SIGMA0_REQ_ID_PRINT_COV, l4_fpage_invalid()), -L4_ENOSYS);
    expect_error(ask_s0(0x10, l4_fpage_invalid()), -L4_ENOSYS);
    expect_error(ask(ROOT, L4_PROTO_SIGMA0, 2, SIGMA0_REQ_ID_FPAGE_RAM, 0), -L4_ENOSYS);
    expect_error(ask(ROOT, L4_PROTO_SIGMA0, 0, 0, 0), -L4_EMSGTOOSHORT);
    expect_error(ask(ROOT, L4_PROTO_TASK, 1, 0, 0), -L4_EBADPROTO);
    expect_error(ask(ROOT, L4_PROTO_EXCEPTION, 26, 0, 0), -L4_EBADPROTO);
}

UTEST(request, a_page_fault_gets_one_page_with_the_rights_of_its_region)
{
    boot(machine_new());
    expect_item(ask(ROOT, L4_PROTO_PAGE_FAULT, 2, 0x400008 | L4_PF_WRITE, 0), 0x400038,
                l4_fpage(0x400000, 12, L4_FPAGE_RWX));
    expect_item(ask(ROOT, L4_PROTO_PAGE_FAULT, 2, 0x240ff8 | L4_PF_FETCH, 0), 0x240038,
                l4_fpage(0x240000, 12, L4_FPAGE_RX));
    expect_error(ask(ROOT, L4_PROTO_PAGE_FAULT, 2, 0x240008 | L4_PF_WRITE, 0), -L4_ENOMEM);
    expect_error(ask(ROOT, L4_PROTO_PAGE_FAULT, 2, 0x250008 | L4_PF_FETCH, 0), -L4_ENOMEM);
    expect_error(ask(0x103, L4_PROTO_PAGE_FAULT, 2, 0x400008, 0), -L4_ENOMEM);
    expect_error(ask(ROOT, L4_PROTO_PAGE_FAULT, 2, 0xfffffffffffff000, 0), -L4_ENOMEM);
}

UTEST(request, ports_come_as_io_flexpages)
{
    boot(machine_new());
    expect_item(ask(ROOT, L4_PROTO_IO_PAGE_FAULT, 2, l4_iofpage(0x3f8, 3).raw, 0), 8,
                l4_iofpage(0x3f8, 3));
    expect_item(ask(ROOT, L4_PROTO_IO_PAGE_FAULT, 2, l4_iofpage(0, 16).raw, 0), 8,
                l4_iofpage(0, 16));
    expect_error(ask(0x103, L4_PROTO_IO_PAGE_FAULT, 2, l4_iofpage(0x501, 0).raw, 0), -L4_ENOMEM);
    expect_error(ask(ROOT, L4_PROTO_IO_PAGE_FAULT, 2, l4_fpage(0x1000, 12, 7).raw, 0), -L4_ENOMEM);
}

UTEST(request, new_clients_need_the_right_s)
{
    boot(machine_new());
    expect_item(ask(ROOT, L4_PROTO_FACTORY, 1, (l4_umword_t)L4_PROTO_SIGMA0, 0), 8,
                l4_obj_fpage(0x10000, 0, L4_CAP_FPAGE_RWS));
    expect_error(ask(0x41, L4_PROTO_FACTORY, 1, (l4_umword_t)L4_PROTO_SIGMA0, 0), -L4_EPERM);
    expect_error(ask(ROOT, L4_PROTO_FACTORY, 1, (l4_umword_t)L4_PROTO_TASK, 0), -L4_ENODEV);
    expect_error(ask(ROOT, L4_PROTO_FACTORY, 0, 0, 0), -L4_EMSGTOOSHORT);
    next_client = -L4_ENOMEM;
    expect_error(ask(ROOT, L4_PROTO_FACTORY, 1, (l4_umword_t)L4_PROTO_SIGMA0, 0), -L4_ENOMEM);
}

UTEST(request, meta_lists_the_interfaces)
{
    boot(machine_new());
    EXPECT_EQ(l4_msgtag_label(ask(ROOT, L4_PROTO_META, 1, L4_META_OP_NUM_INTERFACES, 0)), 5);
    EXPECT_EQ(ask(ROOT, L4_PROTO_META, 2, L4_META_OP_INTERFACE, 0).raw, l4_msgtag(0, 3, 0, 0).raw);
    EXPECT_EQ(mr[0], L4_PROTO_SIGMA0);
    EXPECT_EQ(mr[1], 7);
    EXPECT_STREQ((char const *)&mr[2], "sigma0");
    EXPECT_EQ(l4_msgtag_label(
                  ask(ROOT, L4_PROTO_META, 2, L4_META_OP_SUPPORTS, (l4_umword_t)L4_PROTO_FACTORY)),
              1);
    EXPECT_EQ(l4_msgtag_label(ask(ROOT, L4_PROTO_META, 2, L4_META_OP_SUPPORTS, 0x4000)), 0);
    expect_error(ask(ROOT, L4_PROTO_META, 2, L4_META_OP_INTERFACE, 99), -L4_ERANGE);
    expect_error(ask(ROOT, L4_PROTO_META, 1, 77, 0), -L4_ENOSYS);
}

UTEST(request, the_dump_prints_every_range)
{
    boot(machine_new());
    ask(ROOT, L4_PROTO_IO_PAGE_FAULT, 2, l4_iofpage(0x3f8, 3).raw, 0);
    printed = 0;
    expect_error(ask_s0(SIGMA0_REQ_ID_DEBUG_DUMP, l4_fpage_invalid()), 0);
    EXPECT_GT(printed, 10);
}

static l4_umword_t rnd(l4_umword_t *s)
{
    *s ^= *s << 13;
    *s ^= *s >> 7;
    *s ^= *s << 17;
    return *s;
}

/* Messages that are nearly right, from several clients; the maps must stay in order. */
UTEST(request, survives_whatever_clients_send)
{
    static long const protos[] = { L4_PROTO_SIGMA0,  L4_PROTO_PAGE_FAULT, L4_PROTO_IO_PAGE_FAULT,
                                   L4_PROTO_FACTORY, L4_PROTO_META,       12345 };
    struct machine *m = machine_new_small();
    l4_umword_t seed = 88172645463325252UL;

    boot(m);
    for (unsigned i = 0; i < 20000; i++) {
        l4_umword_t r = rnd(&seed);
        l4_umword_t label = (r & 3) | (((r >> 2) & 3) + 4) << 4;
        l4_umword_t addr = m->ram + (rnd(&seed) % (2UL * MACHINE_RAM)) - MACHINE_RAM / 2;
        l4_umword_t id = ((r >> 8) % 15) << 4;
        l4_umword_t w0 = r & 0x10 ? SIGMA0_REQ_MAGIC | id : (r & 0x20 ? addr : r);
        l4_fpage_t fp = l4_fpage(addr, (unsigned)(r >> 16) % 24, (unsigned char)(r >> 40));
        l4_msgtag_t t;

        t = ask(label, protos[(r >> 32) % 6], (unsigned)(r >> 48) % 4, w0,
                r & 0x40 ? rnd(&seed) : fp.raw);
        ASSERT_TRUE(l4_msgtag_items(t) <= 1);
        ASSERT_TRUE(l4_msgtag_words(t) + 2 * l4_msgtag_items(t) <= L4_UTCB_GENERIC_DATA_SIZE);
        ASSERT_TRUE(rmap_check(&s0.mem.ports));
        if (i % 16 == 0)
            ASSERT_TRUE(rmap_check(&s0.mem.ram));
    }
}

UTEST(text, numbers_and_cutting)
{
    struct text t;

    text_init(&t);
    text_hex(&t, 0);
    text_str(&t, " ");
    text_hex(&t, ~0UL);
    text_str(&t, " ");
    text_dec(&t, ~0UL);
    EXPECT_STREQ(t.buf, "0x0 0xffffffffffffffff 18446744073709551615");
    for (unsigned i = 0; i < 50; i++)
        text_str(&t, "xxxx");
    EXPECT_EQ(t.len, TEXT_MAX);
}
