--- Factor analysis.
local core = require "latent.core"
local linalg = require "latent.linalg"
local options = require "latent.options"
local Model = require "latent.models.model"

--- Factor analysis (Spearman 1904): rows are a mean, plus a few standard normal factors times loadings, plus
--- noise whose variance is each column's own. Fitted by maximum likelihood, which for given noise finds the
--- loadings in one decomposition (Joreskog 1967; Barber 2012, 21.2). The best fit does not depend on the
--- columns' units, but the way there starts from a noise of 1 in each: bring columns whose deviations differ
--- much to one scale first.
---
--- Options: `n_components` factors (all columns by default); `max_iter` (1000); `tol` (1e-2): stop when the
--- log-likelihood of the data rises by less.
--- Example:
---     local x = la.randn(200, 1):mm(la.tensor{{2, 1, -1}}) + la.randn(200, 3) * 0.5
---     local fa = la.models.FactorAnalysis{n_components = 1}:fit(x)
---     return fa.components, fa.noise_variance
---@class models.FactorAnalysis : models.Model
---@overload fun(given?: {n_components: integer, max_iter: integer, tol: number}): models.FactorAnalysis
---@field components tensor [c, d] loadings
---@field mean tensor [d]
---@field noise_variance tensor [d]
---@field loss tensor [n_iter] float64, negative log-likelihood of the data by iteration
---@field n_iter integer
---@field converged boolean
local FactorAnalysis = Model:extend("FactorAnalysis", {
  n_components = options.NONE, max_iter = 1000, tol = 1e-2,
}, { n_components = "integer" })

--- Fit to the rows of x.
--- Example:
---     local x = la.randn(200, 1):mm(la.tensor{{2, 1, -1}}) + la.randn(200, 3) * 0.5
---     la.models.FactorAnalysis{n_components = 1}:fit(x).n_iter
---@param x tensor [n, d], n > 1, finite
---@return models.FactorAnalysis self
function FactorAnalysis:fit(x)
  local count = self.options.n_components or self:check_rows(x).shape[2]
  local r = self:run(core.models.FactorAnalysis, self:check_rows(x), "loss", self:with { n_components = count })
  for name, value in pairs(r) do
    if name ~= "change" then self[name] = value end
  end
  if not r.converged then
    local rise = r.change < math.huge and ("the last iteration raised it by %.3g to"):format(r.change) or "it is"
    self:warn_unsettled(("the log-likelihood: %s %.6g"):format(rise, -r.loss[-1]))
  end
  return self
end

--- Covariance of the rows under the model: loadings^T loadings + noise.
--- Example:
---     local x = la.randn(200, 1):mm(la.tensor{{2, 1, -1}}) + la.randn(200, 3) * 0.5
---     local fa = la.models.FactorAnalysis{n_components = 1}:fit(x)
---     fa:covariance()
---@return tensor covariance [d, d]
function FactorAnalysis:covariance()
  self:check_fitted("components")
  local d = #self.mean
  return self.components:t():mm(self.components) +
    core.eye(d, { dtype = self.mean.dtype }) * self.noise_variance
end

--- Expected factors of rows.
--- Example:
---     local x = la.randn(200, 1):mm(la.tensor{{2, 1, -1}}) + la.randn(200, 3) * 0.5
---     local fa = la.models.FactorAnalysis{n_components = 1}:fit(x)
---     fa:transform(x[{{1, 2}}])
---@param x tensor [m, d]
---@return tensor z [m, c]
function FactorAnalysis:transform(x)
  x = self:queries("components", x)
  local scaled = self.components / self.noise_variance -- [c, d]
  local precision = core.eye(#self.components, { dtype = self.mean.dtype }) + scaled:mm(self.components:t())
  return (x - self.mean):mm(scaled:t()):mm(linalg.inv(precision))
end

--- Log density of each row.
--- Example:
---     local x = la.randn(200, 1):mm(la.tensor{{2, 1, -1}}) + la.randn(200, 3) * 0.5
---     local fa = la.models.FactorAnalysis{n_components = 1}:fit(x)
---     fa:score_samples(x[{{1, 2}}])
---@param x tensor [m, d]
---@return tensor log_prob [m]
function FactorAnalysis:score_samples(x)
  self:check_columns("components", x)
  local d = #self.mean
  local one = {
    covariance = "full", weights = core.ones(1, { dtype = self.mean.dtype }), means = self.mean:reshape(1, d),
    covariances = self:covariance():reshape(1, d, d),
  }
  return (core.models.mixture_evaluate(self.__name, one, x))
end

--- Mean log density of the rows.
--- Example:
---     local x = la.randn(200, 1):mm(la.tensor{{2, 1, -1}}) + la.randn(200, 3) * 0.5
---     local fa = la.models.FactorAnalysis{n_components = 1}:fit(x)
---     fa:score(x)
---@param x tensor [m, d]
---@return number
function FactorAnalysis:score(x)
  return (self:score_samples(x):to("float64"):mean())
end

return FactorAnalysis
