/* SPDX-License-Identifier: MIT */
/* The checks that all objects share, and the order in which they come. */
#include "world.h"

#include <cap/kcall.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc_err.h>

#define PROTO (-33)

static struct l4_utcb_layout utcb;
static unsigned runs;

static long run(struct kobj *o, struct kcall *c)
{
    (void)o;
    (void)c;
    return 100 + (long)++runs;
}

static const struct kcall_op ops[] = {
    { "plain", 1, 1, 0, 0, run },
    { "long", 2, 3, 0, 0, run },
    { "items", 3, 1, 2, 0, run },
    { "right", 4, 2, 0, CAP_W, run },
};

static const struct kcall_table table = {
    .proto = PROTO, .opmask = 0xffff, .rights = CAP_S, .nops = array_size(ops), .ops = ops
};

struct call {
    long proto;
    unsigned words, items, rights;
    l4_umword_t op;
};

static long dispatch(struct call a)
{
    struct kcall c = {
        .tag = l4_msgtag(a.proto, a.words, a.items, 0),
        .words = a.words,
        .items = a.items,
        .rights = a.rights,
        .utcb = &utcb,
        .caps = &world.a,
    };

    utcb.msg.mr[0] = a.op;
    return kcall_dispatch(&table, NULL, &c);
}

UTEST(kcall, an_operation_runs_if_everything_is_right)
{
    EXPECT_EQ(dispatch((struct call){ PROTO, 1, 0, CAP_S, 1 }), 101);
    EXPECT_EQ(dispatch((struct call){ PROTO, 3, 0, CAP_S, 2 }), 102);
    EXPECT_EQ(dispatch((struct call){ PROTO, 1, 2, CAP_S, 3 }), 103);
    EXPECT_EQ(dispatch((struct call){ PROTO, 2, 0, CAP_S | CAP_W, 4 }), 104);
}

UTEST(kcall, bits_beside_the_opcode_are_the_operations_own)
{
    EXPECT_EQ(dispatch((struct call){ PROTO, 1, 0, CAP_S, 0xabcd0001 }), 101);
}

/* Each line lacks everything that the lines below it lack, and one thing more. */
UTEST(kcall, the_first_thing_wrong_is_the_answer)
{
    EXPECT_EQ(dispatch((struct call){ PROTO + 1, 0, 0, 0, 9 }), -L4_EBADPROTO);
    EXPECT_EQ(dispatch((struct call){ PROTO, 0, 0, 0, 9 }), -L4_EPERM);
    EXPECT_EQ(dispatch((struct call){ PROTO, 0, 0, CAP_S, 9 }), -L4_EMSGTOOSHORT);
    EXPECT_EQ(dispatch((struct call){ PROTO, 1, 0, CAP_S, 9 }), -L4_ENOSYS);
    EXPECT_EQ(dispatch((struct call){ PROTO, 1, 0, CAP_S, 4 }), -L4_EMSGTOOSHORT);
    EXPECT_EQ(dispatch((struct call){ PROTO, 2, 0, CAP_S, 4 }), -L4_EPERM);
    EXPECT_EQ(runs, 0);
}

UTEST(kcall, words_and_items_are_counted_per_operation)
{
    EXPECT_EQ(dispatch((struct call){ PROTO, 2, 0, CAP_S, 2 }), -L4_EMSGTOOSHORT);
    EXPECT_EQ(dispatch((struct call){ PROTO, 1, 1, CAP_S, 3 }), -L4_EMSGTOOSHORT);
    EXPECT_EQ(runs, 0);
}

/* ---- capability arguments ------------------------------------------------------------------ */

struct argument {
    struct kobj *obj;
    unsigned rights;
    long err;
    unsigned ipc_error;
};

static struct argument argument(unsigned words, unsigned items, unsigned n)
{
    struct kcall c = { .words = words, .items = items, .utcb = &utcb, .caps = &world.a };
    struct argument a = { .rights = 0 };

    a.obj = kcall_cap_arg(&c, n, &a.rights, &a.err);
    a.ipc_error = c.ipc_error;
    return a;
}

static void send_item(unsigned at, unsigned long index)
{
    utcb.msg.mr[at] = L4_ITEM_MAP;
    utcb.msg.mr[at + 1] = l4_obj_fpage(index << L4_CAP_SHIFT, 0, L4_CAP_FPAGE_RWS).raw;
}

UTEST(kcall, an_argument_is_found_behind_the_words)
{
    struct thing *x;
    struct argument a;

    world_start();
    x = thing_new(&world.payer);
    put(&world.a, 6, x, CAP_W | CAP_COUNTED);
    send_item(2, 6);
    a = argument(2, 1, 0);
    EXPECT_TRUE(a.obj == &x->obj);
    EXPECT_EQ(a.rights, CAP_R | CAP_W | CAP_COUNTED);
    EXPECT_EQ(a.err, 0);
    kobj_put(a.obj);

    send_item(4, 6);
    a = argument(2, 2, 1);
    EXPECT_TRUE(a.obj == &x->obj);
    kobj_put(a.obj);
    world_end();
}

UTEST(kcall, an_argument_that_is_not_there_is_invalid)
{
    world_start();
    send_item(2, 6);
    EXPECT_EQ(argument(2, 0, 0).err, -L4_EINVAL); /* no item */
    EXPECT_EQ(argument(2, 1, 0).err, -L4_EINVAL); /* an empty slot */
    EXPECT_EQ(argument(2, 1, 1).err, -L4_EINVAL); /* one item only */
    utcb.msg.mr[2] = 0;
    EXPECT_EQ(argument(2, 1, 0).err, -L4_EINVAL); /* void */
    utcb.msg.mr[62] = L4_ITEM_MAP;
    EXPECT_EQ(argument(62, 1, 0).err, -L4_EINVAL); /* half of it behind the registers */
    world_end();
}

UTEST(kcall, an_argument_of_another_kind_cuts_the_message)
{
    struct argument a;

    world_start();
    utcb.msg.mr[2] = L4_ITEM_MAP;
    utcb.msg.mr[3] = l4_fpage(0x1000, 12, L4_FPAGE_RW).raw;
    a = argument(2, 1, 0);
    EXPECT_NULL(a.obj);
    EXPECT_EQ(a.err, 0);
    EXPECT_EQ(a.ipc_error, L4_IPC_SEMSGCUT);
    world_end();
}
