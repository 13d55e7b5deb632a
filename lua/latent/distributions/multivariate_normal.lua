--- The multivariate normal distribution.
local core = require "latent.core"
local linalg = require "latent.linalg"
local options = require "latent.options"
local errors = require "latent.errors"
local Distribution = require "latent.distributions.distribution"

---@class distributions.MultivariateNormal : distributions.Distribution
---@field mean tensor [d]
---@field covariance tensor [d, d]
---@field scale_tril tensor [d, d], lower triangular: covariance = scale_tril scale_tril^T
---@field variance tensor [d], the diagonal of the covariance
local MultivariateNormal = Distribution:extend "MultivariateNormal"
MultivariateNormal.parameters = { "mean", "covariance" }
MultivariateNormal.reparameterised = true

local LOG_TWO_PI = math.log(2 * math.pi)

--- distributions.MultivariateNormal{mean =, covariance =}, or with `scale_tril`, the Cholesky factor of the
--- covariance, in its place. The mean is zero unless given.
--- Example: la.distributions.MultivariateNormal{covariance = la.tensor{{2, 1}, {1, 2}}}:sample(3)
---@param given {mean: tensor, covariance: tensor, scale_tril: tensor} [d], [d, d], [d, d]
function MultivariateNormal:init(given)
  local o = options.check("distributions.MultivariateNormal", given,
    { mean = options.NONE, covariance = options.NONE, scale_tril = options.NONE })
  self:one_of(o, "covariance", "scale_tril")
  local name = o.covariance ~= nil and "covariance" or "scale_tril"
  local matrix = o[name]
  if not core.is_tensor(matrix) or matrix.ndim ~= 2 or matrix:size(1) ~= matrix:size(2) then
    errors.raise(("distributions.MultivariateNormal: %s must be a tensor [d, d]"):format(name))
  end
  matrix = self:parameter(name, matrix, "real")
  if name == "covariance" then
    self.scale_tril = linalg.cholesky(matrix)
  else
    self.covariance = matrix:matmul(matrix:t())
  end
  local d = matrix:size(1)
  local mean = self:parameter("mean", o.mean == nil and core.zeros(d, { dtype = matrix.dtype }) or o.mean, "real")
  if not core.is_tensor(mean) or mean.ndim ~= 1 or #mean ~= d then
    errors.raise(("distributions.MultivariateNormal: mean must be a tensor [%d], as the covariance is [%d, %d]"):format(
      d, d, d))
  end
  self.variance = self.covariance:diagonal()
  self:set_shapes(1, mean, self.variance)
end

--- Half the logarithm of the determinant of the covariance.
---@protected
function MultivariateNormal:half_log_det()
  return core.log(self.scale_tril:diagonal()):sum()
end

function MultivariateNormal:log_prob_at(x)
  local d = self.event_shape[1]
  if x.ndim == 0 or x:size(-1) ~= d then
    errors.raise(("distributions.MultivariateNormal: x must be [.., %d], not [%s]"):format(
      d, table.concat(x.shape, ", ")))
  end
  local away = (x - self.mean):reshape(-1, d):t() -- [d, n]
  local z = linalg.solve_triangular(self.scale_tril, away)
  local shape = table.move(x.shape, 1, x.ndim - 1, 1, {})
  return (z * z):sum(1):reshape(shape) * -0.5 - self:half_log_det() - d * LOG_TWO_PI / 2
end

function MultivariateNormal:entropy()
  return self:half_log_det() + self.event_shape[1] * (1 + LOG_TWO_PI) / 2
end

function MultivariateNormal:draw(sizes, given)
  local noise = core.randn(self:full_shape(sizes), { dtype = self.dtype, generator = given and given.generator })
  return self.mean + noise:matmul(self.scale_tril:t())
end

return MultivariateNormal
