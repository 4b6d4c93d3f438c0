/* SPDX-License-Identifier: MIT */
#include <ned/script.h>

#include <l4/sys/err.h>
#include <lauxlib.h>
#include <lualib.h>
#include <ned/lua_cap.h>
#include <ned/lua_objects.h>
#include <ned/report.h>
#include <ned/sys.h>
#include <stdio.h>
#include <string.h>

#define EXPLAIN "l4.explain" /* registry: the prelude's function that adds advice */

/* prelude.S */
extern const char ned_prelude[];
extern const char ned_prelude_end[];

static struct outcome outcome;

const struct outcome *script_outcome(void)
{
    return &outcome;
}

void script_note_failure(void)
{
    outcome.failed = true;
}

void script_task_ended(int code)
{
    outcome_add_task(&outcome, code);
}

/* ---- calls with complete error messages ---- */

static int message_handler(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, EXPLAIN);
    if (lua_isfunction(L, -1)) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 1);
    } else {
        lua_pop(L, 1);
        luaL_tolstring(L, 1, NULL);
    }
    luaL_traceback(L, L, lua_tostring(L, -1), 1);
    return 1;
}

int script_call(lua_State *L, int nargs, int nresults)
{
    int base = lua_gettop(L) - nargs;
    int status;

    lua_pushcfunction(L, message_handler);
    lua_insert(L, base);
    status = lua_pcall(L, nargs, nresults, base);
    lua_remove(L, base);
    return status;
}

/* ---- modules: require "x" finds what is loaded already, and rom/x.lua ---- */

static int load_file(lua_State *L, const char *path)
{
    struct sys_file f;
    int status = sys_file_open(path, &f);

    if (status < 0) {
        lua_pushfstring(L, "cannot read '%s': %s; is it in the list of modules?", path,
                        sys_error_text(status));
        return LUA_ERRFILE;
    }
    lua_pushfstring(L, "@%s", path);
    status = luaL_loadbufferx(L, f.data, f.size, lua_tostring(L, -1), "t");
    sys_file_close(&f);
    lua_remove(L, -2);
    return status;
}

static int search_rom(lua_State *L)
{
    const char *path = lua_pushfstring(L, "rom/%s.lua", luaL_checkstring(L, 1));
    int status = load_file(L, path);

    if (status == LUA_ERRFILE) {
        lua_pushfstring(L, "no file '%s'", path);
        return 1;
    }
    if (status != LUA_OK)
        return lua_error(L);
    lua_pushvalue(L, 2);
    return 2;
}

/* Keep the first searcher, package.preload; replace those that look for files of a host system. */
static void set_searchers(lua_State *L)
{
    lua_getglobal(L, "package");
    lua_getfield(L, -1, "searchers");
    for (lua_Integer i = (lua_Integer)lua_rawlen(L, -1); i > 1; i--) {
        lua_pushnil(L);
        lua_rawseti(L, -2, i);
    }
    lua_pushcfunction(L, search_rom);
    lua_rawseti(L, -2, 2);
    lua_pop(L, 2);
}

/* ---- the interpreter ---- */

/* There are no files but those in namespaces, and no process to leave: neither io nor os. */
static const luaL_Reg libraries[] = {
    { LUA_GNAME, luaopen_base },          { LUA_LOADLIBNAME, luaopen_package },
    { LUA_COLIBNAME, luaopen_coroutine }, { LUA_TABLIBNAME, luaopen_table },
    { LUA_STRLIBNAME, luaopen_string },   { LUA_MATHLIBNAME, luaopen_math },
    { LUA_UTF8LIBNAME, luaopen_utf8 },    { LUA_DBLIBNAME, luaopen_debug },
};

/* arg: what follows the scripts on the command line */
static void set_args(lua_State *L, const struct options *o)
{
    lua_createtable(L, (int)o->nargs, 0);
    for (unsigned i = 0; i < o->nargs; i++) {
        lua_pushstring(L, o->args[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setglobal(L, "arg");
}

/* Runs in protected mode, argument: the options. */
static int open_all(lua_State *L)
{
    const struct options *o = lua_touserdata(L, 1);

    for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++) {
        luaL_requiref(L, libraries[i].name, libraries[i].func, true);
        lua_pop(L, 1);
    }
    set_searchers(L);
    set_args(L, o);

    if (luaL_loadbufferx(L, ned_prelude, (size_t)(ned_prelude_end - ned_prelude), "=L4", "t"))
        return lua_error(L);
    lua_newtable(L);
    lua_cap_register(L);
    lua_objects_register(L);
    lua_app_register(L);
    lua_call(L, 1, 2);
    lua_setfield(L, LUA_REGISTRYINDEX, EXPLAIN);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_LOADED_TABLE);
    lua_insert(L, -2);
    lua_setfield(L, -2, "L4");
    return 0;
}

lua_State *script_open(const struct options *o)
{
    lua_State *L = luaL_newstate();

    if (!L) {
        report("out of memory: cannot start Lua");
        return NULL;
    }
    outcome = (struct outcome){ 0 };
    lua_pushcfunction(L, open_all);
    lua_pushlightuserdata(L, (void *)(uintptr_t)o);
    if (script_call(L, 1, 0) != LUA_OK) {
        report("cannot set up Lua: %s", lua_tostring(L, -1));
        lua_close(L);
        return NULL;
    }
    return L;
}

void script_close(lua_State *L)
{
    lua_close(L);
}

/* ---- scripts ---- */

static int load_step(lua_State *L, const struct step *s)
{
    if (s->is_statement)
        return luaL_loadbufferx(L, s->text, strlen(s->text), "=(-e)", "t");
    return load_file(L, s->text);
}

/* Pushes the arguments of the command line. Returns: their number. */
static int push_args(lua_State *L)
{
    int n = 0;

    lua_getglobal(L, "arg");
    if (lua_istable(L, -1))
        n = (int)lua_rawlen(L, -1);
    luaL_checkstack(L, n, "arguments");
    for (int i = 1; i <= n; i++)
        lua_rawgeti(L, -i, i);
    lua_remove(L, -n - 1);
    return n;
}

void script_run(lua_State *L, const struct step *s)
{
    int status = load_step(L, s);

    if (status == LUA_OK)
        status = script_call(L, push_args(L), 1);
    if (status != LUA_OK) {
        const char *text = lua_tostring(L, -1);

        report("%s failed: %s", s->is_statement ? "statement" : "script",
               text ? text : "unknown error");
        script_note_failure();
    } else if (lua_type(L, -1) == LUA_TNUMBER) {
        outcome_add_number(&outcome, (int)lua_tointeger(L, -1));
    }
    fflush(stdout);
    lua_settop(L, 0);
}
