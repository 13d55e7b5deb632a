--- Base of the probability distributions: parameters, shapes of samples, what follows from log_prob.
---
--- Parameters are numbers or tensors; tensors broadcast to the batch shape, one distribution an
--- element. Where all of it is numbers, results are numbers. A class is made by
--- `Distribution:extend(name)` and gets `init(given)`, which sets the parameters and the fields, and as
--- many of these methods as there are: `log_prob_at(x)` and `cdf_at(x)` of a float tensor, `entropy()`,
--- `draw(sizes, options)`.
--- Example:
---     local Laplace = la.distributions.Distribution:extend "Laplace"
---     Laplace.parameters = {"scale"}
---     function Laplace:init(given)
---       self:parameter("scale", given.scale, "positive")
---       self:set_shapes(0, self.scale)
---     end
---     function Laplace:log_prob_at(x) return x:abs() / -self.scale - math.log(2 * self.scale) end
---     Laplace{scale = 2}:pdf(0)
local core = require "latent.core"
local errors = require "latent.errors"

---@class distributions.Distribution
---@field mean number|tensor|nil
---@field variance number|tensor|nil
---@field batch_shape integer[] shape of the parameters, broadcast
---@field event_shape integer[] shape of one sample of one distribution; {} for numbers
---@field dtype string of samples
---@field protected init fun(self: distributions.Distribution, given: table)
---@field protected log_prob_at fun(self: distributions.Distribution, x: tensor): tensor
---@field protected cdf_at fun(self: distributions.Distribution, x: tensor): tensor
---@field protected draw fun(self: distributions.Distribution, sizes: integer[], given: table): tensor|number
local Distribution = {}
Distribution.__index = Distribution
Distribution.__name = "Distribution"

local function construct(class, given)
  if given ~= nil and type(given) ~= "table" then
    errors.raise(("distributions.%s: takes a table of parameters, not a %s"):format(class.__name, type(given)))
  end
  local self = setmetatable({}, class)
  self:init(given)
  return self
end

--- Make a subclass.
--- Example: la.distributions.Distribution:extend("Laplace").__name
---@param name string
---@return table class call it with a table of parameters to make a distribution
function Distribution:extend(name)
  local class = { __name = name, __tostring = self.__tostring }
  class.__index = class
  return setmetatable(class, { __index = self, __call = construct })
end

-- ---- for classes: parameters and shapes ----

--- Conditions that parameters have to meet: the test, and the words for a message.
local DOMAINS = {
  real = { function(v) return core.isfinite(v) end, "finite" },
  positive = { function(v) return core.gt(v, 0) & core.isfinite(v) end, "finite and above 0" },
  probability = { function(v) return core.ge(v, 0) & core.le(v, 1) end, "from 0 to 1" },
  weight = { function(v) return core.ge(v, 0) & core.isfinite(v) end, "finite and not negative" },
  logit = { function(v) return core.lt(v, math.huge) end, "below inf" },
}

--- Take up a parameter after a check, as self[name].
---@param name string
---@param value number|tensor
---@param domain "real"|"positive"|"probability"|"weight"|"logit"
---@return number|tensor value a float
---@protected
function Distribution:parameter(name, value, domain)
  local examined = value
  if type(value) == "number" then
    value = value + 0.0
    examined = core.tensor({ value }, { dtype = "float64" })
  elseif not core.is_tensor(value) then
    errors.raise(("distributions.%s: %s must be a number or a tensor, not a %s"):format(
      self.__name, name, type(value)))
  elseif not value.dtype:find "^float" then
    value = value:to(core.get_default_dtype())
  end
  local test, words = table.unpack(DOMAINS[domain])
  if not test(examined):all() then
    errors.raise(("distributions.%s: %s must be %s"):format(self.__name, name, words))
  end
  self[name] = value
  return value
end

--- Check that exactly one of two parameters that say the same is given.
---@protected
function Distribution:one_of(given, first, second)
  if (given[first] == nil) == (given[second] == nil) then
    errors.raise(("distributions.%s: needs either %s or %s"):format(self.__name, first, second))
  end
end

