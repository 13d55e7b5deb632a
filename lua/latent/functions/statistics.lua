--- Covariances, and reductions that leave NaN out.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local check = require "latent.functions.check"

local statistics = {}

local function variables(where, x)
  check.tensor(where, x, 1)
  if x.ndim > 2 then errors.raise(("%s: takes a matrix or a vector, not %s"):format(where, check.shape(x))) end
  return check.float(x.ndim == 2 and x or x:reshape(1, -1))
end

--- Covariance matrix of variables in rows and observations in columns, as torch.cov and numpy.cov have
--- them: x:t():cov() for samples in rows. Like var it divides by the number of observations, unless a
--- correction is given.
--- Example: la.tensor{{1, 2, 3}, {1, 4, 9}}:cov{correction = 1}
---@param x tensor [variables, observations], or the observations of one variable
---@param given? {correction: number} correction = 0; 1 for the unbiased estimate
---@return tensor|number [variables, variables]; a number for a vector
function statistics.cov(x, given)
  local correction = options.check("cov", given, { correction = 0 }).correction
  local rows = variables("cov", x)
  local centred = rows - rows:mean(2, { keepdim = true })
  local cov = centred:mm(centred:t()) / math.max(rows:size(2) - correction, 0)
  return x.ndim == 2 and cov or cov[{ 1, 1 }]
end

--- Matrix of Pearson's correlation coefficients of variables in rows.
--- Example: la.tensor{{1, 2, 3}, {1, 4, 9}}:corrcoef()
---@param x tensor [variables, observations]
---@return tensor|number [variables, variables], from -1 to 1; NaN for a variable that does not vary
function statistics.corrcoef(x)
  local cov = statistics.cov(variables("corrcoef", x))
  local scale = cov:diagonal():sqrt()
  local r = (cov / scale:unsqueeze(2) / scale:unsqueeze(1)):clamp(-1, 1)
  return x.ndim == 2 and r or r[{ 1, 1 }]
end

--- How many elements are not 0 (NaN is not).
--- Example: la.tensor{{1, 0}, {2, 3}}:count_nonzero(1)
---@param x tensor
---@param dims? integer|integer[] without them, of all elements
---@param given? {keepdim: boolean}
---@return integer|tensor int64
function statistics.count_nonzero(x, dims, given)
  return check.tensor("count_nonzero", x, 1):ne(0):sum(dims, given)
end

--- Sum of the elements that are not NaN.
--- Example: la.tensor{1, 0/0, 2}:nansum()
---@param x tensor
---@param dims? integer|integer[] without them, of all elements
---@param given? {keepdim: boolean}
---@return number|tensor
function statistics.nansum(x, dims, given)
  check.tensor("nansum", x, 1)
  return core.where(x:isnan(), 0, x):sum(dims, given)
end

--- Mean of the elements that are not NaN; NaN where there are none.
--- Example: la.tensor{1, 0/0, 2}:nanmean()
---@param x tensor integers become floats
---@param dims? integer|integer[] without them, of all elements
---@param given? {keepdim: boolean}
---@return number|tensor
function statistics.nanmean(x, dims, given)
  x = check.float(check.tensor("nanmean", x, 1))
  return statistics.nansum(x, dims, given) / (~x:isnan()):sum(dims, given)
end

return statistics
