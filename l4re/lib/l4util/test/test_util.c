/* SPDX-License-Identifier: MIT */
#include <stdlib.h>
#include <string.h>

#include <utest/utest.h>

#include <l4/util/base64.h>
#include <l4/util/elf.h>
#include <l4/util/kip.h>
#include <l4/util/rand.h>
#include <l4/util/rdtsc.h>
#include <l4/util/splitlog2.h>

static l4_addr_t next_start;
static int pieces;

static long piece(l4_addr_t s, l4_addr_t e, int log2size)
{
    ASSERT_EQ(s, next_start);
    ASSERT_EQ(e - s, (1UL << log2size) - 1);
    ASSERT_EQ(s & ((1UL << log2size) - 1), 0);
    next_start = e + 1;
    return ++pieces == 1000;
}

static int split(l4_addr_t start, l4_addr_t end)
{
    next_start = start;
    pieces = 0;
    EXPECT_EQ(l4util_splitlog2_hdl(start, end, piece), 0);
    EXPECT_EQ(next_start, end + 1);
    return pieces;
}

UTEST(splitlog2, pieces_are_aligned_complete_and_few)
{
    EXPECT_EQ(split(0x1000, 0x1fff), 1);
    EXPECT_EQ(split(0x1000, 0x7fff), 3);
    EXPECT_EQ(split(0, ~0UL), 2);
    EXPECT_EQ(split(1, ~0UL - 1), 126);
    EXPECT_EQ(split(7, 7), 1);
    EXPECT_EQ(l4util_splitlog2_hdl(2, 1, piece), -L4_EINVAL);
    EXPECT_EQ(l4util_splitlog2_size(0x3000, 0x8fff), 0x1000);
    EXPECT_EQ(l4util_splitlog2_size(2, 1), 0);
}

static void check_base64(char const *plain, char const *coded)
{
    char *out;

    base64_encode(plain, (unsigned)strlen(plain), &out);
    EXPECT_STREQ(out, coded);
    free(out);
    EXPECT_EQ(base64_decode(coded, (unsigned)strlen(coded), &out), strlen(plain));
    EXPECT_STREQ(out, plain);
    free(out);
}

UTEST(base64, examples_of_the_standard)
{
    check_base64("", "");
    check_base64("f", "Zg==");
    check_base64("fo", "Zm8=");
    check_base64("foo", "Zm9v");
    check_base64("foobar", "Zm9vYmFy");
    check_base64("\377\376", "//4=");
}

UTEST(rdtsc, converts_by_the_kernels_frequency)
{
    l4_kernel_info_t kip = { .frequency_cpu = 2500000 };
    l4_uint32_t s, ns;

    EXPECT_EQ(l4_tsc_to_ns(1000), 0);
    EXPECT_EQ(l4_tsc_init(L4_TSC_INIT_AUTO, &kip), (1UL << 27) * 2 / 5);
    EXPECT_EQ(l4_tsc_to_us(2500001), 1000);
    EXPECT_EQ(l4_ns_to_tsc(1000000), 2500000);
    EXPECT_EQ(l4_get_hz(), 2500000000);
    l4_tsc_to_s_and_ns(2500000000UL * 100 + 2501, &s, &ns);
    EXPECT_EQ(s, 100);
    EXPECT_TRUE(ns >= 999 && ns <= 1000);
    kip.frequency_cpu = 0;
    EXPECT_EQ(l4_calibrate_tsc(&kip), 0);
}

UTEST(rand, a_seed_names_a_sequence)
{
    l4_uint32_t a, b;

    l4util_srand(5);
    a = l4util_rand();
    b = l4util_rand();
    EXPECT_NE(a, b);
    l4util_srand(5);
    EXPECT_EQ(l4util_rand(), a);
}

UTEST(kip, features_are_found_by_their_whole_name)
{
    static union {
        l4_kernel_info_t kip;
        char page[L4_KIP_SIZE];
    } k;
    static char const text[] = "Hello\n\0segments\0abiver:3\0mapdb\0";

    k.kip.offset_version_strings = L4_KIP_OFFS_VERSION_STRING >> 4;
    memcpy(k.page + L4_KIP_OFFS_VERSION_STRING, text, sizeof(text));
    EXPECT_TRUE(l4util_kip_kernel_has_feature(&k.kip, "mapdb"));
    EXPECT_FALSE(l4util_kip_kernel_has_feature(&k.kip, "map"));
    EXPECT_FALSE(l4util_kip_kernel_has_feature(&k.kip, "Hello\n"));
    EXPECT_EQ(l4util_kip_kernel_abi_version(&k.kip), 3);
}

UTEST(elf, recognises_its_machine)
{
    Elf64_Ehdr h = { .e_ident = "\177ELF\2\1\1", .e_machine = EM_X86_64, .e_phoff = 64 };

    EXPECT_TRUE(l4util_elf_check_magic(&h));
    EXPECT_TRUE(l4util_elf_check_arch(&h));
    EXPECT_EQ(l4util_elf_phdr(&h), (Elf64_Phdr *)(&h + 1));
    h.e_machine = 3;
    EXPECT_FALSE(l4util_elf_check_arch(&h));
}
