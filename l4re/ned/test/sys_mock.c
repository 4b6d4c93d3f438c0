/* SPDX-License-Identifier: MIT */
#include "sys_mock.h"

#include <l4/sys/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utest/utest.h>

enum {
    SLOTS = 64,
    TASKS = 8,
    EVENTS = 16,
    FIRST_SLOT = 0x100,
};

struct sys_app {
    struct app *owner;
};

struct event {
    enum {
        EV_EXIT,
        EV_FAULT,
        EV_COMMAND
    } kind;
    unsigned task;
    unsigned long value;
    const char *line;
};

static bool slot_used[SLOTS];
static struct sys_app *task[TASKS];
static unsigned tasks;
static struct event event[EVENTS];
static unsigned events, next_event;
static char log_text[4096];
static char answer[512];
static long fail;
static const char *file_path, *file_text;

static void note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void note(const char *fmt, ...)
{
    size_t n = strlen(log_text);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(log_text + n, sizeof(log_text) - n, fmt, ap);
    va_end(ap);
}

void mock_reset(void)
{
    memset(slot_used, 0, sizeof(slot_used));
    tasks = events = next_event = 0;
    log_text[0] = answer[0] = 0;
    fail = 0;
    file_path = file_text = NULL;
}

void mock_file(const char *path, const char *text)
{
    file_path = path;
    file_text = text;
}

void mock_event_exit(unsigned t, int code)
{
    event[events++] = (struct event){ EV_EXIT, t, (unsigned long)code, NULL };
}

void mock_event_fault(unsigned t, unsigned long trapno)
{
    event[events++] = (struct event){ EV_FAULT, t, trapno, NULL };
}

void mock_event_command(const char *line)
{
    event[events++] = (struct event){ EV_COMMAND, 0, 0, line };
}

const char *mock_answer(void)
{
    return answer;
}

void mock_fail(long err)
{
    fail = err;
}

unsigned mock_slots_used(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < SLOTS; i++)
        n += slot_used[i];
    return n;
}

unsigned mock_tasks_alive(void)
{
    unsigned n = 0;

    for (unsigned i = 0; i < tasks; i++)
        n += task[i] != NULL;
    return n;
}

const char *mock_log(void)
{
    return log_text;
}

static long take_failure(void)
{
    long err = fail;

    fail = 0;
    return err;
}

static unsigned idx(l4_cap_idx_t cap)
{
    return (unsigned)(cap >> L4_CAP_SHIFT);
}

/* ---- <ned/sys.h> ---- */

int sys_init(void)
{
    return 0;
}

const char *sys_error_text(long err)
{
    return err == -L4_ENOMEM ? "out of memory or quota" : "failed";
}

l4_cap_idx_t sys_slot_alloc(void)
{
    for (unsigned i = 0; i < SLOTS; i++) {
        if (!slot_used[i]) {
            slot_used[i] = true;
            return (l4_cap_idx_t)(FIRST_SLOT + i) << L4_CAP_SHIFT;
        }
    }
    return L4_INVALID_CAP;
}

void sys_slot_free(l4_cap_idx_t slot)
{
    unsigned i = idx(slot) - FIRST_SLOT;

    ASSERT_TRUE(i < SLOTS && slot_used[i]);
    slot_used[i] = false;
}

bool sys_cap_present(l4_cap_idx_t cap)
{
    return l4_is_valid_cap(cap);
}

bool sys_cap_same(l4_cap_idx_t a, l4_cap_idx_t b)
{
    return a == b;
}

long sys_cap_debug(l4_cap_idx_t cap, unsigned long function)
{
    note("debug %u %lu\n", idx(cap), function);
    return 0;
}

bool sys_env_cap(unsigned i, const char **name, l4_cap_idx_t *cap)
{
    static const char *const names[] = { "rom", "log", "factory", "mem_alloc", "scheduler", "icu" };

    if (i >= sizeof(names) / sizeof(names[0]))
        return false;
    *name = names[i];
    *cap = (l4_cap_idx_t)(i + 1) << L4_CAP_SHIFT;
    return true;
}

