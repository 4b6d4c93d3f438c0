/* SPDX-License-Identifier: MIT */
#include <ned/command.h>

#include <lauxlib.h>
#include <ned/script.h>
#include <ned/sys.h>
#include <string.h>

static lua_State *serving;
static bool running;

void command_serve(lua_State *L)
{
    serving = L;
    sys_serve_one();
    serving = NULL;
}

bool command_running(void)
{
    return running;
}

/* Pushes the command as a function: an expression if it can be one, so that "1 + 1" answers. */
static void command_load(lua_State *L, const char *line, size_t len)
{
    const char *expr = lua_pushfstring(L, "return %s", line);

    if (luaL_loadbufferx(L, expr, strlen(expr), "=(command)", "t") != LUA_OK) {
        lua_pop(L, 1);
        if (luaL_loadbufferx(L, line, len, "=(command)", "t") != LUA_OK)
            lua_error(L);
    }
    lua_remove(L, -2);
}

/* Argument: the line. Result: what it returned, as one text with tabs between the values. */
static int command_run(lua_State *L)
{
    size_t len;
    const char *line = luaL_checklstring(L, 1, &len);
    luaL_Buffer b;
    int last;

    command_load(L, line, len);
    lua_call(L, 0, LUA_MULTRET);
    last = lua_gettop(L);
    luaL_buffinit(L, &b);
    for (int i = 2; i <= last; i++) {
        luaL_tolstring(L, i, NULL);
        luaL_addvalue(&b);
        if (i < last)
            luaL_addchar(&b, '\t');
    }
    luaL_pushresult(&b);
    return 1;
}

size_t command_execute(const char *line, size_t len, char *out, size_t size)
{
    lua_State *L = serving;
    const char *text;
    size_t n = 0;

    if (!L || running || !lua_checkstack(L, 8))
        return 0;
    running = true;
    lua_pushcfunction(L, command_run);
    lua_pushlstring(L, line, len);
    script_call(L, 1, 1);
    running = false;
    text = lua_tolstring(L, -1, &n);
    if (n > size)
        n = size;
    if (n)
        memcpy(out, text, n);
    lua_pop(L, 1);
    return n;
}
