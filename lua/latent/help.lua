--- `help(x)`: what a function, a class, a module or a value is, as text.
---
--- A Lua function's documentation is found by the place of its definition. A C function has none:
--- it is named by walking the library, and that name is looked up in the definition files.
local docs = require "latent.docs"
local members = require "latent.repl.members"
local suggest = require "latent.suggest"

local help = {}

local MANUAL = "https://www.lua.org/manual/5.4/manual.html#pdf-"
local MAX_DEPTH = 4

--- Visit what can be reached from a table through fields that are not private, nearest first.
local function walk(root, path, visit)
  local level = { { root, path } }
  for _ = 1, MAX_DEPTH do
    local below = {}
    for _, item in ipairs(level) do
      local value, name = item[1], item[2]
      if visit(value, name) and type(value) == "table" then
        local mark = rawget(value, "__index") == value and ":" or "."
        -- Own fields only: what a class inherits belongs to its parent.
        for _, key in ipairs(members.names(value == root and members.of(value) or value)) do
          local child = not key:find("^_") and members.get(value, key)
          if type(child) == "table" or type(child) == "function" then
            below[#below + 1] = { child, name .. mark .. key }
          end
        end
      end
    end
    level = below
  end
end

--- Names of all functions and tables of the library: path by value.
local function library_names()
  local la = require "latent"
  local names = {}
  local function visit(value, path)
    if names[value] then return false end
    names[value] = path
    return true
  end
  walk(la, "la", visit)
  for _, key in ipairs(members.names(members.of(la.zeros(1)))) do
    local method = members.get(la.zeros(1), key)
    if method then visit(method, "x:" .. key) end
  end
  return names
end

--- "string.format" for a function of Lua's own libraries.
local function standard_name(value)
  for name, module in pairs(package.loaded) do
    if type(module) == "table" and not name:find("^latent") then
      for key, f in next, module do
        if f == value then return name == "_G" and key or name .. "." .. key end
      end
    end
  end
  return nil
end

--- Module that a table is, of those loaded: "latent.nn.linear".
local function module_name(value)
  for name, module in pairs(package.loaded) do
    if rawequal(module, value) and type(name) == "string" and name:find("^latent") then return name end
  end
  return nil
end

local function add_parts(lines, title, parts)
  if #parts == 0 then return end
  lines[#lines + 1] = ""
  lines[#lines + 1] = title
  for _, part in ipairs(parts) do
    local name = part.name ~= "" and part.name .. "  " or ""
    local text = part.text ~= "" and "  " .. part.text or ""
    lines[#lines + 1] = "  " .. name .. part.type .. text
  end
end

--- A block as text, under its signature.
local function render(signature, block)
  local lines = { signature }
  if #block.text > 0 then
    lines[#lines + 1] = ""
    for _, line in ipairs(block.text) do lines[#lines + 1] = line end
  end
  add_parts(lines, "Parameters", docs.parts(block, "param"))
  add_parts(lines, "Returns", docs.parts(block, "return"))
  add_parts(lines, "Fields", docs.parts(block, "field"))
  return table.concat(lines, "\n")
end

local function of_function(f)
  local path = library_names()[f]
  local block = docs.of_function(f) or path and docs.of_name(path)
  if block then
    return render(("%s(%s)"):format(path or block.name or "function", block.parameters or ""), block)
  end
  if path then return ("%s is a function without documentation"):format(path) end
  local name = standard_name(f)
  if name then return ("%s is a function of Lua: %s%s"):format(name, MANUAL, name) end
  local info = debug.getinfo(f, "S")
  if info.what == "C" then return "a function written in C" end
  return ("a function defined at %s:%d"):format(info.short_src, info.linedefined)
end

--- Names of what a table holds, in lines of at most 78 columns.
local function list_names(title, value, kind)
  local lines, line = {}, " "
  for _, name in ipairs(members.names(members.of(value))) do
    local member = members.get(value, name)
    if not name:find("^_") and (not kind or type(member) == kind) then
      if #line + #name + 1 > 78 then lines[#lines + 1], line = line, " " end
      line = line .. " " .. name
    end
  end
  if line ~= " " then lines[#lines + 1] = line end
  return #lines > 0 and "\n\n" .. title .. "\n" .. table.concat(lines, "\n") or ""
end

--- A class: its head comment, how it is made, its fields and methods.
local function of_class(class, path)
  local module = module_name(class)
  local text = { path or class.__name or "class" }
  if module then
    text[#text + 1] = docs.head(module)
    for _, block in ipairs(docs.blocks(module)) do
      local fields = docs.parts(block, "field")
      if #fields > 0 then
        local lines = {}
        add_parts(lines, "Fields", fields)
        text[#text + 1] = table.concat(lines, "\n", 2)
      end
    end
  end
  local init = rawget(class, "init")
  local block = type(init) == "function" and docs.of_function(init)
  if block then text[#text + 1] = render(("%s(%s)"):format(text[1], block.parameters or ""), block) end
  return table.concat(text, "\n\n") .. list_names("Methods", class, "function")
end

local function of_table(value)
  local path = library_names()[value]
  local class = debug.getmetatable(value)
  if rawget(value, "__index") == value then return of_class(value, path) end
  if type(class) == "table" and rawget(class, "__index") == class and not path then
    return "an object of the class\n\n" .. of_class(class, library_names()[class])
  end
  local module = module_name(value)
  local head = module and docs.head(module)
  local title = path or module or "a table"
  return (head and title .. "\n\n" .. head or title) .. list_names("Holds", value)
end

--- Documentation of a value.
---@param value any
---@return string
function help.of(value)
  local la = require "latent"
  local kind = type(value)
  if kind == "function" then return of_function(value) end
  if kind == "table" then return of_table(value) end
  if la.is_tensor and la.is_tensor(value) then
    return ("a tensor of dtype %s and shape [%s]"):format(value.dtype, table.concat(value.shape, ", "))
      .. list_names("Methods", value, "function")
  end
  if kind == "userdata" then return tostring(value) .. list_names("Methods", value) end
  return ("a %s: %s"):format(kind, tostring(value))
end

--- The value of "la.nn.Linear" or "x:sum", starting at a table; nil if there is none.
local function resolve(root, path)
  local value = root
  for name in path:gmatch("[%a_][%w_]*") do
    local found = members.get(value, name)
    if found == nil then return nil, value, name end
    value = found
  end
  return value
end

--- Documentation by name: of a global, or of a part of the library ("randn" stands for "la.randn").
---@param path string
---@return string|nil text
---@return string|nil nearest a name that may have been meant
function help.named(path)
  if not path:find("^[%a_][%w_.:]*$") then return nil end
  local la = require "latent"
  local value, parent, name = resolve(_G, path)
  if value == nil then value = resolve(la, path) end
  if value == nil and not path:find("[.:]") then value = members.get(la.zeros(1), path) end
  if value ~= nil then return help.of(value) end
  local nearest = suggest.nearest(name, members.names(members.of(parent)))
  if not nearest and not path:find("[.:]") then
    nearest = suggest.nearest(name, members.names(members.of(la)))
    return nil, nearest and "la." .. nearest
  end
  return nil, nearest and path:sub(1, -#name - 1) .. nearest
end

return help
