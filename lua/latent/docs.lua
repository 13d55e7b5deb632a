--- Documentation comments of the library's own sources, parsed when first asked for.
---
--- A block is a run of `---` lines and the definition under it. Lines after the text are LuaCATS
--- annotations: `@param name type text`, `@return type name text`, `@field name type text`.
local core = require "latent.core"

local docs = {}

---@class latent.docs.Block
---@field name string|nil what is defined: "Linear:forward", "la.zeros"; nil for the head of a file
---@field parameters string|nil "x, given" of a function
---@field line integer|nil of the definition
---@field text string[] prose
---@field annotations {kind: string, rest: string}[]

local parsed = {}

--- "function a.b:c(x, y)", "local function f(x)", "a.b = value", "local a = value" -> name, parameters
local function definition(line)
  local name, parameters = line:match("^%s*function%s+([%w_.:]+)%s*%((.-)%)")
  if not name then name, parameters = line:match("^%s*local%s+function%s+([%w_]+)%s*%((.-)%)") end
  if not name then name, parameters = line:match("^%s*([%w_.]+)%s*=%s*function%s*%((.-)%)") end
  if not name then name = line:match("^%s*([%w_.]+)%s*=[^=]") or line:match("^%s*local%s+([%w_]+)%s*=") end
  return name, parameters
end

local function parse(text)
  local blocks, current, number = {}, nil, 0
  for line in (text .. "\n"):gmatch("(.-)\r?\n") do
    number = number + 1
    local comment = line:match("^%s*%-%-%- ?(.*)")
    if comment then
      current = current or { text = {}, annotations = {} }
      local kind, rest = comment:match("^@(%a+)%s*(.*)")
      if kind then
        current.annotations[#current.annotations + 1] = { kind = kind, rest = rest }
      else
        current.text[#current.text + 1] = comment
      end
    elseif current then
      current.line = number
      if #blocks > 0 or not line:find("require") then
        current.name, current.parameters = definition(line)
      end
      blocks[#blocks + 1], current = current, nil
    end
  end
  return blocks
end

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

--- Prose at the head of a module's file.
---@param module string
---@return string|nil
function docs.head(module)
  local first = docs.blocks(module)[1]
  return first and #first.text > 0 and table.concat(first.text, "\n") or nil
end

--- Block of a Lua function of the library.
---@param f function
---@return latent.docs.Block|nil
function docs.of_function(f)
  local info = debug.getinfo(f, "S")
  local path = info.source:match("^=(latent/.*)%.lua$")
  if not path then return nil end
  for _, block in ipairs(docs.blocks((path:gsub("/init$", ""):gsub("/", ".")))) do
    if block.line == info.linedefined then return block end
  end
  return nil
end

local NOT_PARAMETERS = { operands = true, doc = true, derivative = true, low = true, high = true }

--- Block of an element-wise operation, from the engine's own table: "exp", "exp_".
local function of_operation(name)
  local plain, in_place = name:match("^(.-)(_?)$")
  local operation = core.operations[plain]
  if not operation then return nil end
  local parameters = {}
  for key, default in pairs(operation) do
    if not NOT_PARAMETERS[key] then parameters[#parameters + 1] = ("%s = %g"):format(key, default) end
  end
  table.sort(parameters)
  table.insert(parameters, 1, operation.operands == 2 and "a, b" or "x")
  local text = { operation.doc }
  if in_place == "_" then text[2] = "In place: the result replaces the first operand." end
  return { name = name, parameters = table.concat(parameters, ", "), text = text, annotations = {} }
end

--- Block of a C function, from the definition files: by its full name, or by the last part of it.
---@param name string "la.zeros", "x:sum"
---@return latent.docs.Block|nil
function docs.of_name(name)
  local last = name:match("([%w_]+)$")
  local found
  for _, module in ipairs(core.embedded_names()) do
    if module:find("^latent%.meta%.") then
      for _, block in ipairs(docs.blocks(module)) do
        if block.name == name then return block end
        if block.name and block.name:match("([%w_]+)$") == last then found = found or block end
      end
    end
  end
  return found or of_operation(last)
end

--- Split "{bias: boolean} bias = false leaves b out" into the type and the rest: a type ends at the
--- first space outside of brackets, unless a | or : stands before it.
local function split_type(rest)
  local depth, i = 0, 1
  while i <= #rest do
    local c = rest:sub(i, i)
    if c:find("[%[({<]") then depth = depth + 1 end
    if c:find("[%])}>]") then depth = depth - 1 end
    if c == " " and depth <= 0 and not rest:sub(1, i - 1):find("[|:,]%s*$") then break end
    i = i + 1
  end
  return rest:sub(1, i - 1), rest:sub(i):match("^%s*(.-)%s*$")
end

--- The annotations of a block, with their parts: name, type, text.
---@param block latent.docs.Block
---@param kind string "param", "return", "field"
---@return {name: string, type: string, text: string}[]
function docs.parts(block, kind)
  local list = {}
  for _, annotation in ipairs(block.annotations) do
    if annotation.kind == kind then
      local part = { name = "" }
      if kind == "return" then
        part.type, part.text = split_type(annotation.rest)
      else
        local name, rest = annotation.rest:match("^(%S+)%s*(.*)")
        part.name = name or ""
        part.type, part.text = split_type(rest or "")
      end
      list[#list + 1] = part
    end
  end
  return list
end

--- Names of the options that a function takes: the fields of its last parameter of the form
--- `given? {bias: boolean, ...}`.
---@param block latent.docs.Block
---@return string[]
function docs.options(block)
  local names = {}
  local parameters = docs.parts(block, "param")
  local last = parameters[#parameters]
  local fields = last and last.type:match("^(%b{})")
  for name in (fields or ""):gmatch("[{,]%s*([%a_][%w_]*)%??%s*:") do names[#names + 1] = name end
  return names
end

return docs
