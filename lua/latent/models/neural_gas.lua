--- Neural gas.
local core = require "latent.core"
local options = require "latent.options"
local Clusterer = require "latent.models.clusterer"

--- Neural gas (Martinetz and Schulten, "A 'neural-gas' network learns topologies", 1991): k units learn row by
--- row, in random order. For each row all units are ranked by their distance to it and move towards it by
--- epsilon exp(-rank / lambda); there is no grid that could be the wrong shape. The two nearest units are joined by
--- an edge (competitive Hebbian learning), and edges that have not been confirmed for long die, so that the
--- graph comes to follow the shape of the data. The same seed gives the same result for any number of threads.
---
--- Options: `k` units (100); `epsilon` (0.3) at the start and `epsilon_end` (0.05); `lambda` in ranks (k / 5) and
--- `lambda_end` (0.01); `lifetime` of edges, in rows that one of their units has won (k / 10), and
--- `lifetime_end` (2 k); all three decay exponentially, and the defaults are those of Martinetz, Berkovich and
--- Schulten (1993); `max_iter` passes over the rows (20); `init` "random" (rows) or a tensor [k, d]; `trace` keeps
--- the units before and after each pass; `seed`.
--- Example:
---     local gas = la.models.NeuralGas{k = 20, seed = 1}:fit(la.rand(300, 2))
---     return gas.weights[1], gas.edges[1], gas.quantization_error
---@class models.NeuralGas : models.Clusterer
---@overload fun(given?: {k: integer, epsilon: number, epsilon_end: number, lambda: number, lambda_end: number, lifetime: number, lifetime_end: number, max_iter: integer, init: string|tensor, trace: boolean, seed: integer}): models.NeuralGas
---@field weights tensor [k, d]
---@field labels tensor [n] int64, the nearest unit of each row
---@field edges tensor [m, 2] int64, pairs of units, the smaller first, in order
---@field quantization_error number mean distance of the rows to their nearest units
---@field trace tensor[]|nil max_iter + 1 tensors [k, d], the first the start
local NeuralGas = Clusterer:extend("NeuralGas", {
  k = 100, epsilon = 0.3, epsilon_end = 0.05, lambda = options.NONE, lambda_end = 0.01, lifetime = options.NONE,
  lifetime_end = options.NONE, max_iter = 20, init = "random", trace = false, seed = options.NONE,
}, { lambda = "float", lifetime = "float", lifetime_end = "float" })

--- Fit to the rows of x.
--- Example:
---     local x = la.cat({la.randn(100, 2), la.randn(100, 2) + 9}, 1)
---     la.models.NeuralGas{k = 10, seed = 1}:fit(x).edges
---@param x tensor [n, d], finite
---@return models.NeuralGas self
function NeuralGas:fit(x)
  local o = self.options
  local r = self:run(core.models.NeuralGas, self:check_rows(x), "quantisation error", self:with {
    lambda = o.lambda or math.max(o.k / 5, o.lambda_end),
    lifetime = o.lifetime or math.max(o.k / 10, 2), lifetime_end = o.lifetime_end or math.max(2 * o.k, 2),
  })
  self.weights, self.labels, self.edges = r.weights, r.labels, r.edges
  self.quantization_error = r.quantization_error
  self.trace = nil
  if r.trace_weights then
    self.trace = {}
    for i = 1, o.max_iter + 1 do self.trace[i] = r.trace_weights[i] end
  end
  return self
end

--- The nearest unit of each row.
--- Example:
---     local gas = la.models.NeuralGas{k = 5, seed = 1}:fit(la.rand(100, 2))
---     gas:predict(la.tensor{{0, 0}, {1, 1}})
---@param x tensor [m, d]
---@return tensor units [m] int64, 1 to k
function NeuralGas:predict(x)
  self:check_columns("weights", x)
  return core.models.codebook_predict(self.__name, self.weights, x)
end

--- Distances of the rows to the units.
--- Example:
---     local gas = la.models.NeuralGas{k = 5, seed = 1}:fit(la.rand(100, 2))
---     gas:transform(la.tensor{{0, 0}, {1, 1}})
---@param x tensor [m, d]
---@return tensor distances [m, k]
function NeuralGas:transform(x)
  return core.cdist(self:queries("weights", x), self.weights)
end

return NeuralGas
