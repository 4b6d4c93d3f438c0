/* SPDX-License-Identifier: MIT */
/* See <lib/cmdline.h> for the contract. */
#include <lib/cmdline.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool cmdline_next(const char **pos, struct cmdline_word *word)
{
    const char *p = *pos;

    if (!p)
        return false;
    while (is_blank(*p))
        p++;
    *pos = p;
    if (!*p)
        return false;

    bool quoted = *p == '"';

    word->text = p += quoted;
    while (*p && (quoted ? *p != '"' : !is_blank(*p)))
        p++;
    word->len = (size_t)(p - word->text);
    *pos = quoted && *p ? p + 1 : p;
    return true;
}

/* Length of the common beginning if `text` is a prefix of the word, else SIZE_MAX. */
static size_t prefix_len(const struct cmdline_word *word, const char *text)
{
    size_t n = 0;

    while (text[n]) {
        if (n >= word->len || word->text[n] != text[n])
            return SIZE_MAX;
        n++;
    }
    return n;
}

bool cmdline_is(const struct cmdline_word *word, const char *text)
{
    return prefix_len(word, text) == word->len;
}

bool cmdline_option(const char *line, const char *name, struct cmdline_word *value)
{
    struct cmdline_word w, found = { "", 0 };
    bool present = false;

    while (cmdline_next(&line, &w)) {
        size_t n = prefix_len(&w, name);

        if (n == SIZE_MAX || (n < w.len && w.text[n] != '='))
            continue;
        present = true;
        found.text = w.text + n + (n < w.len);
        found.len = w.len - n - (n < w.len);
    }
    if (present && value)
        *value = found;
    return present;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 16;
}

static unsigned suffix_shift(char c)
{
    switch (c) {
    case 'k':
    case 'K': return 10;
    case 'm':
    case 'M': return 20;
    case 'g':
    case 'G': return 30;
    default: return 0;
    }
}

bool cmdline_number(const struct cmdline_word *word, uint64_t *number)
{
    const char *p = word->text, *end = p + word->len;
    unsigned base = 10, shift = 0;
    uint64_t x = 0;

    if (word->len > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        base = 16;
        p += 2;
    }
    if (p < end)
        shift = suffix_shift(end[-1]);
    if (shift)
        end--;
    if (p >= end)
        return false;

    for (; p < end; p++) {
        unsigned d = (unsigned)digit_value(*p);

        if (d >= base || x > (UINT64_MAX - d) / base)
            return false;
        x = x * base + d;
    }
    if (x > UINT64_MAX >> shift)
        return false;
    *number = x << shift;
    return true;
}
