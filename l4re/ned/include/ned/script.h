/* SPDX-License-Identifier: MIT */
/* Running scripts: the interpreter, its package, and what came of everything. */
#pragma once

#include <lua.h>
#include <ned/options.h>

/*
 * Make the interpreter, with the package "L4" ready for require().
 * Returns: NULL after reporting why.
 */
lua_State *script_open(const struct options *o);
void script_close(lua_State *L);

/* Run one step of the command line. Errors are reported and noted in the outcome. */
void script_run(lua_State *L, const struct step *s);

/*
 * Call the function below its arguments on the stack, like lua_pcall(). On an error the message
 * on the stack is complete: advice and the call stack are added.
 */
int script_call(lua_State *L, int nargs, int nresults);

/* Serve until no task is left. Context: not inside sys_serve_one(). */
void script_wait_for_all(lua_State *L);

/* The outcome so far. */
const struct outcome *script_outcome(void);
void script_note_failure(void);
void script_task_ended(int code);
