--- The continuous uniform distribution on [low, high).
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Uniform : distributions.Distribution
---@field low number|tensor
---@field high number|tensor
local Uniform = Distribution:extend "Uniform"
Uniform.parameters = { "low", "high" }
Uniform.reparameterised = true

--- distributions.Uniform{low = 0, high = 1}
--- Example: la.distributions.Uniform{low = -1, high = 1}:cdf(0.5)
---@param given? {low: number|tensor, high: number|tensor}
function Uniform:init(given)
  local o = options.check("distributions.Uniform", given, { low = 0, high = 1 })
  local low, high = self:parameter("low", o.low, "real"), self:parameter("high", o.high, "real")
  local width = high - low
  local narrowest = core.is_tensor(width) and width:detach():min() or width
  if narrowest <= 0 then errors.raise "distributions.Uniform: low must be below high" end
  self.width = width
  self.mean = (low + high) / 2
  self.variance = width * width / 12
  self:set_shapes(0, low, high)
end

function Uniform:log_prob_at(x)
  local inside = core.ge(x, self.low) & core.lt(x, self.high)
  return core.where(inside, x * 0 - core.log(self.width), -math.huge)
end

function Uniform:cdf_at(x)
  return core.clamp((x - self.low) / self.width, 0, 1)
end

--- The value below which the part p of the probability lies: the inverse of cdf.
--- Example: la.distributions.Uniform():icdf(0.25)
---@param p number|tensor in [0, 1]
---@return number|tensor
function Uniform:icdf(p)
  return self.low + self.width * p
end

function Uniform:entropy()
  return core.log(self.width)
end

function Uniform:draw(sizes, given)
  if self.of_numbers then
    return self:call_sampler(core.uniform, sizes, given, self.low, self.high)
  end
  local noise = core.rand(self:full_shape(sizes), { dtype = self.dtype, generator = given and given.generator })
  return self.low + self.width * noise
end

return Uniform
