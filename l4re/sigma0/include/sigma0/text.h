/* SPDX-License-Identifier: MIT */
/* Numbers as text, and lines put together from pieces. */
#pragma once

#include <stddef.h>

#include <l4/sys/l4int.h>

enum {
    TEXT_MAX = 120, /* bytes of a line; more is cut */
};

struct text {
    size_t len;
    char buf[TEXT_MAX + 1];
};

void text_init(struct text *t);
void text_str(struct text *t, char const *s);
void text_hex(struct text *t, l4_umword_t v);
void text_dec(struct text *t, l4_umword_t v);
