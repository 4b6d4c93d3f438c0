/* SPDX-License-Identifier: MIT */
#include <init/boot_info.h>
#include <stdlib.h>
#include <string.h>
#include <utest/utest.h>

#include "mb2_block.h"

static struct mb2_block block;
static struct boot_info info;

static const struct mb2_mem pc_map[] = {
    { 0, 0x9fc00, 1, 0 },          { 0x9fc00, 0x400, 2, 0 },      { 0x100000, 0x1fee0000, 1, 0 },
    { 0x1ffe0000, 0x20000, 3, 0 }, { 0xfffc0000, 0x40000, 2, 0 },
};

static const void *pc_block(void)
{
    mb2_begin(&block);
    mb2_string(&block, 1, "-kmemsize=8192 hello");
    mb2_string(&block, 2, "GRUB 2.06");
    mb2_module(&block, 0x200000, 0x201234, "sigma0 -v");
    mb2_module(&block, 0x202000, 0x250000, "rom/moe");
    mb2_map(&block, pc_map, array_size(pc_map));
    mb2_tag(&block, 14, "RSD PTR 0123456789ab", 20);
    mb2_tag(&block, 15, "RSD PTR 0123456789abcdefghijklmnopqr", 36);
    return mb2_end(&block);
}

static bool parse(const void *p)
{
    return mb2_parse(MB2_MAGIC, p, 1 << 20, &info);
}

UTEST(mb2, all_tags_we_know_are_taken_over)
{
    EXPECT_TRUE(parse(pc_block()));
    EXPECT_EQ(info.problems, 0);
    EXPECT_STREQ(info.cmdline, "-kmemsize=8192 hello");
    EXPECT_STREQ(info.loader, "GRUB 2.06");
    EXPECT_EQ(info.nmodules, 2);
    EXPECT_EQ(info.module[0].end, 0x201234);
    EXPECT_STREQ(info.module[0].cmdline, "sigma0 -v");
    EXPECT_STREQ(info.module[1].cmdline, "rom/moe");
    EXPECT_EQ(info.nmem, 5);
    EXPECT_EQ(info.rsdp_len, 36);
    EXPECT_FALSE(info.efi);
}

UTEST(mb2, nothing_points_into_the_block_afterwards)
{
    parse(pc_block());
    memset(block.bytes, 0xee, sizeof(block.bytes));
    EXPECT_STREQ(info.cmdline, "-kmemsize=8192 hello");
    EXPECT_STREQ(info.module[1].cmdline, "rom/moe");
}

UTEST(mb2, another_loader_is_recognised)
{
    EXPECT_FALSE(mb2_parse(0x2badb002, pc_block(), 1 << 20, &info));
    EXPECT_EQ(info.problems, BOOT_BAD_MAGIC);
    EXPECT_STREQ(info.cmdline, "");
}

UTEST(mb2, insane_total_sizes_are_refused)
{
    static const uint32_t sizes[] = { 0, 7, 15, (1 << 20) + 1, UINT32_MAX };

    for (size_t i = 0; i < array_size(sizes); i++) {
        pc_block();
        block.bytes[0] = sizes[i];
        EXPECT_FALSE(parse(block.bytes));
        EXPECT_EQ(info.problems, BOOT_BAD_SIZE);
    }
}

UTEST(mb2, no_memory_map_is_said)
{
    mb2_begin(&block);
    mb2_string(&block, 1, "x");
    EXPECT_FALSE(parse(mb2_end(&block)));
    EXPECT_EQ(info.problems, BOOT_NO_MEMORY_MAP);
}

/* Cut the block everywhere; ASan sees every byte read behind the cut. */
UTEST(mb2, a_block_cut_anywhere_is_survived)
{
    pc_block();
    for (uint32_t n = 16; n <= block.used; n++) {
        uint32_t *copy = malloc(n);

        memcpy(copy, block.bytes, n);
        copy[0] = n;
        (void)parse(copy);
        free(copy);
    }
    EXPECT_EQ(info.problems, 0);
}

