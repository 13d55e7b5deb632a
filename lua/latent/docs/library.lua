--- What the library offers: every public function, class and part of it, found by walking it.
local annotations = require "latent.docs.annotations"
local classes = require "latent.docs.classes"
local docs = require "latent.docs"
local operations = require "latent.docs.operations"
local members = require "latent.repl.members"

local library = {}

---@class latent.docs.Entry
---@field path string "la.randn", "x:uniform_", "la.nn.Linear", "la.nn.Module:parameters", "Figure:save"
---@field kind "part"|"class"|"function"|"method"
---@field value any nil for a method that only its definition is known of
---@field aliases string[] other paths of the same value
---@field names table<string, true> all its paths
---@field block latent.docs.Block|nil
---@field module string|nil where the block stands
---@field owner latent.docs.Entry|nil the part or class that it belongs to

--- Classes that no part shows, as functions make their objects: name, module, variable in it.
local OBJECTS = {
  { name = "Generator", module = "latent.meta.random" },
  { name = "Figure", module = "latent.plot.figure", metatable = true },
  { name = "Panel", module = "latent.plot.panel", metatable = true },
  { name = "Animation", module = "latent.plot.animate" },
  { name = "Live", module = "latent.plot.live" },
  { name = "Bar", module = "latent.progress" },
  { name = "Run", module = "latent.script" },
}

local function is_class(value)
  return type(value) == "table" and rawget(value, "__index") == value
end

local Walk = {}
Walk.__index = Walk

function Walk:add(entry)
  local known = entry.value ~= nil and self.known[entry.value]
  if known then
    if not known.names[entry.path] then known.aliases[#known.aliases + 1] = entry.path end
    known.names[entry.path] = true
    return known
  end
  entry.aliases, entry.names = {}, { [entry.path] = true }
  self.entries[#self.entries + 1] = entry
  if entry.value ~= nil then self.known[entry.value] = entry end
  return entry
end

--- A function or method with its documentation; those marked private stay out.
function Walk:add_function(path, value, owner, kind)
  local block, module = docs.find(path, value)
  if block and annotations.is_private(block) then return end
  self:add { path = path, kind = kind, value = value, block = block, module = module, owner = owner }
end

--- True where no parameter of a method is the object: `function Class.f(value)`.
local function is_static(block)
  local first = block and block.parameters and block.parameters:match("^[%w_.]+")
  if block and block.parameters == "" and (block.name or ""):find("%.") then return true end
  for _, part in ipairs(first and not (block.name or ""):find(":") and annotations.parts(block, "param") or {}) do
    if part.given == first then return true end
  end
  return false
end

--- A class's own methods. One that replaces its parent's is told there, unless it has text of its own.
function Walk:add_methods(class, path, owner)
  for _, name in ipairs(members.names(class)) do
    local value = rawget(class, name)
    if type(value) == "function" and not name:find("^_") and name ~= "init" and not classes.is_hook(class, name) then
      local block = docs.of_function(value)
      local parent = classes.above(class)
      if not (parent and parent[name]) or (block and #block.text > 0) then
        self:add_function(path .. (is_static(block) and "." or ":") .. name, value, owner, "method")
      end
    end
  end
end

function Walk:add_class(class, path, owner)
  if self.known[class] then return end
  local module = docs.module_of_class(class)
  local head = docs.module_name(class) and docs.head_block(module)
  local block = head or module and docs.class_block(module, class.__name)
  local entry = self:add { path = path, kind = "class", value = class, module = module, owner = owner, block = block }
  self:add_methods(class, path, entry)
  local parent = classes.above(class)
  if parent and not self.known[parent] then self.bases[#self.bases + 1] = parent end
end

--- Classes that no part shows, above others that parts show: there only if they have methods of their own.
function Walk:add_bases()
  for _, class in ipairs(self.bases) do
    local module = docs.module_of_class(class)
    local about = module and docs.class_block(module, class.__name)
    local name = class.__name or about and annotations.class(about):match("[%w_]+$")
    if not self.known[class] and name then
      self:add_class(class, name)
      local last = self.entries[#self.entries]
      if last.value == class then self.entries[#self.entries], self.known[class] = nil, nil end
    end
  end
end

--- A part: its functions, classes and the parts in it. One that can be called is a function too.
function Walk:add_part(part, path, found)
  if self.known[part] then return end
  local module = docs.module_name(part)
  local entry = self:add { path = path, kind = "part", value = part, module = module,
    block = module and docs.head_block(module) }
  local call = rawget(getmetatable(part) or {}, "__call")
  if call then self:add_function(path, call, entry, "function") end
  for _, name in ipairs(members.names(found)) do
    local value = found[name] or members.get(part, name) -- false: a part that is not loaded yet
    if name:find("^_") then value = nil end
    local below = path .. "." .. name
    if type(value) == "function" then
      self:add_function(below, value, entry, "function")
    elseif is_class(value) then
      self:add_class(value, below, entry)
    elseif type(value) == "table" and not getmetatable(value) or value and path == "la" and type(value) == "table" then
      self:add_part(value, below, value)
    end
  end
end

--- Tensor methods: those that are functions of `la` as well get the method as an alias, except forms
--- in place, which are methods first.
function Walk:add_tensor_methods(la)
  local methods = members.of(la.zeros(1))
  for _, name in ipairs(members.names(methods)) do
    local value = methods[name]
    local path = "x:" .. name
    local plain = name:match("^(.*)_$")
    if plain and operations.block(name) then
      local entry = self.known[la[plain]] -- names are sorted: the plain form came first
      self.known[value] = entry
      self:add { path = path, value = value }
    elseif type(value) == "function" then
      if not plain and la[name] == value then self:add_function("la." .. name, value, nil, "function") end
      self:add_function(path, value, nil, "method")
    end
  end
end

--- Objects that functions make: methods with a definition in the class's module, and others that the
--- class has.
function Walk:add_object(object)
  local entry = self:add { path = object.name, kind = "class", module = object.module, methods = {},
    block = docs.class_block(object.module) }
  local seen = {}
  for _, block in ipairs(docs.blocks(object.module)) do
    local name = block.parameters and block.name and block.name:match("^" .. object.name .. "[:.]([%w_]+)$")
    if name and not name:find("^_") and not annotations.is_private(block) then
      seen[name] = true
      self:add { path = object.name .. ":" .. name, kind = "method", block = docs.says(block) and block or nil,
        module = object.module, owner = entry }
    end
  end
  local class = object.metatable and require(object.module) or {}
  for _, name in ipairs(members.names(class)) do
    local value = rawget(class, name)
    if type(value) == "function" and not name:find("^_") and not seen[name] and not self.known[value] then
      self:add_function(object.name .. ":" .. name, value, entry, "method")
    end
  end
end

--- All entries, each once; in no order that matters but the walk's.
---@return latent.docs.Entry[]
---@return table<any, latent.docs.Entry> known by value
function library.entries()
  local la = require "latent"
  local walk = setmetatable({ entries = {}, known = {}, bases = {} }, Walk)
  walk:add_tensor_methods(la)
  walk:add_part(la, "la", members.of(la))
  walk:add_bases()
  for _, object in ipairs(OBJECTS) do walk:add_object(object) end
  return walk.entries, walk.known
end

--- The path of a function, class or part: "la.nn.Linear"; nil for what is not the library's.
---@param value any
---@return string|nil
function library.path(value)
  local _, known = library.entries()
  return known[value] and known[value].path
end

return library
