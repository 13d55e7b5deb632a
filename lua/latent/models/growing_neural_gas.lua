--- Growing neural gas.
local core = require "latent.core"
local options = require "latent.options"
local Clusterer = require "latent.models.clusterer"
local NeuralGas = require "latent.models.neural_gas"

--- Growing neural gas (Fritzke, "A growing neural gas network learns topologies", 1995): two units at first;
--- every so many rows one more, between the unit with the largest error and its worst neighbour. Each row moves
--- its nearest unit and those joined to it; nothing decays, so it may learn for as long as rows come. The same
--- seed gives the same result for any number of threads.
---
--- Options: `k` units at most (100); `interval` (100) rows between new units; `epsilon` (0.2) and
--- `epsilon_neighbours` (0.006), how far a row moves its nearest unit and those joined to it; `lifetime` (50) of
--- edges, in rows that one of their units has won; `error_split` (0.5), what the neighbours of a new unit keep of
--- their error; `error_decay` (0.995) of all errors at each row; `max_iter` passes over the rows (20); `seed`. The
--- defaults are those of the paper.
--- Example:
---     local gas = la.models.GrowingNeuralGas{k = 20, seed = 1}:fit(la.rand(300, 2))
---     return gas.weights.shape, gas.edges[1], gas.quantization_error
---@class models.GrowingNeuralGas : models.Clusterer
---@overload fun(given?: {k: integer, interval: integer, epsilon: number, epsilon_neighbours: number, lifetime: integer, error_split: number, error_decay: number, max_iter: integer, seed: integer}): models.GrowingNeuralGas
---@field weights tensor [units, d], units <= k
---@field labels tensor [n] int64, the nearest unit of each row
---@field edges tensor [m, 2] int64, pairs of units, the smaller first, in order
---@field quantization_error number mean distance of the rows to their nearest units
local GrowingNeuralGas = Clusterer:extend("GrowingNeuralGas", {
  k = 100, interval = 100, epsilon = 0.2, epsilon_neighbours = 0.006, lifetime = 50, error_split = 0.5,
  error_decay = 0.995, max_iter = 20, seed = options.NONE,
})

--- Fit to the rows of x.
--- Example:
---     local x = la.cat({la.randn(100, 2), la.randn(100, 2) + 9}, 1)
---     la.models.GrowingNeuralGas{k = 10, seed = 1}:fit(x).edges
---@param x tensor [n, d], finite
---@return models.GrowingNeuralGas self
function GrowingNeuralGas:fit(x)
  local r = self:run(core.models.GrowingNeuralGas, self:check_rows(x), "quantisation error")
  self.weights, self.labels, self.edges = r.weights, r.labels, r.edges
  self.quantization_error = r.quantization_error
  return self
end

GrowingNeuralGas.predict = NeuralGas.predict
GrowingNeuralGas.transform = NeuralGas.transform

return GrowingNeuralGas
