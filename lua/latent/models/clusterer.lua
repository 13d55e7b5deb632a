--- Base of the models that give each row a label.
local Model = require "latent.models.model"

--- A model that gives each row a label.
--- Example: la.models.KMeans{k = 2, seed = 1}:fit(la.tensor{{0, 0}, {0, 1}, {9, 9}}).labels
---@class models.Clusterer : models.Model
---@field labels tensor [n] int64
local Clusterer = Model:extend("Clusterer", {})

--- Fit, and return the labels of the rows.
--- Example: la.models.KMeans{k = 2, seed = 1}:fit_predict(la.tensor{{0, 0}, {0, 1}, {9, 9}})
---@param x tensor [n, d]
---@return tensor labels [n] int64
function Clusterer:fit_predict(x)
  return self:fit(x).labels
end

return Clusterer
