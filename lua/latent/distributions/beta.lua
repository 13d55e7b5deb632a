--- The beta distribution on [0, 1].
local core = require "latent.core"
local options = require "latent.options"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Beta : distributions.Distribution
---@field concentration1 number|tensor
---@field concentration0 number|tensor
local Beta = Distribution:extend "Beta"
Beta.parameters = { "concentration1", "concentration0" }

--- Logarithm of the beta function.
---@private
local function log_beta(a, b)
  return core.lgamma(a) + core.lgamma(b) - core.lgamma(a + b)
end
Beta.log_beta = log_beta

--- distributions.Beta{concentration1 = 1, concentration0 = 1}: density x^(concentration1 - 1)
--- (1 - x)^(concentration0 - 1) up to a factor.
--- Example: la.distributions.Beta{concentration1 = 2, concentration0 = 3}.mean
---@param given? {concentration1: number|tensor, concentration0: number|tensor}
function Beta:init(given)
  local o = options.check("distributions.Beta", given, { concentration1 = 1, concentration0 = 1 })
  local a = self:parameter("concentration1", o.concentration1, "positive")
  local b = self:parameter("concentration0", o.concentration0, "positive")
  self.mean = a / (a + b)
  self.variance = self.mean * (1 - self.mean) / (a + b + 1)
  self:set_shapes(0, a, b)
end

function Beta:log_prob_at(x)
  local a, b = self.concentration1, self.concentration0
  local density = core.log(x) * (a - 1) + core.log1p(-x) * (b - 1) - log_beta(a, b)
  return core.where(core.gt(x, 0) & core.lt(x, 1), density, -math.huge)
end

--- The regularised incomplete beta function.
function Beta:cdf_at(x)
  return core.betainc(self.concentration1, self.concentration0, core.clamp(x, 0, 1))
end

function Beta:entropy()
  local a, b = self.concentration1, self.concentration0
  return log_beta(a, b) - (a - 1) * core.digamma(a) - (b - 1) * core.digamma(b) +
    (a + b - 2) * core.digamma(a + b)
end

function Beta:draw(sizes, given)
  return self:call_sampler(core.beta, sizes, given, self.concentration1, self.concentration0)
end

return Beta
