/* SPDX-License-Identifier: MIT */
/*
 * Capabilities as Lua values.
 *
 * A value has a type (the protocol number that decides its methods), rights for whoever it is
 * given to, and a slot. Several values can share a slot (cap:m("r") makes a second value); the
 * slot is given back when the last value is collected.
 */
#pragma once

#include <l4/sys/types.h>
#include <lua.h>
#include <stdbool.h>

/*
 * Push a value for the capability in `cap`. `owned`: free the slot with the last value.
 * Throws:  out of memory; the slot is then freed, if owned.
 */
void lua_cap_push(lua_State *L, l4_cap_idx_t cap, long type, bool owned);

/*
 * Push a value with a new, empty slot, to be filled by the caller.
 * Throws:  when slots or memory are used up.
 */
l4_cap_idx_t lua_cap_push_slot(lua_State *L, long type);

/* Returns: the capability at stack index `arg`. Throws: if it is no capability. */
l4_cap_idx_t lua_cap_check(lua_State *L, int arg);

/* Returns: whether the value at `arg` is a capability; then it is in *cap. */
bool lua_cap_test(lua_State *L, int arg, l4_cap_idx_t *cap);

/* Throw "<what>: <text of the error>". Never returns. */
int lua_cap_error(lua_State *L, const char *what, long err);

/* Add the functions on capabilities to the table on top of the stack. */
void lua_cap_register(lua_State *L);
