/* SPDX-License-Identifier: MIT */
/* The rest of `sys`, the table of C functions under the prelude. */
#pragma once

#include <lua.h>

/* Objects of other servers: factories, namespaces, platform control, and facts of the system. */
void lua_objects_register(lua_State *L);

/* Starting programs, and waiting for them. */
void lua_app_register(lua_State *L);
