/* SPDX-License-Identifier: MIT */
/* <l4/util/…> and <l4/sigma0/sigma0.h> as a root task uses them. */
#include <l4/sigma0/sigma0.h>
#include <l4/sys/kip.h>
#include <l4/util/atomic.h>
#include <l4/util/bitops.h>
#include <l4/util/cpu.h>
#include <l4/util/elf.h>
#include <l4/util/kip.h>
#include <l4/util/l4mod.h>
#include <l4/util/mb_info.h>
#include <l4/util/parse_cmd.h>
#include <l4/util/port_io.h>
#include <l4/util/rand.h>
#include <l4/util/rdtsc.h>
#include <l4/util/splitlog2.h>
#include <l4/util/thread.h>
#include <l4/util/util.h>

long boot(void);
long thread(l4_addr_t pc, l4_addr_t sp);
int options(int argc, char const **argv);

static long touch(l4_addr_t s, l4_addr_t e, int log2size)
{
    l4_touch_ro((void const *)s, e - s + 1);
    l4_touch_rw((void const *)s, 1UL << log2size);
    return 0;
}

long boot(void)
{
    l4_kernel_info_t *kip = l4sigma0_map_kip(L4_BASE_PAGER_CAP, 0, L4_WHOLE_ADDRESS_SPACE);
    l4util_l4mod_info *mbi = kip ? (l4util_l4mod_info *)kip->user_ptr : 0;
    l4util_l4mod_mod *mod = mbi ? (l4util_l4mod_mod *)mbi->mods_addr : 0;
    l4_addr_t base;
    int err;

    for (unsigned i = 0; mod && i < mbi->mods_count; i++) {
        ElfW(Ehdr) *e = (ElfW(Ehdr) *)mod[i].mod_start;

        if ((mod[i].flags & L4util_l4mod_mod_flag_mask) == L4util_l4mod_mod_flag_roottask &&
            l4util_elf_check_magic(e) && l4util_elf_check_arch(e))
            l4util_splitlog2_hdl(mod[i].mod_start, mod[i].mod_end - 1, touch);
    }
    err = l4sigma0_map_mem(L4_BASE_PAGER_CAP, 0x400000, 0x400000, L4_SUPERPAGESIZE);
    if (err < 0)
        l4sigma0_map_errstr(err);
    l4sigma0_map_iomem(L4_BASE_PAGER_CAP, 0xfed00000, 0x10000000, L4_PAGESIZE, 0);
    l4sigma0_map_anypage(L4_BASE_PAGER_CAP, 0, L4_WHOLE_ADDRESS_SPACE, &base, 20);
    l4sigma0_debug_dump(L4_BASE_PAGER_CAP);
    l4sigma0_print_cov_data(L4_BASE_PAGER_CAP);
    err = (int)l4util_ioport_map(L4_BASE_PAGER_CAP, 0x60, 0);
    l4util_out8(l4util_in8(0x60), 0x60);
    l4util_iodelay();
    return kip && l4util_kip_kernel_has_feature(kip, "mapdb") ? err : -1;
}

long thread(l4_addr_t pc, l4_addr_t sp)
{
    l4_sched_param_t p = l4_sched_param(10, 0);
    l4_umword_t bits[2] = { 0, 0 };
    l4_uint32_t n = l4util_rand();

    l4util_srand(n);
    l4util_set_bit(70, bits);
    l4util_inc32(&n);
    l4_tsc_init(L4_TSC_INIT_AUTO, l4_kip());
    l4_busy_wait_us(10);
    l4_sleep((int)l4_tsc_to_us(l4_rdtsc()));
    l4_usleep(l4util_find_first_set_bit(bits, 128));
    l4_ipc_sleep(l4_timeout(l4util_micros2l4to(1), l4util_micros2l4to(1)));
    l4util_cpu_pause();
    return l4util_create_thread(0x50000, (l4_utcb_t *)0xb3000400, L4_BASE_FACTORY_CAP, pc, sp,
                                L4_BASE_PAGER_CAP, L4_BASE_TASK_CAP, L4_BASE_SCHEDULER_CAP, &p);
}

int options(int argc, char const **argv)
{
    int rounds;

    return parse_cmdline(&argc, &argv, 'n', "rounds", "how often", PARSE_CMD_INT, 1, &rounds, 0);
}
