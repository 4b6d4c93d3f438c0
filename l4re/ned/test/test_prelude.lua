-- SPDX-License-Identifier: MIT
--
-- The prelude against a `sys` made of tables: which objects are asked for, with which arguments and
-- rights, and what is said when a script is wrong.
--
-- Alone (lua5.4 test_prelude.lua prelude.lua) it prints TAP; called with the prelude's text it
-- returns the number of failures and what they are.

local embedded = arg == nil and ...

local function load_prelude()
    if embedded then
        return assert(load(embedded, "=L4"))
    end
    return assert(loadfile(arg[1] or "l4re/ned/prelude.lua"))
end

-- A capability of the mock: a table that remembers how it came about.
local cap_mt = {}
local classes = {}

local function new_cap(fields)
    return setmetatable(fields, cap_mt)
end

cap_mt.__index = function(cap, key)
    local class = classes[rawget(cap, "ctype")] or classes.any
    return class[key]
end

local function is_cap(v)
    return getmetatable(v) == cap_mt
end

local function copy_cap(cap, change)
    local new = new_cap {}
    for k, v in pairs(cap) do
        rawset(new, k, v)
    end
    for k, v in pairs(change) do
        rawset(new, k, v)
    end
    return new
end

local started, registered

local function fresh()
    classes, registered, started = {}, {}, nil
    local sys = {
        is_cap = is_cap,
        set_class = function(t, methods) classes[t or "any"] = methods end,
        cast = function(t, cap) return copy_cap(cap, { ctype = t }) end,
        cap_with_rights = function(cap, r) return copy_cap(cap, { given = r }) end,
        cap_rights = function(cap) return rawget(cap, "given") end,
        create = function(fab, ...) return new_cap { ctype = (...), by = fab, args = { ... } } end,
        new_gate = function(fab) return new_cap { ctype = 0, by = fab } end,
        ns_register = function(ns, name, cap, rights)
            registered[#registered + 1] = { ns = ns, name = name, cap = cap, rights = rights }
        end,
        start = function(spec) started = spec return spec end,
        env = function()
            local t = {}
            for _, n in ipairs { "rom", "log", "factory", "mem_alloc", "scheduler", "icu" } do
                t[n] = new_cap { id = n }
            end
            return t
        end,
    }
    return load_prelude()(sys)
end

local count, failed = 0, 0
local story = {}
local function test(name, fn)
    count = count + 1
    local L4, explain = fresh()
    local ok, err = xpcall(fn, debug.traceback, L4, explain)
    story[#story + 1] = (ok and "ok " or "not ok ") .. count .. " - ned/prelude/" .. name
    if not ok then
        failed = failed + 1
        story[#story + 1] = "# " .. err:gsub("\n", "\n# ")
    end
end

local function same(a, b)
    if a ~= b then
        error(("%s is not %s"):format(tostring(a), tostring(b)), 2)
    end
end

local function fails_with(text, fn, ...)
    local ok, err = pcall(fn, ...)
    if ok or not tostring(err):find(text, 1, true) then
        error(("expected an error with %q, got %s"):format(text, tostring(err)), 2)
    end
end

local function cap_named(name)
    for _, c in ipairs(started.caps) do
        if c.name == name then
            return c
        end
    end
end

test("rights_letters_add_up", function(L4)
    local c = L4.Env.rom
    same(c:m("rws"):rights(), 7)
    same(c:mode("r"):rights(), 4)
    same(c:m(L4.Rights.rw):rights(), 5)
    same(c:svr():rights(), 32 + 8 + 7)
end)

test("a_capability_as_it_is_gives_the_right_to_call_only", function(L4)
    same(L4.Env.rom:rights(), 4)
end)

test("an_unknown_rights_letter_is_named", function(L4)
    fails_with('unknown letter "x"', L4.Env.rom.m, L4.Env.rom, "rx")
end)

test("mem_alloc_has_its_number_and_the_old_one_still_creates", function(L4)
    same(L4.Proto.Mem_alloc, 0x400b)
    same(L4.cast(0x4004, L4.Env.mem_alloc):create(L4.Proto.Dataspace, 4096).args[2], 4096)
end)

test("cpu_sets_are_read_and_written_alike", function(L4)
    local set = L4.Cpu_set
    same(tostring(set.new("0-3,5")), "0-3,5")
    same(tostring(set:new("5, 0-3,2")), "0-3,5")
    same(set.new("0-3,5")[1], 0x2f)
    same(tostring(set.new("63-65")), "63-65")
    same(set.new("64")[2], 1)
end)

test("cpu_sets_combine", function(L4)
    local set = L4.Cpu_set.new
    same(tostring(set("0-3") | set("70")), "0-3,70")
    same(tostring(set("0-3,70") & set("2-9")), "2-3")
    same(set("0-3,70") & set("0-3"), set("0-3"))
    same(#(set("70") & set("1")), 0)
end)

test("a_bad_cpu_set_is_named", function(L4)
    fails_with('"a"', L4.Cpu_set.new, "1,a")
    fails_with("3-1", L4.Cpu_set.new, "3-1")
    fails_with("below 1024", L4.Cpu_set.new, "5000")
    fails_with("written as text", L4.Cpu_set.new, 3)
end)

test("words_are_split_and_quotes_kept_together", function(L4)
    local function words(line)
        return table.concat(L4.split_words(line), "|")
    end
    same(words("rom/hello a  b"), "rom/hello|a|b")
    same(words([[p "a b" 'c "d' e\ f ""]]), [[p|a b|c "d|e f|]])
    same(words("  "), "")
    fails_with("never closed", words, "p 'a")
end)

test("start_gives_the_program_what_the_table_says", function(L4)
    local gate = L4.default_loader:new_channel()
    L4.default_loader:start({ caps = { calc = gate, own = gate:svr() }, log = { "calc", "g" } },
                            "rom/calc-server -v 3", { TERM = "l4", N = 1 })
    same(table.concat(started.argv, "|"), "rom/calc-server|-v|3")
    same(table.concat(started.envv, "|"), "N=1|TERM=l4")
    same(started.name, "calc")
    same(cap_named("calc").rights, 4)
    same(cap_named("own").rights, 47)
    same(cap_named("rom").rights, 4)
    same(started.log.cap.args[2], "calc")
    same(started.log.cap.args[3], "g")
    same(started.factory.rights, 7)
    same(rawget(started.mem.cap, "id"), "mem_alloc")
    same(started.l4re_dbg, L4.Dbg.Warn)
end)

test("the_name_of_a_task_is_its_program_without_a_log_tag", function(L4)
    L4.default_loader:start({}, "rom/dir/hello")
    same(started.name, "hello")
    same(started.log.cap.args[2], "hello")
end)

test("startv_takes_words_as_they_are", function(L4)
    L4.default_loader:startv({}, "rom/p", "a b", 7, { X = "y" })
    same(table.concat(started.argv, "|"), "rom/p|a b|7")
    same(started.envv[1], "X=y")
end)

test("a_default_capability_can_be_replaced_or_withheld", function(L4)
    local other = L4.default_loader:new_channel()
    L4.default_loader:start({ caps = { rom = other } }, "rom/p")
    same(cap_named("rom").cap, other)
    L4.default_loader:start({ caps = { rom = false } }, "rom/p")
    same(cap_named("rom"), nil)
end)

test("a_table_among_the_capabilities_becomes_a_namespace", function(L4)
    local gate = L4.default_loader:new_channel()
    L4.default_loader:start({ caps = { dir = { a = gate:m("rw"), sub = { b = gate } } } }, "rom/p")
    same(cap_named("dir").cap.ctype, L4.Proto.Namespace)
    same(registered[1].name, "a")
    same(registered[1].rights, 5)
    same(registered[2].name, "b")
    same(registered[3].name, "sub")
    same(registered[3].ns, cap_named("dir").cap)
end)

test("a_log_can_be_a_function_or_a_capability", function(L4)
    local log = L4.default_loader:new_channel()
    L4.default_loader:start({ log = log }, "rom/p")
    same(started.log.cap, log)
    L4.default_loader:start({ log = function() return log end }, "rom/p")
    same(started.log.cap, log)
    fails_with("env.log is", L4.default_loader.start, L4.default_loader, { log = 3 }, "rom/p")
end)

test("own_quota_objects_replace_those_of_the_loader", function(L4)
    local mem = L4.Env.user_factory:create(L4.Proto.Factory, 65536):m("rws")
    L4.default_loader:start({ mem = mem, factory = L4.Env.factory:m("r") }, "rom/p")
    same(started.mem.cap, mem)
    same(started.rm_fab.cap, mem)
    same(started.factory.rights, 4)
end)

test("a_misspelt_field_is_named", function(L4)
    local ldr = L4.default_loader
    fails_with("unknown field 'cap'", ldr.start, ldr, { cap = {} }, "rom/p")
end)

test("wrong_capabilities_are_named", function(L4)
    local ldr = L4.default_loader
    fails_with("caps.x is a string", ldr.start, ldr, { caps = { x = "rom" } }, "rom/p")
    local log = L4.Env.log
    fails_with("at most 15 letters", ldr.start, ldr, { caps = { abcdefghijklmnop = log } }, "p")
    fails_with("names of capabilities are strings", ldr.start, ldr, { caps = { log } }, "p")
    fails_with("no program named", ldr.start, ldr, {}, "  ")
    fails_with("second argument is the command", ldr.start, ldr, {})
    fails_with("first argument is a table", ldr.start, ldr, nil, "rom/p")
end)

test("a_scheduler_proxy_gets_limit_base_and_cpus", function(L4)
    local ldr = L4.default_loader
    local function args(t)
        local words = ldr:create_sched_proxy(t).args
        return table.concat(words, " ", 2)
    end
    same(args { prio_offset = 5, cpus = L4.Cpu_set.new("0-1,64") }, "15 5 3 1")
    same(args { prio_limit = 20, cpus = 5 }, "20 0 5")
    same(args {}, "10 0")
    same(args { cpus = "2" }, "10 0 4")
    fails_with("is not above", ldr.create_sched_proxy, ldr, { prio_offset = 3, prio_limit = 3 })
end)

test("a_loader_of_ones_own_has_its_own_factories", function(L4)
    local mem = L4.Env.user_factory:create(L4.Proto.Factory, 65536)
    local logs = L4.default_loader:new_channel()
    local ldr = L4.Loader.new { mem = mem, log_fab = logs, default_caps = {} }
    ldr:start({}, "rom/p")
    same(started.mem.cap, mem)
    same(started.log.cap.by, logs)
    same(#started.caps, 0)
    fails_with("Loader.new takes a table", L4.Loader.new, 3)
    same(rawget(L4.Loader:new { mem = mem }, "mem"), mem)
end)

test("advice_names_what_ned_has", function(L4, explain)
    local ok, err = pcall(function() return L4.Env.nothing:m("r") end)
    same(ok, false)
    local advice = "'nothing' was meant as one of ned's own capabilities: it has factory"
    assert(explain(err):find(advice, 1, true))
    same(explain("other"), "other")
    same(explain("an object of type -13"), "an object of type Log")
    same(explain("an object of type 77"), "an object of type 77")
end)

if embedded then
    return failed, "# " .. table.concat(story, "\n"):gsub("\n", "\n# ")
end
print(table.concat(story, "\n"))
print("1.." .. count)
os.exit(failed == 0)
