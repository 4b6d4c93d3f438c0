/* SPDX-License-Identifier: MIT */
#include <init/l4mod_list.h>
#include <init/memplan.h>
#include <l4/sys/l4mod.h>
#include <lib/elf.h>
#include <string.h>
#include <utest/utest.h>

#include "machine.h"

static struct mem_plan plan;

UTEST(memplan, a_usual_machine_is_planned_without_overlap)
{
    static struct ranges all;
    const struct memplan_input in = machine_usual();

    ASSERT_TRUE(memplan_make(&in, &plan));
    EXPECT_EQ(plan.image[IMAGE_SIGMA0].lo, SIGMA0_AT);
    EXPECT_EQ(plan.image[IMAGE_ROOT].lo, ROOT_AT);
    EXPECT_EQ(plan.nmoved, 0);
    EXPECT_EQ(plan.npool, 1);

    /* everything that was given out, added up, loses no byte to an overlap */
    uint64_t sum = in.kernel.end - in.kernel.start;

    ranges_add(&all, in.kernel.start, in.kernel.end);
    for (unsigned i = 0; i < IMAGE_COUNT; i++) {
        ranges_add(&all, plan.image[i].lo, plan.image[i].hi);
        sum += plan.image[i].hi - plan.image[i].lo;
    }
    ranges_add(&all, plan.pool[0].start, plan.pool[0].end);
    sum += plan.pool[0].end - plan.pool[0].start;
    ranges_add(&all, plan.rsdp_page, plan.info.end);
    sum += plan.info.end - plan.rsdp_page;
    EXPECT_EQ(ranges_bytes(&all), sum);
}

UTEST(memplan, the_pool_is_6_percent_between_8_mib_and_1_gib)
{
    EXPECT_EQ(memplan_pool_bytes(MiB(16)), MiB(8));
    EXPECT_EQ(memplan_pool_bytes(GiB(64)), GiB(1));
    EXPECT_EQ(memplan_pool_bytes(MiB(1000)) >> 20, 60);
    EXPECT_EQ(memplan_pool_bytes(MiB(1000)) % 4096, 0);
}

UTEST(memplan, a_module_in_the_way_is_moved_up)
{
    struct memplan_input in = machine_usual();

    machine_module(2, ROOT_AT + 0x1000, "rom/data", 5000);
    ASSERT_TRUE(memplan_make(&in, &plan));
    EXPECT_EQ(plan.nmoved, 1);
    EXPECT_EQ(plan.module_at[0], machine_boot.module[0].start);
    EXPECT_TRUE(plan.module_at[2] >= MiB(2));
    EXPECT_TRUE(ranges_contain(&plan.ram, plan.module_at[2], plan.module_at[2] + 5000));
    EXPECT_EQ(plan.module_at[2] % 4096, 0);
}

UTEST(memplan, the_image_file_itself_may_be_in_the_way)
{
    struct memplan_input in = machine_usual();

    machine_elf(0, SIGMA0_AT, SIGMA0_AT, ELF_TYPE_EXEC);
    ASSERT_TRUE(memplan_make(&in, &plan));
    EXPECT_NE(plan.module_at[0], SIGMA0_AT);
    memplan_apply(in.boot, &plan, machine_at);
    EXPECT_MEMEQ(machine_at(SIGMA0_AT), "CODE", 4);
}

