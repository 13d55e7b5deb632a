local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local BLOCK = 1 << 22 -- distances held at a time

--- Bandwidth for MeanShift: the mean distance of a row to its k-th nearest neighbour, where k is a share of
--- the rows, as scikit-learn estimates it. Options: `quantile`, that share (0.3); `n_samples`, how many rows
--- to look at, spread evenly (2000).
--- Example: la.models.estimate_bandwidth(la.randn(100, 2), {quantile = 0.2})
---@param x tensor [n, d]
---@param given? {quantile: number, n_samples: integer}
---@return number bandwidth
return function(x, given)
  local o = options.check("models.estimate_bandwidth", given, { quantile = 0.3, n_samples = 2000 })
  if not core.is_tensor(x) or x.ndim ~= 2 or x:numel() == 0 then
    errors.raise("models.estimate_bandwidth: x must be a matrix of rows")
  elseif not math.type(o.quantile) or not (o.quantile > 0 and o.quantile <= 1) then
    errors.raise(("models.estimate_bandwidth: quantile must be above 0 and at most 1, not %s"):format(
      tostring(o.quantile)))
  elseif math.type(o.n_samples) ~= "integer" or o.n_samples < 1 then
    errors.raise(("models.estimate_bandwidth: n_samples must be an integer from 1, not %s"):format(
      tostring(o.n_samples)))
  end
  if #x > o.n_samples then
    local step = (#x - 1) / math.max(o.n_samples - 1, 1)
    x = x[(core.arange(0, o.n_samples - 1, { dtype = "float64" }) * step):floor():to("int64") + 1]
  end
  x = x:to "float64"
  if not x:isfinite():all() then
    local row = x:isfinite():all(2):logical_not():to("int64"):argmax()
    errors.raise(("models.estimate_bandwidth: row %d of those looked at holds a value that is not finite"):format(row))
  end
  local n = #x
  local k, sum = math.max(1, math.floor(n * o.quantile)), 0.0
  local step = math.max(1, BLOCK // n)
  for first = 1, n, step do
    local rows = x[{ { first, math.min(first + step - 1, n) } }]
    sum = sum + core.cdist(rows, x):topk(k, 2, { largest = false }):max(2):sum()
  end
  return sum / n
end
