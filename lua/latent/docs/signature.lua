--- How a function is called, as one line: `la.sum(x, dims, {keepdim =})`.
local annotations = require "latent.docs.annotations"

local signature = {}

local FEW = 3

--- An options table as a signature shows it: its names where they are few.
local function options_text(type_text)
  local names = {}
  for name in type_text:gmatch("[{,]%s*([%a_][%w_]*)%??%s*:") do names[#names + 1] = name .. " =" end
  if #names == 0 then return nil end
  if #names > FEW then return ("{%s, ..}"):format(names[1]) end
  return "{" .. table.concat(names, ", ") .. "}"
end

--- The arguments, one text each.
local function arguments(block)
  local list = {}
  for _, part in ipairs(annotations.parts(block, "param")) do
    local options = part.name:find("^options%??$") and options_text(part.type)
    list[#list + 1] = options or part.name:gsub("%?$", "")
  end
  if #list == 0 then
    for name in (block.parameters or ""):gmatch("[^,%s]+") do
      if name ~= "_" and name ~= "self" then list[#list + 1] = name end
    end
  end
  return list
end

--- The call with the arguments of a block.
---@param name string "la.sum", "x:sum"
---@param list string[]
---@param first? integer argument to begin with
local function call(name, list, first)
  local text = table.concat(list, ", ", first or 1)
  if text:find("^{[^{}]*}$") then return name .. text end
  return ("%s(%s)"):format(name, text)
end

--- The ways to call what an entry stands for, the main one first.
---@param entry latent.docs.Entry
---@return string[]
function signature.forms(entry)
  local block = entry.block
  local list = block and arguments(block) or {}
  local forms = {}
  local defined_as_method = block and (block.name or ""):find("^x:")
  for i, path in ipairs { entry.path, table.unpack(entry.aliases) } do
    local is_method = path:find("^x:")
    if path:find("^la%.[%w_]+_$") then path = "" end -- a form in place is a method first
    if is_method and not defined_as_method and entry.kind ~= "method" then
      forms[#forms + 1] = call(path, list, 2)
    elseif path:find("^la%.[%w_]+$") and defined_as_method then
      forms[#forms + 1] = call(path, { "x", table.unpack(list) })
    elseif i == 1 or is_method then
      forms[#forms + 1] = call(path, list)
    end
  end
  return forms
end

--- The call of a function, as one and as a method, or of a class with the block of its constructor.
---@param path string
---@param block latent.docs.Block|nil
---@return string
function signature.call(path, block)
  local list = block and arguments(block) or {}
  if path:find("^la%.[%w_]+$") and block and (block.name or ""):find("^x:") then
    return ("%s  or  %s"):format(call(path, { "x", table.unpack(list) }), call(block.name, list))
  end
  return call(path, list)
end

return signature
