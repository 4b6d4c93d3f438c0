/* SPDX-License-Identifier: MIT */
/*
 * The order of things, from the boot loader's registers to init_handover().
 *
 *   boot map (low 4 GiB)  copy boot information - options - console - ACPI - plan
 *   final map             kernel memory - modules and images - controllers - timer - clock -
 *                         module list - KIP
 *
 * The console comes first, so that every failure is seen. Whatever is decided is decided in
 * functions from data to data (mb2, options, memplan, l4mod_list, kip); here is only the order.
 */
#include <arch/impl/init.h>
#include <arch/mmu.h>
#include <arch/upcall.h>
#include <dev/acpi.h>
#include <dev/apic.h>
#include <dev/console.h>
#include <dev/power.h>
#include <dev/timer.h>
#include <init/boot_info.h>
#include <init/cpu_name.h>
#include <init/kip.h>
#include <init/l4mod_list.h>
#include <init/memplan.h>
#include <init/options.h>
#include <init/plan.h>
#include <init/version.h>
#include <irq/irq.h>
#include <l4/sys/kip_layout.h>
#include <lib/elf.h>
#include <lib/fmt.h>
#include <lib/string.h>
#include <mem/frame.h>
#include <time/clock.h>

#define BOOT_MAP_END GiB(4)           /* what the boot map shows */
#define BOOT_INFO_LIMIT KiB(1024)     /* larger boot information is no boot information */
#define DIRECT_MAP_BYTES (1ull << 46) /* room of the window */

static struct boot_info boot;
static struct boot_options options;
static struct acpi_info acpi;
static struct mem_plan mem;
static struct boot_plan plan;
static uint8_t kip_page[L4_KIP_SIZE] __attribute__((aligned(L4_KIP_SIZE)));

static const char greeting[] =
    "Stretto " STRETTO_VERSION ": a fully preemptible capability microkernel for x86-64\n";

/* ---- on the boot map ------------------------------------------------------------------- */

static const void *boot_map(void *arg, paddr p, size_t bytes)
{
    (void)arg;
    return p < BOOT_MAP_END && bytes <= BOOT_MAP_END - p ? phys_to_virt(p) : NULL;
}

static const void *module_bytes_at(uint64_t p, uint64_t bytes)
{
    return boot_map(NULL, p, bytes);
}

static struct phys_range image_range(void)
{
    return (struct phys_range){ virt_to_phys(image_start), virt_to_phys(image_end) };
}

static void say(void *arg, const char *line)
{
    (void)arg;
    kprintf("%s\n", line);
}

static void start_console(uint32_t magic, uint32_t info)
{
    const void *block = boot_map(NULL, info, BOOT_INFO_LIMIT);
    const bool usable = block && mb2_parse(magic, block, BOOT_INFO_LIMIT, &boot);
    const struct cpu_name name = cpu_name();

    options_parse(usable ? boot.cmdline : NULL, &options);
    console_init(&options.console);
    kprintf("\n%scpu:    %s\n", greeting, name.text);
    for (unsigned bit = 1; bit <= boot.problems; bit <<= 1)
        if (boot.problems & bit)
            kprintf("boot:   %s\n", boot_problem_text((enum boot_problem)bit));
    if (!usable)
        panic("the boot loader has not told what it loaded");
    kprintf("boot:   %s, %s, %u modules\n", boot.loader, boot.efi ? "UEFI" : "BIOS", boot.nmodules);
    options_report(boot.cmdline, say, NULL);
}

static void read_acpi(void)
{
    const struct acpi_mem map = { .map = boot_map };

    if (acpi_parse(boot.rsdp, boot.rsdp_len, &map, &acpi))
        kprintf("acpi:   no usable tables; going on with the usual PC\n");
    if (acpi.nskipped)
        kprintf("acpi:   %u tables are damaged or out of reach, not used\n", acpi.nskipped);
}

/* Memory behind this is not used: by option, or because nobody could reach it. */
static uint64_t memory_limit(void)
{
    const uint64_t reach = min(cpu_max_phys(), DIRECT_MAP_BYTES);

    return options.max_mem ? min(options.max_mem, reach) : reach;
}

static void make_plan(void)
{
    const struct memplan_input in = {
        .boot = &boot,
        .kernel = image_range(),
        .max_phys = memory_limit(),
        .pool_limit = BOOT_MAP_END,
        .pool_bytes = options.kmem_bytes,
        .info_bytes = l4mod_list_bytes(&boot),
        .machine = ELF_MACHINE_X86_64,
        .bytes_at = module_bytes_at,
    };

    if (!memplan_make(&in, &mem))
        panic("cannot boot: %s", mem.error);
}

/* ---- kernel memory --------------------------------------------------------------------- */

/* Frames for the first page tables: cut off the lower end of the pool. */
static uint64_t pool_used;

static void *early_frame(void)
{
    const struct phys_range *p = &mem.pool[0];
    void *frame;

    if (p->end - p->start - pool_used < FRAME_SIZE)
        return NULL;
    frame = phys_to_virt(p->start + pool_used);
    pool_used += FRAME_SIZE;
    memset(frame, 0, FRAME_SIZE);
    return frame;
}

