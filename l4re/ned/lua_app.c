/* SPDX-License-Identifier: MIT */
/*
 * Tasks as Lua values, and everything that waits.
 *
 * ned has one thread: waiting means serving. wait() takes message after message until the task
 * has ended; exit handlers run between two messages, never inside one, so they may start, kill
 * and wait like any other code.
 */
#include <lauxlib.h>
#include <ned/app.h>
#include <ned/command.h>
#include <ned/lua_cap.h>
#include <ned/lua_objects.h>
#include <ned/report.h>
#include <ned/script.h>

#define APP_META "l4.task"

_Static_assert(APP_NO_HANDLER == LUA_NOREF, "the two names mean one value");

struct lua_app {
    struct app *app;
};

static struct app *app_check(lua_State *L, int arg)
{
    return ((struct lua_app *)luaL_checkudata(L, arg, APP_META))->app;
}

/* Pushes a handle; takes over the caller's reference. */
static struct lua_app *handle_push(lua_State *L)
{
    struct lua_app *h = lua_newuserdatauv(L, sizeof(*h), 0);

    h->app = NULL;
    luaL_setmetatable(L, APP_META);
    return h;
}

/* ---- start(spec) ---- */

/*
 * The array of strings in field `name` of the table at index 1, ended with NULL. It lives as
 * long as the value this pushes, its strings as long as the table.
 */
static const char **read_words(lua_State *L, const char *name, unsigned *count)
{
    lua_getfield(L, 1, name);
    luaL_checktype(L, -1, LUA_TTABLE);

    unsigned n = (unsigned)lua_rawlen(L, -1);
    const char **words = lua_newuserdatauv(L, (n + 1) * sizeof(*words), 0);

    for (unsigned i = 0; i < n; i++) {
        lua_rawgeti(L, -2, i + 1);
        words[i] = luaL_checkstring(L, -1);
        lua_pop(L, 1);
    }
    words[n] = NULL;
    lua_remove(L, -2);
    *count = n;
    return words;
}

/* Reads { name =, cap =, rights = } on top of the stack. */
static struct app_cap read_cap(lua_State *L)
{
    struct app_cap c;

    luaL_checktype(L, -1, LUA_TTABLE);
    lua_getfield(L, -1, "cap");
    c.cap = lua_cap_check(L, -1);
    lua_getfield(L, -2, "rights");
    c.rights = (unsigned)luaL_checkinteger(L, -1);
    lua_getfield(L, -3, "name");
    c.name = lua_tostring(L, -1);
    lua_pop(L, 3);
    return c;
}

static struct app_cap read_role(lua_State *L, const char *role)
{
    struct app_cap c;

    lua_getfield(L, 1, role);
    c = read_cap(L);
    lua_pop(L, 1);
    return c;
}

static struct app_cap *read_caps(lua_State *L, unsigned *count)
{
    lua_getfield(L, 1, "caps");
    luaL_checktype(L, -1, LUA_TTABLE);

    unsigned n = (unsigned)lua_rawlen(L, -1);
    struct app_cap *caps = lua_newuserdatauv(L, (n + 1) * sizeof(*caps), 0);

    for (unsigned i = 0; i < n; i++) {
        lua_rawgeti(L, -2, i + 1);
        caps[i] = read_cap(L);
        lua_pop(L, 1);
    }
    lua_remove(L, -2);
    *count = n;
    return caps;
}

static unsigned long read_number(lua_State *L, const char *name)
{
    lua_getfield(L, 1, name);

    unsigned long n = (unsigned long)luaL_checkinteger(L, -1);

    lua_pop(L, 1);
    return n;
}

/* start(spec): the task; or nil and what is wrong */
static int l_start(lua_State *L)
{
    struct app_spec spec = { 0 };
    char why[SYS_WHY_MAX];
    struct lua_app *h;

    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_getfield(L, 1, "name");
    spec.name = luaL_checkstring(L, -1);
    spec.argv = read_words(L, "argv", &spec.argc);
    spec.envv = read_words(L, "envv", &spec.envc);
    spec.caps = read_caps(L, &spec.ncaps);
    spec.log = read_role(L, "log");
    spec.factory = read_role(L, "factory");
    spec.mem = read_role(L, "mem");
    spec.scheduler = read_role(L, "scheduler");
    spec.rm_fab = read_role(L, "rm_fab");
    spec.l4re_dbg = read_number(L, "l4re_dbg");
    spec.ldr_flags = read_number(L, "ldr_flags");
    h = handle_push(L);
    if (app_start(&spec, &h->app, why) < 0) {
        lua_pushnil(L);
        lua_pushstring(L, why);
        return 2;
    }
    return 1;
}

/* ---- waiting ---- */

