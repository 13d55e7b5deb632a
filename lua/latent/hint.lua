--- "did you mean la.zeros?": a hint for errors that a wrong name caused.
local core = require "latent.core"
local elsewhere = require "latent.elsewhere"
local errors = require "latent.errors"
local members = require "latent.repl.members"
local suggest = require "latent.suggest"

local hint = {}

--- Parts of the library where a name may stand that was looked for in another place.
local PARTS = {
  "nn", "optim", "linalg", "models", "plot", "data", "distributions", "metrics", "optim.lr_scheduler", "nn.init",
}

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

local function all(found) return found end

--- "la.nn.Linear" for a name that stands in a part of the library, or in `la` itself.
local function in_library(name, wanted)
  local la = require "latent"
  if wanted(members.of(la))[name] ~= nil then return "la." .. name end
  for _, path in ipairs(PARTS) do
    local part = la
    for step in path:gmatch("[^.]+") do part = part[step] end
    if wanted(members.of(part))[name] ~= nil then return ("la.%s.%s"):format(path, name) end
  end
  return nil
end

--- Is a value the library, a part of it, a tensor, or the globals?
local function is_ours(value)
  if value == _G or core.is_tensor(value) then return true end
  if type(value) ~= "table" or rawget(value, "__index") == value then return false end
  for name, module in pairs(package.loaded) do
    if module == value then return name:find("^latent") ~= nil end
  end
  return false
end

--- What to say of a name that a value does not have: what it is called here, where it is, or a near name.
---@param value any
---@param path string how the value was written; "" for the globals
---@param mark string what stood between them
---@param name string
---@param wanted fun(found: table<string, any>): table<string, any> those that would do
---@return string|nil
local function advice(value, path, mark, name, wanted)
  local here = elsewhere.of(value, path, name)
  if here then return ("in latent that is %s"):format(here) end
  local nearest = is_ours(value) and in_library(name, wanted)
  if not nearest then
    local found = wanted(members.of(value))
    nearest = suggest.nearest(name, members.names(found))
    local is_field = mark == ":" and found[nearest or ""] == false
    nearest = nearest and path .. (is_field and "." or mark) .. nearest
  end
  return nearest and ("did you mean %s?"):format(nearest)
end

--- What is called `name` in a line: iterates over how the value before it was written, what stands
--- between, and the value, or nil for what is no plain name.
local function uses(line, name, level)
  local at, mark, after = nil, nil, 1
  return function()
    at, mark, after = line:match("()([.:])%s*" .. name .. "%f[^%w_]()", after)
    if not at then return nil end
    local before = line:sub(1, at - 1)
    local path = before:match("([%a_][%w_.]*)%s*$")
    return path or "", mark, path and resolve(level + 1, path) or nil, before
  end
end

--- For "(field 'zeroes')": look in the line for what stands before it. What a call or an index gave is
--- taken for a tensor.
local function member_hint(level, name, typed, wanted)
  local line = source_line(debug.getinfo(level + 1, "Sl"), typed)
  if not line then return nil end
  for path, mark, value, before in uses(line, name, level + 1) do
    if value == nil and mark == ":" and before:find("[%])]%s*$") then value, path = core.zeros(1), "x" end
    local text = value ~= nil and advice(value, path, mark, name, wanted)
    if text then return text end
  end
  return nil
end

--- For "attempt to call a table value (method 'shape')".
local function call_hint(level, name, typed)
  local line = source_line(debug.getinfo(level + 1, "Sl"), typed)
  for path, _, value in uses(line or "", name, level + 1) do
    if members.of(value)[name] ~= nil then return ("did you mean %s.%s, without a call?"):format(path, name) end
  end
  return nil
end

--- For a method that was called with a dot, "x.sum()", and lacks its object.
local function dot_hint(level, typed)
  local _, user = errors.caller(level + 1)
  local name = user and debug.getinfo(user - 1, "n").name
  local line = name and source_line(debug.getinfo(user, "Sl"), typed)
  for path, mark, value in uses(line or "", name, user) do
    local is_object = core.is_tensor(value) or type(value) == "table" and not is_ours(value)
    if mark == "." and is_object then return ("did you mean %s:%s, with a colon?"):format(path, name) end
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
  local lacks_object = message:find("nil value %(local 'self'%)") or message:find ": argument 1 must be a tensor, not "
  if lacks_object then return dot_hint(level + 1, typed) end
  local of_type, kind, name = message:match("a (%a+) value %((%a+) '([%a_][%w_]*)'%)")
  local is_member = kind == "field" or kind == "method"
  if of_type ~= "nil" then
    local called = is_member and message:find("attempt to call", 1, true)
    return called and call_hint(level + 1, name, typed) or nil
  end
  if kind == "global" then return advice(_G, "", "", name, fitting(message)) end
  return is_member and member_hint(level + 1, name, typed, fitting(message)) or nil
end

--- The value of `la.nn`, starting at the globals; these themselves for "".
local function global(path)
  local value = _G
  for part in path:gmatch("[^.]+") do
    value = members.get(value, part)
    if value == nil then return nil end
  end
  return value
end

--- "did you mean x.shape?" for what was typed and has no value, `x.shpe`, or nil.
---@param text string
---@return string|nil
function hint.of_nil(text)
  if text:find("[%w_%])]%[0%]%s*$") then return "places count from 1" end
  local path = text:match("^%s*([%a_][%w_.]*)%s*$") or ""
  local parent, name = path:match("^([%a_][%w_.]*)%.([%a_][%w_]*)$")
  local value = global(parent or "")
  if path == "" or value == nil then return nil end
  return advice(value, parent or "", parent and "." or "", name or path, all)
end

--- A method that is named and not called: `x:sum`. Lua waits for the call in the next line.
local METHOD = "^%s*([%a_][%w_.]*):([%a_][%w_]*)%s*$"

--- "did you mean x:sum()?" or "in latent that is ~=" for what is no Lua, or nil.
---@param text string
---@return string|nil
function hint.of_syntax(text)
  local path, name = text:match(METHOD)
  local value = path and global(path)
  if value ~= nil and is_callable(members.get(value, name)) then return ("did you mean %s:%s()?"):format(path, name) end
  if value ~= nil and members.of(value)[name] ~= nil then return ("did you mean %s.%s?"):format(path, name) end
  if value ~= nil then return advice(value, path, ":", name, all) end
  local here = elsewhere.of_line(text)
  return here and ("in latent that is %s"):format(here)
end

--- Is a text that Lua takes for the beginning of something a whole line of another language, such as
--- "for i in range(3):", or the name of a method without its call?
---@param text string
---@return boolean
function hint.is_whole(text)
  if text:find(METHOD) then return true end
  return text:find("^[^\n]*:%s*$") ~= nil and not text:find("--", 1, true) and elsewhere.of_line(text) ~= nil
end

return hint
