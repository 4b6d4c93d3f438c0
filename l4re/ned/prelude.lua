-- SPDX-License-Identifier: MIT
--
-- The package "L4": what scripts see of ned. This text is part of the binary. It is called with
-- one table, `sys`, which holds what only C can do, and returns the package and the function that
-- adds advice to error messages. Everything that is policy - defaults, names, where an object is
-- made - stands here; C only carries it out.

local sys = ...
local L4 = {}

---------------------------------------------------------------------------------------------------
-- Numbers of the interfaces

L4.Proto = {
    Ipc_gate = 0, Platform_control = 0,
    Irq = -1, Sigma0 = -6, Task = -11, Thread = -12, Log = -13, Scheduler = -14, Factory = -15,
    Vm = -16, Dma_space = -17, Irq_sender = -18, Semaphore = -20, Iommu = -22, Debugger = -23,
    Dataspace = 0x4000, Namespace = 0x4001, Parent = 0x4002, Goos = 0x4003, Rm = 0x4005,
    Event = 0x4006, Inhibitor = 0x4007, Mem_alloc = 0x400b,
}

L4.Rights = { w = 1, s = 2, r = 4, d = 8, n = 16, c = 32, ro = 4, rw = 5, rs = 6, rws = 7 }

L4.Ldr_flags = { eager_map = 1, all_segs_cow = 2, pinned_segs = 4 }

L4.Mem_alloc_flags = { Continuous = 1, Pinned = 2, Super_pages = 4 }

L4.Dbg = {
    Info = 1, Warn = 2, Boot = 4, Server = 0x10, Exceptions = 0x20, Cmd_line = 0x40, Loader = 0x80,
    Name_space = 0x400, All = 0xffffffff,
}

L4.Info = {
    Kip = { str = sys.kip_string },
    arch = sys.arch,
    platform = sys.platform,
    mword_bits = sys.mword_bits,
}

---------------------------------------------------------------------------------------------------
-- Capabilities: methods by type

-- "rws" -> 7. A number passes.
local function rights_of(spec)
    if math.type(spec) == "integer" and spec >= 0 and spec <= 63 then
        return spec
    end
    if type(spec) ~= "string" then
        error("rights are a string of the letters r w s d n c, or the sum of L4.Rights", 3)
    end
    local sum = 0
    for letter in spec:gmatch(".") do
        local bit = #letter == 1 and L4.Rights[letter]
        if not bit then
            error(("rights %q: unknown letter %q; the letters are r w s d n c")
                  :format(spec, letter), 3)
        end
        sum = sum | bit
    end
    return sum
end

-- rights given when the script did not say: calling is possible, nothing else
local default_rights = L4.Rights.r

local any = {
    is_valid = sys.cap_is_valid,
    debug = sys.cap_debug,
    type = sys.cap_type,
}

function any.mode(cap, spec)
    return sys.cap_with_rights(cap, rights_of(spec))
end
any.m = any.mode

function any.rights(cap, spec)
    if spec == nil then
        return sys.cap_rights(cap) or default_rights
    end
    return sys.cap_with_rights(cap, rights_of(spec))
end

function any.svr(cap)
    return sys.cap_with_rights(cap, L4.Rights.rws | L4.Rights.d | L4.Rights.c)
end

local factory = { create = sys.create }

local namespace = { query = sys.ns_query, q = sys.ns_query, unlink = sys.ns_unlink }

-- The rights under which the name is found later are those of the capability.
function namespace.register(ns, name, cap, flags)
    return sys.ns_register(ns, name, cap, cap and any.rights(cap) or 0, flags or 0)
end
namespace.r = namespace.register

local platform = { system_suspend = sys.suspend, system_shutdown = sys.shutdown }

local function class(...)
    local methods = {}
    for _, part in ipairs { any, ... } do
        for name, fn in pairs(part) do
            methods[name] = fn
        end
    end
    return methods
end

-- A gate can have anything behind it: a factory, or platform control (the same number, 0).
sys.set_class(nil, class())
sys.set_class(L4.Proto.Ipc_gate, class(factory, platform))
sys.set_class(L4.Proto.Irq, class(platform))
sys.set_class(L4.Proto.Factory, class(factory))
sys.set_class(L4.Proto.Sigma0, class(factory))
sys.set_class(L4.Proto.Mem_alloc, class(factory))
sys.set_class(0x4004, class(factory)) -- what Mem_alloc was called in old scripts
sys.set_class(L4.Proto.Namespace, class(namespace))

