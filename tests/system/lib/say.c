/* SPDX-License-Identifier: MIT */
/* Formatted lines on the kernel's console. Knows %s %c %d %u %x, with l for words. */
#include "internal.h"

#include <l4/sys/vcon.h>

struct line {
    char text[L4_VCON_WRITE_SIZE];
    unsigned n;
};

static void put(struct line *l, char c)
{
    if (l->n < sizeof(l->text))
        l->text[l->n++] = c;
}

static void put_number(struct line *l, unsigned long v, unsigned base)
{
    char digits[20];
    unsigned n = 0;

    do {
        digits[n++] = "0123456789abcdef"[v % base];
        v /= base;
    } while (v);
    while (n)
        put(l, digits[--n]);
}

static void put_signed(struct line *l, long v)
{
    if (v < 0)
        put(l, '-');
    put_number(l, v < 0 ? -(unsigned long)v : (unsigned long)v, 10);
}

/* The conversion at *f, behind its '%'. */
static void convert(struct line *l, const char **f, va_list *ap)
{
    bool word = **f == 'l';
    const char *s;

    if (word)
        ++*f;
    switch (**f) {
    case 's':
        for (s = va_arg(*ap, const char *); *s; s++)
            put(l, *s);
        break;
    case 'c': put(l, (char)va_arg(*ap, int)); break;
    case 'd': put_signed(l, word ? va_arg(*ap, long) : va_arg(*ap, int)); break;
    case 'u':
    case 'x':
        put_number(l, word ? va_arg(*ap, unsigned long) : va_arg(*ap, unsigned),
                   **f == 'x' ? 16 : 10);
        break;
    default: put(l, **f); break;
    }
}

void vsay(const char *fmt, va_list ap)
{
    struct line l = { .n = 0 };
    va_list args;

    va_copy(args, ap);
    for (const char *f = fmt; *f; f++) {
        if (*f != '%') {
            put(&l, *f);
            continue;
        }
        f++;
        convert(&l, &f, &args);
    }
    va_end(args);
    (void)l4_vcon_write(L4_BASE_LOG_CAP, l.text, l.n);
}

void say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsay(fmt, ap);
    va_end(ap);
}