long sys_create(l4_cap_idx_t fab, long proto, const struct sys_arg *args, unsigned nargs,
                l4_cap_idx_t slot)
{
    note("create %u: %ld", idx(fab), proto);
    for (unsigned i = 0; i < nargs; i++) {
        switch (args[i].kind) {
        case SYS_ARG_NIL: note(" nil"); break;
        case SYS_ARG_INT: note(" %ld", args[i].num); break;
        case SYS_ARG_STR: note(" '%s'", args[i].str); break;
        }
    }
    note(" -> %u\n", idx(slot));
    return take_failure();
}

long sys_ns_query(l4_cap_idx_t ns, const char *path, l4_cap_idx_t slot)
{
    note("query %u %s -> %u\n", idx(ns), path, idx(slot));
    return take_failure();
}

long sys_ns_register(l4_cap_idx_t ns, const char *name, l4_cap_idx_t cap, unsigned rights,
                     unsigned flags)
{
    note("register %u %s = %u rights %u flags %u\n", idx(ns), name, idx(cap), rights, flags);
    return take_failure();
}

long sys_ns_unlink(l4_cap_idx_t ns, const char *name)
{
    note("unlink %u %s\n", idx(ns), name);
    return take_failure();
}

long sys_suspend(l4_cap_idx_t pfc, unsigned long extra)
{
    note("suspend %u %lu\n", idx(pfc), extra);
    return take_failure();
}

long sys_shutdown(l4_cap_idx_t pfc, bool reboot)
{
    note("shutdown %u %d\n", idx(pfc), reboot);
    return take_failure();
}

const char *sys_kip_string(void)
{
    return "a kernel";
}

const char *sys_kip_platform(void)
{
    return "a machine";
}

int sys_file_open(const char *path, struct sys_file *f)
{
    if (!file_path || strcmp(path, file_path))
        return -L4_ENOENT;
    *f = (struct sys_file){ .data = file_text, .size = strlen(file_text) };
    return 0;
}

void sys_file_close(struct sys_file *f)
{
    f->data = NULL;
}

int sys_app_start(const struct app_spec *spec, struct app *owner, struct sys_app **out, char *why)
{
    long err = take_failure();

    if (err) {
        snprintf(why, SYS_WHY_MAX, "no program '%s'", spec->argv[0]);
        return (int)err;
    }
    note("start %s:", spec->name);
    for (unsigned i = 0; i < spec->argc; i++)
        note(" %s", spec->argv[i]);
    for (unsigned i = 0; i < spec->ncaps; i++)
        note(" %s=%u/%u", spec->caps[i].name, idx(spec->caps[i].cap), spec->caps[i].rights);
    note("\n");
    *out = malloc(sizeof(**out));
    (*out)->owner = owner;
    task[tasks++] = *out;
    return 0;
}

void sys_app_destroy(struct sys_app *a)
{
    for (unsigned i = 0; i < tasks; i++)
        if (task[i] == a)
            task[i] = NULL;
    free(a);
}

void sys_serve_one(void)
{
    ASSERT_LT(next_event, events); /* else ned would wait for ever */

    struct event e = event[next_event++];
    struct fault f = { .trapno = e.value, .err = 4, .addr = 0, .ip = 0x1000 };

    switch (e.kind) {
    case EV_EXIT: app_exited(task[e.task]->owner, (int)e.value); break;
    case EV_FAULT: app_faulted(task[e.task]->owner, &f); break;
    case EV_COMMAND:
        answer[command_execute(e.line, strlen(e.line), answer, sizeof(answer) - 1)] = 0;
        break;
    }
}

int sys_offer_commands(l4_cap_idx_t gate)
{
    note("commands %u\n", idx(gate));
    return (int)take_failure();
}
