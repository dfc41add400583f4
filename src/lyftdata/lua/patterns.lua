-- find, match, gmatch and gsub of Lua 5.4 for patterns that could backtrack without end.
-- The functions in C cannot be interrupted. What is surely short goes to them; the rest is matched
-- here, in Lua, where every step counts as instructions of the script.
local raw, max_text = ...

local byte, char, sub, find, type, error, tostring = raw.byte, raw.char, raw.sub, raw.find, type, error, tostring
local concat, unpack, tointeger = table.concat, table.unpack, math.tointeger
local POSITION, OPEN = -2, -1
local SHORT <const> = 2000000
local LONG <const> = 1000000000
local MAX_DEPTH <const> = 200

local classes = {}
local function char_class(c, letter)
  local known = classes[letter]
  if not known then
    known = {}
    for one = 0, 255 do known[one] = find(char(one), "[%" .. char(letter) .. "]") ~= nil end
    classes[letter] = known
  end
  return known[c]
end

local function class_end(p, at)
  local c = byte(p, at)
  at = at + 1
  if c == 37 then
    if at > #p then error("malformed pattern (ends with '%')", 0) end
    return at + 1
  elseif c == 91 then
    if byte(p, at) == 94 then at = at + 1 end
    repeat
      if at > #p then error("malformed pattern (missing ']')", 0) end
      local one = byte(p, at)
      at = at + 1
      if one == 37 then at = at + 1 end
    until byte(p, at) == 93
    return at + 1
  end
  return at
end

