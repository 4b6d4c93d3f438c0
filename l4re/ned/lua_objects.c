/* SPDX-License-Identifier: MIT */
#include <ned/lua_objects.h>

#include <l4/sys/err.h>
#include <lauxlib.h>
#include <ned/lua_cap.h>
#include <ned/sys.h>
#include <string.h>

/* The Lua value at `arg` as an argument for a factory. */
static struct sys_arg to_arg(lua_State *L, int arg)
{
    const char *text;
    size_t len;

    switch (lua_type(L, arg)) {
    case LUA_TNIL: return (struct sys_arg){ .kind = SYS_ARG_NIL };
    case LUA_TNUMBER:
        return (struct sys_arg){ .kind = SYS_ARG_INT, .num = (long)luaL_checkinteger(L, arg) };
    case LUA_TSTRING:
        text = lua_tolstring(L, arg, &len);
        luaL_argcheck(L, strlen(text) == len, arg, "a text with a zero byte");
        return (struct sys_arg){ .kind = SYS_ARG_STR, .str = text };
    default:
        luaL_argerror(L, arg, "create takes numbers and strings");
        return (struct sys_arg){ .kind = SYS_ARG_NIL };
    }
}

/* create(factory, type, ...) */
static int l_create(lua_State *L)
{
    l4_cap_idx_t fab = lua_cap_check(L, 1);
    long type = (long)luaL_checkinteger(L, 2);
    int last = lua_gettop(L);
    struct sys_arg args[SYS_ARGS_MAX];
    unsigned n = 0;
    l4_cap_idx_t slot;
    long err;

    luaL_argcheck(L, last - 2 <= SYS_ARGS_MAX, last, "too many arguments for one message");
    for (int i = 3; i <= last; i++)
        args[n++] = to_arg(L, i);
    slot = lua_cap_push_slot(L, type);
    err = sys_create(fab, type, args, n, slot);
    if (err < 0) {
        lua_pushfstring(L, "cannot create an object of type %d", (int)type);
        return lua_cap_error(L, lua_tostring(L, -1), err);
    }
    return 1;
}

/* new_gate(factory) */
static int l_new_gate(lua_State *L)
{
    l4_cap_idx_t fab = lua_cap_check(L, 1);
    l4_cap_idx_t slot = lua_cap_push_slot(L, L4_PROTO_NONE);
    long err = sys_create(fab, L4_PROTO_NONE, NULL, 0, slot);

    return err < 0 ? lua_cap_error(L, "cannot create a channel", err) : 1;
}

/* query(ns, path [, type]): the capability; or nil and a text */
static int l_ns_query(lua_State *L)
{
    l4_cap_idx_t ns = lua_cap_check(L, 1);
    const char *path = luaL_checkstring(L, 2);
    l4_cap_idx_t slot = lua_cap_push_slot(L, (long)luaL_optinteger(L, 3, L4_PROTO_NONE));
    long err = sys_ns_query(ns, path, slot);

    if (err >= 0)
        return 1;
    lua_pushnil(L);
    lua_pushfstring(L, "%s: %s", path, sys_error_text(err));
    return 2;
}

/* ns_register(ns, name, cap or nil, rights, flags) */
static int l_ns_register(lua_State *L)
{
    l4_cap_idx_t ns = lua_cap_check(L, 1);
    const char *name = luaL_checkstring(L, 2);
    l4_cap_idx_t cap = lua_isnil(L, 3) ? L4_INVALID_CAP : lua_cap_check(L, 3);
    long err = sys_ns_register(ns, name, cap, (unsigned)luaL_checkinteger(L, 4),
                               (unsigned)luaL_checkinteger(L, 5));

    if (err < 0) {
        lua_pushfstring(L, "cannot register '%s'", name);
        return lua_cap_error(L, lua_tostring(L, -1), err);
    }
    return 0;
}

static int l_ns_unlink(lua_State *L)
{
    const char *name = luaL_checkstring(L, 2);
    long err = sys_ns_unlink(lua_cap_check(L, 1), name);

    if (err < 0) {
        lua_pushfstring(L, "cannot unlink '%s'", name);
        return lua_cap_error(L, lua_tostring(L, -1), err);
    }
    return 0;
}

static int l_suspend(lua_State *L)
{
    long err = sys_suspend(lua_cap_check(L, 1), (unsigned long)luaL_optinteger(L, 2, 0));

    return err < 0 ? lua_cap_error(L, "system_suspend", err) : 0;
}

/* shutdown(cap, 0 = off, 1 = restart) */
static int l_shutdown(lua_State *L)
{
    long err = sys_shutdown(lua_cap_check(L, 1), luaL_optinteger(L, 2, 0) != 0);

    return err < 0 ? lua_cap_error(L, "system_shutdown", err) : 0;
}

/* env(): name -> capability, what ned was given */
static int l_env(lua_State *L)
{
    const char *name;
    l4_cap_idx_t cap;

    lua_newtable(L);
    for (unsigned i = 0; sys_env_cap(i, &name, &cap); i++) {
        lua_cap_push(L, cap, L4_PROTO_NONE, false);
        lua_setfield(L, -2, name);
    }
    return 1;
}

static int l_kip_string(lua_State *L)
{
    lua_pushstring(L, sys_kip_string());
    return 1;
}

static int l_platform(lua_State *L)
{
    lua_pushstring(L, sys_kip_platform());
    return 1;
}

static int l_arch(lua_State *L)
{
    lua_pushliteral(L, "amd64");
    return 1;
}

static int l_mword_bits(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)sizeof(long) * 8);
    return 1;
}

static const luaL_Reg object_functions[] = {
    { "create", l_create },
    { "new_gate", l_new_gate },
    { "ns_query", l_ns_query },
    { "ns_register", l_ns_register },
    { "ns_unlink", l_ns_unlink },
    { "suspend", l_suspend },
    { "shutdown", l_shutdown },
    { "env", l_env },
    { "kip_string", l_kip_string },
    { "platform", l_platform },
    { "arch", l_arch },
    { "mword_bits", l_mword_bits },
    { NULL, NULL },
};

void lua_objects_register(lua_State *L)
{
    luaL_setfuncs(L, object_functions, 0);
}
