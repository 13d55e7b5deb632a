--- The categorical distribution over the ids 1 to k.
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Categorical : distributions.Distribution
---@field probs tensor [.., k], summing to 1
---@field logits tensor [.., k], their logarithms
local Categorical = Distribution:extend "Categorical"
Categorical.parameters = { "probs" }

--- distributions.Categorical{probs =}, weights that need not sum to 1, or {logits =}, their logarithms.
--- Example: la.distributions.Categorical{probs = la.tensor{1, 2, 7}}:sample(10)
---@param given {probs: tensor, logits: tensor} [.., k]
function Categorical:init(given)
  local o = options.check("distributions.Categorical", given, { probs = options.NONE, logits = options.NONE })
  self:one_of(o, "probs", "logits")
  local values = o.probs == nil and o.logits or o.probs
  if not core.is_tensor(values) or values.ndim == 0 then
    errors.raise "distributions.Categorical: needs a tensor [.., k]"
  end
  if o.logits ~= nil then
    local logits = self:parameter("logits", o.logits, "real")
    self.logits = logits - logits:logsumexp(-1, { keepdim = true })
    self.probs = core.exp(self.logits)
  else
    local probs = self:parameter("probs", o.probs, "weight")
    self.probs = probs / probs:sum(-1, { keepdim = true })
    self:parameter("probs", self.probs, "weight") -- a row of zeros has become NaN
    self.logits = core.log(self.probs)
  end
  self:set_shapes(1, self.probs)
  self.event_shape = {}
end

function Categorical:log_prob_at(x)
  local k = self.logits.shape[self.logits.ndim]
  local known = core.ge(x, 1) & core.le(x, k) & core.eq(x, core.floor(x))
  local ids = core.where(known, x, 1.0):to("int64") + core.zeros(self.batch_shape, { dtype = "int64" })
  local shape = table.move(ids.shape, 1, ids.ndim, 1, {})
  shape[#shape + 1] = k
  local found = self.logits:expand(shape):gather(-1, ids:unsqueeze(-1)):squeeze(-1)
  return core.where(known, found, -math.huge)
end

function Categorical:entropy()
  return -core.where(core.gt(self.probs, 0), self.probs * self.logits, 0.0):sum(-1)
end

function Categorical:draw(sizes, given)
  if #sizes == 0 then return core.categorical(self.probs, given) end
  return core.categorical(self.probs, sizes, given)
end

return Categorical
