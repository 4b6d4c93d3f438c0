/* SPDX-License-Identifier: MIT */
/*
 * See <l4/util/parse_cmd.h>. The variable arguments are first read into a table; then the
 * words are looked up there.
 */
#include <l4/util/parse_cmd.h>

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* The C library of the program; without one, nothing here gets linked. */
int printf(char const *fmt, ...) __attribute__((format(printf, 1, 2)));

struct option {
    int short_name;
    char const *long_name;
    char const *text;
    enum parse_cmd_type type;
    int num; /* preset, value or id */
    union {
        int *where;
        char const **str;
        parse_cmd_fn_t fn;
        parse_cmd_fn_arg_t fn_arg;
    } to;
};

struct options {
    unsigned n;
    struct option o[PARSE_CMD_MAX_OPTIONS];
};

/* ---- table -------------------------------------------------------------------------------------
 */

static void option_read(struct option *o, va_list *va)
{
    o->long_name = va_arg(*va, char const *);
    o->text = va_arg(*va, char const *);
    o->type = (enum parse_cmd_type)va_arg(*va, int);
    o->num = 0;
    switch (o->type) {
    case PARSE_CMD_STRING: {
        char const *preset = va_arg(*va, char const *);

        o->to.str = va_arg(*va, char const **);
        *o->to.str = preset;
        break;
    }
    case PARSE_CMD_FN:
        o->to.fn = va_arg(*va, parse_cmd_fn_t);
        o->num = va_arg(*va, int);
        break;
    case PARSE_CMD_FN_ARG:
        o->to.fn_arg = va_arg(*va, parse_cmd_fn_arg_t);
        o->num = va_arg(*va, int);
        break;
    case PARSE_CMD_INT:
    case PARSE_CMD_INC:
    case PARSE_CMD_DEC:
        o->num = va_arg(*va, int);
        o->to.where = va_arg(*va, int *);
        *o->to.where = o->num;
        break;
    case PARSE_CMD_SWITCH:
        o->num = va_arg(*va, int);
        o->to.where = va_arg(*va, int *);
        break;
    }
}

static int options_read(struct options *t, int arg0, va_list *va)
{
    t->n = 0;
    for (int c = arg0; c; c = va_arg(*va, int)) {
        if (t->n == PARSE_CMD_MAX_OPTIONS)
            return -2;
        t->o[t->n].short_name = c;
        option_read(&t->o[t->n++], va);
    }
    return 0;
}

static bool same(char const *a, char const *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (!b[i] || a[i] != b[i])
            return false;
    }
    return !b[n];
}

static struct option const *find_long(struct options const *t, char const *name, size_t len)
{
    for (unsigned i = 0; i < t->n; i++) {
        if (t->o[i].long_name && same(name, t->o[i].long_name, len))
            return &t->o[i];
    }
    return NULL;
}

static struct option const *find_short(struct options const *t, char c)
{
    for (unsigned i = 0; c != ' ' && i < t->n; i++) {
        if (t->o[i].short_name == c)
            return &t->o[i];
    }
    return NULL;
}

static void help(struct options const *t, char const *program)
{
    printf("usage: %s [options]\n", program);
    for (unsigned i = 0; i < t->n; i++) {
        struct option const *o = &t->o[i];

        if (o->short_name != ' ')
            printf("  -%c", (char)o->short_name);
        else
            printf("    ");
        if (o->long_name)
            printf(" --%-18s", o->long_name);
        printf(" %s\n", o->text ? o->text : "");
    }
}

/* ---- values
 * -------------------------------------------------------------------------------------- */

static unsigned digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    if (c >= 'a' && c <= 'f')
        return (unsigned)(c - 'a') + 10;
    if (c >= 'A' && c <= 'F')
        return (unsigned)(c - 'A') + 10;
    return 16;
}

/* Number at the start of the text: decimal, 0x... or 0...; with a sign. */
static int number(char const *s)
{
    bool neg = *s == '-';
    unsigned base = 10;
    unsigned v = 0;

    if (*s == '-' || *s == '+')
        s++;
    if (*s == '0') {
        base = 8;
        if (s[1] == 'x' || s[1] == 'X') {
            base = 16;
            s += 2;
        }
    }
    for (; digit(*s) < base; s++)
        v = v * base + digit(*s);
    return (int)(neg ? 0U - v : v);
}