UTEST(mb2, any_broken_tag_size_is_survived)
{
    static const uint32_t sizes[] = { 0, 1, 7, 8, 9, 12, 15, 16, 17, 24, 200, 0x7fffffff, ~0u };

    pc_block();
    for (uint32_t at = 8; at + 8 < block.used; at += 8)
        for (size_t i = 0; i < array_size(sizes); i++) {
            uint32_t *copy = malloc(block.used);

            memcpy(copy, block.bytes, block.used);
            copy[at / 4 + 1] = sizes[i];
            (void)parse(copy);
            free(copy);
        }
}

UTEST(mb2, an_empty_module_is_left_out_and_said)
{
    mb2_begin(&block);
    mb2_map(&block, pc_map, array_size(pc_map));
    mb2_module(&block, 0x5000, 0x5000, "empty");
    mb2_module(&block, 0x6000, 0x5000, "backwards");
    mb2_module(&block, 0x7000, 0x7001, "good");
    EXPECT_TRUE(parse(mb2_end(&block)));
    EXPECT_EQ(info.problems, BOOT_BAD_MODULE);
    EXPECT_EQ(info.nmodules, 1);
    EXPECT_STREQ(info.module[0].cmdline, "good");
}

UTEST(mb2, more_modules_than_we_hold_are_left_out)
{
    mb2_begin(&block);
    mb2_map(&block, pc_map, array_size(pc_map));
    for (uint32_t i = 0; i < BOOT_MODULES_MAX + 3; i++)
        mb2_module(&block, 0x10000 + i * 0x1000, 0x10001 + i * 0x1000, "m");
    EXPECT_TRUE(parse(mb2_end(&block)));
    EXPECT_EQ(info.nmodules, BOOT_MODULES_MAX);
    EXPECT_EQ(info.problems, BOOT_BAD_MODULE);
}

UTEST(mb2, the_efi_map_counts_only_without_another)
{
    static const struct {
        uint32_t each, version;
        struct {
            uint32_t type, pad;
            uint64_t phys, virt, pages, attr;
        } e[3];
    } efi = { 40,
              1,
              { { 7, 0, 0x100000, 0, 0x100, 0 },
                { 9, 0, 0x300000, 0, 1, 0 },
                { 7, 0, 0x400000, 0, UINT64_MAX, 0 } } };

    mb2_begin(&block);
    mb2_tag(&block, 17, &efi, sizeof(efi));
    EXPECT_TRUE(parse(mb2_end(&block)));
    EXPECT_EQ(info.nmem, 2);
    EXPECT_EQ(info.mem[0].end, 0x200000);
    EXPECT_EQ(info.mem[1].type, BOOT_MEM_ACPI);
    EXPECT_TRUE(info.efi);

    mb2_begin(&block);
    mb2_tag(&block, 17, &efi, sizeof(efi));
    mb2_map(&block, pc_map, array_size(pc_map));
    EXPECT_TRUE(parse(mb2_end(&block)));
    EXPECT_EQ(info.nmem, 5);
}

UTEST(mb2, ram_is_whole_pages_that_nobody_else_claims)
{
    static const struct mb2_mem map[] = {
        { 0, 0x9fc00, 1, 0 },
        { 0x100000, 0x100000, 1, 0 },
        { 0x150800, 0x10, 2, 0 },             /* a hole in the middle, rounded outward */
        { 0x300000, UINT64_MAX, 1, 0 },       /* wraps: not taken */
        { 0x100000000ull, 0x10000000, 1, 0 }, /* above the limit */
    };
    static struct ranges ram;

    mb2_begin(&block);
    mb2_map(&block, map, array_size(map));
    EXPECT_TRUE(parse(mb2_end(&block)));
    boot_info_ram(&info, 0x100000000ull, &ram);
    ASSERT_EQ(ram.n, 3);
    EXPECT_EQ(ram.r[0].start, 0x1000);
    EXPECT_EQ(ram.r[0].end, 0x9f000);
    EXPECT_EQ(ram.r[1].end, 0x150000);
    EXPECT_EQ(ram.r[2].start, 0x151000);
    EXPECT_EQ(ram.r[2].end, 0x200000);
}

UTEST(mb2, every_problem_has_a_text)
{
    for (unsigned bit = 1; bit <= BOOT_MAP_CUT; bit <<= 1)
        EXPECT_TRUE(strlen(boot_problem_text((enum boot_problem)bit)) > 10);
}
