--- `help(x)`: what a function, a class, a module or a value is, as text.
---
--- A Lua function's documentation is found by the place of its definition. A C function has none:
--- it is named by walking the library, and that name is looked up in the definition files.
local annotations = require "latent.docs.annotations"
local docs = require "latent.docs"
local library = require "latent.docs.library"
local members = require "latent.repl.members"
local signature = require "latent.docs.signature"
local stand_ins = require "latent.docs.stand_ins"
local suggest = require "latent.suggest"

local help = {}

local MANUAL = "https://www.lua.org/manual/5.4/manual.html#pdf-"

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

local function add_examples(lines, block)
  for _, code in ipairs(block.examples) do
    lines[#lines + 1] = "\nExample"
    lines[#lines + 1] = "  " .. code:gsub("\n", "\n  ")
  end
end

--- A block as text, under a first line: how it is called.
local function render(first_line, block)
  local lines = { first_line }
  if #block.text > 0 then
    lines[#lines + 1] = ""
    for _, line in ipairs(block.text) do lines[#lines + 1] = line end
  end
  add_parts(lines, "Parameters", annotations.parts(block, "param"))
  add_parts(lines, "Returns", annotations.parts(block, "return"))
  add_parts(lines, "Fields", annotations.parts(block, "field"))
  add_examples(lines, block)
  return table.concat(lines, "\n")
end

local function of_function(f)
  f = stand_ins[f] or f
  local path = library.path(f)
  local block = docs.find(path or "", f)
  if block then
    return render(signature.call(path or block.name or "function", block), block)
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
    if not name:find("^_") and (not kind or type(member) == kind) and not docs.is_private(member) then
      if #line + #name + 1 > 78 then lines[#lines + 1], line = line, " " end
      line = line .. " " .. name
    end
  end
  if line ~= " " then lines[#lines + 1] = line end
  return #lines > 0 and "\n\n" .. title .. "\n" .. table.concat(lines, "\n") or ""
end

--- Head comment of a class's module and the class's own, where they say something.
local function about_class(head, about)
  local blocks = {}
  if head and (#head.text > 0 or #head.examples > 0) then blocks[1] = head end
  if about and about ~= head and (#about.text > 0 or #about.examples > 0) then blocks[#blocks + 1] = about end
  return blocks
end

--- A class: its head comment, its fields, how it is made, its methods.
local function of_class(class, path)
  local module = docs.module_of_class(class)
  local title = path or class.__name or "class"
  local text = { title }
  local about = module and docs.class_block(module, class.__name)
  local head = docs.module_name(class) and docs.head_block(module) or nil
  for _, block in ipairs(about_class(head, about)) do text[#text + 1] = table.concat(block.text, "\n") end
  local fields = about and annotations.parts(about, "field") or {}
  if #fields > 0 then
    local lines = {}
    add_parts(lines, "Fields", fields)
    text[#text + 1] = table.concat(lines, "\n", 2)
  end
  local init = class.init
  local block = type(init) == "function" and docs.of_function(init)
  if block then text[#text + 1] = render(signature.call(title, block), block) end
  local examples = {}
  for _, from in ipairs(about_class(head, about)) do add_examples(examples, from) end
  if #examples > 0 then text[#text + 1] = table.concat(examples, "\n"):gsub("^\n", "") end
  return table.concat(text, "\n\n") .. list_names("Methods", class, "function")
end

local function of_table(value)
  local path = library.path(value)
  local class = debug.getmetatable(value)
  if rawget(value, "__index") == value then return of_class(value, path) end
  if type(class) == "table" and rawget(class, "__index") == class and not path then
    return "an object of the class\n\n" .. of_class(class, library.path(class))
  end
  local module = docs.module_name(value)
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

--- Documentation by name: of a global, of a part of the library ("randn" stands for "la.randn"), or a
--- guide page ("indexing").
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
  local guide = docs.head("latent.guide." .. path)
  if guide then return guide end
  local nearest = suggest.nearest(name, members.names(members.of(parent)))
  if not nearest and not path:find("[.:]") then
    nearest = suggest.nearest(name, members.names(members.of(la)))
    return nil, nearest and "la." .. nearest
  end
  return nil, nearest and path:sub(1, -#name - 1) .. nearest
end

return help
