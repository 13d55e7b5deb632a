--- Membership.
local core = require "latent.core"
local check = require "latent.functions.check"

local sets = {}

--- True where an element of x is one of the values.
--- Example: la.arange(1, 5):isin{2, 4, 9}
---@param x tensor
---@param values tensor|number[]
---@return tensor bool, like x
function sets.isin(x, values)
  check.tensor("isin", x, 1)
  values = core.is_tensor(values) and values or core.tensor(values, { dtype = "float64" })
  if values:numel() == 0 then return core.zeros(x.shape, { dtype = "bool" }) end
  local sorted = values:detach():flatten():sort(1)
  local places = core.minimum(core.searchsorted(sorted, x), #sorted)
  return sorted:index_select(1, places:flatten()):reshape(x.shape):eq(x:detach())
end

return sets
