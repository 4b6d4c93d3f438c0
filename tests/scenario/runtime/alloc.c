/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <l4/re/c/log.h>
#include <l4/re/c/mem_alloc.h>
#include <l4/re/c/rm.h>
#include <l4/re/c/util/cap_alloc.h>
#include <l4/re/protocols.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/scheduler.h>

#include "check.h"

static long make_factory(l4_cap_idx_t from, l4_cap_idx_t to, unsigned long limit)
{
    l4_msgtag_t t = l4_factory_create_start(L4_PROTO_FACTORY, to);

    l4_factory_create_add_uint(limit, &t);
    return l4_error(l4_factory_create_commit(from, t));
}

static void refusals(void)
{
    l4_cap_idx_t ds = slot();

    check_eq(l4re_ma_alloc(0, ds, 0), -L4_EINVAL, "no memory at all is not to be had");
    check_eq(l4re_ma_alloc(-5, ds, 0), -L4_EINVAL, "nor less");
    check_eq(l4re_ma_alloc(0x1000, ds, 0x100), -L4_EINVAL, "nor with unknown flags");
    check_eq(l4re_ma_alloc(1L << 50, ds, 0), -L4_ERANGE, "nor more than any machine has");
    check_eq(l4re_ma_alloc(1L << 30, ds, L4RE_MA_CONTINUOUS), -L4_ENOMEM,
             "nor more than the quota at once");
    check_eq(l4re_ma_alloc_align(0x1000, ds, L4RE_MA_CONTINUOUS, 63), -L4_EINVAL,
             "nor aligned to everything");
    check_eq(l4_error(l4_factory_create(l4re_env()->mem_alloc, L4_PROTO_TASK, ds)), -L4_ENODEV,
             "memory allocators make no tasks");
    l4re_util_cap_free(ds);
}

static void quota(void)
{
    l4_cap_idx_t fab = slot();
    l4_cap_idx_t ds = slot();
    unsigned long before = used();

    check_eq(make_factory(l4re_env()->mem_alloc, fab, 0), -L4_EINVAL, "a factory needs a quota");
    check_eq(make_factory(l4re_env()->mem_alloc, fab, 1UL << 40), -L4_ENOMEM,
             "not more than its parent has");
    check_eq(make_factory(l4re_env()->mem_alloc, fab, 0x10000), 0, "a smaller one is made");
    check(used() >= before + 0x10000, "its quota is taken from ours");
    check_eq(l4re_ma_alloc_align_srv(fab, 0x20000, ds, L4RE_MA_PINNED, 0), -L4_ENOMEM,
             "it does not give more than it has");
    check_eq(l4re_ma_alloc_align_srv(fab, 0x8000, ds, L4RE_MA_PINNED, 0), 0, "but what it has");
    l4re_util_cap_free_um(fab);
    check(used() >= before + 0x10000, "its objects keep the quota of a dropped factory");
    l4re_util_cap_free_um(ds);
    check_eq((long)used(), (long)before, "it comes back with the last of them");
}

static void out_of_memory(void)
{
    l4_cap_idx_t ds = slot();
    unsigned long before = used();
    void *p = NULL;

    check_eq(l4re_ma_alloc(1L << 30, ds, 0), 0, "memory may be promised beyond the quota");
    check_eq(l4re_ds_allocate(ds, 0, 1UL << 30), -L4_ENOMEM, "but not be taken");
    check_eq(l4re_rm_attach(&p, 0x1000, L4RE_RM_F_RW | L4RE_RM_F_SEARCH_ADDR, ds, 0, 12), 0,
             "what was taken is still usable");
    memset(p, 1, 0x1000);
    l4re_rm_detach(p);
    l4re_util_cap_free_um(ds);
    check_eq((long)used(), (long)before, "a failed try leaves nothing behind");
}

static void other_kinds(void)
{
    l4_cap_idx_t c = slot();
    l4_msgtag_t t = l4_factory_create_start(L4_PROTO_LOG, c);
    l4_umword_t max = 0;
    l4_sched_cpu_set_t cpus = l4_sched_cpu_set(0, 0, 0);

    l4_factory_create_add_str("extra", &t);
    l4_factory_create_add_str("m", &t);
    check_eq(l4_error(l4_factory_create_commit(l4re_env()->mem_alloc, t)), 0, "logs can be made");
    l4re_log_print_srv(c, "a line through another log\n");
    check_eq(l4re_ds_clear(c, 0, 1), -L4_EBADPROTO, "a log is no dataspace");
    l4re_util_cap_release(c);

    t = l4_factory_create_start(L4_PROTO_SCHEDULER, c);
    l4_factory_create_add_uint(20, &t);
    l4_factory_create_add_uint(10, &t);
    check_eq(l4_error(l4_factory_create_commit(l4re_env()->mem_alloc, t)), -L4_ENODEV,
             "only the root allocator makes schedulers");
    check_eq(l4_error(l4_scheduler_info(l4re_env()->scheduler, &max, &cpus)), 0,
             "our scheduler knows the processors");
    check(cpus.map & 1 && max, "there is one");
    l4re_util_cap_free(c);
}

void test_allocator(void)
{
    refusals();
    quota();
    out_of_memory();
    other_kinds();
}
