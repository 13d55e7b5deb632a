--- Definitions for lua-language-server: one file that declares the whole library, with the comments
--- and types of the reference. `require "latent"` has the type that this file returns.
local annotations = require "latent.docs.annotations"
local docs = require "latent.docs"
local reference = require "reference"

local definitions = {}

local HEAD = [[
---@meta latent

%s
---@field [any] any elements, rows and parts, by index
---@operator add(latent.Tensor|number): latent.Tensor
---@operator sub(latent.Tensor|number): latent.Tensor
---@operator mul(latent.Tensor|number): latent.Tensor
---@operator div(latent.Tensor|number): latent.Tensor
---@operator mod(latent.Tensor|number): latent.Tensor
---@operator idiv(latent.Tensor|number): latent.Tensor
---@operator pow(latent.Tensor|number): latent.Tensor
---@operator band(latent.Tensor|boolean): latent.Tensor
---@operator bor(latent.Tensor|boolean): latent.Tensor
---@operator bxor(latent.Tensor|boolean): latent.Tensor
---@operator bnot: latent.Tensor
---@operator unm: latent.Tensor
---@operator len: integer
local Tensor = {}

---@alias tensor latent.Tensor

---@class latent
---@field version string
---@field bool "bool"
---@field uint8 "uint8"
---@field int64 "int64"
---@field float32 "float32"
---@field float64 "float64"
local la = {}
]]

--- Every field of an options table may be left out: {lr: number} -> {lr?: number}.
local function optional_fields(part)
  if not part.name:find("%?$") then return part.type end
  return (part.type:gsub("([{,]%s*[%a_][%w_]*)%s*:", "%1?:"))
end

