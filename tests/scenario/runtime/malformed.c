/* SPDX-License-Identifier: MIT */
/* Messages nobody should send: every one must be answered with an error, and nothing may break. */
#include <string.h>

#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/namespace.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/opcodes.h>

#include "check.h"

static long send_words(l4_cap_idx_t to, long proto, unsigned words, unsigned items)
{
    l4_utcb_br()->bdr = 0;
    l4_utcb_br()->br[0] = 0;
    return l4_error(l4_ipc_call(to, l4_utcb(), l4_msgtag(proto, words, items, 0),
                                l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(500000))));
}

/* No message shorter than the operation needs may succeed or be left without an answer. */
static int short_messages(l4_cap_idx_t to, long proto, unsigned ops)
{
    int good = 1;

    for (unsigned op = 0; op < ops; op++) {
        long err;

        memset(l4_utcb_mr()->mr, 0, sizeof(l4_utcb_mr()->mr));
        l4_utcb_mr()->mr[0] = op;
        err = send_words(to, proto, 0, 0);
        good &= err == -L4_EMSGTOOSHORT || err == -L4_ENOSYS;
    }
    return good;
}

static unsigned long random_word(void)
{
    static unsigned long x = 88172645463325252UL;

    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return x;
}

/* Words and items at random; small numbers are likely, they look like operations and flags. */
static int noise(l4_cap_idx_t to, long proto, int rounds)
{
    int answered = 1;

    for (int i = 0; i < rounds; i++) {
        unsigned words = (unsigned)random_word() % 40;
        unsigned items = random_word() % 4 ? 0 : 1;
        long err;

        for (unsigned w = 0; w < words + 2; w++)
            l4_utcb_mr()->mr[w] = random_word() % 3 ? random_word() % 64 : random_word();
        l4_utcb_mr()->mr[0] = random_word() % 12;
        if (items) {
            l4_utcb_mr()->mr[words] = L4_ITEM_MAP;
            l4_utcb_mr()->mr[words + 1] =
                l4_obj_fpage((random_word() % 64) << L4_CAP_SHIFT, 0, L4_CAP_FPAGE_RWS).raw;
        }
        err = send_words(to, proto, words, items);
        answered &= err != -(L4_EIPC_LO + L4_IPC_RETIMEOUT);
    }
    return answered;
}

/* Objects that are made only to be shouted at. */
static int noise_to_new(long type, unsigned long arg, long proto)
{
    l4_cap_idx_t c = slot();
    l4_msgtag_t t = l4_factory_create_start(type, c);
    int answered;

    if (arg)
        l4_factory_create_add_uint(arg, &t);
    if (l4_error(l4_factory_create_commit(l4re_env()->mem_alloc, t)))
        return 0;
    answered = noise(c, proto, 400);
    l4re_util_cap_free_um(c);
    return answered;
}

void test_malformed(void)
{
    l4_cap_idx_t ds = slot();
    l4_cap_idx_t ns = slot();
    unsigned long before;

    l4re_ma_alloc(0x4000, ds, 0);
    l4re_ns_create(l4re_env()->mem_alloc, ns);
    before = used();

    check(short_messages(ds, L4RE_PROTO_DATASPACE, 8), "short messages to a dataspace are refused");
    check(short_messages(ns, L4RE_PROTO_NAMESPACE, 5), "short messages to a namespace are refused");
    check(short_messages(l4re_env()->rm, L4RE_PROTO_RM, 11),
          "short messages to a region map are refused");
    check(short_messages(l4re_env()->mem_alloc, L4_PROTO_FACTORY, 1),
          "short messages to an allocator are refused");
    check_eq(send_words(ds, 0x1234, 1, 0), -L4_EBADPROTO, "an unknown protocol is refused");
    l4_utcb_mr()->mr[0] = 99;
    check_eq(send_words(ds, L4RE_PROTO_DATASPACE, 1, 0), -L4_ENOSYS,
             "an unknown operation is refused");
    l4_utcb_mr()->mr[0] = L4_META_OP_SUPPORTS;
    l4_utcb_mr()->mr[1] = L4RE_PROTO_DATASPACE;
    check_eq(send_words(ds, L4_PROTO_META, 2, 0), 1, "an object says what it is");

    check(noise(ds, L4RE_PROTO_DATASPACE, 400), "noise to a dataspace is answered");
    check(noise(ns, L4RE_PROTO_NAMESPACE, 400), "noise to a namespace is answered");
    check(noise(l4re_env()->mem_alloc, L4_PROTO_FACTORY, 400), "noise to an allocator is answered");
    check(noise_to_new(L4RE_PROTO_RM, 0, L4RE_PROTO_RM), "noise to a region map is answered");
    check(noise_to_new(L4RE_PROTO_RM, 0, L4_PROTO_PAGE_FAULT), "page faults of nobody are, too");
    check(noise_to_new(L4_PROTO_FACTORY, 0x40000, L4_PROTO_FACTORY),
          "noise to a small factory is answered");
    check(noise(ds, L4_PROTO_PAGE_FAULT, 20), "a page fault to a dataspace is answered");
    check(noise(ns, L4_PROTO_META, 100), "noise about meta data is answered");
    l4re_util_cap_free_um(ds);
    l4re_util_cap_free_um(ns);
    check(used() <= before, "noise leaves no memory behind");
}
