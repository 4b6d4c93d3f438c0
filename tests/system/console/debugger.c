/* SPDX-License-Identifier: MIT */
/* The debugger object, if the kernel has one: names and numbers of objects. */
#include <systest/systest.h>

#include <l4/sys/debugger.h>

#define JDB L4_BASE_DEBUGGER_CAP

static bool streq(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

SYSTEST(debugger, objects_have_names)
{
    l4_cap_idx_t irq = new_irq();
    char name[32] = "?";
    unsigned long id;

    if (!cap_used(JDB))
        return;
    EXPECT_EQ(l4_error(l4_debugger_set_object_name(irq, "pippin")), 0);
    id = l4_debugger_global_id(irq);
    EXPECT_NE(id, ~0UL);
    EXPECT_EQ(l4_error(l4_debugger_query_object_name(id, name, sizeof(name))), 0);
    EXPECT_TRUE(streq(name, "pippin"));
    EXPECT_NE(l4_debugger_global_id(new_irq()), id);
    EXPECT_EQ(l4_debugger_global_id(cap_copy(irq, L4_CAP_FPAGE_RO, 0)), id);
}

SYSTEST(debugger, a_long_name_is_cut)
{
    l4_cap_idx_t irq = new_irq();
    char name[64] = "";

    if (!cap_used(JDB))
        return;
    EXPECT_EQ(l4_error(l4_debugger_set_object_name(
                  irq, "a_name_that_is_much_longer_than_any_kernel_would_want_to_keep")),
              0);
    EXPECT_EQ(
        l4_error(l4_debugger_query_object_name(l4_debugger_global_id(irq), name, sizeof(name))), 0);
    name[4] = '\0';
    EXPECT_TRUE(streq(name, "a_na"));
}

SYSTEST(debugger, unknown_things_are_errors)
{
    char name[16];

    if (!cap_used(JDB))
        return;
    EXPECT_EQ(l4_debugger_global_id(cap_slot()), ~0UL);
    EXPECT_EQ(l4_error(l4_debugger_set_object_name(cap_slot(), "x")), -L4_EINVAL);
    EXPECT_TRUE(l4_error(l4_debugger_query_object_name(0x123456789, name, 16)) < 0);
    l4_utcb_mr()->mr[0] = 0xfff;
    EXPECT_EQ(
        l4_error(l4_ipc_call(JDB, l4_utcb(), l4_msgtag(L4_PROTO_DEBUGGER, 1, 0, 0), L4_IPC_NEVER)),
        -L4_ENOSYS);
    EXPECT_EQ(l4_error(l4_ipc_call(JDB, l4_utcb(), l4_msgtag(L4_PROTO_LOG, 1, 0, 0), L4_IPC_NEVER)),
              -L4_EBADPROTO);
    EXPECT_EQ(
        l4_error(l4_ipc_call(JDB, l4_utcb(), l4_msgtag(L4_PROTO_DEBUGGER, 0, 0, 0), L4_IPC_NEVER)),
        -L4_EMSGTOOSHORT);
}
