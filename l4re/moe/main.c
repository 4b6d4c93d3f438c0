/* SPDX-License-Identifier: MIT */
/*
 * moe, the root task: takes everything from sigma0, offers it as objects, starts the first
 * program and serves.
 *
 *     memory ─► kernel info page ─► command line ─► modules ─► init ─► server loop
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <l4/re/c/dataspace.h>
#include <l4/re/env.h>
#include <l4/sigma0/sigma0.h>
#include <l4/sys/err.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/l4mod.h>
#include <l4/sys/platform_control.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/vcon.h>
#include <l4/util/port_io.h>
#include <moe/ds.h>

enum {
    QEMU_EXIT_PORT = 0x501,
    MOE_PRIO = 200, /* above whom it serves, so that it is there when it is called */
};

struct moe moe;

L4_NORETURN void moe_main(void);

static l4re_env_t env = {
    .parent = L4_INVALID_CAP,
    .rm = L4_INVALID_CAP,
    .mem_alloc = L4_INVALID_CAP,
    .log = L4_BASE_LOG_CAP,
    .main_thread = L4_BASE_THREAD_CAP,
    .factory = L4_BASE_FACTORY_CAP,
    .scheduler = L4_BASE_SCHEDULER_CAP,
    .itas = L4_INVALID_CAP,
    .dbg_events = L4_INVALID_CAP,
    .first_free_cap = L4RE_CAP_IDX_FIRST_FREE,
};

static void say(const char *fmt, va_list ap)
{
    char text[300];
    int n = snprintf(text, sizeof(text), "moe     | ");

    n += vsnprintf(text + n, sizeof(text) - (size_t)n - 1, fmt, ap);
    if ((size_t)n > sizeof(text) - 2)
        n = sizeof(text) - 2;
    text[n++] = '\n';
    l4_vcon_write(L4_BASE_LOG_CAP, text, (unsigned)n);
}

void moe_say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
}

void moe_debug(unsigned level, const char *fmt, ...)
{
    va_list ap;

    if (!(moe.opt.debug & level))
        return;
    va_start(ap, fmt);
    say(fmt, ap);
    va_end(ap);
}

/* ---- end -------------------------------------------------------------------------------- */

/* Ask sigma0 for the port of QEMU's exit device. Returns: 0 if it is not to be had. */
static int get_exit_port(void)
{
    l4_buf_regs_t *b = l4_utcb_br();
    l4_msgtag_t t;

    b->bdr = 0;
    b->br[0] = L4_ITEM_MAP;
    b->br[1] = l4_iofpage(QEMU_EXIT_PORT, 0).raw;
    b->br[2] = 0;
    l4_utcb_mr()->mr[0] = l4_iofpage(QEMU_EXIT_PORT, 0).raw;
    l4_utcb_mr()->mr[1] = 0;
    t = l4_ipc_call(L4_BASE_PAGER_CAP, l4_utcb(), l4_msgtag(L4_PROTO_IO_PAGE_FAULT, 2, 0, 0),
                    L4_IPC_NEVER);
    b->br[0] = 0;
    return !l4_msgtag_has_error(t) && l4_msgtag_label(t) >= 0 && l4_msgtag_items(t) > 0;
}

void moe_end(int code)
{
    if (moe.opt.qemu_exit) {
        if (get_exit_port())
            l4util_out8((l4_uint8_t)code, QEMU_EXIT_PORT);
        moe_say("QEMU's exit device is not there (end code %d)", code);
    } else {
        moe_say("the system ends with code %d", code);
    }
    l4_platform_ctl_system_shutdown(L4_BASE_ICU_CAP, 0);
    moe_say("the machine cannot switch itself off; it may be switched off now");
}

/* ---- start ------------------------------------------------------------------------------ */

static const char *own_command_line(void)
{
    const l4util_l4mod_info *info = (const l4util_l4mod_info *)l4_kip()->user_ptr;
    const l4util_l4mod_mod *m = info ? (const l4util_l4mod_mod *)info->mods_addr : NULL;

    for (unsigned i = 0; m && i < info->mods_count; i++) {
        if ((m[i].flags & L4util_l4mod_mod_flag_mask) == L4util_l4mod_mod_flag_roottask)
            return (const char *)m[i].cmdline;
    }
    return "moe";
}

static void complain(const char *text)
{
    moe_say("%s", text);
}

static int make_objects(void)
{
    moe.root.refs = 1;
    moe.root_factory = factory_new(&moe.root, &moe.root);
    moe.rom = ns_new(&moe.root);
    moe.rwfs = ns_new(&moe.root);
    moe.kip_ds = ds_new_static((uintptr_t)l4_kip(), L4_PAGESIZE, L4RE_DS_F_RX);
    moe.log = log_new(&moe.root, "init", NULL, -1);
    return moe.root_factory && moe.rom && moe.rwfs && moe.kip_ds && moe.log;
}

/* Nothing can go on: say why and stop. */
L4_NORETURN static void give_up(const char *why)
{
    moe_say("%s", why);
    moe_end(1);
    for (;;)
        l4_ipc_sleep(L4_IPC_NEVER);
}

void moe_main(void)
{
    l4_sched_param_t prio = l4_sched_param(MOE_PRIO, 0);

    l4re_global_env = &env;
    l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, L4_BASE_THREAD_CAP, &prio);
    l4_global_kip = l4sigma0_map_kip(L4_BASE_PAGER_CAP, NULL, L4_WHOLE_ADDRESS_SPACE);
    if (!l4_global_kip)
        give_up("sigma0 does not give the kernel info page");
    options_parse(&moe.opt, own_command_line(), complain);
    boot_memory();
    if (!moe.pages.total || !make_objects())
        give_up("no memory for moe's own objects");
    if (l4re_server_init(&moe.srv, L4_BASE_THREAD_CAP, L4_BASE_FACTORY_CAP) ||
        l4re_server_gc_enable(&moe.srv))
        give_up("the kernel has no memory for moe's gates");
    boot_modules();
    if (init_start())
        moe_end(1);
    l4re_server_loop(&moe.srv);
}