function L4.cast(proto, cap)
    return sys.cast(proto, cap)
end

---------------------------------------------------------------------------------------------------
-- ned's own environment

local env_types = {
    rom = L4.Proto.Namespace, rwfs = L4.Proto.Namespace,
    factory = L4.Proto.Factory, sigma0 = L4.Proto.Sigma0,
    mem = L4.Proto.Mem_alloc, mem_alloc = L4.Proto.Mem_alloc, user_factory = L4.Proto.Mem_alloc,
    log = L4.Proto.Log, icu = L4.Proto.Irq, scheduler = L4.Proto.Scheduler, rm = L4.Proto.Rm,
    parent = L4.Proto.Parent, jdb = L4.Proto.Debugger, kip = L4.Proto.Dataspace,
    iommu = L4.Proto.Iommu, task = L4.Proto.Task,
}

L4.Env = {}
for name, cap in pairs(sys.env()) do
    L4.Env[name] = sys.cast(env_types[name] or L4.Proto.Ipc_gate, cap)
end
L4.Env.user_factory = L4.Env.user_factory or L4.Env.mem_alloc

---------------------------------------------------------------------------------------------------
-- Sets of CPUs: "0-3,5"

local Cpu_set = { max = 1024 }
Cpu_set.__index = Cpu_set
L4.Cpu_set = Cpu_set

local function is_cpu_set(v)
    return getmetatable(v) == Cpu_set
end

local function add_range(set, first, last, spec)
    if first > last or last >= Cpu_set.max then
        error(("CPU set %q: %d-%d is not a range below %d")
              :format(spec, first, last, Cpu_set.max), 3)
    end
    for cpu = first, last do
        local word = cpu // 64 + 1
        for i = #set + 1, word do
            set[i] = 0
        end
        set[word] = set[word] | 1 << cpu % 64
    end
end

-- Both Cpu_set.new(spec) and Cpu_set:new(spec).
function Cpu_set.new(self, spec)
    if self ~= Cpu_set then
        spec = self
    end
    local set = setmetatable({}, Cpu_set)
    if is_cpu_set(spec) then
        return spec | set
    elseif spec == nil then
        return set
    elseif type(spec) ~= "string" then
        error('a CPU set is written as text: "0-3,5"', 2)
    end
    for part in (spec:gsub("%s", "") .. ","):gmatch("([^,]*),") do
        local first, last = part:match("^(%d+)%-(%d+)$")
        first = tonumber(first or part:match("^%d+$"))
        if not first then
            error(("CPU set %q: %q is neither a number nor a range like 0-3"):format(spec, part), 2)
        end
        add_range(set, first, tonumber(last) or first, spec)
    end
    return set
end

