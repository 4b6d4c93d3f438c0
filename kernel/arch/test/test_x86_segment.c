/* SPDX-License-Identifier: MIT */
/* What user mode may choose on x86-64: pure functions, tested on any machine. */
#include "../x86_64/include/arch/impl/seg.h"

#include <utest/utest.h>

#define DATA32 0x00cff3000000ffffull
#define CODE32 0x00cffb000000ffffull

UTEST(x86_segment, flags_for_user_have_interrupts_on_and_no_io_privilege)
{
    EXPECT_EQ(x86_flags_for_user(0), 0x202);
    EXPECT_EQ(x86_flags_for_user(~0ull), X86_FLAGS_USER | 0x202);
    EXPECT_EQ(x86_flags_for_user(X86_FLAG_IOPL | X86_FLAG_NT | X86_FLAG_VM), 0x202);
    EXPECT_EQ(x86_flags_for_user(X86_FLAG_TF | X86_FLAG_DF | 0x8d5), 0xfd7);
}

UTEST(x86_segment, canonical_addresses_end_at_bit_47)
{
    EXPECT_TRUE(x86_is_canonical(0));
    EXPECT_TRUE(x86_is_canonical(0x00007fffffffffffull));
    EXPECT_FALSE(x86_is_canonical(0x0000800000000000ull));
    EXPECT_FALSE(x86_is_canonical(0xffff7fffffffffffull));
    EXPECT_TRUE(x86_is_canonical(0xffff800000000000ull));
    EXPECT_TRUE(x86_is_canonical(~0ull));
    EXPECT_FALSE(x86_is_canonical(1ull << 63));
}

UTEST(x86_segment, a_thread_may_have_flat_data_and_code_of_ring_3)
{
    EXPECT_TRUE(x86_desc_is_safe(0));
    EXPECT_TRUE(x86_desc_is_safe(DATA32));
    EXPECT_TRUE(x86_desc_is_safe(CODE32));
    EXPECT_TRUE(x86_desc_is_safe(DATA32 | 0xb0000ull << 16));
}

UTEST(x86_segment, a_thread_may_not_have_what_lets_it_gain_something)
{
    EXPECT_FALSE(x86_desc_is_safe(DATA32 & ~(3ull << 45))); /* ring 0 */
    EXPECT_FALSE(x86_desc_is_safe(DATA32 & ~(1ull << 45))); /* ring 2 */
    EXPECT_FALSE(x86_desc_is_safe(DATA32 & ~(1ull << 44))); /* system: gate, TSS */
    EXPECT_FALSE(x86_desc_is_safe(DATA32 & ~(1ull << 47))); /* not present */
    EXPECT_FALSE(x86_desc_is_safe(DATA32 & ~(1ull << 54))); /* 16 bits */
    EXPECT_FALSE(x86_desc_is_safe(CODE32 | 1ull << 53));    /* 64-bit code */
    EXPECT_FALSE(x86_desc_is_safe(CODE32 | 1ull << 42));    /* conforming code */
}

UTEST(x86_segment, a_data_register_takes_what_can_be_read)
{
    EXPECT_TRUE(x86_desc_is_readable(DATA32));
    EXPECT_TRUE(x86_desc_is_readable(CODE32));
    EXPECT_FALSE(x86_desc_is_readable(CODE32 & ~(1ull << 41)));
    EXPECT_FALSE(x86_desc_is_readable(0));
}