UTEST(memplan, applying_copies_clears_and_keeps_modules)
{
    struct memplan_input in = machine_usual();
    uint8_t *data = machine_module(2, ROOT_AT + 0x1000, "rom/data", 5000);

    memset(data, 0x5a, 8192);
    ASSERT_TRUE(memplan_make(&in, &plan));
    memset(machine_at(ROOT_AT), 0xff, 0x1000);
    memplan_apply(in.boot, &plan, machine_at);

    const uint8_t *moved = machine_at(plan.module_at[2]);

    EXPECT_EQ(moved[0], 0x5a);
    EXPECT_EQ(moved[4999], 0x5a);
    for (unsigned i = 5000; i < 8192; i++)
        ASSERT_EQ(moved[i], 0); /* tail of the last page */
    EXPECT_MEMEQ(machine_at(ROOT_AT), "CODE", 4);
    EXPECT_EQ(*(uint8_t *)machine_at(ROOT_AT + 4), 0);
    EXPECT_MEMEQ(machine_at(ROOT_AT + 0x2000), "DATA", 4);
    EXPECT_EQ(*(uint8_t *)machine_at(ROOT_AT + 0x2004), 0); /* no bytes in the file: zero */
}

UTEST(memplan, a_position_independent_image_gets_an_aligned_place)
{
    struct memplan_input in = machine_usual();
    const struct load_image *im = &plan.image[IMAGE_ROOT];

    machine_elf(1, machine_boot.module[1].start, 0, ELF_TYPE_DYN);
    ASSERT_TRUE(memplan_make(&in, &plan));
    EXPECT_TRUE(im->movable);
    EXPECT_EQ(im->lo % MiB(2), 0);
    EXPECT_EQ(im->entry, im->lo);
    EXPECT_EQ(im->segment[1].start, im->lo + 0x2000);
    memplan_apply(in.boot, &plan, machine_at);
    EXPECT_MEMEQ(machine_at(im->entry), "CODE", 4);
}

static void expect_error(const struct memplan_input *in, const char *part, const char *other)
{
    EXPECT_FALSE(memplan_make(in, &plan));
    if (!strstr(plan.error, part) || !strstr(plan.error, other))
        EXPECT_STREQ(plan.error, part);
}

UTEST(memplan, missing_modules_are_named)
{
    struct memplan_input in = machine_usual();

    machine_boot.nmodules = 0;
    expect_error(&in, "sigma0 (module 1) is missing", "boot loader");
    machine_boot.nmodules = 1;
    expect_error(&in, "root task (module 2) is missing", "second");
}

UTEST(memplan, what_is_no_program_for_this_machine_is_named)
{
    struct memplan_input in = machine_usual();
    struct elf64_ehdr *e = machine_at(machine_boot.module[1].start);

    e->machine = ELF_MACHINE_RISCV;
    expect_error(&in, "root task (module 2) is no ELF", "'moe'");
    memset(e, 'x', sizeof(*e));
    expect_error(&in, "is no ELF", "order of the modules");
}

UTEST(memplan, truncated_files_are_refused_at_every_length)
{
    struct memplan_input in = machine_usual();
    const uint64_t start = machine_boot.module[0].start;

    for (uint64_t n = 1; n < ELF_FILE_BYTES; n += 7) {
        machine_boot.module[0].end = start + n;
        EXPECT_FALSE(memplan_make(&in, &plan));
        EXPECT_TRUE(plan.error[0]);
    }
}

UTEST(memplan, addresses_that_are_not_ram_are_refused)
{
    struct memplan_input in = machine_usual();

    machine_elf(1, machine_boot.module[1].start, 0xa0000, ELF_TYPE_EXEC);
    expect_error(&in, "root task (module 2) wants 0xa0000-", "not all RAM");
    machine_elf(1, machine_boot.module[1].start, UINT64_MAX - 0x1fff, ELF_TYPE_EXEC);
    EXPECT_FALSE(memplan_make(&in, &plan));
}

UTEST(memplan, the_kernels_place_is_refused)
{
    struct memplan_input in = machine_usual();

    machine_elf(1, machine_boot.module[1].start, in.kernel.start - 0x1000, ELF_TYPE_EXEC);
    expect_error(&in, "where the kernel is", "link it elsewhere");
}

UTEST(memplan, two_images_at_one_place_are_refused)
{
    struct memplan_input in = machine_usual();

    machine_elf(1, machine_boot.module[1].start, SIGMA0_AT + 0x2000, ELF_TYPE_EXEC);
    expect_error(&in, "both want 0x102000-", "link one elsewhere");
}

