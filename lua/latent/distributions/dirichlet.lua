--- The Dirichlet distribution over the points of a simplex.
local core = require "latent.core"
local options = require "latent.options"
local errors = require "latent.errors"
local Distribution = require "latent.distributions.distribution"

---@class distributions.Dirichlet : distributions.Distribution
---@field concentration tensor [.., k]
local Dirichlet = Distribution:extend "Dirichlet"
Dirichlet.parameters = { "concentration" }

--- distributions.Dirichlet{concentration =}
--- Example: la.distributions.Dirichlet{concentration = la.ones(3)}:sample(4)
---@param given {concentration: tensor} [.., k]
function Dirichlet:init(given)
  local o = options.check("distributions.Dirichlet", given, { concentration = options.NONE })
  if not core.is_tensor(o.concentration) or o.concentration.ndim == 0 then
    errors.raise "distributions.Dirichlet: concentration must be a tensor [.., k]"
  end
  local a = self:parameter("concentration", o.concentration, "positive")
  self.total = a:sum(-1, { keepdim = true }) -- [.., 1]
  self.mean = a / self.total
  self.variance = self.mean * (1 - self.mean) / (self.total + 1)
  self:set_shapes(1, a)
end

--- Logarithm of the normalising constant. [..]
---@protected
function Dirichlet:log_normaliser()
  return core.lgamma(self.concentration):sum(-1) - core.lgamma(self.total):sum(-1)
end

function Dirichlet:log_prob_at(x)
  return (core.log(x) * (self.concentration - 1)):sum(-1) - self:log_normaliser()
end

function Dirichlet:entropy()
  local a, total, k = self.concentration, self.total, self.event_shape[1]
  local spread = (total - k) * core.digamma(total)
  return self:log_normaliser() + spread:sum(-1) - ((a - 1) * core.digamma(a)):sum(-1)
end

function Dirichlet:draw(sizes, given)
  if #sizes == 0 then return core.dirichlet(self.concentration, given) end
  return core.dirichlet(self.concentration, sizes, given)
end

return Dirichlet
