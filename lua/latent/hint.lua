--- "did you mean la.zeros?": a hint for errors that a wrong name caused.
local members = require "latent.repl.members"
local suggest = require "latent.suggest"

local hint = {}

--- The line of source that a function is at, where it can be had.
local function source_line(info, typed)
  local text = info.source == "=stdin" and typed or nil
  local path = info.source:match("^@(.*)")
  if path and not path:find("^/dev/") and not path:find("^/proc/") then
    local file = io.open(path)
    text = file and file:read("a")
    if file then file:close() end
  end
  local number = 0
  for line in ((text or "") .. "\n"):gmatch("(.-)\n") do
    number = number + 1
    if number == info.currentline then return line end
  end
  return nil
end

--- A variable as the function at `level` sees it: local, upvalue or global.
local function variable(level, name)
  local value, i = nil, 1
  local found = false
  local local_name, local_value = debug.getlocal(level + 1, i)
  while local_name do
    if local_name == name then value, found = local_value, true end
    i = i + 1
    local_name, local_value = debug.getlocal(level + 1, i)
  end
  if found then return value end
  local f = debug.getinfo(level + 1, "f").func
  i = 1
  local up_name, up_value = debug.getupvalue(f, i)
  while up_name do
    if up_name == name then return up_value end
    i = i + 1
    up_name, up_value = debug.getupvalue(f, i)
  end
  return rawget(_G, name)
end

--- `la.nn` as the function at `level` sees it, following fields without running code.
local function resolve(level, path)
  local value
  for name in path:gmatch("[%a_][%w_]*") do
    if value == nil then
      value = variable(level + 1, name)
    else
      value = members.get(value, name)
    end
    if value == nil then return nil end
  end
  return value
end

local function is_callable(value)
  if type(value) == "function" or value == false then return true end
  local meta = debug.getmetatable(value)
  return type(meta) == "table" and rawget(meta, "__call") ~= nil
end

--- Those of the members that fit what was tried: functions where it was a call, others else.
local function fitting(message)
  local called = message:find("attempt to call", 1, true) ~= nil
  return function(found)
    local fit = {}
    for name, value in pairs(found) do
      if is_callable(value) == called or value == false then fit[name] = value end
    end
    return fit
  end
end

--- For "(field 'zeroes')": look in the line for what stands before it, and in that for a near name.
local function member_hint(level, name, typed, wanted)
  local line = source_line(debug.getinfo(level + 1, "Sl"), typed)
  if not line then return nil end
  local at, mark, after = line:match("()([.:])%s*" .. name .. "%f[^%w_]()")
  while at do
    local path = line:sub(1, at - 1):match("([%a_][%w_.]*)%s*$")
    local value = path and resolve(level + 1, path)
    local nearest = value and suggest.nearest(name, members.names(wanted(members.of(value))))
    if nearest then return path .. mark .. nearest end
    at, mark, after = line:match("()([.:])%s*" .. name .. "%f[^%w_]()", after)
  end
  return nil
end

--- "did you mean la.zeros?" for an error that a wrong name caused, or nil.
---@param message any the error
---@param level integer level of the function that raised it, seen from the caller, as in `error`
---@param typed string|nil the text of the chunk, where it was typed
---@return string|nil
function hint.of(message, level, typed)
  if type(message) ~= "string" then return nil end
  local kind, name = message:match("a nil value %((%a+) '([%a_][%w_]*)'%)")
  if not kind then return nil end
  local nearest, wanted = nil, fitting(message)
  if kind == "global" then
    nearest = suggest.nearest(name, members.names(wanted(members.of(_G))))
  elseif kind == "field" or kind == "method" then
    nearest = member_hint(level + 1, name, typed, wanted)
  end
  return nearest and ("did you mean %s?"):format(nearest)
end

--- "did you mean x.shape?" for a name without a value, `x.shpe`, or nil.
---@param path string names with dots between
---@return string|nil
function hint.of_name(path)
  local parent, name = path:match("^([%a_][%w_.]*)%.([%a_][%w_]*)$")
  local value = _G
  for part in (parent or ""):gmatch("[^.]+") do
    value = members.get(value, part)
    if value == nil then return nil end
  end
  local nearest = suggest.nearest(name or path, members.names(members.of(value)))
  return nearest and ("did you mean %s?"):format(parent and parent .. "." .. nearest or nearest)
end

return hint
