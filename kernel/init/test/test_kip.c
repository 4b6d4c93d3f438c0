/* SPDX-License-Identifier: MIT */
#include <init/kip.h>
#include <l4/sys/kip_layout.h>
#include <string.h>
#include <utest/utest.h>

#include "machine.h"

static uint8_t page[4096] __attribute__((aligned(4096)));
static struct mem_plan plan;

static struct kip_input input(void)
{
    const struct memplan_input in = machine_usual();
    struct kip_input k = {
        .boot = &machine_boot,
        .plan = &plan,
        .kernel = in.kernel,
        .ndevice_pages = 2,
        .device_page = { 0xfee00000, 0xfec00000 },
        .ticks_khz = 2000000,
        .mult_us = (1ull << 32) / 2000,
        .mult_ns = (1ull << 27) / 2,
        .greeting = "Stretto\nhello\n",
        .jdb = true,
    };

    ASSERT_TRUE(memplan_make(&in, &plan));
    k.acpi_rsdp = plan.rsdp_page;
    return k;
}

static const l4_kernel_info_t *kip(void)
{
    return (const l4_kernel_info_t *)page;
}

/* What an address is, by the rule "later descriptors override earlier ones". */
static unsigned type_at(uint64_t a, bool virt, unsigned *sub)
{
    const l4_kernel_info_mem_desc_t *d = l4_kernel_info_get_mem_descs(kip());
    unsigned type = l4_mem_type_undefined;

    for (int i = 0; i < l4_kernel_info_get_num_mem_descs(kip()); i++) {
        if (l4_kernel_info_get_mem_desc_type(&d[i]) == l4_mem_type_undefined ||
            !l4_kernel_info_get_mem_desc_is_virtual(&d[i]) == virt ||
            a < l4_kernel_info_get_mem_desc_start(&d[i]) ||
            a > l4_kernel_info_get_mem_desc_end(&d[i]))
            continue;
        type = (unsigned)l4_kernel_info_get_mem_desc_type(&d[i]);
        if (sub)
            *sub = (unsigned)l4_kernel_info_get_mem_desc_subtype(&d[i]);
    }
    return type;
}

UTEST(kip, the_fields_are_where_user_programs_look)
{
    const struct kip_input in = input();
    uint32_t word;
    uint64_t user_ptr;

    EXPECT_EQ(kip_build(page, &in), 0);
    memcpy(&word, page, 4);
    EXPECT_EQ(word, 0x4be6344c);
    memcpy(&word, page + 4, 4);
    EXPECT_EQ(word, 0x87034444);
    EXPECT_EQ(page[8], 0x49);
    EXPECT_EQ(kip()->sigma0_ip, SIGMA0_AT);
    EXPECT_EQ(kip()->root_ip, ROOT_AT);
    EXPECT_EQ(kip()->frequency_cpu, 2000000);
    memcpy(&user_ptr, page + 0x40, 8);
    EXPECT_EQ(user_ptr, plan.info.start);
    EXPECT_EQ(kip()->mem_descs, 0x90);
    EXPECT_EQ(kip()->mem_descs_num, 64);
    EXPECT_STREQ((const char *)page + 0x70, "pc");
    EXPECT_EQ(kip()->platform_info.is_mp, 0);
}

UTEST(kip, greeting_and_features_end_with_an_empty_string)
{
    struct kip_input in = input();
    const char *s = (const char *)page + 0x490;
    static const char *const want[] = { "Stretto\nhello\n", "segments", "abiver:3", "mapdb",
                                        "jdb" };

    kip_build(page, &in);
    for (size_t i = 0; i < array_size(want); i++) {
        EXPECT_STREQ(s, want[i]);
        s += strlen(s) + 1;
    }
    EXPECT_EQ(*s, 0);
    in.jdb = false;
    kip_build(page, &in);
    EXPECT_NULL(memmem(page + 0x490, 64, "jdb", 3));
}

