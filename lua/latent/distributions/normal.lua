--- The normal (Gaussian) distribution.
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Normal : distributions.Distribution
---@field mean number|tensor
---@field std number|tensor
---@field variance number|tensor
local Normal = Distribution:extend "Normal"
Normal.parameters = { "mean", "std" }
Normal.reparameterised = true

local HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)

--- distributions.Normal{mean = 0, std = 1}, or with `variance` in place of `std`.
--- Example: la.distributions.Normal{mean = 49.3, variance = 1.88}:pdf(50)
---@param given? {mean: number|tensor, std: number|tensor, variance: number|tensor}
function Normal:init(given)
  local o = options.check("distributions.Normal", given,
    { mean = 0, std = options.NONE, variance = options.NONE })
  if o.std ~= nil and o.variance ~= nil then
    errors.raise "distributions.Normal: give std or variance, not both"
  end
  self:parameter("mean", o.mean, "real")
  if o.variance ~= nil then
    self:parameter("variance", o.variance, "positive")
    self.std = core.sqrt(self.variance)
  else
    self:parameter("std", o.std or 1, "positive")
    self.variance = self.std * self.std
  end
  self:set_shapes(0, self.mean, self.std)
end

function Normal:log_prob_at(x)
  local z = (x - self.mean) / self.std
  return z * z * -0.5 - core.log(self.std) - HALF_LOG_TWO_PI
end

function Normal:cdf_at(x)
  return core.erfc((self.mean - x) / (self.std * math.sqrt(2))) * 0.5
end

--- The value below which the part p of the probability lies: the inverse of cdf.
--- Example: la.distributions.Normal():icdf(0.975)
---@param p number|tensor in (0, 1)
---@return number|tensor
function Normal:icdf(p)
  return self.mean + self.std * math.sqrt(2) * core.erfinv(p * 2.0 - 1)
end

function Normal:entropy()
  return core.log(self.std) + (0.5 + HALF_LOG_TWO_PI)
end

function Normal:draw(sizes, given)
  if self.of_numbers then
    return self:call_sampler(core.normal, sizes, given, self.mean, self.std)
  end
  local noise = core.randn(self:full_shape(sizes), { dtype = self.dtype, generator = given and given.generator })
  return self.mean + self.std * noise
end

return Normal
