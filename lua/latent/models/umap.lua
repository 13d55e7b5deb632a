--- UMAP embeddings.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local Embedder = require "latent.models.embedder"

--- UMAP (McInnes, Healy and Melville 2018): places rows in a few dimensions so that neighbours stay
--- neighbours; unlike t-SNE it keeps a good deal of how groups lie to each other, and places new rows.
---
--- The `n_neighbors` nearest rows of each row, itself among them, make a graph whose edges are weighed by how
--- near they are beside the nearest; from its slowest modes the rows are moved for `max_iter` epochs, edges
--- pulling and chance pairs pushing. Where comparing all rows would take too long (from
--- about 35,000 rows of 128 columns on, unless `n_neighbors` is above a hundredth of the rows), nearly all of the
--- nearest are found: rows meet in the leaves of random projection trees (Dasgupta and Freund 2008), then descent
--- looks among neighbours' neighbours (Dong, Moses and Li 2011). The same seed gives the same result for any
--- number of threads.
---
--- Options: `n_components` (2, up to 64); `n_neighbors` (15): few show detail, many the whole; `min_dist`
--- (0.1), how close points may lie, against the scale `spread` (1); `metric` "euclidean" or "cosine";
--- `max_iter`, by default 500 epochs up to 10000 rows and 200 beyond; `init` "spectral", "pca", "random" or a
--- tensor [n, n_components]; `learning_rate` (1), falling to 0; `set_op_mix_ratio` 1 for edges that one
--- row wants (the union of fuzzy sets) to 0 for those that both want; `local_connectivity` (1), neighbours
--- that belong to a row wholly; `repulsion_strength` (1); `negative_sample_rate` (5), pushes for a pull;
--- `seed`.
--- Example:
---     local x = la.cat({la.randn(30, 5), la.randn(30, 5) + 9}, 1)
---     local um = la.models.UMAP{n_neighbors = 10, max_iter = 50, seed = 1}:fit(x)
---     print(um.embedding.shape[2], um.n_parts, um:transform(x[{{1, 3}}]).shape[1])
---@class models.UMAP : models.Embedder
---@overload fun(given?: {n_components: integer, n_neighbors: integer, min_dist: number, spread: number, metric: string, max_iter: integer, init: string|tensor, learning_rate: number, set_op_mix_ratio: number, local_connectivity: number, repulsion_strength: number, negative_sample_rate: integer, seed: integer}): models.UMAP
---@field embedding tensor [n, n_components]
---@field graph {rows: tensor, columns: tensor, weights: tensor} the edges, each in both directions: ids, weights
---@field n_edges integer pairs of rows that an edge joins
---@field n_parts integer|nil connected parts of the graph; with init "spectral"
---@field a number closeness of two points is 1 / (1 + a * distance ^ (2 * b))
---@field b number
---@field n_iter integer epochs
local UMAP = Embedder:extend("UMAP", {
  n_components = 2, n_neighbors = 15, min_dist = 0.1, spread = 1.0, metric = "euclidean", max_iter = options.NONE,
  init = "spectral", learning_rate = 1.0, set_op_mix_ratio = 1.0, local_connectivity = 1.0,
  repulsion_strength = 1.0, negative_sample_rate = 5, seed = options.NONE,
}, { max_iter = "integer" })

--- The rows as the engine compares them: for the cosine at length 1.
local function comparable(self, x)
  local metric = self.options.metric
  if metric == "euclidean" then return x end
  if metric ~= "cosine" then
    errors.raise(('UMAP: metric must be "euclidean" or "cosine", not %s'):format(tostring(metric)))
  end
  if x.ndim ~= 2 then return x end
  x = x.dtype == "float64" and x or x:to("float32")
  local length = (x * x):sum(2, { keepdim = true }):sqrt()
  local zero = length:eq(0):reshape(-1):to("int64"):argmax()
  if length:numel() > 0 and length[zero]:item() == 0 then
    errors.raise(("UMAP: row %d of x is zero: it has no cosine"):format(zero))
  end
  return x / length
end

--- The engine's options.
local function engine_options(self, more)
  local o = self:with(more)
  if o.max_iter ~= nil and o.max_iter < 1 then
    errors.raise(("UMAP: max_iter must be a positive integer, not %d"):format(o.max_iter))
  end
  o.cosine = o.metric == "cosine"
  return o
end

local function run(self, f, x, o)
  return self:run(function(rows, _, report) return f(rows, o, report) end, x, "learning rate")
end

--- Embed the rows of x. They are kept, not copied, for transform.
--- Example: la.models.UMAP{n_neighbors = 5, max_iter = 20}:fit(la.randn(40, 3)).n_edges
---@param x tensor [n, d], n > n_neighbors, finite
---@return models.UMAP self
function UMAP:fit(x)
  x = comparable(self, self:check_rows(x))
  local r = run(self, core.models.UMAP, x, engine_options(self, {}))
  self.rows, self.embedding, self.a, self.b, self.n_iter = x, r.embedding, r.a, r.b, r.n_iter
  self.graph = { rows = r.rows, columns = r.columns, weights = r.weights }
  self.n_edges = r.weights:numel() // 2
  self.n_parts = r.parts > 0 and r.parts or nil
  return self
end

--- Place new rows among those of the embedding, which stays as it is: they start at the mean of their
--- neighbours, by weight, and move for a third of the epochs (100 up to 10000 new rows, 30 beyond, where
--- `max_iter` is not given).
--- Example:
---     local um = la.models.UMAP{n_neighbors = 5, max_iter = 30}:fit(la.randn(40, 3))
---     return um:transform(la.randn(4, 3))
---@param x tensor [m, d], finite
---@return tensor z [m, n_components]
function UMAP:transform(x)
  self:check_columns("embedding", x)
  x = comparable(self, x)
  local o = engine_options(self, { rows = self.rows, embedding = self.embedding })
  return run(self, core.models.umap_transform, x, o)
end

return UMAP
