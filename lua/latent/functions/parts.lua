--- Cutting a tensor into parts along a dimension: tables of views.
local errors = require "latent.errors"
local check = require "latent.functions.check"

local parts = {}

--- Parts of the given sizes.
--- Example: #la.arange(1, 10):split(4)
---@param x tensor
---@param size integer|integer[] of each part, the last may be smaller; or the size of each
---@param dim? integer 1
---@return tensor[] views
function parts.split(x, size, dim)
  check.tensor("split", x, 1)
  dim = check.dim("split", x, dim, 1)
  local total, sizes = x:size(dim), size
  if math.type(size) == "integer" and size > 0 then
    sizes = {}
    for from = 1, math.max(total, 1), size do sizes[#sizes + 1] = math.min(size, total - from + 1) end
  elseif type(size) ~= "table" then
    errors.raise(("split: parts have a size of 1 or more, not %s"):format(tostring(size)))
  end
  local list, at = {}, 1
  for i, n in ipairs(sizes) do
    if math.type(n) ~= "integer" or n < 0 or at + n - 1 > total then
      errors.raise(("split: parts of sizes {%s} in dimension %d of %s"):format(table.concat(sizes, ", "), dim,
        check.shape(x)))
    end
    list[i] = x:narrow(dim, math.min(at, math.max(total, 1)), n)
    at = at + n
  end
  if at ~= total + 1 then
    errors.raise(("split: parts of sizes {%s} do not fill dimension %d of %s"):format(table.concat(sizes, ", "), dim,
      check.shape(x)))
  end
  return list
end

--- At most n parts of equal size; the last may be smaller.
--- Example: #la.arange(1, 10):chunk(3)
---@param x tensor
---@param n integer
---@param dim? integer 1
---@return tensor[] views
function parts.chunk(x, n, dim)
  check.tensor("chunk", x, 1)
  dim = check.dim("chunk", x, dim, 1)
  if math.type(n) ~= "integer" or n < 1 then
    errors.raise(("chunk: takes 1 or more parts, not %s"):format(tostring(n)))
  end
  return parts.split(x, math.max(1, (x:size(dim) + n - 1) // n), dim)
end

--- The slices of a dimension, which disappears.
--- Example: #la.zeros(3, 2):unbind()
---@param x tensor
---@param dim? integer 1
---@return tensor[] views
function parts.unbind(x, dim)
  check.tensor("unbind", x, 1)
  dim = check.dim("unbind", x, dim, 1)
  local list = {}
  for i = 1, x:size(dim) do list[i] = x:narrow(dim, i, 1):squeeze(dim) end
  return list
end

return parts