-- How often the most wasteful way through could look at a character; a number that is never too small.
local function cost(text, pattern)
  local size = #text + 1
  local anchored = byte(pattern, 1) == 94
  local at, total = anchored and 2 or 1, anchored and 1 or size
  total = total * (#pattern + 1)
  while at <= #pattern and total <= SHORT do
    local c, follower = byte(pattern, at), byte(pattern, at + 1)
    if c == 37 and follower == 98 then
      total, at = total * size, at + 4
    elseif c == 37 and (follower == 102 or (follower and follower >= 48 and follower <= 57)) then
      total, at = total * (follower == 102 and 1 or size), at + 2
    elseif c == 40 or c == 41 then
      at = at + 1
    else
      at = class_end(pattern, at)
      local times = byte(pattern, at)
      if times == 42 or times == 43 or times == 45 then
        total, at = total * size, at + 1
      elseif times == 63 then
        total, at = total * 2, at + 1
      end
    end
  end
  return total
end

-- One matcher for a text and a pattern; `matcher(at, from)` is the end of a match, or nil.
local function matcher_of(s, p)
  local level, begins, sizes, depth = 0, {}, {}, 0
  local match

  local function in_set(c, at, last)
    local wanted = true
    at = at + 1
    if byte(p, at) == 94 then wanted, at = false, at + 1 end
    while at < last do
      local one, dash, to = byte(p, at), byte(p, at + 1), byte(p, at + 2)
      if one == 37 then
        if char_class(c, dash) then return wanted end
        at = at + 2
      elseif dash == 45 and at + 2 < last then
        if one <= c and c <= to then return wanted end
        at = at + 3
      else
        if one == c then return wanted end
        at = at + 1
      end
    end
    return not wanted
  end

  local function single(si, pi, ep)
    local c = byte(s, si)
    if not c then return false end
    local kind = byte(p, pi)
    if kind == 46 then return true end
    if kind == 37 then return char_class(c, byte(p, pi + 1)) end
    if kind == 91 then return in_set(c, pi, ep - 1) end
    return kind == c
  end

  local function balance(si, pi)
    local open, close = byte(p, pi, pi + 1)
    if not close then error("malformed pattern (missing arguments to '%b')", 0) end
    if byte(s, si) ~= open then return nil end
    local nested = 1
    for at = si + 1, #s do
      local c = byte(s, at)
      if c == close then
        nested = nested - 1
        if nested == 0 then return at + 1 end
      elseif c == open then
        nested = nested + 1
      end
    end
    return nil
  end

  local function frontier(si, pi, ep)
    local before, here = byte(s, si - 1) or 0, byte(s, si) or 0
    if si == 1 then before = 0 end
    return not in_set(before, pi, ep - 1) and in_set(here, pi, ep - 1)
  end

  local function back(si, digit)
    local number = digit - 48
    if number < 1 or number > level or sizes[number] == OPEN then
      error("invalid capture index %" .. number, 0)
    end
    if sizes[number] == POSITION then return nil end -- as in C, where its size is beyond every text
    local kept = sub(s, begins[number], begins[number] + sizes[number] - 1)
    if sub(s, si, si + #kept - 1) == kept then return si + #kept end
    return nil
  end

  local function opened(si, pi, size)
    if level >= 32 then error("too many captures", 0) end
    level = level + 1
    begins[level], sizes[level] = si, size
    local last = match(si, pi)
    if not last then level = level - 1 end
    return last
  end

  local function closed(si, pi)
    for number = level, 1, -1 do
      if sizes[number] == OPEN then
        sizes[number] = si - begins[number]
        local last = match(si, pi)
        if not last then sizes[number] = OPEN end
        return last
      end
    end
    error("invalid pattern capture", 0)
  end

  local function repeated(si, pi, ep, times)
    if times == 45 then
      while true do
        local last = match(si, ep + 1)
        if last then return last end
        if not single(si, pi, ep) then return nil end
        si = si + 1
      end
    end
    local count = 0
    while single(si + count, pi, ep) do count = count + 1 end
    for taken = count, times == 43 and 1 or 0, -1 do
      local last = match(si + taken, ep + 1)
      if last then return last end
    end
    return nil
  end

  local function walk(si, pi)
    while pi <= #p do
      local c, follower = byte(p, pi, pi + 1)
      if c == 40 then
        if follower == 41 then return opened(si, pi + 2, POSITION) end
        return opened(si, pi + 1, OPEN)
      elseif c == 41 then
        return closed(si, pi + 1)
      elseif c == 36 and pi == #p then
        return si == #s + 1 and si or nil
      elseif c == 37 and follower == 98 then
        si = balance(si, pi + 2)
        if not si then return nil end
        pi = pi + 4
      elseif c == 37 and follower == 102 then
        if byte(p, pi + 2) ~= 91 then error("missing '[' after '%f' in pattern", 0) end
        local ep = class_end(p, pi + 2)
        if not frontier(si, pi + 2, ep) then return nil end
        pi = ep
      elseif c == 37 and follower and follower >= 48 and follower <= 57 then
        si = back(si, follower)
        if not si then return nil end
        pi = pi + 2
      else
        local ep = class_end(p, pi)
        local times = byte(p, ep)
        if times == 42 or times == 43 or times == 45 then return repeated(si, pi, ep, times) end
        if times == 63 then
          if single(si, pi, ep) then
            local last = match(si + 1, ep + 1)
            if last then return last end
          end
          pi = ep + 1
        else
          if not single(si, pi, ep) then return nil end
          si, pi = si + 1, ep
        end
      end
    end
    return si
  end

  function match(si, pi)
    depth = depth + 1
    if depth > MAX_DEPTH then error("pattern too complex", 0) end
    local last = walk(si, pi)
    depth = depth - 1
    return last
  end

  local function capture(number, from, last)
    if number > level then
      if number > 1 then error("invalid capture index %" .. number, 0) end
      return sub(s, from, last - 1)
    end
    if sizes[number] == POSITION then return begins[number] end
    if sizes[number] == OPEN then error("unfinished capture", 0) end
    return sub(s, begins[number], begins[number] + sizes[number] - 1)
  end

  local function captures(from, last, whole)
    local found, most = {}, (level == 0 and whole) and 1 or level
    for number = 1, most do found[number] = capture(number, from, last) end
    return unpack(found, 1, most)
  end

  return function(si, pi)
    level, depth = 0, 0
    return match(si, pi)
  end, captures, capture
end

local function text_of(value, place)
  if type(value) == "number" then return tostring(value) end
  if type(value) ~= "string" then
    error("bad argument #" .. place .. " (string expected, got " .. type(value) .. ")", 3)
  end
  return value
end

local function begin_of(init, size)
  local at = tointeger(init or 1) or 1
  if at < 0 then at = size + at + 1 end
  return at < 1 and 1 or at
end

local function searched(s, p, init, whole)
  local at, anchored = begin_of(init, #s), byte(p, 1) == 94
  local run, captures = matcher_of(s, p)
  while at <= #s + 1 do
    local last = run(at, anchored and 2 or 1)
    if last then
      if whole then return captures(at, last, true) end
      return at, last - 1, captures(at, last, false)
    end
    if anchored then break end
    at = at + 1
  end
  return nil
end

local own = {}

function own.find(s, p, init, plain)
  s, p = text_of(s, 1), text_of(p, 2)
  if not plain and find(p, "[%^%$%*%+%?%.%(%[%%%-]") and cost(s, p) > SHORT then
    return searched(s, p, init, false)
  end
  if (#s - #p) * #p > LONG then error("string.find of so long a text takes too long", 2) end
  return find(s, p, init, plain)
end

function own.match(s, p, init)
  s, p = text_of(s, 1), text_of(p, 2)
  if cost(s, p) > SHORT then return searched(s, p, init, true) end
  return raw.match(s, p, init)
end

function own.gmatch(s, p, init)
  s, p = text_of(s, 1), text_of(p, 2)
  if cost(s, p) <= SHORT then return raw.gmatch(s, p, init) end
  local at, before = begin_of(init, #s), nil
  local run, captures = matcher_of(s, p)
  return function()
    while at <= #s + 1 do
      local from, last = at, run(at, 1)
      if last and last ~= before then
        at, before = last, last
        return captures(from, last, true)
      end
      at = at + 1
    end
    return nil
  end
end

local function replacement(with, from, last, s, captures, capture)
  local kind, whole = type(with), sub(s, from, last - 1)
  if kind == "function" then
    local value = with(captures(from, last, true))
    return value
  elseif kind == "table" then
    return with[capture(1, from, last)]
  end
  return (raw.gsub(with, "%%(.?)", function(c)
    if c == "%" then return "%" end
    if c == "0" then return whole end
    if not find(c, "^%d$") then error("invalid use of '%' in replacement string", 0) end
    return tostring(capture(tointeger(c), from, last))
  end))
end

function own.gsub(s, p, with, most)
  s, p = text_of(s, 1), text_of(p, 2)
  if cost(s, p) <= SHORT then return raw.gsub(s, p, with, most) end
  if type(with) == "number" then with = tostring(with) end
  if type(with) ~= "string" and type(with) ~= "table" and type(with) ~= "function" then
    error("bad argument #3 to 'gsub' (string/function/table expected, got " .. type(with) .. ")", 2)
  end
  local anchored, at, count, pieces, before, size = byte(p, 1) == 94, 1, 0, {}, nil, 0
  local run, captures, capture = matcher_of(s, p)
  most = most or #s + 1
  while count < most do
    local last, piece = run(at, anchored and 2 or 1), nil
    if last and last ~= before then
      count = count + 1
      local value = replacement(with, at, last, s, captures, capture)
      if value == nil or value == false then
        piece = sub(s, at, last - 1)
      elseif type(value) == "string" or type(value) == "number" then
        piece = tostring(value)
      else
        error("invalid replacement value (a " .. type(value) .. ")", 2)
      end
      at, before = last, last
    elseif at <= #s then
      piece, at = sub(s, at, at), at + 1
    else
      break
    end
    pieces[#pieces + 1], size = piece, size + #piece
    if size > max_text then error("string.gsub would make more than " .. max_text .. " bytes", 2) end
    if anchored then break end
  end
  pieces[#pieces + 1] = sub(s, at)
  return concat(pieces), count
end

return own
