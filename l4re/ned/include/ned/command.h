/* SPDX-License-Identifier: MIT */
/*
 * Commands from other tasks: lines of Lua that come as messages (L4.server_loop).
 *
 * A command runs inside a message, so it must not serve another one: it may start and kill
 * tasks, but not wait for them.
 */
#pragma once

#include <lua.h>
#include <stdbool.h>

/* Serve one message; a command in it runs in `L`. */
void command_serve(lua_State *L);

/* Whether the caller is a command. */
bool command_running(void);
