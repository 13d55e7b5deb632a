--- Documentation of the element-wise operations, from the engine's own table of them.
local core = require "latent.core"

local operations = {}

local DTYPES = {
  float = "Integer and bool tensors become floats of the default dtype.",
  any = "The dtype stays: integers give integers.",
  bool = "The result is a bool tensor.",
  whole = "Integers stay integers where the parameters are whole numbers; otherwise they become floats.",
}

--- A formula of ops.def as people write it: K(0.5) * EXP(x) -> 0.5 * exp(x).
local function readable(formula)
  return (formula:gsub("K%(([%d.e-]+)%)", "%1"):gsub("[%u][%u%d]+", string.lower))
end

local function gradient(operation)
  if not operation.derivative or operation.derivative:find("^%s*0%s*$") and not operation.derivative_b then
    return operation.derivative and "The gradient is 0." or nil
  end
  local names = operation.operands == 2 and "a and b the operands" or "x the operand"
  local formula = ("`%s`"):format(readable(operation.derivative))
  if operation.derivative_b then
    formula = formula .. (" to a and `%s` to b"):format(readable(operation.derivative_b))
  end
  local parameters = #(operation.parameters or {}) > 0 and ", p (and q) the parameters" or ""
  return ("Gradient: %s, with g the gradient of the result y, %s%s."):format(formula, names, parameters)
end

--- Numbers for an example, where the operation is defined.
local function example(name, operation)
  if operation.operands == 2 then
    local values = operation.kind == "bool" and "{0, 1, 2}, {1, 1, 1}" or "{1, 2, 3}, {2, 2, 2}"
    return ("la.%s(la.tensor%s)"):format(name, (values:gsub("}, {", "}, la.tensor{")))
  elseif operation.kind == "bool" then
    return ("la.tensor{0, 1, 0/0, 1/0}:%s()"):format(name)
  end
  local arguments = name == "clamp" and "-0.5, 0.5" or ""
  return ("la.linspace(%g, %g, 5):%s(%s)"):format(operation.low, operation.high, name, arguments)
end

local function annotations(operation)
  local list = {}
  for _, name in ipairs(operation.operands == 2 and { "a", "b" } or { "x" }) do
    list[#list + 1] = { kind = "param", rest = name .. " tensor|number" .. (name == "b" and " broadcast with a" or "") }
  end
  for _, name in ipairs(operation.parameters or {}) do
    list[#list + 1] = { kind = "param", rest = ("%s? number %g by default"):format(name, operation[name]) }
  end
  list[#list + 1] = { kind = "return", rest = "tensor|number a number where all operands are numbers" }
  return list
end

--- The names, in the order of ops.def.
---@return string[]
function operations.names()
  local names = {}
  for name in pairs(core.operations) do names[#names + 1] = name end
  table.sort(names, function(a, b) return core.operations[a].place < core.operations[b].place end)
  return names
end

--- Block of an operation: "exp", or "exp_" for the one in place.
---@param name string
---@return latent.docs.Block|nil
function operations.block(name)
  local plain, in_place = name:match("^(.-)(_?)$")
  local operation = core.operations[plain]
  if not operation or (in_place == "_" and operation.kind == "bool") then return nil end
  local text = { operation.doc, "", DTYPES[operation.kind] }
  text[#text + 1] = gradient(operation)
  if operation.kind ~= "bool" then
    text[#text + 1] = ("`x:%s_` does the same in place."):format(plain)
  end
  return {
    name = "la." .. plain, text = text, annotations = annotations(operation), examples = { example(plain, operation) },
  }
end

return operations
