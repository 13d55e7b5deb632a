--- Quantiles.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local check = require "latent.functions.check"

local quantile = {}

--- NaN where a run of x has one.
local function with_nan(value, x, dim, keepdim)
  local nan = x:isnan()
  if not nan:any() then return value end
  if not core.is_tensor(value) then return 0 / 0 end
  local found = nan:any(dim, { keepdim = keepdim })
  return core.where(core.is_tensor(found) and found or core.tensor(found), 0 / 0, value)
end

--- One quantile, by order statistics.
local function single(x, q, dim, keepdim)
  local at = q * (x:size(dim) - 1)
  local k = math.floor(at)
  local value = x:kthvalue(k + 1, dim, { keepdim = keepdim })
  if at > k then
    value = value + (x:kthvalue(k + 2, dim, { keepdim = keepdim }) - value) * (at - k)
  end
  return with_nan(value, x, dim, keepdim)
end

--- Several, from the sorted elements: [#q, ..].
local function several(x, q, dim, keepdim)
  local sorted = x:sort(dim)
  local rows = {}
  for i = 1, #q do
    local at = q[i] * (x:size(dim) - 1)
    local k = math.floor(at)
    rows[i] = sorted:narrow(dim, k + 1, 1)
    if at > k then rows[i] = rows[i] + (sorted:narrow(dim, k + 2, 1) - rows[i]) * (at - k) end
    rows[i] = with_nan(rows[i], x, dim, true)
    if not keepdim then rows[i] = rows[i]:squeeze(dim) end
  end
  return core.stack(rows, 1)
end

--- The value below which a fraction q of the elements lies, interpolated linearly between neighbours.
--- NaN where there is a NaN.
--- Example: la.arange(1, 5):quantile(0.25)
--- Example: la.rand(100, 3):quantile({0.05, 0.5, 0.95}, 1)
---@param x tensor integers become floats
---@param q number|number[]|tensor fractions from 0 to 1
---@param dim? integer without it, of all elements
---@param given? {keepdim: boolean} keepdim = false
---@return number|tensor a dimension for the fractions comes first, where they are several
function quantile.quantile(x, q, dim, given)
  check.tensor("quantile", x, 1)
  if type(dim) == "table" then dim, given = nil, dim end
  local keepdim = options.check("quantile", given, { keepdim = false }).keepdim
  local fractions = core.is_tensor(q) and q:flatten():totable() or type(q) == "table" and q or { q }
  for _, f in ipairs(fractions) do
    if type(f) ~= "number" or not (f >= 0 and f <= 1) then
      errors.raise(("quantile: fractions are numbers from 0 to 1, not %s"):format(tostring(f)))
    end
  end
  if #fractions == 0 then errors.raise("quantile: no fraction is given") end
  x = check.float(dim and x or x:flatten())
  dim = check.dim("quantile", x, dim, 1)
  if x:size(dim) == 0 then errors.raise("quantile: there are no elements in " .. check.shape(x)) end
  if type(q) == "number" then return single(x, q, dim, keepdim) end
  return several(x, fractions, dim, keepdim)
end

return quantile
