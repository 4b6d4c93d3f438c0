/* SPDX-License-Identifier: MIT */
#include <ned/lua_cap.h>

#include <l4/sys/err.h>
#include <lauxlib.h>
#include <ned/sys.h>
#include <stdlib.h>
#include <string.h>

#define CAP_META "l4.capability"
#define CLASSES "l4.classes" /* registry: type -> methods; false -> methods of all others */

struct slot {
    l4_cap_idx_t cap;
    unsigned refs;
    bool owned;
};

struct lua_cap {
    struct slot *slot;
    long type;
    unsigned rights;
    bool has_rights; /* the script chose the rights */
};

enum {
    RIGHTS_MASK = 0x3f,
};

static struct lua_cap *cap_new(lua_State *L, long type)
{
    struct lua_cap *c = lua_newuserdatauv(L, sizeof(*c), 0);

    *c = (struct lua_cap){ .type = type };
    luaL_setmetatable(L, CAP_META);
    return c;
}

static struct lua_cap *cap_check(lua_State *L, int arg)
{
    return luaL_checkudata(L, arg, CAP_META);
}

void lua_cap_push(lua_State *L, l4_cap_idx_t cap, long type, bool owned)
{
    struct lua_cap *c = cap_new(L, type);

    c->slot = malloc(sizeof(*c->slot));
    if (!c->slot) {
        if (owned)
            sys_slot_free(cap);
        luaL_error(L, "out of memory");
        return;
    }
    *c->slot = (struct slot){ cap, 1, owned };
}

l4_cap_idx_t lua_cap_push_slot(lua_State *L, long type)
{
    l4_cap_idx_t cap = sys_slot_alloc();

    if (l4_is_invalid_cap(cap))
        luaL_error(L, "all capability slots of ned are in use");
    lua_cap_push(L, cap, type, true);
    return cap;
}

l4_cap_idx_t lua_cap_check(lua_State *L, int arg)
{
    return cap_check(L, arg)->slot->cap;
}

bool lua_cap_test(lua_State *L, int arg, l4_cap_idx_t *cap)
{
    const struct lua_cap *c = luaL_testudata(L, arg, CAP_META);

    if (c)
        *cap = c->slot->cap;
    return c != NULL;
}

int lua_cap_error(lua_State *L, const char *what, long err)
{
    return luaL_error(L, "%s: %s (error %d)", what, sys_error_text(err), (int)err);
}

/* Pushes another value for the same slot. */
static struct lua_cap *cap_copy(lua_State *L, const struct lua_cap *from)
{
    struct lua_cap *c = cap_new(L, from->type);

    *c = *from;
    c->slot->refs++;
    return c;
}

static int cap_gc(lua_State *L)
{
    struct lua_cap *c = cap_check(L, 1);
    struct slot *s = c->slot;

    c->slot = NULL;
    if (s && --s->refs == 0) {
        if (s->owned)
            sys_slot_free(s->cap);
        free(s);
    }
    return 0;
}

static int cap_eq(lua_State *L)
{
    const struct lua_cap *a = luaL_testudata(L, 1, CAP_META);
    const struct lua_cap *b = luaL_testudata(L, 2, CAP_META);

    lua_pushboolean(L, a && b && (a->slot == b->slot || sys_cap_same(a->slot->cap, b->slot->cap)));
    return 1;
}

static int cap_tostring(lua_State *L)
{
    const struct lua_cap *c = cap_check(L, 1);

    lua_pushfstring(L, "capability %d (type %d)", (int)(c->slot->cap >> L4_CAP_SHIFT),
                    (int)c->type);
    return 1;
}

/* cap.method: first the methods of its type, then those that every capability has. */
static int cap_index(lua_State *L)
{
    const struct lua_cap *c = cap_check(L, 1);

    luaL_getmetafield(L, 1, CLASSES);
    lua_rawgeti(L, -1, c->type);
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, false);
        lua_rawget(L, -2);
    }
    lua_pushvalue(L, 2);
    lua_rawget(L, -2);
    if (lua_isnil(L, -1))
        return luaL_error(L,
                          "a capability of type %d has no method '%s'; L4.cast(type, cap) "
                          "gives it another type",
                          (int)c->type, luaL_tolstring(L, 2, NULL));
    return 1;
}

/* set_class(type or nil, methods) */
static int l_set_class(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TTABLE);
    luaL_getmetatable(L, CAP_META);
    lua_getfield(L, -1, CLASSES);
    if (lua_isnil(L, 1))
        lua_pushboolean(L, false);
    else
        lua_pushvalue(L, 1);
    lua_pushvalue(L, 2);
    lua_rawset(L, -3);
    return 0;
}

static int l_is_cap(lua_State *L)
{
    lua_pushboolean(L, luaL_testudata(L, 1, CAP_META) != NULL);
    return 1;
}

static int l_cast(lua_State *L)
{
    lua_Integer type = luaL_checkinteger(L, 1);

    cap_copy(L, cap_check(L, 2))->type = (long)type;
    return 1;
}

static int l_with_rights(lua_State *L)
{
    struct lua_cap *c = cap_copy(L, cap_check(L, 1));

    c->rights = (unsigned)luaL_checkinteger(L, 2) & RIGHTS_MASK;
    c->has_rights = true;
    return 1;
}

/* The rights the script chose, or nil. */
static int l_rights(lua_State *L)
{
    const struct lua_cap *c = cap_check(L, 1);

    if (c->has_rights)
        lua_pushinteger(L, c->rights);
    else
        lua_pushnil(L);
    return 1;
}

static int l_type(lua_State *L)
{
    lua_pushinteger(L, cap_check(L, 1)->type);
    return 1;
}

static int l_is_valid(lua_State *L)
{
    lua_pushboolean(L, sys_cap_present(lua_cap_check(L, 1)));
    return 1;
}

static int l_debug(lua_State *L)
{
    long err = sys_cap_debug(lua_cap_check(L, 1), (unsigned long)luaL_optinteger(L, 2, 0));

    lua_pushboolean(L, err >= 0);
    return 1;
}

static const luaL_Reg cap_meta[] = {
    { "__gc", cap_gc },       { "__eq", cap_eq }, { "__tostring", cap_tostring },
    { "__index", cap_index }, { NULL, NULL },
};

static const luaL_Reg cap_functions[] = {
    { "set_class", l_set_class },         { "is_cap", l_is_cap },     { "cast", l_cast },
    { "cap_with_rights", l_with_rights }, { "cap_rights", l_rights }, { "cap_type", l_type },
    { "cap_is_valid", l_is_valid },       { "cap_debug", l_debug },   { NULL, NULL },
};

void lua_cap_register(lua_State *L)
{
    luaL_newmetatable(L, CAP_META);
    luaL_setfuncs(L, cap_meta, 0);
    lua_newtable(L);
    lua_setfield(L, -2, CLASSES);
    lua_pop(L, 1);
    luaL_setfuncs(L, cap_functions, 0);
}
