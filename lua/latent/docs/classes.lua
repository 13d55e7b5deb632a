--- What the comments say of a class: how its objects are made, their fields, what calling one takes.
local annotations = require "latent.docs.annotations"
local docs = require "latent.docs"
local options = require "latent.options"

local classes = {}

--- The class that a class extends, or nil.
---@param value table
---@return table|nil
function classes.above(value)
  local meta = getmetatable(value)
  local parent = meta and rawget(meta, "__index")
  return type(parent) == "table" and parent or nil
end

local function about_of(value)
  local module = docs.module_of_class(value)
  return module and docs.class_block(module, value.__name)
end

--- True if a name is that of a hook: a method which some class above wants for itself.
---@param value table|nil a class
---@param name string
---@return boolean
function classes.is_hook(value, name)
  while value do
    local about = about_of(value)
    if about and annotations.hooks(about)[name] then return true end
    value = classes.above(value)
  end
  return false
end

--- The `@overload` of a class, as the block of a function: what `fun(...)` takes.
local function overloaded(overload)
  local block = { text = {}, annotations = {}, examples = {} }
  local list = overload:match("^fun(%b())"):sub(2, -2):gsub("%b{}", function(s) return (s:gsub(",", "\0")) end)
  for part in list:gmatch("[^,]+") do
    local name, type_text = part:gsub("\0", ","):match("^%s*([%w_.]+%??)%s*:%s*(.-)%s*$")
    block.annotations[#block.annotations + 1] = { kind = "param", rest = name .. " " .. type_text }
  end
  return block
end

--- Fields of some blocks, then those of classes above that have no entry of their own.
local function fields_of(blocks, value, known)
  local list, seen = {}, {}
  local function add(block)
    for _, field in ipairs(annotations.parts(block, "field")) do
      if not seen[field.name] then list[#list + 1] = field end
      seen[field.name] = true
    end
  end
  for _, block in ipairs(blocks) do add(block) end
  local parent = value and classes.above(value)
  while parent and not known[parent] do
    local about = about_of(parent)
    if about then add(about) end
    parent = classes.above(parent)
  end
  return list
end

--- All fields of a class's objects, with those of the classes above it.
---@param value table a class
---@return {name: string, type: string, text: string}[]
function classes.fields(value)
  return fields_of({ about_of(value) }, value, {})
end

--- "by default eta_min = 0, gamma = 0.1".
local function defaults_text(value)
  local texts = {}
  for name, default in pairs(rawget(value, "defaults") or {}) do
    if type(default) == "string" then
      default = '"' .. default .. '"'
    elseif type(default) == "table" and #default > 0 then
      default = "{" .. table.concat(default, ", ") .. "}"
    end
    if default ~= options.NONE then texts[#texts + 1] = ("%s = %s"):format(name, default) end
  end
  table.sort(texts)
  return #texts > 0 and "by default " .. table.concat(texts, ", ") or ""
end

--- An overload has no room for texts: a parameter that the object keeps is told by the field, options
--- by their defaults.
local function add_texts(block, value)
  local texts = { ["given?"] = defaults_text(value), given = defaults_text(value) }
  for _, field in ipairs(classes.fields(value)) do texts[field.name] = field.text end
  for _, annotation in ipairs(block.annotations) do
    annotation.rest = annotation.rest .. " " .. (texts[annotation.rest:match("^%S+")] or "")
  end
end

--- The block of `forward`, which calling an object runs, if it tells of parameters.
local function call_of(value)
  local forward = value and value.forward
  local block = type(forward) == "function" and docs.of_function(forward)
  return block and #annotations.parts(block, "param") > 0 and block or nil
end

---@class latent.docs.Class
---@field blocks latent.docs.Block[] that tell of it, in order
---@field fields {name: string, type: string, text: string}[]
---@field about latent.docs.Block|nil the one with its `@class`
---@field made latent.docs.Block|nil the one of its constructor
---@field call latent.docs.Block|nil the one of `forward`

--- All of that.
---@param entry {value: table|nil, module: string|nil, block: latent.docs.Block|nil}
---@param known table<any, latent.docs.Entry> from library.entries
---@return latent.docs.Class
function classes.describe(entry, known)
  local value = entry.value
  local about = entry.module and docs.class_block(entry.module, value and value.__name) or nil
  local head = entry.block
  if head and about and about ~= head and #about.text > 0 and #head.text == 1 then head = nil end -- says the same
  local overload = about and annotations.first(about, "overload")
  local init = value and value.init
  local made = overload and overloaded(overload) or type(init) == "function" and docs.of_function(init) or nil
  local told = { about = about, made = made, call = call_of(value), blocks = {} }
  for _, block in ipairs { head or false, about ~= head and about or false, made or false } do
    told.blocks[#told.blocks + 1] = block or nil
  end
  told.fields = fields_of(told.blocks, value, known)
  if overload then add_texts(made, value) end
  return told
end

return classes
