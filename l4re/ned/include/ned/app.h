/* SPDX-License-Identifier: MIT */
/*
 * Applications: the tasks ned started, from start until nobody asks about them any more.
 *
 *            app_start                exit signal, fault, app_kill
 *   (none) ------------> APP_RUNNING --------------------------> APP_ENDED
 *                                                                   | app_reap: the task is
 *                                                                   v destroyed, on_end runs
 *                                                               APP_ZOMBIE ---> (freed with the
 *                                                                               last reference)
 *
 * A running application holds a reference on itself: dropping the last handle does not end it.
 */
#pragma once

#include <ned/sys.h>
#include <stdbool.h>

enum app_state {
    APP_RUNNING,
    APP_ENDED,
    APP_ZOMBIE,
};

struct app {
    struct app *next;
    struct sys_app *sys; /* NULL once the task is destroyed */
    enum app_state state;
    int exit_code;
    unsigned refs;
    int handler; /* reference of the exit handler in Lua's registry, or APP_NO_HANDLER */
    char name[32];
};

enum {
    APP_NO_HANDLER = -2, /* what Lua calls LUA_NOREF */
};

/* Exit codes of tasks that did not choose one. */
enum {
    APP_CODE_TRAP = 128,       /* plus the number of the exception */
    APP_CODE_KILLED = 128 + 9, /* by app_kill() */
};

/*
 * Start a program.
 * Owner:   one reference belongs to the caller.
 * Returns: 0, or an error with its reason in why[SYS_WHY_MAX].
 */
int app_start(const struct app_spec *spec, struct app **out, char *why);

void app_put(struct app *a);

/* End a running task; nothing happens to any other. Context: not inside sys_serve_one(). */
void app_kill(struct app *a);

/*
 * Destroy the tasks that have ended and call on_end once for each.
 * Context: not inside sys_serve_one(). on_end may start and kill applications.
 */
void app_reap(void (*on_end)(struct app *a, void *arg), void *arg);

/* Number of applications that are not zombies yet. */
unsigned app_count_alive(void);
