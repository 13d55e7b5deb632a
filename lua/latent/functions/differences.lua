--- Differences of neighbours.
local errors = require "latent.errors"
local check = require "latent.functions.check"

local differences = {}

--- Differences of neighbouring elements, x[i + 1] - x[i], taken n times.
--- Example: la.tensor{1, 4, 9, 16}:diff()
---@param x tensor
---@param n? integer 1
---@param dim? integer the last one
---@return tensor n elements shorter in that dimension
function differences.diff(x, n, dim)
  check.tensor("diff", x, 1)
  n, dim = n or 1, check.dim("diff", x, dim, -1)
  if math.type(n) ~= "integer" or n < 0 then
    errors.raise(("diff: n must be 0 or more, not %s"):format(tostring(n)))
  end
  for _ = 1, n do
    local size = x:size(dim)
    if size < 2 then return x:narrow(dim, 1, 0) end
    x = x:narrow(dim, 2, size - 1) - x:narrow(dim, 1, size - 1)
  end
  return n > 0 and x or x:clone()
end

return differences
