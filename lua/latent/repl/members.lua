--- What can follow a dot or a colon: names in a value, found without running any code of its.
local members = {}

local MAX_CHAIN = 16

local function add(found, names)
  if type(names) ~= "table" then return end
  for key, value in next, names do
    if type(key) == "string" then
      if found[key] == nil then found[key] = value end
    elseif type(value) == "string" and found[value] == nil then
      found[value] = false
    end
  end
end

--- The names in a value: its own fields, then what its metatable offers through `__index` tables
--- and through the hints `__methods` and `__fields` (lists of names, or tables by name) and
--- `__parts` (modules that the first use loads, by name).
---@param value any
---@return table<string, any> found by name; false stands for a value that is not known yet
function members.of(value)
  local found = {}
  for _ = 1, MAX_CHAIN do
    if type(value) == "table" then add(found, value) end
    local meta = debug.getmetatable(value)
    if type(meta) ~= "table" then break end
    add(found, rawget(meta, "__methods"))
    add(found, rawget(meta, "__fields"))
    for name in next, rawget(meta, "__parts") or {} do found[name] = found[name] or false end
    value = rawget(meta, "__index")
    if type(value) ~= "table" then break end
  end
  return found
end

--- One member, or nil. A part of the library that is not loaded yet is loaded.
---@param value any
---@param name string
function members.get(value, name)
  local found = members.of(value)[name]
  if found ~= false then return found end
  local meta = debug.getmetatable(value)
  local module = type(meta) == "table" and (rawget(meta, "__parts") or {})[name]
  local ok, loaded = pcall(require, module or "")
  return ok and loaded or nil
end

--- Sorted names of a table by name, those that begin with `prefix`.
---@param found table<string, any>
---@param prefix string|nil
---@return string[]
function members.names(found, prefix)
  prefix = prefix or ""
  local names = {}
  for name in next, found do
    if type(name) == "string" and name:sub(1, #prefix) == prefix then names[#names + 1] = name end
  end
  table.sort(names)
  return names
end

return members
