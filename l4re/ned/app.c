/* SPDX-License-Identifier: MIT */
/*
 * A task ends inside sys_serve_one(), in the middle of the server loop that its own gate belongs
 * to. So its end is only noted there; app_reap() tears it down when the loop has been left.
 */
#include <ned/app.h>

#include <l4/sys/err.h>
#include <ned/report.h>
#include <stdio.h>
#include <stdlib.h>

static struct app *app_list; /* all that are not zombies */

int app_start(const struct app_spec *spec, struct app **out, char *why)
{
    struct app *a = calloc(1, sizeof(*a));
    int err;

    if (!a) {
        snprintf(why, SYS_WHY_MAX, "ned is out of memory");
        return -L4_ENOMEM;
    }
    a->refs = 2; /* the caller's and its own */
    a->handler = APP_NO_HANDLER;
    snprintf(a->name, sizeof(a->name), "%s", spec->name);
    err = sys_app_start(spec, a, &a->sys, why);
    if (err) {
        free(a);
        return err;
    }
    a->next = app_list;
    app_list = a;
    *out = a;
    return 0;
}

void app_put(struct app *a)
{
    if (--a->refs == 0)
        free(a);
}

static void app_end(struct app *a, int code)
{
    if (a->state != APP_RUNNING)
        return;
    a->state = APP_ENDED;
    a->exit_code = code;
}

void app_exited(struct app *a, int code)
{
    app_end(a, code);
}

void app_faulted(struct app *a, const struct fault *f)
{
    char text[FAULT_TEXT_MAX];

    if (a->state != APP_RUNNING)
        return;
    fault_describe(f, text, sizeof(text));
    report("task '%s' died: %s", a->name, text);
    app_end(a, APP_CODE_TRAP + (int)(f->trapno & 0x7f));
}

void app_kill(struct app *a)
{
    app_end(a, APP_CODE_KILLED);
}

static struct app *app_take_ended(void)
{
    for (struct app **p = &app_list; *p; p = &(*p)->next) {
        struct app *a = *p;

        if (a->state == APP_ENDED) {
            *p = a->next;
            a->next = NULL;
            return a;
        }
    }
    return NULL;
}

void app_reap(void (*on_end)(struct app *a, void *arg), void *arg)
{
    struct app *a;

    while ((a = app_take_ended())) {
        sys_app_destroy(a->sys);
        a->sys = NULL;
        a->state = APP_ZOMBIE;
        on_end(a, arg);
        app_put(a);
    }
}

unsigned app_count_alive(void)
{
    unsigned n = 0;

    for (const struct app *a = app_list; a; a = a->next)
        n++;
    return n;
}
