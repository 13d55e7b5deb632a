--- Clusters by density.
local core = require "latent.core"
local Clusterer = require "latent.models.clusterer"

--- DBSCAN (Ester, Kriegel, Sander and Xu 1996): clusters are regions where rows lie close together, of any
--- shape; rows outside them are noise.
---
--- Options: `eps` (0.5), how far apart neighbours may be; `min_samples` (5), how many neighbours, itself
--- included, make a row core. Clusters are numbered in the order of their first core row; a row at the border
--- of several belongs to the first of them.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 9}, 1)
---     local db = la.models.DBSCAN{eps = 1, min_samples = 4}:fit(x)
---     print(db.n_clusters, db.labels:eq(0):sum())
---@class models.DBSCAN : models.Clusterer
---@overload fun(given?: {eps: number, min_samples: integer}): models.DBSCAN
---@field labels tensor [n] int64, clusters from 1, 0 for noise
---@field core tensor [n] bool, whether a row is core
---@field n_clusters integer
local DBSCAN = Clusterer:extend("DBSCAN", { eps = 0.5, min_samples = 5 })

--- Cluster the rows of x.
--- Example: la.models.DBSCAN{eps = 0.2}:fit(la.rand(200, 2)).labels
---@param x tensor [n, d], finite
---@return models.DBSCAN self
function DBSCAN:fit(x)
  local r = core.models.DBSCAN(self:check_rows(x), self.options)
  self.labels, self.core = r.labels, r.core
  self.n_clusters = self.labels:max()
  return self
end

return DBSCAN
