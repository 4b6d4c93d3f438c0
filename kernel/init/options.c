/* SPDX-License-Identifier: MIT */
/*
 * See <init/options.h> for the contract.
 *
 * One table: name, what the value looks like in the list, and what to do. Options that other
 * kernels of this ABI have and this one does not need are known too, so that an existing
 * command line boots without alarm.
 */
#include <init/options.h>

#include <lib/cmdline.h>
#include <lib/fmt.h>
#include <lib/string.h>

enum verdict {
    TAKEN,
    NO_EFFECT,
    BAD_VALUE,
    UNKNOWN
};

struct option {
    const char *name;
    const char *value; /* in the list; NULL: takes none */
    bool (*take)(struct boot_options *o, const struct cmdline_word *value); /* NULL: no effect */
};

static bool take_wait(struct boot_options *o, const struct cmdline_word *v)
{
    (void)v;
    o->wait = true;
    return true;
}

static bool take_noserial(struct boot_options *o, const struct cmdline_word *v)
{
    (void)v;
    o->console.off = true;
    return true;
}

static bool take_exit_on_panic(struct boot_options *o, const struct cmdline_word *v)
{
    (void)v;
    o->console.exit_on_panic = true;
    return true;
}

/* A port address, or 1 ... 4 for COM1 ... COM4. */
static bool take_comport(struct boot_options *o, const struct cmdline_word *v)
{
    static const uint16_t com[] = { 0x3f8, 0x2f8, 0x3e8, 0x2e8 };
    uint64_t n;

    if (!cmdline_number(v, &n) || n < 1 || n > 0xfff8)
        return false;
    o->console.port = n <= array_size(com) ? com[n - 1] : (uint16_t)n;
    return true;
}

static bool take_comspeed(struct boot_options *o, const struct cmdline_word *v)
{
    uint64_t n;

    if (!cmdline_number(v, &n) || n < 50 || n > 115200)
        return false;
    o->console.baud = (uint32_t)n;
    return true;
}

static bool take_comirq(struct boot_options *o, const struct cmdline_word *v)
{
    uint64_t n;

    if (!cmdline_number(v, &n) || n > 15)
        return false;
    o->console.line = (uint32_t)n;
    return true;
}

static bool take_kmemsize(struct boot_options *o, const struct cmdline_word *v)
{
    uint64_t n;

    if (!cmdline_number(v, &n) || n == 0 || n > GiB(1))
        return false;
    o->kmem_bytes = KiB(n);
    return true;
}

static bool take_maxmem(struct boot_options *o, const struct cmdline_word *v)
{
    uint64_t n;

    if (!cmdline_number(v, &n) || n == 0 || n > GiB(1))
        return false;
    o->max_mem = MiB(n);
    return true;
}

static const struct option option_table[] = {
    { "-wait", NULL, take_wait },
    { "-noserial", NULL, take_noserial },
    { "-comport", "PORT|1..4", take_comport },
    { "-comspeed", "BAUD", take_comspeed },
    { "-comirq", "IRQ", take_comirq },
    { "-kmemsize", "KiB", take_kmemsize },
    { "-maxmem", "MiB", take_maxmem },
    { "-qemu-exit-on-panic", NULL, take_exit_on_panic },
    { "-serial_esc", NULL, NULL },
    { "-serial_input", NULL, NULL },
    { "-noscreen", NULL, NULL },
    { "-esc", NULL, NULL },
    { "-nojdb", NULL, NULL },
    { "-nohlt", NULL, NULL },
    { "-apic", NULL, NULL },
    { "-loadcnt", NULL, NULL },
    { "-watchdog", NULL, NULL },
    { "-irq0", NULL, NULL },
    { "-nosfn", NULL, NULL },
    { "-jdb_never_stop", NULL, NULL },
    { "-oneshot-timer", NULL, NULL },
    { "-jdb_cmd", "KEYS", NULL },
    { "-tbuf_entries", "N", NULL },
    { "-out_buf", "BYTES", NULL },
    { "-perf_profile", "N", NULL },
};

/* Split "name=value". The value has length 0 if there is no '='. */
static void word_split(const struct cmdline_word *w, struct cmdline_word *name,
                       struct cmdline_word *value)
{
    size_t n = 0;

    while (n < w->len && w->text[n] != '=')
        n++;
    *name = (struct cmdline_word){ w->text, n };
    *value = (struct cmdline_word){ w->text + n, 0 };
    if (n < w->len)
        *value = (struct cmdline_word){ w->text + n + 1, w->len - n - 1 };
}

static enum verdict word_take(const struct cmdline_word *w, struct boot_options *o)
{
    struct cmdline_word name, value;

    word_split(w, &name, &value);
    for (size_t i = 0; i < array_size(option_table); i++) {
        const struct option *p = &option_table[i];

        if (!cmdline_is(&name, p->name))
            continue;
        if (!p->take)
            return NO_EFFECT;
        if (!p->value && name.len != w->len)
            return BAD_VALUE;
        return p->take(o, &value) ? TAKEN : BAD_VALUE;
    }
    return UNKNOWN;
}

static bool word_is_option(const struct cmdline_word *w)
{
    return w->len > 1 && w->text[0] == '-';
}

void options_parse(const char *cmdline, struct boot_options *o)
{
    struct cmdline_word w;

    *o = (struct boot_options){ .console = CONSOLE_CONFIG_DEFAULT };
    while (cmdline_next(&cmdline, &w))
        if (word_is_option(&w))
            (void)word_take(&w, o);
}

/* The valid options, a few to a line. */
static void list_say(void (*say)(void *arg, const char *line), void *arg)
{
    char line[96];
    int used = 0;

    for (size_t i = 0; i < array_size(option_table) && option_table[i].take; i++) {
        const struct option *p = &option_table[i];

        if (used > 64) {
            say(arg, line);
            used = 0;
        }
        used +=
            fmt_snprintf(line + used, sizeof(line) - (size_t)used, "%s%s%s%s", used ? " " : "  ",
                         p->name, p->value ? "=" : "", p->value ? p->value : "");
    }
    if (used)
        say(arg, line);
}

unsigned options_report(const char *cmdline, void (*say)(void *arg, const char *line), void *arg)
{
    static const char *const text[] = {
        [NO_EFFECT] = "has no effect in this kernel",
        [BAD_VALUE] = "has no valid value, ignored",
        [UNKNOWN] = "is unknown, ignored; the options are:",
    };
    struct boot_options scratch = { .wait = false };
    struct cmdline_word w;
    bool unknown = false;
    unsigned n = 0;

    while (cmdline_next(&cmdline, &w)) {
        enum verdict v = word_is_option(&w) ? word_take(&w, &scratch) : TAKEN;
        char line[96];

        if (v == TAKEN)
            continue;
        n++;
        fmt_snprintf(line, sizeof(line), "option '%.*s' %s", (int)min(w.len, (size_t)40), w.text,
                     v == UNKNOWN && unknown ? "is unknown, ignored" : text[v]);
        say(arg, line);
        if (v == UNKNOWN && !unknown)
            list_say(say, arg);
        unknown |= v == UNKNOWN;
    }
    return n;
}