UTEST(memplan, an_entry_outside_of_code_is_refused)
{
    struct memplan_input in = machine_usual();
    struct elf64_ehdr *e = machine_at(machine_boot.module[0].start);

    e->entry = SIGMA0_AT + 0x2000;
    expect_error(&in, "no code at its entry", "sigma0");
}

UTEST(memplan, too_little_memory_is_said)
{
    struct memplan_input in = machine_usual();

    in.pool_bytes = MiB(1);
    machine_ram(MiB(5));
    EXPECT_TRUE(memplan_make(&in, &plan));
    in.info_bytes = MiB(64);
    expect_error(&in, "no room for the module list", "more memory");
    machine_ram(MACHINE_BYTES);
    in = machine_usual();
    in.max_phys = 0x281000;
    expect_error(&in, "does not lie in usable memory", "-maxmem");
}

UTEST(memplan, a_fragmented_memory_gives_the_pool_in_pieces)
{
    struct memplan_input in = machine_usual();

    machine_ram(0);
    machine_ram_add(0x1000, 0x9f000);
    machine_ram_add(MiB(1), MiB(8));
    for (unsigned i = 0; i < 6; i++)
        machine_ram_add(MiB(8 + 3 * i), MiB(8 + 3 * i) + MiB(2));
    in.pool_bytes = MiB(6);
    ASSERT_TRUE(memplan_make(&in, &plan));

    uint64_t sum = 0;

    for (unsigned i = 0; i < plan.npool; i++) {
        sum += plan.pool[i].end - plan.pool[i].start;
        EXPECT_TRUE(ranges_contain(&plan.ram, plan.pool[i].start, plan.pool[i].end));
    }
    EXPECT_TRUE(plan.npool > 0 && sum >= MiB(4));
}

UTEST(memplan, names_are_the_last_part_of_the_first_word)
{
    static struct boot_info b;

    b.module[0].cmdline = "/boot/l4/rom/moe --init /x/y";
    EXPECT_STREQ(memplan_module_name(&b, 0).text, "moe");
    b.module[0].cmdline = "";
    EXPECT_STREQ(memplan_module_name(&b, 0).text, "(unnamed)");
    b.module[0].cmdline = "a_name_that_is_much_longer_than_any_name_should_be";
    EXPECT_EQ(strlen(memplan_module_name(&b, 0).text), 31);
}

UTEST(l4mod, the_list_is_what_the_root_task_expects)
{
    static uint64_t buffer[512];
    static const uint64_t where[BOOT_MODULES_MAX] = { 0x200000, 0x300000, 0x400000 };
    const uint64_t phys = 0x700000;
    const l4util_l4mod_info *info = (const void *)buffer;
    const l4util_l4mod_mod *mod = (const void *)(info + 1);

    machine_usual();
    machine_module(2, 0x500000, "rom/data.bin \"a b\"", 4097);
    l4mod_list_build(&machine_boot, where, buffer, phys);

    EXPECT_EQ(info->mods_count, 3);
    EXPECT_EQ(info->mods_addr, phys + sizeof(*info));
    EXPECT_EQ(mod[0].flags, L4util_l4mod_mod_flag_sigma0);
    EXPECT_EQ(mod[1].flags, L4util_l4mod_mod_flag_roottask);
    EXPECT_EQ(mod[2].flags, 0);
    EXPECT_EQ(mod[2].mod_start, 0x400000);
    EXPECT_EQ(mod[2].mod_end, 0x400000 + 4097);
    EXPECT_STREQ((const char *)buffer + (mod[2].cmdline - phys), "rom/data.bin \"a b\"");
    EXPECT_EQ(mod[2].cmdline - phys + sizeof("rom/data.bin \"a b\""),
              l4mod_list_bytes(&machine_boot));
}
