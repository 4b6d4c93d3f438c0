/* SPDX-License-Identifier: MIT */
#include <sigma0/text.h>

void text_init(struct text *t)
{
    t->len = 0;
    t->buf[0] = 0;
}

static void text_char(struct text *t, char c)
{
    if (t->len == TEXT_MAX)
        return;
    t->buf[t->len++] = c;
    t->buf[t->len] = 0;
}

void text_str(struct text *t, char const *s)
{
    while (*s)
        text_char(t, *s++);
}

static void text_number(struct text *t, l4_umword_t v, unsigned base)
{
    char digits[20];
    unsigned n = 0;

    do {
        digits[n++] = "0123456789abcdef"[v % base];
        v /= base;
    } while (v);
    while (n)
        text_char(t, digits[--n]);
}

void text_hex(struct text *t, l4_umword_t v)
{
    text_str(t, "0x");
    text_number(t, v, 16);
}

void text_dec(struct text *t, l4_umword_t v)
{
    text_number(t, v, 10);
}
