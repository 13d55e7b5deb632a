--- Argument checks of the functions in this folder.
local core = require "latent.core"
local errors = require "latent.errors"

local check = {}

--- Raise an error unless a value is a tensor.
---@param where string name of the function
---@param value any
---@param argument integer
function check.tensor(where, value, argument)
  if not core.is_tensor(value) then
    errors.raise(("%s: argument %d must be a tensor, not %s"):format(where, argument, type(value)))
  end
  return value
end

--- A 1-based dimension from one that may count from the end; the fallback where it is nil.
---@param where string
---@param x tensor
---@param dim integer|nil
---@param fallback integer
---@return integer
function check.dim(where, x, dim, fallback)
  dim = dim or fallback
  local from_start = math.type(dim) == "integer" and dim < 0 and dim + x.ndim + 1 or dim
  if math.type(from_start) ~= "integer" or from_start < 1 or from_start > x.ndim then
    errors.raise(("%s: there is no dimension %s in a tensor [%s]"):format(where, tostring(dim),
      table.concat(x.shape, ", ")))
  end
  return from_start
end

--- x itself, or as floats of the default dtype.
---@param x tensor
---@return tensor
function check.float(x)
  return x.dtype:find("float") and x or x:to(core.get_default_dtype())
end

--- "[2, 3]"
---@param x tensor
---@return string
function check.shape(x)
  return "[" .. table.concat(x.shape, ", ") .. "]"
end

return check
