--- The gamma distribution.
local core = require "latent.core"
local options = require "latent.options"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Gamma : distributions.Distribution
---@field concentration number|tensor
---@field rate number|tensor
local Gamma = Distribution:extend "Gamma"
Gamma.parameters = { "concentration", "rate" }

--- distributions.Gamma{concentration = 1, rate = 1}: density x^(concentration - 1) e^(-rate x) up to a factor.
--- Example: la.distributions.Gamma{concentration = 2, rate = 3}:sample(5)
---@param given? {concentration: number|tensor, rate: number|tensor}
function Gamma:init(given)
  local o = options.check("distributions.Gamma", given, { concentration = 1, rate = 1 })
  local a = self:parameter("concentration", o.concentration, "positive")
  local b = self:parameter("rate", o.rate, "positive")
  self.mean = a / b
  self.variance = a / (b * b)
  self:set_shapes(0, a, b)
end

function Gamma:log_prob_at(x)
  local a, b = self.concentration, self.rate
  local density = core.log(b) * a + core.log(x) * (a - 1) - x * b - core.lgamma(a)
  return core.where(core.gt(x, 0), density, -math.huge)
end

--- The regularised incomplete gamma function.
function Gamma:cdf_at(x)
  return core.gammainc(self.concentration, core.clamp(x, 0, math.huge) * self.rate)
end

function Gamma:entropy()
  local a = self.concentration
  return a - core.log(self.rate) + core.lgamma(a) + (1 - a) * core.digamma(a)
end

function Gamma:draw(sizes, given)
  return self:call_sampler(core.gamma, sizes, given, self.concentration, self.rate)
end

return Gamma
