/* SPDX-License-Identifier: MIT */
#include <l4/re/c/dataspace.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/namespace.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>

#include "check.h"

static int same(l4_cap_idx_t a, l4_cap_idx_t b)
{
    return l4_msgtag_label(l4_task_cap_equal(L4_BASE_TASK_CAP, a, b)) == 1;
}

static void own_objects(l4_cap_idx_t ns, l4_cap_idx_t ds)
{
    l4_cap_idx_t got = slot();

    check_eq(l4re_ns_query_to_srv(ns, "a", got, 0), -L4_ENOENT, "a missing name is not found");
    check_eq(l4re_ns_register_obj_srv(ns, "a", ds, L4RE_NS_REGISTER_RW), 0,
             "an object can be registered");
    check_eq(l4re_ns_register_obj_srv(ns, "a", ds, L4RE_NS_REGISTER_RW), -L4_EEXIST,
             "only once under a name");
    check_eq(
        l4re_ns_register_obj_srv(ns, "a", ds, L4RE_NS_REGISTER_RO | L4RE_NS_REGISTER_OVERWRITE), 0,
        "unless it may be replaced");
    check_eq(l4re_ns_query_srv(ns, "a", got), 0, "it is found");
    check_eq((long)l4re_ds_size(got), 0x1000, "it is the object");
    check_eq((long)l4re_ds_flags(got), L4RE_DS_F_RX, "with the rights it was registered with");
    check_eq(l4re_ns_query_srv(ns, "a/b", got), -L4_ENOENT, "it is no namespace");
    check_eq(l4re_ns_query_srv(ns, "", got), -L4_ENOENT, "no name finds nothing");
    l4re_util_cap_free_um(got);
}

static void foreign_objects(l4_cap_idx_t ns)
{
    l4_cap_idx_t irq = slot();
    l4_cap_idx_t got = slot();

    l4_factory_create_irq(l4re_env()->factory, irq);
    check_eq(l4re_ns_register_obj_srv(ns, "irq", irq, L4RE_NS_REGISTER_RWS), 0,
             "a kernel object can be registered");
    check_eq(l4re_ns_query_srv(ns, "irq", got), 0, "and is found");
    check(same(irq, got), "it is the same");
    l4re_util_cap_free_um(got);
    l4re_util_cap_free_um(irq);
}

static void paths(l4_cap_idx_t ns, l4_cap_idx_t ds)
{
    l4_cap_idx_t dir = slot();
    l4_cap_idx_t got = slot();

    check_eq(l4re_ns_create(l4re_env()->mem_alloc, dir), 0, "an allocator makes namespaces");
    check_eq(l4re_ns_register_obj_srv(ns, "dir", dir, L4RE_NS_REGISTER_RW), 0,
             "a namespace can be registered in another");
    check_eq(l4re_ns_register_obj_srv(ns, "dir/x", ds, L4RE_NS_REGISTER_RW), 0,
             "names can be paths");
    check_eq(l4re_ns_query_srv(ns, "/dir//x", got), 0, "separators do not count twice");
    check_eq((long)l4re_ds_size(got), 0x1000, "a path leads to its object");
    check_eq(l4re_ns_query_srv(dir, "x", got), 0, "so does the shorter one");
    check_eq(l4re_ns_query_srv(ns, "dirx/x", got), -L4_ENOENT, "a wrong one does not");
    l4re_util_cap_free_um(got);
    l4re_util_cap_free_um(dir);
    got = slot();
    check_eq(l4re_ns_query_srv(ns, "dir/x", got), 0,
             "a registered namespace lives on without its capability");
    l4re_util_cap_free_um(got);
}

static void announced(l4_cap_idx_t ns, l4_cap_idx_t ds)
{
    l4_cap_idx_t got = slot();

    check_eq(l4re_ns_register_obj_srv(ns, "later", L4_INVALID_CAP, L4RE_NS_REGISTER_RW), 0,
             "a name can be announced");
    check_eq(l4re_ns_query_to_srv(ns, "later", got, 0), -L4_EAGAIN, "it is not there yet");
    check_eq(l4re_ns_query_to_srv(ns, "later", got, 25), -L4_EAGAIN, "nor after some time");
    check_eq(l4re_ns_register_obj_srv(ns, "later", ds, L4RE_NS_REGISTER_RW), 0,
             "it comes without being replaced");
    check_eq(l4re_ns_query_srv(ns, "later", got), 0, "and is found then");
    check_eq(l4re_ns_unlink_srv(ns, "later"), 0, "a name can be removed");
    check_eq(l4re_ns_unlink_srv(ns, "later"), -L4_ENOENT, "once");
    l4re_util_cap_free_um(got);
}

static void read_only(l4_cap_idx_t ds)
{
    l4_cap_idx_t rom = l4re_env_get_cap("rom");

    check(!l4_is_invalid_cap(rom), "the program was given rom");
    check_eq(l4re_ns_register_obj_srv(rom, "mine", ds, L4RE_NS_REGISTER_RW), -L4_EPERM,
             "rom is not changed by programs");
    check_eq(l4re_ns_unlink_srv(rom, "runtime-test"), -L4_EPERM, "nor emptied");
}

void test_namespace(void)
{
    unsigned long before = used();
    l4_cap_idx_t ns = slot();
    l4_cap_idx_t ds = slot();

    l4re_ns_create(l4re_env()->mem_alloc, ns);
    l4re_ma_alloc(0x1000, ds, 0);
    own_objects(ns, ds);
    foreign_objects(ns);
    paths(ns, ds);
    announced(ns, ds);
    read_only(ds);
    l4re_util_cap_free_um(ds);
    l4re_util_cap_free_um(ns);
    check_eq((long)used(), (long)before, "a namespace takes all it holds with it");
}
