/* SPDX-License-Identifier: MIT */
#include <lib/elf.h>
#include <stdlib.h>
#include <string.h>
#include <utest/utest.h>

#define DATA 0x200u

static struct {
    struct elf64_ehdr h;
    struct elf64_phdr p[3];
    uint8_t rest[0x400];
} img;

static struct elf e;

static void make_image(void)
{
    memset(&img, 0, sizeof(img));
    img.h = (struct elf64_ehdr){
        .ident = { 0x7f, 'E', 'L', 'F', 2, 1, 1 },
        .type = ELF_TYPE_EXEC,
        .machine = ELF_MACHINE_X86_64,
        .version = 1,
        .entry = 0x401000,
        .phoff = sizeof(img.h),
        .ehsize = sizeof(img.h),
        .phentsize = sizeof(img.p[0]),
        .phnum = 3,
    };
    img.p[0] =
        (struct elf64_phdr){ ELF_PT_LOAD, ELF_PF_R, 0, 0x400000, 0x400000, DATA, DATA, 4096 };
    img.p[1] = (struct elf64_phdr){ ELF_PT_NOTE, ELF_PF_R, 0x100, 0, 0, 16, 16, 4 };
    img.p[2] =
        (struct elf64_phdr){ ELF_PT_LOAD, ELF_PF_R | ELF_PF_W, DATA, 0x402000 + DATA, 0, 16, 0x3000,
                             4096 };
}

/* Exactly `size` bytes in memory of their own, so that a read behind them is seen. */
static bool opens(size_t size)
{
    uint8_t *copy = malloc(size ? size : 1);
    struct elf64_phdr p;
    bool ok;

    memcpy(copy, &img, size);
    ok = elf_open(&e, copy, size, ELF_MACHINE_X86_64);
    for (unsigned i = 0; ok && i < e.phnum; i++)
        if (elf_segment(&e, i, &p) && p.filesz)
            EXPECT_EQ(((const volatile uint8_t *)elf_segment_data(&e, &p))[p.filesz - 1] & 0, 0);
    free(copy);
    return ok;
}

UTEST(elf, a_good_image_opens_and_tells_its_segments)
{
    struct elf64_phdr p;
    uint64_t start, end;

    make_image();
    ASSERT_TRUE(elf_open(&e, &img, sizeof(img), ELF_MACHINE_X86_64));
    EXPECT_EQ(e.entry, 0x401000);
    EXPECT_EQ(e.phnum, 3);
    ASSERT_TRUE(elf_segment(&e, 2, &p));
    EXPECT_EQ(p.memsz, 0x3000);
    EXPECT_EQ(elf_segment_data(&e, &p), (const uint8_t *)&img + DATA);
    EXPECT_FALSE(elf_segment(&e, 3, &p));
    ASSERT_TRUE(elf_range(&e, &start, &end));
    EXPECT_EQ(start, 0x400000);
    EXPECT_EQ(end, 0x405000 + DATA);
}

UTEST(elf, every_truncation_is_refused_or_read_inside)
{
    make_image();
    for (size_t size = 0; size < sizeof(img); size++)
        EXPECT_EQ(opens(size), size >= sizeof(img.h) + sizeof(img.p));
}

UTEST(elf, each_wrong_header_field_is_refused)
{
#define REFUSED(field, value)                                                                      \
    do {                                                                                           \
        make_image();                                                                              \
        img.h.field = (value);                                                                     \
        EXPECT_FALSE(opens(sizeof(img)));                                                          \
    } while (0)

    REFUSED(ident[0], 0);
    REFUSED(ident[3], 'f');
    REFUSED(ident[4], 1);
    REFUSED(ident[5], 2);
    REFUSED(ident[6], 0);
    REFUSED(type, 1);
    REFUSED(machine, ELF_MACHINE_AARCH64);
    REFUSED(version, 2);
    REFUSED(ehsize, 52);
    REFUSED(phentsize, 32);
    REFUSED(phnum, 0);
    REFUSED(phnum, 0xffff);
    REFUSED(phoff, sizeof(img));
    REFUSED(phoff, UINT64_MAX - 8);
}

static bool is_malformed(void)
{
    struct elf64_phdr p;
    uint64_t s, t;

    return elf_open(&e, &img, sizeof(img), ELF_MACHINE_X86_64) && !elf_segment(&e, 2, &p) &&
           !elf_range(&e, &s, &t);
}

UTEST(elf, each_malformed_segment_is_refused)
{
#define MALFORMED(field, value)                                                                    \
    do {                                                                                           \
        make_image();                                                                              \
        img.p[2].field = (value);                                                                  \
        EXPECT_TRUE(is_malformed());                                                               \
    } while (0)

    MALFORMED(offset, sizeof(img));
    MALFORMED(offset, UINT64_MAX);
    MALFORMED(filesz, UINT64_MAX);
    MALFORMED(filesz, 0x3001);
    MALFORMED(memsz, 8);
    MALFORMED(memsz, UINT64_MAX);
    MALFORMED(vaddr, UINT64_MAX - 0x2fff + 1);
    MALFORMED(vaddr, 0x402001 + DATA);
    MALFORMED(align, 3);
}

UTEST(elf, no_load_segment_means_no_range)
{
    uint64_t s, t;

    make_image();
    img.p[0].type = ELF_PT_NOTE;
    img.p[2].type = ELF_PT_NULL;
    ASSERT_TRUE(elf_open(&e, &img, sizeof(img), ELF_MACHINE_X86_64));
    EXPECT_FALSE(elf_range(&e, &s, &t));
}

UTEST(elf, single_changed_bytes_never_lead_outside)
{
    for (size_t at = 0; at < sizeof(img.h) + sizeof(img.p); at++)
        for (unsigned v = 0; v < 256; v += 51) {
            make_image();
            ((uint8_t *)&img)[at] = (uint8_t)v;
            (void)opens(sizeof(img.h) + sizeof(img.p) + 0x200);
        }
}
