--- K-means on random batches.
local core = require "latent.core"
local options = require "latent.options"
local KMeans = require "latent.models.kmeans"
local Clusterer = require "latent.models.clusterer"

--- K-means on random batches of rows (Sculley, "Web-scale k-means clustering", 2010): much faster than
--- KMeans on many rows, and a little worse.
---
--- Options: `k`, `init`, `seed` as for KMeans; `batch_size` (1024); `max_iter` passes over the data (100);
--- `max_no_improvement`: stop when the smoothed inertia has not fallen for so many batches (10), 0 for
--- never.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     la.models.MiniBatchKMeans{k = 2, batch_size = 32, seed = 1}:fit(x).centers
---@class models.MiniBatchKMeans : models.Clusterer
---@overload fun(given?: {k: integer, init: string|tensor, batch_size: integer, max_iter: integer, max_no_improvement: integer, seed: integer}): models.MiniBatchKMeans
---@field centers tensor [k, d]
---@field labels tensor [n] int64, 1 to k
---@field inertia number sum of squared distances of the rows to their centres
---@field n_iter integer batches
---@field converged boolean
local MiniBatchKMeans = Clusterer:extend("MiniBatchKMeans", {
  k = 8, init = "k-means++", batch_size = 1024, max_iter = 100, max_no_improvement = 10, seed = options.NONE,
})

--- Cluster the rows of x.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 5}, 1)
---     la.models.MiniBatchKMeans{k = 2}:fit(x).labels:bincount()
---@param x tensor [n, d], n >= k, finite
---@return models.MiniBatchKMeans self
function MiniBatchKMeans:fit(x)
  local r = self:run(core.models.MiniBatchKMeans, self:check_rows(x), "inertia a row")
  self.centers, self.labels, self.inertia = r.centers, r.labels, r.inertia
  self.n_iter, self.converged = r.n_iter, r.converged
  if not r.converged and self.options.max_no_improvement > 0 then
    self:warn_unsettled(("the smoothed inertia was still falling, %.6g a row"):format(r.shift))
  end
  return self
end

MiniBatchKMeans.predict = KMeans.predict
MiniBatchKMeans.transform = KMeans.transform
MiniBatchKMeans.score = KMeans.score

return MiniBatchKMeans
