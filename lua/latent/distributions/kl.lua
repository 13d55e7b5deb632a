--- Kullback-Leibler divergence between pairs of distributions that have it in closed form.
local core = require "latent.core"
local errors = require "latent.errors"
local linalg = require "latent.linalg"
local Normal = require "latent.distributions.normal"
local MultivariateNormal = require "latent.distributions.multivariate_normal"
local Uniform = require "latent.distributions.uniform"
local Bernoulli = require "latent.distributions.bernoulli"
local Categorical = require "latent.distributions.categorical"
local Gamma = require "latent.distributions.gamma"
local Beta = require "latent.distributions.beta"
local Dirichlet = require "latent.distributions.dirichlet"

local kl = {}

--- Closed forms: formulas[class of p][class of q] = function(p, q).
local formulas = {}

--- Make kl_divergence know a pair of classes.
--- Example:
---   local D = la.distributions
---   local Point = D.Distribution:extend "Point"
---   D.register_kl(Point, D.Normal, function(p, q) return -q:log_prob(p.place) end)
---@param P table class of the first distribution
---@param Q table class of the second
---@param formula fun(p: distributions.Distribution, q: distributions.Distribution): number|tensor
function kl.register_kl(P, Q, formula)
  formulas[P] = formulas[P] or {}
  formulas[P][Q] = formula
end

--- KL(p || q) in nats: what is lost when q stands for p. Not symmetric.
--- Example: la.distributions.kl_divergence(la.distributions.Normal(), la.distributions.Normal{mean = 1})
---@param p distributions.Distribution
---@param q distributions.Distribution
---@return number|tensor of the broadcast of the batch shapes
function kl.kl_divergence(p, q)
  local P = type(p) == "table" and getmetatable(p) or {}
  local Q = type(q) == "table" and getmetatable(q) or {}
  local formula = formulas[P] and formulas[P][Q]
  if not formula then
    errors.raise(("distributions.kl_divergence: there is no closed form for %s and %s"):format(
      P.__name or type(p), Q.__name or type(q)))
  end
  return formula(p, q)
end

--- `value` where a condition holds, `other` elsewhere, for numbers and tensors.
local function choose(condition, value, other)
  if type(condition) == "boolean" then
    if condition then return value end
    return other
  end
  return core.where(condition, value, other)
end

--- sum of p log(p / q) over outcomes of probability p, where 0 log 0 is 0.
local function expected(p, log_p, log_q)
  return choose(core.gt(p, 0), p * (log_p - log_q), 0.0)
end

kl.register_kl(Normal, Normal, function(p, q)
  local ratio, away = p.variance / q.variance, (p.mean - q.mean) / q.std
  return (ratio + away * away - 1 - core.log(ratio)) * 0.5
end)

kl.register_kl(MultivariateNormal, MultivariateNormal, function(p, q)
  local root = linalg.solve_triangular(q.scale_tril, p.scale_tril)
  local away = linalg.solve_triangular(q.scale_tril, (p.mean - q.mean):unsqueeze(-1))
  local distance = (root * root):sum() + (away * away):sum() - p.event_shape[1]
  return distance * 0.5 + q:half_log_det() - p:half_log_det()
end)

kl.register_kl(Uniform, Uniform, function(p, q)
  local inside = core.ge(p.low - q.low, 0)
  local also = core.ge(q.high - p.high, 0)
  local covered
  if type(inside) == "boolean" and type(also) == "boolean" then
    covered = inside and also
  else
    covered = core.logical_and(inside, also)
  end
  return choose(covered, core.log(q.width / p.width), math.huge)
end)

kl.register_kl(Uniform, Normal, function(p, q)
  local away = (p.mean - q.mean) / q.std
  return (p.variance / q.variance + away * away + math.log(2 * math.pi)) * 0.5 + core.log(q.std / p.width)
end)

kl.register_kl(Bernoulli, Bernoulli, function(p, q)
  return expected(p.probs, p.log_one, q.log_one) + expected(1 - p.probs, p.log_zero, q.log_zero)
end)

kl.register_kl(Categorical, Categorical, function(p, q)
  return expected(p.probs, p.logits, q.logits):sum(-1)
end)

kl.register_kl(Gamma, Gamma, function(p, q)
  local a, b, c, d = p.concentration, p.rate, q.concentration, q.rate
  return (a - c) * core.digamma(a) - core.lgamma(a) + core.lgamma(c) + c * core.log(b / d) + a * (d / b - 1)
end)

kl.register_kl(Beta, Beta, function(p, q)
  local a, b, c, d = p.concentration1, p.concentration0, q.concentration1, q.concentration0
  return Beta.log_beta(c, d) - Beta.log_beta(a, b) + (a - c) * core.digamma(a) + (b - d) * core.digamma(b) +
    (c + d - a - b) * core.digamma(a + b)
end)

kl.register_kl(Dirichlet, Dirichlet, function(p, q)
  local a, b = p.concentration, q.concentration
  local shift = core.digamma(a) - core.digamma(p.total)
  return q:log_normaliser() - p:log_normaliser() + ((a - b) * shift):sum(-1)
end)

return kl
