--- Clusters by the peaks of the density.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local KMeans = require "latent.models.kmeans"
local Clusterer = require "latent.models.clusterer"
local estimate_bandwidth = require "latent.models.bandwidth"

--- Mean shift (Fukunaga and Hostetler 1975; Comaniciu and Meer 2002) with a flat kernel: starts climb to the
--- mean of the rows within the bandwidth until they stay; the peaks they reach are the clusters, and rows
--- belong to the nearest.
---
--- Options: `bandwidth`, by default models.estimate_bandwidth(x); `bin_seeding` starts from the cells of a
--- grid as wide as the bandwidth in place of every row (false); `max_iter` steps of a start (300).
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 9}, 1)
---     print(la.models.MeanShift{bandwidth = 3}:fit(x).centers)
---@class models.MeanShift : models.Clusterer
---@overload fun(given?: {bandwidth: number, bin_seeding: boolean, max_iter: integer}): models.MeanShift
---@field centers tensor [k, d] peaks, those with more rows within the bandwidth first
---@field labels tensor [n] int64, 1 to k
---@field bandwidth number
---@field n_iter integer steps of the start that took longest
---@field converged boolean
local MeanShift = Clusterer:extend("MeanShift", {
  bandwidth = options.NONE, bin_seeding = false, max_iter = 300,
}, { bandwidth = "float" })

local function estimated(x)
  local bandwidth = estimate_bandwidth(x)
  if bandwidth > 0 then return bandwidth end
  return errors.raise("MeanShift: bandwidth must be positive and finite, not 0, which is what the distances of "
    .. "these rows suggest; give one")
end

--- Cluster the rows of x.
--- Example: la.models.MeanShift{bandwidth = 0.3, bin_seeding = true}:fit(la.rand(200, 2)).labels
---@param x tensor [n, d], finite
---@return models.MeanShift self
function MeanShift:fit(x)
  self:check_rows(x)
  local bandwidth = self.options.bandwidth or estimated(x)
  local r = self:run(core.models.MeanShift, x, "starts", self:with { bandwidth = bandwidth })
  self.bandwidth = bandwidth
  self.centers, self.labels, self.n_iter, self.converged = r.centers, r.labels, r.n_iter, r.converged
  if not r.converged then self:warn_unsettled("some starts were still moving") end
  return self
end

MeanShift.predict = KMeans.predict
MeanShift.transform = KMeans.transform

return MeanShift
