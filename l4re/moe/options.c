/* SPDX-License-Identifier: MIT */
/*
 * See <moe/options.h>. Words are separated by blanks; double quotes keep blanks in a word. What
 * is not an option goes to init, and everything behind "--".
 */
#include <stdio.h>
#include <string.h>

#include <l4/re/l4aux.h>
#include <moe/options.h>

struct flag {
    const char *name;
    unsigned value;
};

static const struct flag debug_flags[] = {
    { "info", DBG_INFO },
    { "warn", DBG_WARN },
    { "boot", DBG_BOOT },
    { "server", DBG_SERVER },
    { "exceptions", DBG_EXCEPTIONS },
    { "cmdline", DBG_CMD_LINE },
    { "loader", DBG_LOADER },
    { "ns", DBG_NAME_SPACE },
    { "all", DBG_ALL },
    { NULL, 0 },
};

static const struct flag ldr_flags[] = {
    { "pre_alloc", L4RE_AUX_LDR_FLAG_EAGER_MAP },
    { "eager_map", L4RE_AUX_LDR_FLAG_EAGER_MAP },
    { "all_segs_cow", L4RE_AUX_LDR_FLAG_ALL_SEGS_COW },
    { "pinned_segs", L4RE_AUX_LDR_FLAG_PINNED_SEGS },
    { NULL, 0 },
};

struct parse {
    struct moe_options *o;
    void (*complain)(const char *text);
    char msg[200];
};

static void complain_list(struct parse *p, const char *opt, int len, const char *value,
                          const struct flag *f)
{
    int n = snprintf(p->msg, sizeof(p->msg), "unknown value '%.*s' of option %s, it takes", len,
                     value, opt);

    for (; f->name && n > 0 && (size_t)n < sizeof(p->msg); f++)
        n += snprintf(p->msg + n, sizeof(p->msg) - (size_t)n, " %s", f->name);
    p->complain(p->msg);
}

static unsigned parse_flags(struct parse *p, const char *opt, const char *value,
                            const struct flag *list)
{
    unsigned result = 0;

    while (*value) {
        size_t len = strcspn(value, ",");
        const struct flag *f = list;

        while (f->name && (strlen(f->name) != len || memcmp(f->name, value, len)))
            f++;
        if (f->name)
            result |= f->value;
        else if (len)
            complain_list(p, opt, len > 40 ? 40 : (int)len, value, list);
        value += len;
        value += *value == ',';
    }
    return result;
}

static void add_arg(struct parse *p, const char *word)
{
    if (p->o->nargs > OPT_ARGS_MAX) {
        snprintf(p->msg, sizeof(p->msg), "too many arguments, '%.60s' is dropped", word);
        p->complain(p->msg);
        return;
    }
    p->o->args[p->o->nargs++] = word;
}

/* Does the word begin with the option's name? Returns: the text behind it, NULL otherwise. */
static const char *value_of(const char *word, const char *opt)
{
    size_t len = strlen(opt);

    return strncmp(word, opt, len) ? NULL : word + len;
}

static void parse_option(struct parse *p, const char *word)
{
    struct moe_options *o = p->o;
    const char *v;

    if ((v = value_of(word, "--debug=")))
        o->debug = parse_flags(p, "--debug", v, debug_flags);
    else if ((v = value_of(word, "--l4re-dbg=")))
        o->l4re_dbg = parse_flags(p, "--l4re-dbg", v, debug_flags);
    else if ((v = value_of(word, "--ldr-flags=")))
        o->ldr_flags = parse_flags(p, "--ldr-flags", v, ldr_flags);
    else if ((v = value_of(word, "--init=")) && *v)
        o->init = v;
    else if (!strcmp(word, "--qemu-exit"))
        o->qemu_exit = 1;
    else {
        snprintf(p->msg, sizeof(p->msg),
                 "unknown option '%.60s'; known are --debug=LIST --init=FILE --l4re-dbg=LIST "
                 "--ldr-flags=LIST --qemu-exit and -- ARGUMENTS",
                 word);
        p->complain(p->msg);
    }
}

/* Cut the next word off *s, in place. Returns: NULL at the end. */
static char *next_word(char **s)
{
    char *in = *s + strspn(*s, " \t\n\r");
    char *word = in;
    char *out = in;
    int quoted = 0;

    if (!*in)
        return NULL;
    for (; *in && (quoted || !strchr(" \t\n\r", *in)); in++) {
        if (*in == '"')
            quoted = !quoted;
        else
            *out++ = *in;
    }
    *s = *in ? in + 1 : in;
    *out = 0;
    return word;
}

void options_parse(struct moe_options *o, const char *line, void (*complain)(const char *text))
{
    struct parse p = { .o = o, .complain = complain };
    int only_args = 0;
    char *rest, *word;

    memset(o, 0, sizeof(*o));
    o->debug = DBG_WARN;
    o->l4re_dbg = DBG_WARN;
    o->init = "rom/ned";
    o->nargs = 1;
    if (strlen(line) >= sizeof(o->text)) {
        snprintf(p.msg, sizeof(p.msg), "the command line is longer than %d characters",
                 OPT_LINE_LEN - 1);
        complain(p.msg);
    }
    strncpy(o->text, line, sizeof(o->text) - 1);

    rest = o->text;
    next_word(&rest); /* our own name */
    while ((word = next_word(&rest))) {
        if (!only_args && !strcmp(word, "--"))
            only_args = 1;
        else if (!only_args && !strncmp(word, "--", 2))
            parse_option(&p, word);
        else
            add_arg(&p, word);
    }
    o->args[0] = o->init;
    o->args[o->nargs] = NULL;
}
