--- A mixture of distributions: a component is chosen by weight, a value is drawn from it.
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local Distribution = require "latent.distributions.distribution"
local Categorical = require "latent.distributions.categorical"

---@class distributions.Mixture : distributions.Distribution
---@field weights tensor [k], summing to 1
---@field components distributions.Distribution[] k of them, of the same shapes
local Mixture = Distribution:extend "Mixture"
Mixture.parameters = { "weights" }

local function same_shape(a, b)
  return table.concat(a, ",") == table.concat(b, ",")
end

--- Sum of weights[i] * f(component i), over the components.
local function weighted(self, f)
  local sum = 0
  for i, component in ipairs(self.components) do sum = sum + f(component) * self.weights[i] end
  return sum
end

--- distributions.Mixture{components =, weights =}: weights are equal unless given, and need not sum to 1.
--- Example: la.distributions.Mixture{components = {la.distributions.Normal(), la.distributions.Normal{mean = 4}}}:pdf(la.linspace(-3, 7, 5))
---@param given {components: distributions.Distribution[], weights: tensor} weights [k]
function Mixture:init(given)
  local o = options.check("distributions.Mixture", given, { components = options.NONE, weights = options.NONE })
  local components = o.components
  if type(components) ~= "table" or #components == 0 then
    errors.raise "distributions.Mixture: components must be a list of distributions"
  end
  local first = components[1]
  for _, component in ipairs(components) do
    if type(component) ~= "table" or not component.log_prob then
      errors.raise "distributions.Mixture: components must be distributions"
    end
    if not same_shape(component.batch_shape, first.batch_shape)
      or not same_shape(component.event_shape, first.event_shape) then
      errors.raise "distributions.Mixture: components must have the same shapes"
    end
  end
  local choice = Categorical { probs = o.weights == nil and core.ones(#components) or o.weights }
  if choice.probs.ndim ~= 1 or #choice.probs ~= #components then
    errors.raise(("distributions.Mixture: needs as many weights as components, %d, not [%s]"):format(
      #components, table.concat(choice.probs.shape, ", ")))
  end
  self.components, self.choice, self.weights = components, choice, choice.probs
  self.batch_shape, self.event_shape, self.dtype = first.batch_shape, first.event_shape, first.dtype
  self:set_moments()
end

--- Mean, and variance by the law of total variance, where the components have them.
---@protected
function Mixture:set_moments()
  for _, component in ipairs(self.components) do
    if component.mean == nil or component.variance == nil then return end
  end
  self.mean = weighted(self, function(component) return component.mean end)
  self.variance = weighted(self, function(component)
    local away = component.mean - self.mean
    return component.variance + away * away
  end)
end

function Mixture:log_prob_at(x)
  local terms = {}
  for i, component in ipairs(self.components) do
    terms[i] = component:log_prob_at(x) + self.choice.logits[i]
  end
  return core.stack(terms, 1):logsumexp(1)
end

function Mixture:cdf_at(x)
  return weighted(self, function(component) return component:cdf_at(x) end)
end

function Mixture:draw(sizes, given)
  local shape = self:full_shape(sizes)
  local batch = table.move(shape, 1, #shape - #self.event_shape, 1, {})
  local ids = core.multinomial(self.weights, core.zeros(batch):numel(),
    { replacement = true, generator = given and given.generator }):reshape(batch)
  for _ = 1, #self.event_shape do ids = ids:unsqueeze(-1) end
  local result = core.zeros(shape, { dtype = self.dtype })
  for i, component in ipairs(self.components) do
    result = core.where(core.eq(ids, i), component:draw(sizes, given), result)
  end
  return #shape == 0 and result:item() or result
end

return Mixture
