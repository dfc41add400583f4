-- Builds the sandbox. Gets the limits; returns the functions that the Python side calls.
-- Everything that could escape the instruction count is left out or wrapped: coroutines have hooks of
-- their own, finalizers run without hooks, and some functions written in C loop as often as they are told.
local max_instructions, max_seconds, step, max_text, seed, patterns = ...

local sethook, raw_getmetatable, clock = debug.sethook, debug.getmetatable, os.clock
local raw_load, raw_pcall, raw_setmetatable = load, pcall, setmetatable
local error, type, next, select, rawget, rawset, tostring = error, type, next, select, rawget, rawset, tostring
local math_type, pack, unpack, find = math.type, table.pack, table.unpack, string.find
local used, started, stopped = 0, nil, nil

local function hook()
  used = used + step
  local now = clock()
  started = started or now
  if used > max_instructions then
    stopped = "more than " .. max_instructions .. " instructions"
  elseif now - started > max_seconds then
    stopped = "more than " .. max_seconds .. " s of computing"
  end
  if stopped then error(stopped, 0) end
end

local function begin()
  used, started, stopped = 0, nil, nil
end

-- Near the end of the C stack the hook itself cannot run: who could catch that error would never be stopped.
local function too_deep(message)
  return type(message) == "string"
    and (find(message, "C stack overflow", 1, true) or message == "error in error handling")
end

local function passed(ok, ...)
  if not ok and too_deep((...)) then stopped = stopped or "calls nested too deep" end
  if stopped then error(stopped, 0) end
  return ok, ...
end

local list_marks = { __name = "list" }
local null = raw_setmetatable({}, { __name = "null", __tostring = function() return "null" end, __metatable = false })

local function plain(t)
  if type(t) == "table" then
    local marks = raw_getmetatable(t)
    if marks and marks ~= list_marks then error("this function takes plain tables, without a metatable", 3) end
  end
  return t
end

local function copy(source, names)
  local target = {}
  for name in names:gmatch("%S+") do target[name] = source[name] end
  return target
end

local library = copy(_G, "assert error ipairs next pairs rawequal rawget rawlen rawset select tonumber tostring type _VERSION")
library.null = null
library._state = {}
library.math = copy(math, "abs ceil cos deg exp floor fmod huge log max maxinteger min mininteger modf pi rad random sin sqrt tan tointeger type ult acos asin atan")
library.utf8 = copy(utf8, "char charpattern codepoint codes len offset")
library.string = string
library.table = copy(table, "pack")

math.randomseed(seed)
string.dump = nil

function library.pcall(f, ...)
  return passed(raw_pcall(f, ...))
end

function library.xpcall(f, handler, ...)
  local results = pack(passed(raw_pcall(f, ...)))
  if results[1] then return unpack(results, 1, results.n) end
  return false, handler(results[2])
end

function library.setmetatable(t, marks)
  if type(marks) == "table" and rawget(marks, "__gc") ~= nil then error("__gc is not allowed", 2) end
  if t == null or raw_getmetatable(t) == list_marks then error("this table's metatable is fixed", 2) end
  return raw_setmetatable(t, marks)
end

function library.getmetatable(t)
  if type(t) ~= "table" or t == null or raw_getmetatable(t) == list_marks then return nil end
  return getmetatable(t)
end

local rep = string.rep
function string.rep(text, times, separator)
  text, separator = tostring(text), separator or ""
  if (#text + #separator) * times > max_text then error("string.rep would make more than " .. max_text .. " bytes", 2) end
  if #text + #separator == 0 then return "" end
  return rep(text, times, separator)
end

local matching = raw_load(patterns, "=patterns", "t")(copy(string, "byte char sub find match gmatch gsub"), max_text)
for name, f in next, matching do string[name] = f end

for _, name in next, { "insert", "remove", "concat", "sort", "unpack" } do
  local raw = table[name]
  library.table[name] = function(t, ...) return raw(plain(t), ...) end
end

local move = table.move
function library.table.move(a, from, to, at, b)
  if to - from > 1000000 then error("table.move of more than 1000000 entries", 2) end
  return move(plain(a), from, to, at, plain(b or a))
end

local function list(t)
  return raw_setmetatable(t, list_marks)
end

function library.table.list(...)
  return list({ ... })
end

-- What a table is as JSON: "null", "list" with its length, or "object"; else nil and the reason.
local function inspect(t)
  if t == null then return "null", 0 end
  local count = 0
  for key in next, t do
    count = count + 1
    if type(key) ~= "string" and math_type(key) ~= "integer" then return nil, "a key of type " .. type(key) end
  end
  if count == 0 then return raw_getmetatable(t) == list_marks and "list" or "object", 0 end
  for at = 1, count do
    if rawget(t, at) == nil then return "object", count end
  end
  return "list", count
end

local functions = raw_setmetatable({}, { __index = library })
local events = raw_setmetatable({}, { __index = functions })

local function compile(text, name, for_functions)
  return raw_load(text, "=" .. name, "t", for_functions and functions or events)
end

-- A function that takes the values of the named fields, runs the chunk and returns them afterwards.
local function runner(chunk, source)
  return raw_load(source, "=runner", "t", {})(chunk, events, rawget, rawset, begin)
end

local function why() return stopped end

local function user_functions()
  local found = {}
  for name, value in next, functions do
    if type(name) == "string" and type(value) == "function" then found[name] = value end
  end
  return found
end

local function calling(f)
  return function(...)
    begin()
    return (f(...))
  end
end

sethook(hook, "", step)

return {
  begin = begin, why = why, list = list, null = null, inspect = inspect, compile = compile, runner = runner,
  user_functions = user_functions, calling = calling, library = library,
}
