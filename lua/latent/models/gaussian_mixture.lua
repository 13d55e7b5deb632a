--- Mixtures of Gaussians.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Clusterer = require "latent.models.clusterer"

--- A mixture of Gaussians, fitted by expectation and maximisation (Dempster, Laird and Rubin 1977).
--- Densities are summed as logarithms throughout.
---
--- Options: `k` components (1); `covariance` "full" [k, d, d], "tied" [d, d], "diag" [k, d] or "spherical"
--- [k]; `init` "kmeans", "random" (different rows as means), "linspace" (means evenly between the extremes
--- of each column) or a table of tensors {means =, covariances =, weights =}, where covariances default
--- to that of the data and weights to equal ones, as they do for "random" and "linspace"; `max_iter` (100),
--- 0 for just the start; `tol` (1e-3): stop when the mean log-likelihood of a row changes by less, 0 for
--- never; `floor` (1e-6), added to every variance; `trace` keeps the parameters of each step; `seed`.
---
--- A component that loses its rows or its width keeps its last mean and covariance and is listed in
--- `collapsed`.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     return gm.weights, gm.means, gm.n_iter
---@class models.GaussianMixture : models.Clusterer
---@overload fun(given?: {k: integer, covariance: string, init: string|table, max_iter: integer, tol: number, floor: number, trace: boolean, seed: integer}): models.GaussianMixture
---@field weights tensor [k]
---@field means tensor [k, d]
---@field covariances tensor
---@field labels tensor [n] int64, the likeliest component of each row, 1 to k
---@field loss tensor [n_iter + 1] float64: negative log-likelihood before each step, and after the last
---@field n_iter integer
---@field converged boolean
---@field collapsed tensor [m] int64, components
---@field trace table[]|nil n_iter + 1 tables {weights =, means =, covariances =}, the first the start
local GaussianMixture = Clusterer:extend("GaussianMixture", {
  k = 1, covariance = "full", init = "kmeans", max_iter = 100, tol = 1e-3, floor = 1e-6, trace = false,
  seed = options.NONE,
})

local function trace_of(r)
  local trace = {}
  for i = 1, r.n_iter + 1 do
    trace[i] = { weights = r.trace_weights[i], means = r.trace_means[i], covariances = r.trace_covariances[i] }
  end
  return trace
end

--- Fit to the rows of x.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     la.models.GaussianMixture{k = 2, covariance = "diag", seed = 1}:fit(x).covariances
---@param x tensor [n, d], n >= k, finite
---@return models.GaussianMixture self
function GaussianMixture:fit(x)
  local r = self:run(core.models.GaussianMixture, self:check_rows(x), "loss")
  for _, name in ipairs { "weights", "means", "covariances", "labels", "loss", "n_iter", "converged", "collapsed" } do
    self[name] = r[name]
  end
  self.trace = r.trace_means and trace_of(r) or nil
  if #r.collapsed > 0 then
    warn(("GaussianMixture: collapsed components: %s"):format(table.concat(r.collapsed:totable(), ", ")))
  end
  if not r.converged and self.options.tol > 0 and self.options.max_iter > 0 then
    local change = r.change < math.huge and ("the last step changed the mean log-likelihood by %.3g, "):format(r.change)
    self:warn_unsettled(("%sthe loss is %.6g"):format(change or "", r.loss[-1]))
  end
  return self
end

--- The parameters as the engine takes them.
local function parameters(self)
  return {
    covariance = self.options.covariance, weights = self.weights, means = self.means,
    covariances = self.covariances,
  }
end

local function evaluate(self, x, wants_joint)
  self:check_columns("means", x)
  return core.models.mixture_evaluate(self.__name, parameters(self), x, wants_joint)
end

--- Log density of each row.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:score_samples(x[{{1, 3}}])
---@param x tensor [m, d]
---@return tensor log_prob [m]
function GaussianMixture:score_samples(x)
  return (evaluate(self, x))
end

--- Mean log density of the rows.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:score(x)
---@param x tensor [m, d]
---@return number
function GaussianMixture:score(x)
  return (evaluate(self, x):to("float64"):mean())
end

--- The likeliest component of each row.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:predict(la.tensor{{0, 0}, {5, 5}})
---@param x tensor [m, d]
---@return tensor labels [m] int64, 1 to k
function GaussianMixture:predict(x)
  local _, labels = evaluate(self, x)
  return labels
end

--- Responsibilities: the probability that each component has made each row.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:predict_proba(la.tensor{{0, 0}, {2.5, 2.5}})
---@param x tensor [m, d]
---@return tensor p [m, k], rows sum to 1
function GaussianMixture:predict_proba(x)
  local log_prob, _, joint = evaluate(self, x, true)
  return (joint - log_prob:reshape(-1, 1)):exp_()
end

--- Evidence lower bound of the rows for responsibilities `q`: the mean under q of log p(x, z) - log q(z),
--- summed over the rows. With the posterior for q, the default, it equals the log-likelihood.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:elbo(x), gm:score(x) * #x
---@param x tensor [m, d]
---@param q? tensor [m, k], rows sum to 1
---@return number
function GaussianMixture:elbo(x, q)
  local _, _, joint = evaluate(self, x, true)
  joint = joint:to "float64"
  if q == nil then
    q = (joint - joint:logsumexp(2, { keepdim = true })):exp()
  elseif not core.is_tensor(q) or table.concat(q.shape, ", ") ~= table.concat(joint.shape, ", ") then
    errors.raise(("GaussianMixture: q must be a tensor [%s]"):format(table.concat(joint.shape, ", ")))
  end
  q = q:to "float64"
  return (core.where(q:gt(0), q * (joint - q:log()), core.zeros_like(q)):sum())
end

--- Random rows of the mixture.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:sample(3)
---@param n integer
---@param given? {seed: integer} without a seed the samples follow la.manual_seed
---@return tensor rows [n, d]
---@return tensor labels [n] int64, the component of each
function GaussianMixture:sample(n, given)
  local o = options.check("models.GaussianMixture.sample", given, { seed = options.NONE })
  self:check_fitted("means")
  if math.type(n) ~= "integer" then
    errors.raise(("GaussianMixture: the number of samples must be an integer, not %s"):format(tostring(n)))
  end
  return core.models.mixture_sample(parameters(self), n, o)
end

--- Number of free parameters.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:n_parameters()
---@return integer
function GaussianMixture:n_parameters()
  self:check_fitted("means")
  local k, d = self.means.shape[1], self.means.shape[2]
  local covariances = ({
    full = k * d * (d + 1) // 2, tied = d * (d + 1) // 2, diag = k * d, spherical = k,
  })[self.options.covariance]
  return covariances + k * d + k - 1
end

--- Bayesian information criterion (Schwarz 1978) on the rows of x: the lower the better.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:bic(x)
---@param x tensor [m, d]
---@return number
function GaussianMixture:bic(x)
  return -2 * self:score(x) * x.shape[1] + self:n_parameters() * math.log(x.shape[1])
end

--- Akaike information criterion (1974) on the rows of x: the lower the better.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local gm = la.models.GaussianMixture{k = 2, seed = 1}:fit(x)
---     gm:aic(x)
---@param x tensor [m, d]
---@return number
function GaussianMixture:aic(x)
  return -2 * self:score(x) * x.shape[1] + 2 * self:n_parameters()
end

return GaussianMixture
