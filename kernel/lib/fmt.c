/* SPDX-License-Identifier: MIT */
/*
 * See <lib/fmt.h> for the contract.
 *
 * One pass over the format: text is copied, a conversion is first parsed into a struct and
 * then printed. Everything goes through a sink, one character at a time.
 */
#include <lib/fmt.h>

struct sink {
    void (*put)(void *ctx, char c);
    void *ctx;
    int count;
};

/* One conversion: %[-0][width][.precision][length]kind */
struct conv {
    bool left, zero, upper;
    int width;
    int precision;  /* -1: none */
    unsigned bytes; /* size of an integer argument */
    char kind;
};

/* va_list may be an array type; in a struct it can be passed on by address. */
struct args {
    va_list list;
};

static void sink_put(struct sink *s, char c)
{
    s->put(s->ctx, c);
    s->count++;
}

static void sink_fill(struct sink *s, char c, int n)
{
    while (n-- > 0)
        sink_put(s, c);
}

static void print_text(struct sink *s, const struct conv *c, const char *text, int len)
{
    if (!c->left)
        sink_fill(s, ' ', c->width - len);
    for (int i = 0; i < len; i++)
        sink_put(s, text[i]);
    if (c->left)
        sink_fill(s, ' ', c->width - len);
}

static void print_string(struct sink *s, const struct conv *c, const char *text)
{
    int len = 0;

    if (!text)
        text = "(null)";
    while (text[len] && (c->precision < 0 || len < c->precision))
        len++;
    print_text(s, c, text, len);
}

static void print_number(struct sink *s, const struct conv *c, uint64_t x, unsigned base,
                         const char *prefix)
{
    const char *digits = c->upper ? "0123456789ABCDEF" : "0123456789abcdef";
    char text[24];
    int pos = (int)sizeof(text), prefix_len = 0;

    do {
        text[--pos] = digits[x % base];
        x /= base;
    } while (x);

    while (prefix[prefix_len])
        prefix_len++;

    int len = (int)sizeof(text) - pos + prefix_len;

    if (!c->left && !c->zero)
        sink_fill(s, ' ', c->width - len);
    for (int i = 0; i < prefix_len; i++)
        sink_put(s, prefix[i]);
    if (!c->left && c->zero)
        sink_fill(s, '0', c->width - len);
    for (; pos < (int)sizeof(text); pos++)
        sink_put(s, text[pos]);
    if (c->left)
        sink_fill(s, ' ', c->width - len);
}

static uint64_t unsigned_arg(const struct conv *c, struct args *a)
{
    uint64_t x = c->bytes == 8 ? va_arg(a->list, uint64_t) : va_arg(a->list, unsigned);

    return c->bytes == 8 ? x : x & ((1ull << (8 * c->bytes)) - 1);
}

static int64_t signed_arg(const struct conv *c, struct args *a)
{
    if (c->bytes == 8)
        return va_arg(a->list, int64_t);

    int x = va_arg(a->list, int);
    return c->bytes == 1 ? (int8_t)x : c->bytes == 2 ? (int16_t)x : x;
}

static void print_conv(struct sink *s, const struct conv *c, struct args *a)
{
    int64_t x;
    char ch;

    switch (c->kind) {
    case 's': print_string(s, c, va_arg(a->list, const char *)); break;
    case 'c':
        ch = (char)va_arg(a->list, int);
        print_text(s, c, &ch, 1);
        break;
    case 'd':
        x = signed_arg(c, a);
        print_number(s, c, x < 0 ? 0 - (uint64_t)x : (uint64_t)x, 10, x < 0 ? "-" : "");
        break;
    case 'u': print_number(s, c, unsigned_arg(c, a), 10, ""); break;
    case 'x': print_number(s, c, unsigned_arg(c, a), 16, ""); break;
    case 'p': print_number(s, c, (uintptr_t)va_arg(a->list, void *), 16, "0x"); break;
    case '%': sink_put(s, '%'); break;
    }
}

static const char *parse_number(const char *f, int *n, struct args *a)
{
    if (*f == '*') {
        *n = va_arg(a->list, int);
        return f + 1;
    }
    for (*n = 0; *f >= '0' && *f <= '9'; f++)
        if (*n < 10000)
            *n = *n * 10 + (*f - '0');
    return f;
}

static const char *parse_length(const char *f, struct conv *c)
{
    c->bytes = sizeof(int);
    for (;; f++) {
        switch (*f) {
        case 'h': c->bytes /= 2; break;
        case 'l':
        case 'z':
        case 't':
        case 'j': c->bytes = 8; break;
        default: return f;
        }
        if (!c->bytes)
            c->bytes = 1;
    }
}

/* Returns: behind the conversion, NULL if it is none of ours. */
static const char *parse_conv(const char *f, struct conv *c, struct args *a)
{
    *c = (struct conv){ .precision = -1 };

    for (;; f++) {
        if (*f == '-')
            c->left = true;
        else if (*f == '0')
            c->zero = true;
        else
            break;
    }
    f = parse_number(f, &c->width, a);
    if (c->width < 0) {
        c->left = true;
        c->width = -c->width;
    }
    if (*f == '.')
        f = parse_number(f + 1, &c->precision, a);
    f = parse_length(f, c);

    switch (*f) {
    case 'i': c->kind = 'd'; break;
    case 'X': c->kind = 'x'; break;
    case 's':
    case 'c':
    case 'd':
    case 'u':
    case 'x':
    case 'p':
    case '%': c->kind = *f; break;
    default: return NULL;
    }
    c->upper = *f == 'X';
    return f + 1;
}

int fmt_vprint(void (*put)(void *ctx, char c), void *ctx, const char *fmt, va_list args)
{
    struct sink s = { .put = put, .ctx = ctx };
    struct conv c;
    struct args a;

    va_copy(a.list, args);
    while (*fmt) {
        const char *after = *fmt == '%' ? parse_conv(fmt + 1, &c, &a) : NULL;

        if (after) {
            print_conv(&s, &c, &a);
            fmt = after;
        } else {
            sink_put(&s, *fmt++);
        }
    }
    va_end(a.list);
    return s.count;
}

struct buffer {
    char *at;
    size_t room; /* final 0 not counted */
};

static void buffer_put(void *ctx, char c)
{
    struct buffer *b = ctx;

    if (b->room) {
        *b->at++ = c;
        b->room--;
    }
}

int fmt_vsnprintf(char *out, size_t size, const char *fmt, va_list args)
{
    struct buffer b = { .at = out, .room = size ? size - 1 : 0 };
    int len = fmt_vprint(buffer_put, &b, fmt, args);

    if (size)
        *b.at = 0;
    return len;
}

int fmt_snprintf(char *out, size_t size, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    int len = fmt_vsnprintf(out, size, fmt, args);
    va_end(args);
    return len;
}