--- Set shapes and dtype, from those parameters that broadcast.
---@param event_dims integer how many of the last dimensions belong to one sample
---@param ... number|tensor
---@protected
function Distribution:set_shapes(event_dims, ...)
  local sum, dtype
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if core.is_tensor(value) then
      sum = core.zeros(value.shape) + (sum or 0)
      dtype = dtype or value.dtype
    end
  end
  local shape = sum and sum.shape or {}
  self.batch_shape = table.move(shape, 1, #shape - event_dims, 1, {})
  self.event_shape = table.move(shape, #shape - event_dims + 1, #shape, 1, {})
  self.dtype = dtype or core.get_default_dtype()
  self.of_numbers = sum == nil
end

--- Sizes x batch_shape x event_shape.
---@param sizes integer[]
---@return integer[]
---@protected
function Distribution:full_shape(sizes)
  local shape = table.move(sizes, 1, #sizes, 1, {})
  table.move(self.batch_shape, 1, #self.batch_shape, #shape + 1, shape)
  return table.move(self.event_shape, 1, #self.event_shape, #shape + 1, shape)
end

--- Call one of the samplers of the core, whose shape stays out where one number is wanted.
---@protected
function Distribution:call_sampler(sampler, sizes, given, ...)
  local arguments, shape = { ... }, self:full_shape(sizes)
  if #shape > 0 then arguments[#arguments + 1] = shape end
  arguments[#arguments + 1] = given
  return sampler(table.unpack(arguments))
end

-- ---- for users ----

--- Evaluate a method at x; a number where x is one and the answer is a single one off the graph.
local function evaluate(self, method, what, x)
  if not method then errors.raise(("distributions.%s: has no %s in closed form"):format(self.__name, what)) end
  local is_number = type(x) == "number"
  if is_number then
    x = core.tensor(x + 0.0, { dtype = "float64" })
  elseif not core.is_tensor(x) then
    errors.raise(("distributions.%s: x must be a number or a tensor, not a %s"):format(self.__name, type(x)))
  elseif not x.dtype:find "^float" then
    x = x:to(self.dtype)
  end
  local y = method(self, x)
  if is_number and core.is_tensor(y) and y.ndim == 0 and not y:requires_grad() then return y:item() end
  return y
end

--- Logarithm of the density, or of the probability of a discrete value. -inf where x cannot occur.
--- Example: la.distributions.Normal():log_prob(la.tensor{-1, 0, 1})
---@param x number|tensor
---@return number|tensor
function Distribution:log_prob(x) return evaluate(self, self.log_prob_at, "log_prob", x) end

--- Density, or probability of a discrete value.
--- Example: la.distributions.Uniform{low = 0, high = 4}:pdf(1)
---@param x number|tensor
---@return number|tensor
function Distribution:pdf(x) return core.exp(self:log_prob(x)) end

--- Probability of a value up to x.
--- Example: la.distributions.Normal():cdf(1.96)
---@param x number|tensor
---@return number|tensor
function Distribution:cdf(x) return evaluate(self, self.cdf_at, "cdf", x) end

--- Entropy in nats.
--- Example: la.distributions.Normal{std = 2}:entropy()
---@return number|tensor
function Distribution:entropy() return evaluate(self, nil, "entropy") end

--- Split the arguments of sample: sizes, or one table of them; then options.
local function split(self, ...)
  local sizes, given = {}, nil
  for i = 1, select("#", ...) do
    local value = select(i, ...)
    if math.type(value) == "integer" and not given then
      sizes[#sizes + 1] = value
    elseif type(value) == "table" and #value > 0 and i == 1 then
      sizes = table.move(value, 1, #value, 1, {})
    elseif type(value) == "table" and #value == 0 and not given then
      given = value
    elseif value ~= nil then
      errors.raise(("distributions.%s: sample takes sizes, then options"):format(self.__name))
    end
  end
  return sizes, given
end

--- Draw samples; off the graph.
--- Example: la.distributions.Normal{mean = la.tensor{0, 10}}:sample(3)
---@param ... integer|integer[]|{generator: Generator} sizes, or a table of them; then options
---@return number|tensor samples sizes x batch_shape x event_shape; a number where all three are empty
function Distribution:sample(...)
  local sizes, given = split(self, ...)
  local result
  core.no_grad(function() result = self:draw(sizes, given) end)
  return result
end

--- Samples through which gradients flow to the parameters (the reparameterisation trick: Kingma and
--- Welling 2014), for distributions that are a smooth map of fixed noise.
--- Example: la.distributions.Normal{mean = la.tensor({0, 10}, {requires_grad = true})}:rsample(3)
---@param ... integer|integer[]|{generator: Generator} as for sample
---@return number|tensor
function Distribution:rsample(...)
  if not self.reparameterised then
    errors.raise(("distributions.%s: has no reparameterised samples; use sample"):format(self.__name))
  end
  return self:draw(split(self, ...))
end

function Distribution:__tostring()
  local parts = {}
  for _, name in ipairs(self.parameters) do
    local value = rawget(self, name)
    if core.is_tensor(value) then
      value = ("%s [%s]"):format(value.dtype, table.concat(value.shape, ", "))
    end
    if value ~= nil then parts[#parts + 1] = ("%s = %s"):format(name, value) end
  end
  return ("%s{%s}"):format(self.__name, table.concat(parts, ", "))
end

return Distribution
