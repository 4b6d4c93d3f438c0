/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <l4/re/msg.h>
#include <l4/sys/err.h>
#include <utest/utest.h>

static l4_umword_t mr[L4RE_MSG_WORDS];

UTEST(msg, values_lie_at_their_natural_alignment)
{
    struct l4re_msg m;

    memset(mr, 0xff, sizeof(mr));
    l4re_msg_write(&m, mr);
    l4re_msg_put_i32(&m, 3);
    l4re_msg_put_u64(&m, 0x1122334455667788);
    l4re_msg_put_u8(&m, 9);
    l4re_msg_put_u32(&m, 7);
    EXPECT_EQ(m.err, 0);
    EXPECT_EQ(l4_msgtag_words(l4re_msg_tag(&m, 1, 0)), 3);
    EXPECT_EQ((int)mr[0], 3);
    EXPECT_EQ(mr[1], 0x1122334455667788);
    EXPECT_EQ(mr[2] & 0xff, 9);
    EXPECT_EQ(mr[2] >> 32, 7);
}

UTEST(msg, what_was_put_is_what_is_got)
{
    struct l4re_msg m;
    l4_umword_t w0, w1, word;
    l4_uint16_t h;

    l4re_msg_write(&m, mr);
    l4re_msg_put_u16(&m, 77);
    l4re_msg_put_str(&m, "hello");
    l4re_msg_put_uword(&m, 42);
    l4re_msg_put_cap(&m, 5UL << 12, 7, 0);
    l4re_msg_put_cap(&m, L4_INVALID_CAP, 7, 0);
    ASSERT_EQ(m.err, 0);

    l4re_msg_read(&m, mr, l4re_msg_tag(&m, 0, 0));
    l4re_msg_get_u16(&m, &h);
    EXPECT_EQ(h, 77);
    EXPECT_STREQ(l4re_msg_get_str(&m), "hello");
    l4re_msg_get_uword(&m, &word);
    EXPECT_EQ(word, 42);
    l4re_msg_get_item(&m, &w0, &w1);
    EXPECT_EQ(w0, 8);
    EXPECT_EQ(w1, 0x5037);
    l4re_msg_get_item(&m, &w0, &w1);
    EXPECT_EQ(w0, 0);
    EXPECT_EQ(m.err, 0);
    l4re_msg_get_item(&m, &w0, &w1);
    EXPECT_EQ(m.err, -L4_EMSGMISSARG);
}

UTEST(msg, every_short_message_is_too_short_and_reads_as_zero)
{
    struct l4re_msg m;
    l4_umword_t w = 99;
    l4_uint32_t u = 99;

    for (unsigned words = 0; words < 2; words++) {
        l4re_msg_read(&m, mr, l4_msgtag(0, words, 0, 0));
        l4re_msg_get_u32(&m, &u);
        l4re_msg_get_uword(&m, &w);
        EXPECT_EQ(m.err, -L4_EMSGTOOSHORT);
        EXPECT_EQ(w, 0);
    }
}

UTEST(msg, a_string_longer_than_the_message_is_refused)
{
    struct l4re_msg m;
    unsigned long len = 1;

    mr[0] = ~0UL;
    l4re_msg_read(&m, mr, l4_msgtag(0, 3, 0, 0));
    EXPECT_NULL(l4re_msg_get_array(&m, &len));
    EXPECT_EQ(len, 0);
    EXPECT_EQ(m.err, -L4_EMSGTOOSHORT);
}

UTEST(msg, a_string_without_its_end_is_refused)
{
    struct l4re_msg m;

    mr[0] = 8;
    memset(&mr[1], 'x', 8);
    l4re_msg_read(&m, mr, l4_msgtag(0, 2, 0, 0));
    EXPECT_NULL(l4re_msg_get_str(&m));
    EXPECT_EQ(m.err, -L4_EMSGMISSARG);

    mr[0] = 0;
    l4re_msg_read(&m, mr, l4_msgtag(0, 2, 0, 0));
    EXPECT_NULL(l4re_msg_get_str(&m));
}

UTEST(msg, writing_past_the_end_is_an_error_and_empties_the_message)
{
    struct l4re_msg m;
    char big[600];

    memset(big, 'x', sizeof(big));
    l4re_msg_write(&m, mr);
    l4re_msg_put_u32(&m, 1);
    l4re_msg_put_bytes(&m, big, sizeof(big));
    EXPECT_EQ(m.err, -L4_EMSGTOOLONG);
    EXPECT_EQ(l4_msgtag_words(l4re_msg_tag(&m, 5, 0)), 0);
    EXPECT_EQ(l4_msgtag_label(l4re_msg_tag(&m, 5, 0)), 5);
}

UTEST(msg, items_that_run_past_the_last_register_are_not_there)
{
    struct l4re_msg m;

    l4re_msg_read(&m, mr, l4_msgtag(0, 60, 40, 0));
    EXPECT_EQ(m.items, 1);
    l4re_msg_read(&m, mr, l4_msgtag(0, 63, 63, 0));
    EXPECT_EQ(m.items, 0);
}

UTEST(msg, no_value_goes_behind_an_item)
{
    struct l4re_msg m;

    l4re_msg_write(&m, mr);
    l4re_msg_put_item(&m, 8, 0);
    l4re_msg_put_u8(&m, 1);
    EXPECT_NE(m.err, 0);
}

UTEST(msg, typed_arguments_come_back_with_their_types)
{
    struct l4re_msg m;
    struct l4re_varg v;

    l4re_msg_write(&m, mr);
    l4re_msg_put_varg_uint(&m, 5);
    l4re_msg_put_varg_str(&m, "ned");
    l4re_msg_put_varg_int(&m, -2);
    l4re_msg_put_varg_nil(&m);
    EXPECT_EQ(mr[0], 0x80001);
    l4re_msg_read(&m, mr, l4re_msg_tag(&m, 0, 0));

    ASSERT_TRUE(l4re_msg_get_varg(&m, &v));
    EXPECT_EQ(v.type, L4RE_VARG_UMWORD);
    EXPECT_EQ(v.value, 5);
    ASSERT_TRUE(l4re_msg_get_varg(&m, &v));
    EXPECT_STREQ(v.str, "ned");
    ASSERT_TRUE(l4re_msg_get_varg(&m, &v));
    EXPECT_EQ((long)v.value, -2);
    ASSERT_TRUE(l4re_msg_get_varg(&m, &v));
    EXPECT_EQ(v.type, L4RE_VARG_NIL);
    EXPECT_FALSE(l4re_msg_get_varg(&m, &v));
    EXPECT_EQ(m.err, 0);
}

UTEST(msg, a_typed_argument_cut_short_ends_the_list_with_an_error)
{
    struct l4re_msg m;
    struct l4re_varg v;

    mr[0] = 2 | 100UL << 16;
    l4re_msg_read(&m, mr, l4_msgtag(0, 2, 0, 0));
    EXPECT_FALSE(l4re_msg_get_varg(&m, &v));
    EXPECT_EQ(m.err, -L4_EMSGTOOSHORT);
}