/* Runs the exit handler: fn(exit code, task). Its errors are reported and go no further. */
static void on_end(struct app *a, void *arg)
{
    lua_State *L = arg;
    int handler = a->handler;

    script_task_ended(a->exit_code);
    if (handler == APP_NO_HANDLER)
        return;
    a->handler = APP_NO_HANDLER;
    lua_rawgeti(L, LUA_REGISTRYINDEX, handler);
    luaL_unref(L, LUA_REGISTRYINDEX, handler);
    lua_pushinteger(L, a->exit_code);
    a->refs++;
    handle_push(L)->app = a;
    if (script_call(L, 2, 0) != LUA_OK) {
        report("exit handler of task '%s': %s", a->name, lua_tostring(L, -1));
        script_note_failure();
        lua_pop(L, 1);
    }
}

/* Serve one message and settle what came of it. */
static void serve_and_reap(lua_State *L)
{
    if (command_running())
        luaL_error(L, "a command cannot wait; set an exit_handler");
    command_serve(L);
    luaL_checkstack(L, 8, "exit handlers");
    app_reap(on_end, L);
}

void script_wait_for_all(lua_State *L)
{
    while (app_count_alive())
        serve_and_reap(L);
}

/* task:wait(): the exit code */
static int l_wait(lua_State *L)
{
    struct app *a = app_check(L, 1);

    while (a->state != APP_ZOMBIE)
        serve_and_reap(L);
    lua_pushinteger(L, a->exit_code);
    return 1;
}

/* server_loop([gate]): with a gate, offer commands there and never return */
static int l_server_loop(lua_State *L)
{
    if (lua_isnoneornil(L, 1)) {
        script_wait_for_all(L);
        return 0;
    }

    long err = sys_offer_commands(lua_cap_check(L, 1));

    if (err < 0)
        return lua_cap_error(L, "server_loop: cannot serve this capability; is it a channel?", err);
    for (;;)
        serve_and_reap(L);
}

/* ---- the task object ---- */

static int l_state(lua_State *L)
{
    lua_pushstring(L, app_check(L, 1)->state == APP_RUNNING ? "running" : "zombie");
    return 1;
}

/* The exit code, or nil while the task runs. */
static int l_exit_code(lua_State *L)
{
    const struct app *a = app_check(L, 1);

    if (a->state == APP_RUNNING)
        lua_pushnil(L);
    else
        lua_pushinteger(L, a->exit_code);
    return 1;
}

static int l_name(lua_State *L)
{
    lua_pushstring(L, app_check(L, 1)->name);
    return 1;
}

static int l_kill(lua_State *L)
{
    app_kill(app_check(L, 1));
    if (!command_running())
        app_reap(on_end, L);
    return 0;
}

/* exit_handler(fn or nil): called at once if the task has ended already */
static int l_exit_handler(lua_State *L)
{
    struct app *a = app_check(L, 1);

    if (!lua_isnil(L, 2))
        luaL_checktype(L, 2, LUA_TFUNCTION);
    if (a->state == APP_ZOMBIE) {
        if (lua_isnil(L, 2))
            return 0;
        lua_settop(L, 2);
        lua_pushinteger(L, a->exit_code);
        lua_pushvalue(L, 1);
        lua_call(L, 2, 0);
        return 0;
    }
    luaL_unref(L, LUA_REGISTRYINDEX, a->handler);
    a->handler = APP_NO_HANDLER;
    if (!lua_isnil(L, 2)) {
        lua_settop(L, 2);
        a->handler = luaL_ref(L, LUA_REGISTRYINDEX);
    }
    return 0;
}

static int app_gc(lua_State *L)
{
    struct lua_app *h = luaL_checkudata(L, 1, APP_META);
    struct app *a = h->app;

    h->app = NULL;
    if (a)
        app_put(a);
    return 0;
}

static int app_eq(lua_State *L)
{
    const struct lua_app *a = luaL_testudata(L, 1, APP_META);
    const struct lua_app *b = luaL_testudata(L, 2, APP_META);

    lua_pushboolean(L, a && b && a->app == b->app);
    return 1;
}

static int app_tostring(lua_State *L)
{
    const struct app *a = app_check(L, 1);

    if (a->state == APP_RUNNING)
        lua_pushfstring(L, "task '%s' (running)", a->name);
    else
        lua_pushfstring(L, "task '%s' (ended with %d)", a->name, a->exit_code);
    return 1;
}

static const luaL_Reg app_meta[] = {
    { "__gc", app_gc },
    { "__eq", app_eq },
    { "__tostring", app_tostring },
    { NULL, NULL },
};

static const luaL_Reg app_methods[] = {
    { "state", l_state }, { "exit_code", l_exit_code }, { "name", l_name },
    { "wait", l_wait },   { "kill", l_kill },           { "exit_handler", l_exit_handler },
    { NULL, NULL },
};

void lua_app_register(lua_State *L)
{
    luaL_newmetatable(L, APP_META);
    luaL_setfuncs(L, app_meta, 0);
    luaL_newlib(L, app_methods);
    lua_setfield(L, -2, "__index");
    lua_pop(L, 1);
    lua_pushcfunction(L, l_start);
    lua_setfield(L, -2, "start");
    lua_pushcfunction(L, l_server_loop);
    lua_setfield(L, -2, "server_loop");
}