static bool takes_value(struct option const *o)
{
    return o->type == PARSE_CMD_INT || o->type == PARSE_CMD_STRING || o->type == PARSE_CMD_FN_ARG;
}

/* `value` is NULL exactly for options that take none. */
static void option_apply(struct option const *o, char const *value)
{
    switch (o->type) {
    case PARSE_CMD_INT: *o->to.where = number(value); break;
    case PARSE_CMD_SWITCH: *o->to.where = o->num; break;
    case PARSE_CMD_STRING: *o->to.str = value; break;
    case PARSE_CMD_FN: o->to.fn(o->num); break;
    case PARSE_CMD_FN_ARG: o->to.fn_arg(o->num, value, number(value)); break;
    case PARSE_CMD_INC: ++*o->to.where; break;
    case PARSE_CMD_DEC: --*o->to.where; break;
    }
}

/* ---- words
 * ----------------------------------------------------------------------------------------- */

struct words {
    int n;
    char const **w;
    char const *program;
};

/* Apply an option whose value, if it takes one, is `value` or the next word. */
static int apply_next(struct words *ws, struct option const *o, char const *value)
{
    if (!takes_value(o)) {
        option_apply(o, NULL);
        return 0;
    }
    if (!value) {
        if (ws->n < 2) {
            printf("%s: option %s needs a value\n", ws->program, ws->w[0]);
            return -1;
        }
        ws->n--;
        ws->w++;
        value = ws->w[0];
    }
    option_apply(o, value);
    return 0;
}

static int unknown(struct options const *t, struct words const *ws, bool is_help)
{
    if (is_help) {
        help(t, ws->program);
        return 1;
    }
    printf("%s: unknown option %s\n", ws->program, ws->w[0]);
    return -1;
}

static int parse_long(struct options const *t, struct words *ws)
{
    char const *name = ws->w[0] + 2;
    struct option const *o;
    size_t len = 0;

    while (name[len] && name[len] != '=')
        len++;
    o = find_long(t, name, len);
    if (!o)
        return unknown(t, ws, same(name, "help", len));
    return apply_next(ws, o, name[len] ? name + len + 1 : NULL);
}

static int parse_short(struct options const *t, struct words *ws)
{
    for (char const *p = ws->w[0] + 1; *p; p++) {
        struct option const *o = find_short(t, *p);
        int r;

        if (!o)
            return unknown(t, ws, *p == 'h');
        if (takes_value(o))
            return apply_next(ws, o, p[1] ? p + 1 : NULL);
        r = apply_next(ws, o, NULL);
        if (r)
            return r;
    }
    return 0;
}

static int parse(struct options const *t, int *argc, char const ***argv)
{
    struct words ws = { *argc, *argv, "" };

    if (*argc <= 0)
        return 0;
    ws.program = ws.w[0];
    for (ws.n--, ws.w++; ws.n > 0; ws.n--, ws.w++) {
        char const *w = ws.w[0];
        int r;

        if (w[0] != '-' || !w[1])
            break;
        if (w[1] == '-' && !w[2]) {
            ws.n--;
            ws.w++;
            break;
        }
        r = w[1] == '-' ? parse_long(t, &ws) : parse_short(t, &ws);
        if (r)
            return r;
    }
    *argc = ws.n > 0 ? ws.n : 0;
    *argv = ws.w;
    return 0;
}

int parse_cmdlinev(int *argc, char const ***argv, int arg0, va_list va)
{
    struct options t;
    va_list copy;
    int r;

    va_copy(copy, va);
    r = options_read(&t, arg0, &copy);
    va_end(copy);
    return r ? r : parse(&t, argc, argv);
}

int parse_cmdline(int *argc, char const ***argv, int arg0, ...)
{
    va_list va;
    int r;

    va_start(va, arg0);
    r = parse_cmdlinev(argc, argv, arg0, va);
    va_end(va);
    return r;
}
