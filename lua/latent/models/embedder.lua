--- Base of the models that place rows in a few dimensions.
local Model = require "latent.models.model"

--- A model that places rows in a few dimensions.
--- Example: la.models.UMAP{n_neighbors = 5, max_iter = 20, seed = 1}:fit(la.randn(40, 3)).embedding.shape
---@class models.Embedder : models.Model
---@field embedding tensor [n, n_components]
local Embedder = Model:extend("Embedder", {})

--- Embed, and return the embedding.
--- Example: la.models.TSNE{perplexity = 5, max_iter = 100}:fit_transform(la.randn(40, 3))
---@param x tensor [n, d]
---@return tensor embedding [n, n_components]
function Embedder:fit_transform(x)
  return self:fit(x).embedding
end

return Embedder
