/* SPDX-License-Identifier: MIT */
/* The whole Lua side, C and prelude, over the mock of the system. */
#include "sys_mock.h"

#include <l4/sys/err.h>
#include <lauxlib.h>
#include <lualib.h>
#include <ned/app.h>
#include <ned/command.h>
#include <ned/script.h>
#include <stdio.h>
#include <string.h>
#include <utest/utest.h>

static lua_State *open_state(void)
{
    static struct options o;
    static char *const none[] = { NULL };

    mock_reset();
    o.args = none;
    return script_open(&o);
}

/* Run a text as a script; the interpreter stays open. */
static void run(lua_State *L, const char *text)
{
    script_run(L, &(struct step){ text, true });
}

static bool logged(const char *text)
{
    return strstr(mock_log(), text) != NULL;
}

extern const char ned_prelude[], ned_prelude_end[];
extern const char test_prelude_text[], test_prelude_text_end[];

UTEST(ned, the_prelude_does_what_its_own_tests_say)
{
    lua_State *L = luaL_newstate();

    luaL_openlibs(L);
    ASSERT_EQ(luaL_loadbufferx(L, test_prelude_text,
                               (size_t)(test_prelude_text_end - test_prelude_text),
                               "=test_prelude.lua", "t"),
              LUA_OK);
    lua_pushlstring(L, ned_prelude, (size_t)(ned_prelude_end - ned_prelude));
    EXPECT_EQ(lua_pcall(L, 1, 2, 0), LUA_OK);
    EXPECT_EQ(lua_tointeger(L, 1), 0);
    if (lua_tointeger(L, 1) || !lua_isinteger(L, 1))
        printf("%s\n", lua_tostring(L, -1));
    lua_close(L);
}

#define LDR "local L4 = require 'L4' local ld = L4.default_loader "

UTEST(ned, a_task_gets_its_capabilities_with_rights)
{
    lua_State *L = open_state();

    run(L, LDR "local g = ld:new_channel() "
               "ld:start({ caps = { own = g:svr(), use = g }, log = { 'x', 'g' } }, 'rom/p -v')");
    EXPECT_TRUE(logged("create 4: -13 'x' 'g'"));
    EXPECT_TRUE(logged("start x: rom/p -v own=256/47 rom=1/4 use=256/4\n"));
    EXPECT_FALSE(script_outcome()->failed);
    mock_event_exit(0, 0);
    script_wait_for_all(L);
    script_close(L);
    EXPECT_EQ(mock_slots_used(), 0);
}

UTEST(ned, narrowed_values_share_a_slot_and_the_last_one_frees_it)
{
    lua_State *L = open_state();

    run(L, LDR "g = ld:new_channel() h = g:m('rw') assert(g == h and h:rights() == 5) "
               "g = nil collectgarbage()");
    EXPECT_EQ(mock_slots_used(), 1);
    run(L, "assert(h:is_valid()) h = nil collectgarbage()");
    EXPECT_EQ(mock_slots_used(), 0);
    EXPECT_FALSE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, a_failed_create_gives_its_slot_back)
{
    lua_State *L = open_state();

    mock_fail(-L4_ENOMEM);
    run(L, LDR "local ok, e = pcall(ld.new_channel, ld) assert(not ok) "
               "assert(e:find('out of memory or quota'), e) collectgarbage()");
    EXPECT_FALSE(script_outcome()->failed);
    EXPECT_EQ(mock_slots_used(), 0);
    script_close(L);
}

UTEST(ned, wait_serves_until_the_task_has_ended)
{
    lua_State *L = open_state();

    mock_event_exit(0, 1);
    mock_event_exit(1, 5);
    run(L, LDR "local a, b = ld:start({}, 'rom/a'), ld:start({}, 'rom/b') "
               "assert(b:state() == 'running' and b:exit_code() == nil) local r = b:wait() "
               "assert(a:state() == 'zombie' and a:exit_code() == 1 and a ~= b and a == a) "
               "return r");
    EXPECT_EQ(outcome_status(script_outcome()), 5);
    EXPECT_EQ(mock_tasks_alive(), 0);
    script_close(L);
}

UTEST(ned, a_fault_ends_the_task_with_128_plus_trap)
{
    lua_State *L = open_state();

    mock_event_fault(0, 14);
    run(L, LDR "return ld:start({}, 'rom/a'):wait()");
    EXPECT_EQ(outcome_status(script_outcome()), 142);
    script_close(L);
}

UTEST(ned, exit_handlers_run_once_and_may_start_the_next_task)
{
    lua_State *L = open_state();

    mock_event_exit(0, 3);
    mock_event_exit(1, 0);
    run(L, LDR "n = 0 ld:start({}, 'rom/a'):exit_handler(function(code, t) n = n + 1 "
               "assert(code == 3 and t:name() == 'a' and t:exit_code() == 3) ld:start({}, 'rom/b') "
               "end)");
    script_wait_for_all(L);
    run(L, "assert(n == 1)");
    EXPECT_FALSE(script_outcome()->failed);
    EXPECT_TRUE(logged("start b"));
    script_close(L);
}

UTEST(ned, a_broken_exit_handler_is_reported_and_stops_nothing)
{
    lua_State *L = open_state();

    mock_event_exit(0, 0);
    mock_event_exit(1, 0);
    run(L, LDR "ld:start({}, 'rom/a'):exit_handler(function() error 'x' end) "
               "ld:start({}, 'rom/b')");
    script_wait_for_all(L);
    EXPECT_TRUE(script_outcome()->failed);
    EXPECT_EQ(app_count_alive(), 0);
    script_close(L);
}