static void start_memory(void)
{
    static struct arch_ram ram[RANGES_MAX];

    for (unsigned i = 0; i < mem.ram.n; i++)
        ram[i] = (struct arch_ram){ mem.ram.r[i].start, mem.ram.r[i].end };
    arch_mmu_init(ram, mem.ram.n, early_frame);

    for (unsigned i = 0; i < mem.npool; i++) {
        const uint64_t start = mem.pool[i].start + (i == 0 ? pool_used : 0);

        if (!frame_pool_add(phys_to_virt(start), phys_to_virt(mem.pool[i].end)))
            panic("cannot boot: the kernel's memory is too small, raise -kmemsize");
    }
    kprintf("memory: %llu KiB RAM, %zu KiB of it for the kernel\n",
            (unsigned long long)(ranges_bytes(&mem.ram) >> 10),
            frame_count_total() * (FRAME_SIZE / 1024));
}

/* ---- modules, root pointer, KIP -------------------------------------------------------- */

static void *ram_at(uint64_t p)
{
    return phys_to_virt(p);
}

static void load_modules(void)
{
    memplan_apply(&boot, &mem, ram_at);
    for (unsigned i = 0; i < boot.nmodules; i++) {
        const uint64_t bytes = boot.module[i].end - boot.module[i].start;

        kprintf("module: 0x%08llx %7llu KiB  %s%s\n", (unsigned long long)mem.module_at[i],
                (unsigned long long)(bytes + 1023) >> 10, boot.module[i].cmdline,
                mem.module_at[i] != boot.module[i].start ? "  (moved)" : "");
    }
    l4mod_list_build(&boot, mem.module_at, phys_to_virt(mem.info.start), mem.info.start);
    memset(phys_to_virt(mem.rsdp_page), 0, 4096);
    memcpy(phys_to_virt(mem.rsdp_page), boot.rsdp, boot.rsdp_len);
}

static void note_owned(const struct kip_input *in)
{
    static struct ranges owned;

    ranges_add(&owned, in->kernel.start, in->kernel.end);
    for (unsigned i = 0; i < mem.npool; i++)
        ranges_add(&owned, mem.pool[i].start, mem.pool[i].end);
    for (unsigned i = 0; i < in->ndevice_pages; i++)
        ranges_add(&owned, in->device_page[i], in->device_page[i] + 4096);
    plan.nowned = min(owned.n, PLAN_OWNED_MAX);
    memcpy(plan.owned, owned.r, plan.nowned * sizeof(owned.r[0]));
}

static void make_kip(void)
{
    struct kip_input in = {
        .boot = &boot,
        .plan = &mem,
        .kernel = image_range(),
        .acpi_rsdp = acpi.valid ? mem.rsdp_page : 0,
        .ticks_khz = timer_ticks_khz(),
        .mult_us = clock_mult_us(),
        .mult_ns = clock_mult_ns(),
        .greeting = greeting,
        .jdb = enabled(CONFIG_JDB),
        .mp = enabled(CONFIG_MP),
    };
    unsigned lost;

    in.ndevice_pages = intr_pages(&acpi, in.device_page, KIP_DEVICE_PAGES_MAX - 1);
    if (timer_page())
        in.device_page[in.ndevice_pages++] = timer_page();
    lost = kip_build(kip_page, &in);
    if (lost + mem.ram.lost)
        kprintf("memory: %u small ranges of RAM are not used\n", lost + mem.ram.lost);
    note_owned(&in);
}

static void fill_plan(void)
{
    plan.kip = kip_page;
    plan.kip_phys = virt_to_phys(kip_page);
    plan.sigma0_entry = mem.image[IMAGE_SIGMA0].entry;
    plan.root_entry = mem.image[IMAGE_ROOT].entry;
    plan.nram = min(mem.ram.n, PLAN_RAM_MAX);
    memcpy(plan.ram, mem.ram.r, plan.nram * sizeof(plan.ram[0]));
    plan.max_phys = cpu_max_phys();
    plan.cmdline = boot.cmdline;
}

_Static_assert(PLAN_OWNED_MAX >= 1 + MEMPLAN_POOL_MAX + KIP_DEVICE_PAGES_MAX,
               "every range that the kernel owns has a place");

void init_main(uint32_t magic, uint32_t info)
{
    start_console(magic, info);
    read_acpi();
    make_plan();
    start_memory();
    load_modules();

    power_init(&acpi);
    intr_init(&acpi);
    timer_init(&acpi);
    clock_init(timer_ticks_khz());
    kprintf("irq:    %u lines, %u messages; timer %s, clock %llu kHz\n", irq_count(),
            irq_msi_count(), timer_name(), (unsigned long long)timer_ticks_khz());

    make_kip();
    fill_plan();
    if (options.wait) {
        kprintf("wait:   press a key to go on\n");
        while (console_getc() < 0)
            ;
    }
    init_handover(&plan);
}
