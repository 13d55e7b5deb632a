--- `help(x)`: what a function, a class, a module or a value is, as text.
---
--- A Lua function's documentation is found by the place of its definition. A C function has none:
--- it is named by walking the library, and that name is looked up in the definition files.
local core = require "latent.core"
local annotations = require "latent.docs.annotations"
local classes = require "latent.docs.classes"
local docs = require "latent.docs"
local layout = require "latent.docs.layout"
local library = require "latent.docs.library"
local members = require "latent.repl.members"
local new_page = require "latent.docs.page"
local show = require "latent.repl.show"
local signature = require "latent.docs.signature"
local stand_ins = require "latent.docs.stand_ins"
local suggest = require "latent.suggest"

local help = {}

local MANUAL, WIDTH = "https://www.lua.org/manual/5.4/manual.html#pdf-", 80

local NOTHING = 'nil: no value, or a name that has none; help "name" looks a name up'

--- "string.format" for a function of Lua's own libraries.
local function standard_name(value)
  if debug.getinfo(value, "S").what ~= "C" then return nil end
  for name, module in pairs(package.loaded) do
    if type(module) == "table" and not name:find("^latent") then
      for key, f in next, module do
        if f == value then return name == "_G" and key or name .. "." .. key end
      end
    end
  end
  return nil
end

--- A function: how it is called, and what its block says.
local function function_page(path, block, width)
  local page = new_page(signature.call(path, block), width)
  page:prose(block.text)
  page:parts("Parameters", annotations.parts(block, "param"))
  page:parts("Returns", annotations.parts(block, "return"))
  page:examples(block)
  return page:text()
end

local function of_function(f, width)
  f = stand_ins[f] or f
  local path = library.path(f)
  local block = docs.find(path or "", f)
  if block then return function_page(path or block.name or "function", block, width) end
  if path then return ("%s is a function without documentation"):format(path) end
  local name = standard_name(f)
  if name then return ("%s is a function of Lua: %s%s"):format(name, MANUAL, name) end
  local info = debug.getinfo(f, "S")
  if info.what == "C" then return "a function written in C" end
  return ("a function defined at %s:%d"):format(info.short_src, info.linedefined)
end

--- The entry of a class; one that the library does not show gets one made of what its module says.
local function entry_of(class, known)
  if known[class] then return known[class] end
  local module = docs.module_of_class(class)
  local head = module and docs.module_name(class) and docs.head_block(module)
  return { value = class, module = module, path = class.__name or "class",
    block = head or module and docs.class_block(module, class.__name) }
end

--- A class: how it is made, what its comments say, its fields, what calling its objects does, its methods.
--- `title` stands before it where a value is told by its class.
local function of_class(class, width, title)
  local _, known = library.entries()
  local entry = entry_of(class, known)
  local told = classes.describe(entry, known)
  local call = told.made and signature.call(entry.path, told.made) or entry.path
  local page = new_page(title or call, width)
  if title then page:add(call) end
  for _, block in ipairs(told.blocks) do page:prose(block.text) end
  if told.made then page:parts("Parameters", annotations.parts(told.made, "param")) end
  page:parts("Fields", told.fields)
  if told.call then
    page:parts("Calling it takes", annotations.parts(told.call, "param"))
    page:parts("and returns", annotations.parts(told.call, "return"))
  end
  for _, block in ipairs(told.blocks) do page:examples(block) end
  page:names("Methods", class, "function")
  return page:text()
end

local function is_class(value)
  return type(value) == "table" and rawget(value, "__index") == value
end

local function of_table(value, width)
  if is_class(value) then return of_class(value, width) end
  local path, class = library.path(value), debug.getmetatable(value)
  if is_class(class) and not path then return of_class(class, width, "an object of the class") end
  local module = docs.module_name(value)
  local page = new_page(path or module or "a table", width)
  local head = module and docs.head_block(module)
  if head then page:prose(head.text) end
  page:names("Holds", value)
  return page:text()
end

local function summary(tensor)
  return ("a tensor of dtype %s and shape [%s]"):format(tensor.dtype, table.concat(tensor.shape, ", "))
end

local function of_tensor(tensor, width)
  local page = new_page(summary(tensor), width)
  page:parts("Fields", annotations.parts(docs.class_block "latent.meta.tensor", "field"))
  page:names("Methods", tensor, "function")
  return page:text()
end

--- Documentation of a value.
---@param value any
---@param width? integer columns of a line, 80
---@return string
function help.of(value, width)
  width = width or WIDTH
  local kind = type(value)
  if kind == "function" then return of_function(value, width) end
  if kind == "table" then return of_table(value, width) end
  if core.is_tensor(value) then return of_tensor(value, width) end
  if kind == "userdata" then
    local page = new_page(tostring(value), width)
    page:names("Methods", value)
    return page:text()
  end
  if value == nil then return NOTHING end
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

--- The fields that the comments tell of in a tensor, a class or an object of a class.
local function fields_of(value)
  if core.is_tensor(value) then return annotations.parts(docs.class_block "latent.meta.tensor", "field") end
  local class = is_class(value) and value or debug.getmetatable(value)
  return is_class(class) and classes.fields(class) or {}
end

--- A field by its path, "x.shape": what the comments say and what it holds now; nil for what is no field.
local function of_field(path, width)
  local before, name = path:match("^(.+)[.:]([%a_][%w_]*)$")
  local parent = before and resolve(_G, before)
  for _, field in ipairs(parent ~= nil and fields_of(parent) or {}) do
    if field.name == name then
      local page = new_page(("%s  %s  %s"):format(path, field.type, field.text), width)
      local plain = show.printer(function(_, text) return text end, function() return width end)
      local now = core.is_tensor(parent) and parent[name] or members.get(parent, name)
      if not is_class(parent) then page:add("now " .. (core.is_tensor(now) and summary(now) or plain(now))) end
      return page:text()
    end
  end
  return nil
end

--- Documentation by name: of a global, of a part of the library ("randn" stands for "la.randn"), or a
--- guide page ("indexing").
---@param path string
---@param width? integer columns of a line, 80
---@return string|nil text
---@return string|nil nearest a name that may have been meant
function help.named(path, width)
  width = width or WIDTH
  if not path:find("^[%a_][%w_.:]*$") then return nil end
  local la = require "latent"
  local field = of_field(path, width)
  if field then return field end
  local value, parent, name = resolve(_G, path)
  if value == nil then value = resolve(la, path) end
  if value == nil and not path:find("[.:]") then value = members.get(la.zeros(1), path) end
  if value ~= nil then return help.of(value, width) end
  local guide = docs.head_block("latent.guide." .. path)
  if guide then return layout.prose(guide.text, width) end
  if path:match("[%w_]+$") ~= name then return nil end -- what stands before the last name is unknown
  local nearest = suggest.nearest(name, members.names(members.of(parent)))
  if not nearest and not path:find("[.:]") then
    nearest = suggest.nearest(name, members.names(members.of(la)))
    return nil, nearest and "la." .. nearest
  end
  return nil, nearest and path:sub(1, -#name - 1) .. nearest
end

return help
