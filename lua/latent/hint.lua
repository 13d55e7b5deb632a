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

--- For "(field 'zeroes')": look in the line for what stands before it, and in that for a near name.
local function member_hint(level, name, typed)
  local line = source_line(debug.getinfo(level + 1, "Sl"), typed)
  if not line then return nil end
  for path, mark, found in line:gmatch("([%a_][%w_.]*)%s*([.:])%s*([%a_][%w_]*)") do
    if path .. mark .. found ~= path then
      -- The pattern is greedy: in `a.b.c`, `path` may have swallowed the dots before the name.
      local value = found == name and resolve(level + 1, path)
      local nearest = value and suggest.nearest(name, members.names(members.of(value)))
      if nearest then return path .. mark .. nearest end
    end
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
  local nearest
  if kind == "global" then
    nearest = suggest.nearest(name, members.names(members.of(_G)))
  elseif kind == "field" or kind == "method" then
    nearest = member_hint(level + 1, name, typed)
  end
  return nearest and ("did you mean %s?"):format(nearest)
end

return hint