UTEST(kip, every_kind_of_memory_is_described)
{
    const struct kip_input in = input();
    unsigned sub = 99;

    machine_boot.mem[machine_boot.nmem++] =
        (struct boot_mem){ MACHINE_BYTES, MACHINE_BYTES + 0x5000, BOOT_MEM_NVS };
    kip_build(page, &in);
    EXPECT_EQ(type_at(0, false, NULL), l4_mem_type_undefined);
    EXPECT_EQ(type_at(0x50000, false, NULL), l4_mem_type_conventional);
    EXPECT_EQ(type_at(in.kernel.start, false, &sub), l4_mem_type_reserved);
    EXPECT_EQ(sub, l4_mem_type_reserved_kernel);
    EXPECT_EQ(type_at(plan.pool[0].start, false, &sub), l4_mem_type_reserved);
    EXPECT_EQ(sub, l4_mem_type_reserved_heap);
    EXPECT_EQ(type_at(0xfee00fff, false, &sub), l4_mem_type_reserved);
    EXPECT_EQ(sub, l4_mem_type_reserved_mmio);
    EXPECT_EQ(type_at(0xfec00000, false, NULL), l4_mem_type_reserved);
    EXPECT_EQ(type_at(SIGMA0_AT, false, NULL), l4_mem_type_dedicated);
    EXPECT_EQ(type_at(ROOT_AT, false, &sub), l4_mem_type_bootloader);
    EXPECT_EQ(sub, 5); /* read, execute */
    EXPECT_EQ(type_at(ROOT_AT + 0x3fff, false, &sub), l4_mem_type_bootloader);
    EXPECT_EQ(sub, 6); /* read, write */
    EXPECT_EQ(type_at(machine_boot.module[1].start, false, &sub), l4_mem_type_bootloader);
    EXPECT_EQ(sub, 7);
    EXPECT_EQ(type_at(plan.info.start, false, NULL), l4_mem_type_bootloader);
    EXPECT_EQ(type_at(plan.rsdp_page, false, &sub), l4_mem_type_archspecific);
    EXPECT_EQ(sub, l4_mem_type_arch_acpi_tables);
    EXPECT_EQ(type_at(MACHINE_BYTES, false, &sub), l4_mem_type_archspecific);
    EXPECT_EQ(sub, l4_mem_type_arch_acpi_nvs);
    EXPECT_EQ(type_at(0x7fffffffffffull, true, NULL), l4_mem_type_conventional);
    EXPECT_EQ(type_at(0x800000000000ull, true, NULL), l4_mem_type_reserved);
    EXPECT_EQ(type_at(0xffff7fffffffffffull, true, NULL), l4_mem_type_reserved);
    EXPECT_EQ(type_at(0xffff800000000000ull, true, NULL), l4_mem_type_undefined);
}

UTEST(kip, too_many_ranges_drop_the_smallest_ram_only)
{
    const struct kip_input in = input();
    unsigned lost;

    for (unsigned i = 0; i < 80; i++)
        ranges_add(&plan.ram, GiB(1) + i * MiB(2), GiB(1) + i * MiB(2) + 4096 * (i + 1ull));
    lost = kip_build(page, &in);
    EXPECT_TRUE(lost > 0 && lost < 80);
    EXPECT_EQ(type_at(GiB(1), false, NULL), l4_mem_type_undefined);
    EXPECT_EQ(type_at(GiB(1) + 79 * MiB(2), false, NULL), l4_mem_type_conventional);
    EXPECT_EQ(type_at(MiB(8), false, NULL), l4_mem_type_conventional);
    EXPECT_EQ(type_at(in.kernel.start, false, NULL), l4_mem_type_reserved);
    EXPECT_EQ(type_at(ROOT_AT, false, NULL), l4_mem_type_bootloader);
}

#ifdef __x86_64__
#include <sys/mman.h>

/* Run the code of the page where a user program would, at an address of its own. */
UTEST(kip, the_clock_code_computes_ticks_times_scaler)
{
    struct kip_input in = input();
    uint8_t *copy =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    uint64_t (*us)(void), (*ns)(void);
    uint64_t before, after, value;

    ASSERT_TRUE(copy != MAP_FAILED);
    in.mult_us = 0x123456789abull;
    in.mult_ns = 0xfedcba98765ull;
    kip_build(page, &in);
    memcpy(copy, page, 4096);
    *(void **)&us = copy + 0x900;
    *(void **)&ns = copy + 0x980;

    before = __builtin_ia32_rdtsc();
    value = us();
    after = __builtin_ia32_rdtsc();
    EXPECT_GE(value, (uint64_t)((unsigned __int128)before * in.mult_us >> 32));
    EXPECT_LE(value, (uint64_t)((unsigned __int128)after * in.mult_us >> 32));

    in.mult_ns = 0x4000000;
    memcpy(copy + 0x9f8, &in.mult_ns, 8);
    before = __builtin_ia32_rdtsc();
    value = ns();
    after = __builtin_ia32_rdtsc();
    EXPECT_GE(value, before / 2);
    EXPECT_LE(value, after / 2);
}
#endif