UTEST(ned, kill_ends_one_task_and_a_dropped_handle_ends_none)
{
    lua_State *L = open_state();

    run(L, LDR "a = ld:start({}, 'rom/a') ld:start({}, 'rom/b') collectgarbage() a:kill() "
               "assert(a:state() == 'zombie' and a:exit_code() == 137) a:kill()");
    EXPECT_FALSE(script_outcome()->failed);
    EXPECT_EQ(mock_tasks_alive(), 1);
    mock_event_exit(1, 0);
    script_wait_for_all(L);
    script_close(L);
}

UTEST(ned, a_missing_program_fails_the_script_and_leaves_nothing)
{
    lua_State *L = open_state();

    run(L, LDR "f = function() ld:start({ log = L4.Env.log }, 'rom/nothing') end");
    mock_fail(-L4_ENOENT);
    run(L, "f()");
    EXPECT_TRUE(script_outcome()->failed);
    EXPECT_EQ(outcome_status(script_outcome()), 1);
    EXPECT_EQ(app_count_alive(), 0);
    script_close(L);
    EXPECT_EQ(mock_slots_used(), 0);
}

UTEST(ned, errors_and_missing_files_are_failures)
{
    lua_State *L = open_state();

    mock_file("rom/bad.cfg", "local x = = 1");
    script_run(L, &(struct step){ "rom/bad.cfg", false });
    EXPECT_TRUE(script_outcome()->failed);
    script_close(L);
    L = open_state();
    script_run(L, &(struct step){ "rom/none.cfg", false });
    EXPECT_TRUE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, require_finds_modules_in_rom)
{
    lua_State *L = open_state();

    mock_file("rom/tools.lua", "return { answer = 42 }");
    run(L, "return require('tools').answer");
    EXPECT_EQ(outcome_status(script_outcome()), 42);
    run(L, "local ok, e = pcall(require, 'nothing') "
           "assert(e:find(\"no file 'rom/nothing.lua'\"), e)");
    EXPECT_FALSE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, a_method_of_another_type_is_named)
{
    lua_State *L = open_state();

    run(L, LDR "local ok, e = pcall(function() L4.Env.rom:create(0) end) "
               "assert(e:find(\"type 16385 has no method 'create'\", 1, true), e) "
               "assert(L4.cast(L4.Proto.Factory, L4.Env.rom).create)");
    EXPECT_FALSE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, factory_arguments_keep_their_types)
{
    lua_State *L = open_state();

    run(L, LDR "L4.Env.user_factory:create(L4.Proto.Dataspace, 4096, nil, 'x')");
    EXPECT_TRUE(logged("create 4: 16384 4096 nil 'x'"));
    run(L, LDR "assert(not pcall(L4.Env.factory.create, L4.Env.factory, 0, {})) "
               "assert(not pcall(L4.Env.factory.create, L4.Env.factory, 0, 1.5)) "
               "assert(not pcall(L4.Env.factory.create, L4.Env.factory, 0, 'a\\0b'))");
    EXPECT_FALSE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, namespaces_are_asked_and_filled)
{
    lua_State *L = open_state();

    run(L, LDR "local c = L4.Env.rom:query('hello') assert(c:is_valid()) "
               "ld:create_namespace { a = c:m('rws') }");
    EXPECT_TRUE(logged("query 1 hello"));
    EXPECT_TRUE(logged("register 257 a = 256 rights 7 flags 0"));
    mock_fail(-L4_ENOENT);
    run(L, LDR "local c, e = L4.Env.rom:q('x') assert(c == nil and e == 'x: failed', e)");
    EXPECT_FALSE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, the_icu_capability_controls_the_platform)
{
    lua_State *L = open_state();

    run(L, LDR "L4.Env.icu:system_shutdown(1)");
    EXPECT_TRUE(logged("shutdown 6 1"));
    script_close(L);
}

UTEST(ned, commands_are_executed_and_answered)
{
    lua_State *L = open_state();

    mock_event_command("1 + 1, 'x'");
    command_serve(L);
    EXPECT_STREQ(mock_answer(), "2\tx");
    mock_event_command("y = 3");
    command_serve(L);
    EXPECT_STREQ(mock_answer(), "");
    mock_event_command("y +");
    command_serve(L);
    EXPECT_NOT_NULL(strstr(mock_answer(), "(command):1:"));
    EXPECT_FALSE(script_outcome()->failed);
    script_close(L);
}

UTEST(ned, a_command_may_start_and_kill_but_not_wait)
{
    lua_State *L = open_state();

    run(L, LDR "ldr = ld");
    mock_event_command("t = ldr:start({}, 'rom/a')");
    command_serve(L);
    EXPECT_EQ(mock_tasks_alive(), 1);
    mock_event_command("t:wait()");
    command_serve(L);
    EXPECT_NOT_NULL(strstr(mock_answer(), "a command cannot wait"));
    mock_event_command("t:kill()");
    run(L, "t:wait() assert(t:exit_code() == 137)");
    EXPECT_FALSE(script_outcome()->failed);
    EXPECT_EQ(mock_tasks_alive(), 0);
    script_close(L);
}
