--- t-SNE embeddings.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Embedder = require "latent.models.embedder"

--- t-SNE (van der Maaten and Hinton 2008): places rows in one to three dimensions so that neighbours stay
--- neighbours. Sizes of groups and distances between them mean little.
---
--- Options: `n_components` (2); `perplexity`, the effective number of neighbours (30); `learning_rate`
--- "auto" (rows / early_exaggeration / 4, at least 50) or a number; `early_exaggeration` of the attraction in
--- the first quarter of the steps, at most 250 (12); `max_iter` (1000); `n_iter_without_progress` (300), steps
--- without a lower divergence after which it ends, and `min_grad_norm` (1e-7), the length of the gradient below
--- which it does, both looked at every 50 steps; `init` "pca", "random" or a tensor [n, n_components]; `method`:
--- "exact", where all pairs of rows attract and repel each other (at most 20000 rows), "interpolation", where the
--- 3 * perplexity nearest neighbours attract (van der Maaten 2014) and repulsion is interpolated on a grid
--- (Linderman et al. 2019; one or two components), or "auto": exact below 1000 rows; `seed`.
---
--- With three components repulsion is summed over all pairs whatever the method. Neighbours of many rows are
--- found as UMAP finds them. The same seed gives the same result for any number of threads.
--- Example:
---     local x = la.cat({la.randn(30, 5), la.randn(30, 5) + 9}, 1)
---     local ts = la.models.TSNE{perplexity = 10, max_iter = 250, seed = 1}:fit(x)
---     return ts.embedding.shape, ts.kl
---@class models.TSNE : models.Embedder
---@overload fun(given?: {n_components: integer, perplexity: number, learning_rate: number|string, early_exaggeration: number, max_iter: integer, n_iter_without_progress: integer, min_grad_norm: number, init: string|tensor, method: string, seed: integer}): models.TSNE
---@field embedding tensor [n, n_components]
---@field kl number Kullback-Leibler divergence of the embedding, in nats
---@field kl_divergence number the same
---@field trace tensor [n_iter // 50] float64, the divergence after every 50 steps, exaggerated or not
---@field n_iter integer
---@field converged boolean whether it ended before max_iter
local TSNE = Embedder:extend("TSNE", {
  n_components = 2, perplexity = 30.0, learning_rate = "auto", early_exaggeration = 12.0, max_iter = 1000,
  n_iter_without_progress = 300, min_grad_norm = 1e-7, init = "pca", method = "auto", seed = options.NONE,
})

--- Part by which the last 50 steps may lower the divergence in an embedding that has settled.
local SETTLED = 0.05

local function rate_of(given)
  if given == "auto" then return 0 end
  if math.type(given) and given > 0 then return given end
  return errors.raise(('TSNE: learning_rate must be "auto" or a positive number, not %s'):format(tostring(given)))
end

--- Embed the rows of x.
--- Example: la.models.TSNE{perplexity = 5, max_iter = 100}:fit(la.randn(40, 3)).embedding
---@param x tensor [n, d], n > perplexity, finite
---@return models.TSNE self
function TSNE:fit(x)
  self:check_rows(x)
  local o = self:with { rate = rate_of(self.options.learning_rate) }
  local r = self:run(core.models.TSNE, x, "divergence", o)
  self.embedding, self.trace, self.n_iter, self.converged = r.embedding, r.trace, r.n_iter, r.converged
  self.kl, self.kl_divergence = r.kl, r.kl
  local looks = #r.trace
  local gain = looks > 1 and 1 - r.trace[looks] / r.trace[looks - 1] or 0
  if not r.converged and gain > SETTLED then
    self:warn_unsettled(("the last 50 steps lowered the divergence by %.1f %%, to %.4g"):format(100 * gain, r.kl))
  end
  return self
end

return TSNE
