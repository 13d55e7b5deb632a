--- Checks of what is to be saved: a tensor, or a table of tensors by name.
local errors = require "latent.errors"
local core = require "latent.core"

local values = {}

--- A tensor, for the formats that hold one.
---@param where string for messages
---@param value any
---@return latent.Tensor
function values.tensor(where, value)
  if not core.is_tensor(value) then
    errors.raise(("%s: a tensor is needed, not a %s"):format(where, type(value)))
  end
  return value
end

--- A tensor or a number, which stands for a tensor without dimensions.
---@param where string for messages
---@param value any
---@return latent.Tensor|number
function values.tensor_or_number(where, value)
  return type(value) == "number" and value or values.tensor(where, value)
end

--- The names in order and the tensors in the order of the names.
---@param where string for messages
---@param value table<string, latent.Tensor> not empty
---@return string[] names
---@return latent.Tensor[] tensors
function values.named(where, value)
  if type(value) ~= "table" then
    errors.raise(("%s: a table of tensors by name is needed, not a %s"):format(where, type(value)))
  end
  local names, tensors = {}, {}
  for name, tensor in pairs(value) do
    if type(name) ~= "string" or name == "" or name:find("\0", 1, true) then
      errors.raise(("%s: the name of a tensor must be a string, not %s"):format(where, tostring(name)))
    end
    if not core.is_tensor(tensor) then
      errors.raise(("%s: '%s' must be a tensor, not a %s"):format(where, name, type(tensor)))
    end
    names[#names + 1] = name
  end
  if #names == 0 then errors.raise(where .. ": the table has no tensors") end
  table.sort(names)
  for i, name in ipairs(names) do tensors[i] = value[name] end
  return names, tensors
end

return values
