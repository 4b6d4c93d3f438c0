/* SPDX-License-Identifier: MIT */
/*
 * Failures are noted in memory, by whatever thread in whatever task, and printed by the main
 * thread: only it is sure to have the console.
 */
#include "internal.h"

enum {
    NOTES = 12,
    NOTE_ARGS = 3,
};

struct note {
    const char *file;
    int line;
    const char *text; /* format of three words, or expression */
    bool compared;
    uint64_t arg[NOTE_ARGS];
};

static struct note notes[NOTES];
static unsigned failures;

void check_begin(void)
{
    failures = 0;
}

unsigned systest_failures(void)
{
    return __atomic_load_n(&failures, __ATOMIC_SEQ_CST);
}

static struct note *note_new(const char *file, int line, const char *text)
{
    unsigned i = __atomic_fetch_add(&failures, 1, __ATOMIC_SEQ_CST);

    if (i >= NOTES)
        return NULL;
    notes[i] = (struct note){ .file = file, .line = line, .text = text };
    return &notes[i];
}

void systest_fail(const char *file, int line, const char *fmt, uint64_t a, uint64_t b, uint64_t c)
{
    struct note *n = note_new(file, line, fmt);

    if (!n)
        return;
    n->arg[0] = a;
    n->arg[1] = b;
    n->arg[2] = c;
}

bool systest_check(const char *file, int line, const char *what, bool holds, uint64_t a, uint64_t b)
{
    struct note *n;

    if (holds)
        return true;
    n = note_new(file, line, what);
    if (n) {
        n->compared = true;
        n->arg[0] = a;
        n->arg[1] = b;
    }
    return false;
}

static const char *base_name(const char *path)
{
    const char *base = path;

    for (; *path; path++)
        if (*path == '/')
            base = path + 1;
    return base;
}

static void note_say(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    vsay(fmt, ap);
    va_end(ap);
}

void check_print(void)
{
    unsigned n = systest_failures();

    for (unsigned i = 0; i < n && i < NOTES; i++) {
        const struct note *e = &notes[i];

        say("# %s:%d: ", base_name(e->file), e->line);
        if (e->compared)
            say("%s: 0x%lx (%ld) and 0x%lx (%ld)\n", e->text, e->arg[0], (long)e->arg[0], e->arg[1],
                (long)e->arg[1]);
        else
            note_say(e->text, e->arg[0], e->arg[1], e->arg[2]);
        if (!e->compared)
            say("\n");
    }
    if (n > NOTES)
        say("# and %u more\n", n - NOTES);
}
