--- The Bernoulli distribution: 1 with probability probs, else 0.
local core = require "latent.core"
local options = require "latent.options"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Bernoulli : distributions.Distribution
---@field probs number|tensor
---@field logits number|tensor log(probs / (1 - probs))
local Bernoulli = Distribution:extend "Bernoulli"
Bernoulli.parameters = { "probs" }

--- distributions.Bernoulli{probs =} or {logits =}
--- Example: la.distributions.Bernoulli{probs = 0.3}:entropy()
---@param given {probs: number|tensor, logits: number|tensor}
function Bernoulli:init(given)
  local o = options.check("distributions.Bernoulli", given, { probs = options.NONE, logits = options.NONE })
  self:one_of(o, "probs", "logits")
  if o.logits ~= nil then
    self:parameter("logits", o.logits, "real")
    self.probs = core.sigmoid(self.logits)
    self.log_one, self.log_zero = core.logsigmoid(self.logits), core.logsigmoid(-self.logits)
  else
    self:parameter("probs", o.probs, "probability")
    self.log_one, self.log_zero = core.log(self.probs), core.log1p(-self.probs)
    self.logits = self.log_one - self.log_zero
  end
  self.mean = self.probs
  self.variance = self.probs * (1 - self.probs)
  self:set_shapes(0, self.probs)
end

function Bernoulli:log_prob_at(x)
  local zero = core.where(core.eq(x, 0), x * 0 + self.log_zero, -math.huge)
  return core.where(core.eq(x, 1), x * 0 + self.log_one, zero)
end

function Bernoulli:cdf_at(x)
  local below_one = core.where(core.lt(x, 0), 0.0, x * 0 + 1 - self.probs)
  return core.where(core.ge(x, 1), 1.0, below_one)
end

function Bernoulli:entropy()
  local function term(p, log_p) -- 0 log 0 is 0
    if type(p) == "number" then return p > 0 and p * log_p or 0.0 end
    return core.where(core.gt(p, 0), p * log_p, 0.0)
  end
  return -(term(self.probs, self.log_one) + term(1 - self.probs, self.log_zero))
end

function Bernoulli:draw(sizes, given)
  return self:call_sampler(core.bernoulli, sizes, given, self.probs)
end

return Bernoulli
