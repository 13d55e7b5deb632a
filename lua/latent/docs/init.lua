--- Documentation comments of the library's own sources, parsed when first asked for, and which of
--- them belongs to a function.
local core = require "latent.core"
local annotations = require "latent.docs.annotations"
local operations = require "latent.docs.operations"
local parse = require "latent.docs.parse"

local docs = {}

local parsed, by_line = {}, {}

--- Blocks of an embedded module, in order; none if there is no such module.
---@param module string "latent.nn.linear"
---@return latent.docs.Block[]
function docs.blocks(module)
  if not parsed[module] then
    local text = core.embedded_source(module)
    parsed[module] = text and parse(text) or {}
  end
  return parsed[module]
end

--- True if a block says anything.
---@param block latent.docs.Block
function docs.says(block)
  return #block.text + #block.annotations + #block.examples > 0
end

--- The block at the head of a module's file.
---@param module string
---@return latent.docs.Block|nil
function docs.head_block(module)
  local first = docs.blocks(module)[1]
  return first and first.first == 1 and #first.text > 0 and first or nil
end

--- Prose at the head of a module's file.
---@param module string
---@return string|nil
function docs.head(module)
  local block = docs.head_block(module)
  return block and table.concat(block.text, "\n") or nil
end

--- The module that a function of the library was defined in: "latent.nn.linear"; nil for others.
---@param f function
---@return string|nil
function docs.module_of(f)
  local path = debug.getinfo(f, "S").source:match("^=(latent/.*)%.lua$")
  return path and (path:gsub("/init$", ""):gsub("/", "."))
end

--- Block of a Lua function of the library.
---@param f function
---@return latent.docs.Block|nil block
---@return string|nil module
function docs.of_function(f)
  local module, line = docs.module_of(f), debug.getinfo(f, "S").linedefined
  if not module then return nil end
  if not by_line[module] then
    by_line[module] = {}
    for _, block in ipairs(docs.blocks(module)) do by_line[module][block.line] = docs.says(block) and block or nil end
  end
  return by_line[module][line], module
end

--- The names of the definition files: "latent.meta.random".
---@return string[]
function docs.definition_files()
  local list = {}
  for _, module in ipairs(core.embedded_names()) do
    if module:find("^latent%.meta%.") then list[#list + 1] = module end
  end
  return list
end

--- Blocks of the definition files by name, found at the first call.
local defined

local function definitions()
  if defined then return defined end
  defined = {}
  for _, module in ipairs(docs.definition_files()) do
    for _, block in ipairs(docs.blocks(module)) do
      if block.name and block.parameters and not defined[block.name] then
        defined[block.name] = { block = block, module = module }
      end
    end
  end
  return defined
end

--- Assignments such as `losses.mse_loss = core.layers.mse_loss` in the modules of a part.
local function assigned(path)
  local part, last = path:match("^la%.([%w_.]+)[.:]([%w_]+)$")
  if not part then return nil end
  for _, module in ipairs(core.embedded_names()) do
    if module:find("latent." .. part, 1, true) == 1 then
      for _, block in ipairs(docs.blocks(module)) do
        if docs.says(block) and block.name and not block.parameters and block.name:match("%.([%w_]+)$") == last then
          return block, module
        end
      end
    end
  end
  return nil
end

--- Block of a C function by its name: from the definition files, or of an element-wise operation.
---@param path string "la.zeros", "x:sum", "la.nn.mse_loss"
---@return latent.docs.Block|nil block
---@return string|nil module where it stands
function docs.of_name(path)
  local other = path:match("^la%.([%w_]+)$")
  other = other and "x:" .. other or path:match("^x:([%w_]+)$") and "la." .. path:sub(3)
  local found = definitions()[path] or definitions()[other or ""]
  if found then return found.block, found.module end
  local operation = other and operations.block(path:match("[%w_]+$"))
  if operation then return operation, "operations" end
  return assigned(path)
end

--- Block of what stands at a path of the library.
---@param path string
---@param f function
---@return latent.docs.Block|nil block
---@return string|nil module
function docs.find(path, f)
  local block, module = docs.of_function(f)
  if block then return block, module end
  return docs.of_name(path)
end

--- True for methods that only other parts of the library call.
---@param member any
---@return boolean
function docs.is_private(member)
  local block = type(member) == "function" and docs.of_function(member)
  return block and annotations.is_private(block) or false
end

--- The module of the library that a table is, of those loaded: "latent.nn.linear".
---@param value table
---@return string|nil
function docs.module_name(value)
  for name, module in pairs(package.loaded) do
    if rawequal(module, value) and type(name) == "string" and name:find("^latent") then return name end
  end
  return nil
end

--- The module that a class is, or the one that its methods were written in.
---@param class table
---@return string|nil
function docs.module_of_class(class)
  local module = docs.module_name(class)
  if module then return module end
  for _, value in next, class do
    module = module or type(value) == "function" and docs.module_of(value) or nil
  end
  return module
end

--- The block with the `@class` annotation of a class: of the one called `name`, or the first one.
---@param module string
---@param name? string
---@return latent.docs.Block|nil
function docs.class_block(module, name)
  local first
  for _, block in ipairs(docs.blocks(module)) do
    local class = annotations.class(block)
    if class and (name == nil or class:match("[%w_]+$") == name) then return block end
    first = first or class and block
  end
  return first
end

--- Guide pages: comments without code in latent/guide.
---@return string[] names
function docs.guides()
  local names = {}
  for _, module in ipairs(core.embedded_names()) do names[#names + 1] = module:match("^latent%.guide%.([%w_]+)$") end
  return names
end

return docs
