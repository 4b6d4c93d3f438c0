/* SPDX-License-Identifier: MIT */
#include <stdint.h>
#include <string.h>

#include <l4/re/elf_aux.h>
#include <l4/sys/err.h>
#include <loader/elf.h>
#include <utest/utest.h>

enum {
    FILE_SIZE = 0x4000,
    PH = 64,
    PHSIZE = 56,
};

static const struct elf_limits lim = { 0x10000, 0x70000000 };
static unsigned char file[FILE_SIZE];
static struct elf_prog p;

static void put(size_t at, uint64_t v, size_t n)
{
    memcpy(file + at, &v, n);
}

static void phdr(unsigned i, uint32_t type, uint32_t flags, uint64_t off, uint64_t addr,
                 uint64_t filesz, uint64_t memsz)
{
    size_t at = PH + i * PHSIZE;

    put(at, type, 4);
    put(at + 4, flags, 4);
    put(at + 8, off, 8);
    put(at + 16, addr, 8);
    put(at + 24, addr, 8);
    put(at + 32, filesz, 8);
    put(at + 40, memsz, 8);
    put(at + 48, 0x1000, 8);
}

/* A good program: constants with headers, text, data with bss. */
static void good(void)
{
    memset(file, 0, sizeof(file));
    memcpy(file, "\177ELF\2\1\1", 7);
    put(16, 2, 2);         /* type */
    put(18, 62, 2);        /* machine */
    put(20, 1, 4);         /* version */
    put(24, 0x1001100, 8); /* entry */
    put(32, PH, 8);
    put(52, 64, 2);
    put(54, PHSIZE, 2);
    put(56, 3, 2);
    phdr(0, 1, ELF_R, 0, 0x1000000, 0x200, 0x200);
    phdr(1, 1, ELF_R | ELF_X, 0x1000, 0x1001000, 0x800, 0x800);
    phdr(2, 1, ELF_R | ELF_W, 0x2010, 0x1003010, 0x100, 0x5000);
}

static int read_file(void)
{
    return elf_read(file, sizeof(file), &lim, &p);
}

static void expect_refused(const char *why)
{
    EXPECT_NE(read_file(), 0);
    EXPECT_NOT_NULL(strstr(p.text, why));
    if (!strstr(p.text, why))
        EXPECT_STREQ(p.text, why);
}

UTEST(elf, a_good_program_is_read)
{
    good();
    ASSERT_EQ(read_file(), 0);
    EXPECT_EQ(p.nsegments, 3);
    EXPECT_EQ(p.entry, 0x1001100);
    EXPECT_EQ(p.segment[2].memsz, 0x5000);
    EXPECT_EQ(p.phdr, 0x1000000 + PH);
    EXPECT_EQ(p.phnum, 3);
}

UTEST(elf, segments_come_out_sorted)
{
    good();
    phdr(0, 1, ELF_R | ELF_W, 0x2010, 0x1003010, 0x100, 0x5000);
    phdr(2, 1, ELF_R, 0, 0x1000000, 0x200, 0x200);
    ASSERT_EQ(read_file(), 0);
    EXPECT_EQ(p.segment[0].addr, 0x1000000);
    EXPECT_EQ(p.segment[2].addr, 0x1003010);
}

UTEST(elf, what_is_no_program_is_refused_with_the_reason)
{
    good();
    file[0] = '#';
    expect_refused("not an ELF program");
    good();
    file[4] = 1;
    expect_refused("32-bit");
    good();
    file[5] = 2;
    expect_refused("big-endian");
    good();
    put(18, 183, 2);
    expect_refused("another machine");
    good();
    put(16, 3, 2);
    expect_refused("fixed addresses");
    good();
    put(56, 0, 2);
    expect_refused("0 program headers");
    good();
    put(54, 32, 2);
    expect_refused("program headers of 32 bytes");
}

UTEST(elf, every_length_short_of_the_whole_is_refused)
{
    good();
    for (size_t n = 0; n < 0x2110; n++) {
        if (elf_read(file, n, &lim, &p) == 0)
            EXPECT_EQ(n, 0x2110);
    }
    EXPECT_EQ(elf_read(file, 0x2110, &lim, &p), 0);
}

UTEST(elf, segments_that_run_out_of_file_or_space_are_refused)
{
    good();
    phdr(2, 1, ELF_R | ELF_W, FILE_SIZE, 0x1003000, 1, 1);
    expect_refused("truncated");
    good();
    phdr(2, 1, ELF_R | ELF_W, UINT64_MAX, 0x1003000, 2, 2);
    expect_refused("truncated");
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x1003000, UINT64_MAX, UINT64_MAX);
    expect_refused("truncated");
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x1003000, 0x200, 0x100);
    expect_refused("larger in the file");
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x1003000, 0x100, UINT64_MAX);
    expect_refused("outside");
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x6ffff000, 0x100, 0x1001);
    expect_refused("outside");
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x1000, 0x100, 0x100);
    expect_refused("outside");
    good();
    put(32, UINT64_MAX - 8, 8);
    expect_refused("program headers lie behind");
}

UTEST(elf, segments_that_collide_are_refused)
{
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x1001400, 0x100, 0x100);
    expect_refused("overlap");
    good();
    phdr(2, 1, ELF_R | ELF_W, 0x2000, 0x1001900, 0x100, 0x100);
    expect_refused("share a page");
}

UTEST(elf, writable_code_is_refused)
{
    good();
    phdr(1, 1, ELF_R | ELF_W | ELF_X, 0x1000, 0x1001000, 0x800, 0x800);
    expect_refused("writable and executable");
}

UTEST(elf, a_dynamic_program_is_refused_with_its_own_code)
{
    good();
    phdr(2, 3, ELF_R, 0x2000, 0, 0x10, 0x10);
    EXPECT_EQ(read_file(), -L4_ENOSYS);
    EXPECT_NOT_NULL(strstr(p.text, "dynamic linker"));
}

UTEST(elf, the_entry_must_be_code)
{
    good();
    put(24, 0x1003010, 8);
    expect_refused("not executable");
    put(24, 0x5000000, 8);
    expect_refused("in no segment");
}

UTEST(elf, wishes_are_read_and_damaged_ones_refused)
{
    l4re_elf_aux_mword_t stack = { L4RE_ELF_AUX_T_STACK_SIZE, sizeof(stack), 0x80000 };
    l4re_elf_aux_vma_t vma = { L4RE_ELF_AUX_T_VMA, sizeof(vma), 0x2000000, 0x2000fff };

    good();
    memcpy(file + 0x3000, &stack, sizeof(stack));
    memcpy(file + 0x3000 + sizeof(stack), &vma, sizeof(vma));
    put(56, 4, 2);
    phdr(3, L4RE_PT_L4_AUX, ELF_R, 0x3000, 0, sizeof(stack) + sizeof(vma), 0);
    ASSERT_EQ(read_file(), 0);
    EXPECT_EQ(p.stack_size, 0x80000);
    ASSERT_EQ(p.nvmas, 1);
    EXPECT_EQ(p.vma[0].end, 0x2001000);

    put(0x3008, 8, 8);
    expect_refused("L4 section");
    put(0x3008, UINT64_MAX, 8);
    expect_refused("L4 section");
}

UTEST(elf, any_single_changed_byte_of_the_headers_is_survived)
{
    for (size_t at = 0; at < PH + 3 * PHSIZE; at++) {
        for (unsigned v = 0; v < 256; v += 15) {
            good();
            file[at] = (unsigned char)v;
            if (!read_file())
                EXPECT_LT(0, p.nsegments);
        }
    }
}
