--- K-means clustering.
local core = require "latent.core"
local options = require "latent.options"
local Clusterer = require "latent.models.clusterer"

--- K-means (Lloyd, "Least squares quantization in PCM", 1982): rows belong to the nearest of k centres,
--- each of which is the mean of its rows. The result is that of the plain algorithm; wide rows skip
--- comparisons that bounds rule out (Elkan 2003). The same seed gives the same result for any number of
--- threads.
---
--- Options: `k` clusters (8); `init` "k-means++" (Arthur and Vassilvitskii 2007, with several candidates a
--- step), "random" (different rows), "linspace" (evenly between the extremes of each column) or a tensor
--- [k, d]; `n_init` random starts, of which the best counts (1); `max_iter` (300); `tol` (1e-4): stop when
--- the squared shifts of the centres sum to less than that many mean variances, 0 for when no label changes;
--- `empty`: a centre without rows goes to the row that is farthest from its own ("relocate"), becomes NaN
--- for good ("keep") or zero ("zero"); `trace` keeps the iterations; `seed`.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local km = la.models.KMeans{k = 2, seed = 1}:fit(x)
---     return km.centers, km.inertia, km.n_iter
---@class models.KMeans : models.Clusterer
---@overload fun(given?: {k: integer, init: string|tensor, n_init: integer, max_iter: integer, tol: number, empty: string, trace: boolean, seed: integer}): models.KMeans
---@field centers tensor [k, d]
---@field labels tensor [n] int64, 1 to k
---@field inertia number sum of squared distances of the rows to their centres
---@field n_iter integer iterations, each an assignment and new means
---@field converged boolean
---@field trace table[]|nil entry 1 is the start, entry i + 1 follows iteration i: `centers` [k, d], and
---  from entry 2 on what the iteration assigned: `low`, `high` [k, d], the range of each cluster's rows
---  (NaN where it has none), and `inertia`
local KMeans = Clusterer:extend("KMeans", {
  k = 8, init = "k-means++", n_init = 1, max_iter = 300, tol = 1e-4, empty = "relocate", trace = false,
  seed = options.NONE,
})

local function trace_of(r)
  local trace = { { centers = r.trace_centers[1] } }
  for i = 1, r.n_iter do
    trace[i + 1] = {
      centers = r.trace_centers[i + 1], low = r.trace_low[i], high = r.trace_high[i],
      inertia = r.trace_inertia[i],
    }
  end
  return trace
end

--- Cluster the rows of x.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     la.models.KMeans{k = 2}:fit(x).labels:bincount()
---@param x tensor [n, d], n >= k, finite
---@return models.KMeans self
function KMeans:fit(x)
  local r = self:run(core.models.KMeans, self:check_rows(x), "shift")
  self.centers, self.labels, self.inertia = r.centers, r.labels, r.inertia
  self.n_iter, self.converged = r.n_iter, r.converged
  self.trace = r.trace_centers and trace_of(r) or nil
  if not r.converged then
    self:warn_unsettled(("the last squared shift was %.3g mean variances, inertia %.6g"):format(r.shift, r.inertia))
  end
  return self
end

--- The nearest centre of each row.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local km = la.models.KMeans{k = 2, seed = 1}:fit(x)
---     km:predict(la.tensor{{0, 0}, {5, 5}})
---@param x tensor [m, d]
---@return tensor labels [m] int64, 1 to k
function KMeans:predict(x)
  self:check_columns("centers", x)
  return (core.models.kmeans_assign(self.__name, self.centers, x))
end

--- Distances of the rows to the centres.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local km = la.models.KMeans{k = 2, seed = 1}:fit(x)
---     km:transform(la.tensor{{0, 0}, {5, 5}})
---@param x tensor [m, d]
---@return tensor distances [m, k]
function KMeans:transform(x)
  return core.cdist(self:queries("centers", x), self.centers)
end

--- Minus the inertia of x: larger is better.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     local km = la.models.KMeans{k = 2, seed = 1}:fit(x)
---     km:score(x)
---@param x tensor [m, d]
---@return number
function KMeans:score(x)
  self:check_columns("centers", x)
  local _, inertia = core.models.kmeans_assign(self.__name, self.centers, x)
  return -inertia
end

return KMeans
