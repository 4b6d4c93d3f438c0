/* SPDX-License-Identifier: MIT */
/* Text and information: <l4/sys/vcon.h>, <l4/sys/kip.h>, <l4/sys/debugger.h>, <l4/sys/kdebug.h>. */
#include <l4/sys/assert.h>
#include <l4/sys/debugger.h>
#include <l4/sys/err.h>
#include <l4/sys/kdebug.h>
#include <l4/sys/kip.h>
#include <l4/sys/ktrace.h>
#include <l4/sys/memdesc.h>
#include <l4/sys/vcon.h>

long console(void);
l4_uint64_t info(void);
void names(l4_cap_idx_t cap);
void debug(void);

long console(void)
{
    l4_vcon_attr_t attr;
    char buf[16];
    long r;

    if (l4_error(l4_vcon_get_attr(L4_BASE_LOG_CAP, &attr)) < 0)
        return -1;
    l4_vcon_set_attr_raw(&attr);
    attr.o_flags |= L4_VCON_ONLCR;
    l4_vcon_set_attr(L4_BASE_LOG_CAP, &attr);
    l4_vcon_send(L4_BASE_LOG_CAP, "a", 1);
    r = l4_vcon_write(L4_BASE_LOG_CAP, "text\n", 5);
    if (r < 0)
        return r;
    if (l4_vcon_read(L4_BASE_LOG_CAP, buf, sizeof(buf)) > (int)sizeof(buf))
        r = l4_vcon_read_with_flags(L4_BASE_LOG_CAP, buf, sizeof(buf));
    return r;
}

l4_uint64_t info(void)
{
    l4_kernel_info_t const *kip = l4_kip();
    l4_kernel_info_mem_desc_t *md = l4_kernel_info_get_mem_descs(kip);
    l4_uint64_t ram = 0;
    char const *f;

    for (int i = 0; i < l4_kernel_info_get_num_mem_descs(kip); i++, md++) {
        if (l4_kernel_info_get_mem_desc_type(md) == l4_mem_type_conventional &&
            !l4_kernel_info_get_mem_desc_is_virtual(md) &&
            l4_kernel_info_get_mem_desc_subtype(md) == 0)
            ram += l4_kernel_info_get_mem_desc_end(md) - l4_kernel_info_get_mem_desc_start(md) + 1;
    }
    l4_kip_for_each_feature(f, kip)
    {
        l4_kd_outstring(f);
    }
    l4_kd_outstring(l4_kip_version_string(kip));
    if (l4_kip_kernel_has_feature(kip, "pf_tramp") && l4_kip_version(kip))
        ram = 0;
    return ram + l4_kip_clock(kip) + l4_kip_clock_ns(kip) + l4_kip_clock_lw(kip);
}

void names(l4_cap_idx_t cap)
{
    char name[32];

    l4_debugger_set_object_name(cap, "name");
    l4_debugger_query_object_name(l4_debugger_global_id(cap), name, sizeof(name));
    l4_debugger_get_object_name(cap, name, sizeof(name));
    l4_debugger_add_image_info(L4_BASE_TASK_CAP, 0x1000000, "program");
    l4_debugger_switch_log("ipc", 1);
    l4_kd_outhex64(l4_debugger_kobj_to_id(0));
}

void debug(void)
{
    l4_assert(l4sys_errtostr(-L4_ENOMEM));
    l4_kd_outchar('c');
    l4_kd_outnstring("ab", 2);
    l4_kd_outhex32(1);
    l4_kd_outhex20(1);
    l4_kd_outhex16(1);
    l4_kd_outhex12(1);
    l4_kd_outhex8(1);
    l4_kd_outdec(-1);
    l4_kd_outumword(1);
    fiasco_tbuf_log("here");
    fiasco_tbuf_clear();
    fiasco_tbuf_dump();
    l4_kd_enter("stop");
}