local function add_text(out, lines)
  for _, line in ipairs(lines) do out[#out + 1] = line == "" and "---" or "--- " .. line end
end

local function add_examples(out, examples)
  for _, code in ipairs(examples) do
    out[#out + 1] = "--- ```lua"
    for line in (code .. "\n"):gmatch("(.-)\n") do out[#out + 1] = "--- " .. line end
    out[#out + 1] = "--- ```"
  end
end

--- Comments and annotations of a function; without its first parameter if `skip`.
local function add_function(out, item, skip)
  add_text(out, item.text)
  add_examples(out, item.examples)
  for i, part in ipairs(item.params) do
    if i > 1 or not skip then
      out[#out + 1] = ("---@param %s %s %s"):format(part.name, optional_fields(part), part.text):gsub("%s+$", "")
    end
  end
  for _, part in ipairs(item.returns) do
    local name = part.text:match("^[%a_][%w_]*%f[%W]") and part.text or "# " .. part.text
    out[#out + 1] = ("---@return %s %s"):format(part.type, part.text ~= "" and name or ""):gsub("%s+$", "")
  end
end

local function parameter_names(item, skip)
  local names = {}
  for i, part in ipairs(item.params) do
    if i > 1 or not skip then names[#names + 1] = (part.name:gsub("%?$", "")) end
  end
  return table.concat(names, ", ")
end

--- The type of a constructor: fun(inputs: integer): nn.Linear.
local function constructor_type(item, class)
  local list = {}
  for _, part in ipairs(item.params) do
    list[#list + 1] = part.name .. ": " .. optional_fields(part):gsub("^$", "any")
  end
  return ("fun(%s): %s"):format(table.concat(list, ", "), class)
end

local function methods_of(section, entry)
  local list = {}
  for _, item in ipairs(section.items) do
    if item.entry.owner == entry and item.entry.kind == "method" then list[#list + 1] = item end
  end
  return list
end

--- A class: its fields and methods, and the function that makes its objects.
local function add_class(out, section, item)
  local class, parent = nil, nil
  if item.about then class, parent = annotations.class(item.about) end
  class = class or item.entry.path:gsub("^la%.", "")
  out[#out + 1] = "\ndo"
  add_text(out, item.text)
  out[#out + 1] = "---@class " .. class .. (parent and parent ~= "" and " : " .. parent or "")
  for _, field in ipairs(item.fields) do
    out[#out + 1] = ("---@field %s %s %s"):format(field.name, field.type, field.text):gsub("%s+$", "")
  end
  if item.call then out[#out + 1] = ("---@operator call(%s): latent.Tensor"):format(item.call.params[1].type) end
  out[#out + 1] = "local class = {}"
  local is_base = false
  for _, method in ipairs(methods_of(section, item.entry)) do
    local name = method.entry.path:match("[%w_]+$")
    is_base = is_base or name == "extend"
    add_function(out, method)
    out[#out + 1] = ("function class%s%s(%s) end"):format(method.entry.path:match("[:.][%w_]+$"):sub(1, 1), name,
      parameter_names(method))
  end
  if item.entry.path:find("^la%.") then
    add_text(out, item.text)
    add_examples(out, item.examples)
    local type_text = is_base and class or constructor_type(item, class)
    out[#out + 1] = ("---@type %s\n%s = nil"):format(type_text, item.entry.path)
  end
  out[#out + 1] = "end"
end

--- A function of la or of a part, and the method that it is too.
local function add_plain(out, item)
  local path = item.entry.path
  local in_la = path:find("^la%.[%w_.]+$")
  local defined_as_method = item.entry.block and (item.entry.block.name or ""):find("^x:")
  if in_la then
    out[#out + 1] = ""
    if defined_as_method then
      item = setmetatable({ params = { { name = "x", type = "tensor", text = "" }, table.unpack(item.params) } },
        { __index = item })
    end
    add_function(out, item)
    out[#out + 1] = ("function %s(%s) end"):format(path, parameter_names(item))
  end
  for _, name in ipairs { path, table.unpack(item.entry.aliases) } do
    local method = name:match("^x:([%w_]+)$")
    if method then
      out[#out + 1] = ""
      add_function(out, item, in_la)
      out[#out + 1] = ("function Tensor:%s(%s) end"):format(method, parameter_names(item, in_la))
    end
  end
end

--- The parts of the library, each before its members: "la.nn", "la.nn.init".
local function add_parts(out, sections)
  local declared, callable = {}, {}
  for _, section in ipairs(sections) do
    for _, item in ipairs(section.items) do callable[item.entry.path] = item end
  end
  for _, section in ipairs(sections) do
    for _, item in ipairs(section.items) do
      local part = item.entry.kind ~= "method" and item.entry.path:match("^la(%.[%w_.]+)%.[%w_]+")
      local name = "la"
      for step in (part or ""):gmatch("%.[%w_]+") do
        name = name .. step
        if not declared[name] then
          declared[name] = true
          local call = callable[name]
          out[#out + 1] = ""
          if call then
            add_text(out, call.text)
            out[#out + 1] = "---@overload " .. constructor_type(call, call.returns[1] and call.returns[1].type or "any")
          end
          out[#out + 1] = name .. " = {}"
        end
      end
    end
  end
  return declared
end

--- The head, with what latent.meta.tensor says of tensors.
local function head()
  local about, out = docs.class_block "latent.meta.tensor", {}
  add_text(out, about.text)
  out[#out + 1] = "---@class latent.Tensor"
  for _, field in ipairs(annotations.parts(about, "field")) do
    out[#out + 1] = ("---@field %s %s %s"):format(field.name, field.type, field.text):gsub("%s+$", "")
  end
  return HEAD:format(table.concat(out, "\n"))
end

--- The file.
---@return string
function definitions.file()
  local out = { head() }
  local sections = reference.sections()
  local parts = add_parts(out, sections)
  for _, section in ipairs(sections) do
    for _, item in ipairs(section.items) do
      local entry = item.entry
      if entry.kind == "class" then
        add_class(out, section, item)
      elseif not (entry.owner and entry.owner.kind == "class") and not parts[entry.path] then
        add_plain(out, item)
      end
    end
  end
  out[#out + 1] = "\nreturn la\n"
  return table.concat(out, "\n")
end

return definitions