local function combine(a, b, fn)
    if not is_cpu_set(a) or not is_cpu_set(b) then
        error("a CPU set can be combined with a CPU set only", 3)
    end
    local set = setmetatable({}, Cpu_set)
    for i = 1, math.max(#a, #b) do
        set[i] = fn(a[i] or 0, b[i] or 0)
    end
    while set[#set] == 0 do
        set[#set] = nil
    end
    return set
end

function Cpu_set.__bor(a, b)
    return combine(a, b, function(x, y) return x | y end)
end

function Cpu_set.__band(a, b)
    return combine(a, b, function(x, y) return x & y end)
end

function Cpu_set.__eq(a, b)
    return tostring(a) == tostring(b)
end

function Cpu_set:has(cpu)
    return (self[cpu // 64 + 1] or 0) >> cpu % 64 & 1 == 1
end

function Cpu_set:__tostring()
    local parts, cpu = {}, 0
    while cpu < #self * 64 do
        if self:has(cpu) then
            local first = cpu
            while self:has(cpu + 1) do
                cpu = cpu + 1
            end
            parts[#parts + 1] = first == cpu and tostring(cpu) or first .. "-" .. cpu
        end
        cpu = cpu + 1
    end
    return table.concat(parts, ",")
end

---------------------------------------------------------------------------------------------------
-- The loader

local Loader = {}
Loader.__index = Loader
L4.Loader = Loader

-- Both Loader.new{...} and Loader:new{...}.
function Loader.new(self, fields)
    local from = self == Loader and fields or self
    if type(from) ~= "table" or from == Loader then
        error("Loader.new takes a table: { factory = ..., mem = ... }", 2)
    end
    local ldr = setmetatable({}, Loader)
    for name, value in pairs(from) do
        ldr[name] = value
    end
    ldr.factory = ldr.factory or L4.Env.factory
    ldr.mem = ldr.mem or L4.Env.user_factory
    ldr.scheduler = ldr.scheduler or L4.Env.scheduler
    ldr.log_fab = ldr.log_fab or ldr.loader or ldr.mem
    ldr.ns_fab = ldr.ns_fab or ldr.mem
    ldr.rm_fab = ldr.rm_fab or ldr.mem
    ldr.sched_fab = ldr.sched_fab or ldr.loader or L4.Env.user_factory
    ldr.default_caps = ldr.default_caps or { rom = L4.Env.rom and L4.Env.rom:m("r") }
    return ldr
end

-- A word that a program is given: "a b" 'c d' e\ f -> {"a b", "c d", "e f"}.
local function split_words(line)
    local words, word, quote = {}, nil, nil
    local i = 1
    while i <= #line do
        local c = line:sub(i, i)
        if c == "\\" and quote ~= "'" and i < #line then
            i = i + 1
            word = (word or "") .. line:sub(i, i)
        elseif c == quote then
            quote = nil
        elseif quote then
            word = word .. c
        elseif c == '"' or c == "'" then
            quote, word = c, word or ""
        elseif c:match("%s") then
            words[#words + 1], word = word, nil
        else
            word = (word or "") .. c
        end
        i = i + 1
    end
    if quote then
        error(("command %q: the quote %s is never closed"):format(line, quote), 3)
    end
    words[#words + 1] = word
    return words
end
L4.split_words = split_words

local function sorted_names(tbl)
    local names = {}
    for name in pairs(tbl) do
        if type(name) ~= "string" then
            error(("names of capabilities are strings, not %s (%s)"):format(type(name), name), 0)
        end
        names[#names + 1] = name
    end
    table.sort(names)
    return names
end

function Loader:new_channel()
    return sys.new_gate(self.factory)
end

function Loader:fill_namespace(ns, tbl)
    for _, name in ipairs(sorted_names(tbl)) do
        local value = tbl[name]
        if not sys.is_cap(value) then
            if type(value) ~= "table" then
                error(("namespace entry %q is a %s, not a capability or a table")
                      :format(name, type(value)), 2)
            end
            value = self:create_namespace(value)
        end
        ns:register(name, value)
    end
    return ns
end

function Loader:create_namespace(tbl, fab)
    return self:fill_namespace((fab or self.ns_fab):create(L4.Proto.Namespace), tbl or {})
end

local function bitmap_of(cpus)
    if math.type(cpus) == "integer" then
        return cpus
    end
    local set = Cpu_set.new(cpus)
    if #set == 0 then
        error("create_sched_proxy: the set of CPUs is empty", 3)
    end
    return table.unpack(set)
end

-- Without `cpus`: every CPU the factory may use.
function Loader:create_sched_proxy(args)
    local offset = args.prio_offset or 0
    local limit = args.prio_limit or offset + 10
    if limit <= offset then
        error(("create_sched_proxy: prio_limit %d is not above prio_offset %d")
              :format(limit, offset), 2)
    end
    local fab = args.fab or self.sched_fab
    if args.cpus == nil then
        return fab:create(L4.Proto.Scheduler, limit, offset)
    end
    return fab:create(L4.Proto.Scheduler, limit, offset, bitmap_of(args.cpus))
end

function Loader:make_log(log, tag)
    if type(log) == "function" then
        log = log()
    end
    if sys.is_cap(log) then
        return log
    end
    local spec = log or { tag, "w" }
    if type(spec) ~= "table" or type(spec[1]) ~= "string" then
        error('env.log is { "tag", "colour" }, a function or a capability', 3)
    end
    return self.log_fab:create(L4.Proto.Log, spec[1], spec[2] or "w")
end

-- `name = false` in `caps` withholds a default capability.
function Loader:make_caps(caps)
    local list, all = {}, {}
    for name, cap in pairs(self.default_caps) do
        all[name] = cap
    end
    for name, cap in pairs(caps or {}) do
        all[name] = cap
    end
    for _, name in ipairs(sorted_names(all)) do
        local cap = all[name]
        if type(cap) == "table" and not sys.is_cap(cap) then
            cap = self:create_namespace(cap)
        end
        if #name > 15 then
            error(("caps.%s: names have at most 15 letters"):format(name), 3)
        elseif cap and not sys.is_cap(cap) then
            error(("caps.%s is a %s, not a capability"):format(name, type(cap)), 3)
        elseif cap then
            list[#list + 1] = { name = name, cap = cap, rights = any.rights(cap) }
        end
    end
    return list
end

-- A base object: full rights unless the script narrowed it.
local function base_object(role, cap)
    if not sys.is_cap(cap) then
        error(("no capability for '%s': pass %s = ... in the table of start, or to Loader.new")
              :format(role, role), 3)
    end
    return { cap = cap, rights = sys.cap_rights(cap) or L4.Rights.rws }
end

local known_fields = {}
for field in ("caps log scheduler factory mem rm_fab log_fab ns l4re_dbg ldr_flags name")
             :gmatch("%S+") do
    known_fields[field] = true
end

local function check_fields(env)
    if type(env) ~= "table" then
        error("start: the first argument is a table: { caps = { ... }, log = { ... } }", 3)
    end
    for field in pairs(env) do
        if not known_fields[field] then
            error(("start: unknown field '%s'; capabilities go into caps = { ... }")
                  :format(field), 3)
        end
    end
end

local function start(ldr, env, argv, vars)
    check_fields(env)
    if not argv[1] then
        error("start: no program named", 2)
    end
    local tag = type(env.log) == "table" and not sys.is_cap(env.log) and env.log[1]
    local name = env.name or tag or argv[1]:match("[^/]*$")
    local self = setmetatable({ log_fab = env.log_fab, ns_fab = env.ns }, { __index = ldr })
    local envv = {}
    for key, value in pairs(vars or {}) do
        envv[#envv + 1] = key .. "=" .. tostring(value)
    end
    table.sort(envv)
    local task, why = sys.start {
        name = name, argv = argv, envv = envv,
        caps = self:make_caps(env.caps),
        log = base_object("log", self:make_log(env.log, name)),
        factory = base_object("factory", env.factory or ldr.factory),
        mem = base_object("mem", env.mem or ldr.mem),
        scheduler = base_object("scheduler", env.scheduler or ldr.scheduler),
        rm_fab = base_object("rm_fab", env.rm_fab or env.mem or ldr.rm_fab),
        l4re_dbg = env.l4re_dbg or L4.Dbg.Warn,
        ldr_flags = env.ldr_flags or 0,
    }
    if not task then
        error(why, 2)
    end
    return task
end

function Loader:start(env, command, vars)
    if type(command) ~= "string" then
        error('start: the second argument is the command: "rom/program argument ..."', 2)
    end
    return start(self, env, split_words(command), vars)
end

function Loader:startv(env, ...)
    local argv, vars = { ... }, nil
    if type(argv[#argv]) == "table" then
        vars = table.remove(argv)
    end
    for i, word in ipairs(argv) do
        argv[i] = tostring(word)
    end
    return start(self, env, argv, vars)
end

L4.default_loader = Loader.new { factory = L4.Env.factory, mem = L4.Env.user_factory }

L4.server_loop = sys.server_loop

---------------------------------------------------------------------------------------------------
-- Advice for common errors

local type_names = {}
for name, number in pairs(L4.Proto) do
    if not type_names[number] or name < type_names[number] then
        type_names[number] = name
    end
end

local function type_name(number)
    local name = type_names[math.tointeger(tonumber(number))]
    return name and "of type " .. name
end

local function explain(message)
    if type(message) ~= "string" then
        return tostring(message)
    end
    message = message:gsub("of type (%-?%d+)", type_name)
    local name = message:match("attempt to index a nil value %(field '([%w_]+)'%)")
    if not name then
        return message
    end
    local have = {}
    for key in pairs(L4.Env) do
        have[#have + 1] = key
    end
    table.sort(have)
    return message .. "\n  if '" .. name .. "' was meant as one of ned's own capabilities: it has "
           .. table.concat(have, ", ")
end

return L4, explain
