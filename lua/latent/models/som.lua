--- Self-organising maps.
local core = require "latent.core"
local options = require "latent.options"
local Clusterer = require "latent.models.clusterer"

--- A self-organising map (Kohonen, "Self-organized formation of topologically correct feature maps", 1982):
--- units on a grid, each with weights like a row of the data. Training moves the unit nearest to a row, and
--- with it its neighbours on the grid, towards the row, so that neighbours come to stand for similar rows: the
--- grid is spread over the data as a net. The same seed gives the same map for any number of threads.
---
--- Options: `rows` and `cols` of the grid (10, 10); `topology` "rectangular" (eight neighbours) or
--- "hexagonal" (six at the same distance); `toroidal` joins the first row to the last and the first column to
--- the last (false; a hexagonal map then has an even number of rows); `training` "batch" (each unit becomes the
--- mean of all rows, weighted by the neighbourhoods of their nearest units: Kohonen 1995) or "online" (row by
--- row in random order, as in 1982); `neighbourhood` "gaussian" or "bubble" (equal shares within the radius);
--- `radius` at the start (half the longer side), `radius_end` (0.5), in steps of the grid; `learning_rate`
--- (0.5) and `learning_rate_end` (0.01), the shares that a row moves its unit by in "online" training;
--- `decay` of both "exponential" or "linear"; `max_iter` passes over the rows (20); `init` "pca" (evenly in the
--- plane of the two largest principal components), "random" (rows) or a tensor [rows, cols, d]; `trace` keeps
--- the map before and after each pass; `seed`.
--- Example:
---     local x = la.rand(500, 2, {dtype = "float64"})
---     local som = la.models.SOM{rows = 5, cols = 5, seed = 1}:fit(x)
---     return som.weights[1], som.quantization_error, som.topographic_error
---@class models.SOM : models.Clusterer
---@overload fun(given?: {rows: integer, cols: integer, topology: string, toroidal: boolean, training: string, neighbourhood: string, radius: number, radius_end: number, learning_rate: number, learning_rate_end: number, decay: string, max_iter: integer, init: string|tensor, trace: boolean, seed: integer}): models.SOM
---@field weights tensor [rows, cols, d]
---@field labels tensor [n] int64, the nearest unit of each row; unit (r, c) has number (r - 1) cols + c
---@field positions tensor [rows * cols, 2] float64, x and y of the units on the grid, rows downwards from 0
---@field quantization_error number mean distance of the rows to their nearest units
---@field topographic_error number share of the rows whose two nearest units are not neighbours
---@field trace table[]|nil entry 1 is the start, entry i + 1 follows pass i: `weights`, `quantization_error`
local SOM = Clusterer:extend("SOM", {
  rows = 10, cols = 10, topology = "rectangular", toroidal = false, training = "batch",
  neighbourhood = "gaussian", radius = options.NONE, radius_end = 0.5, learning_rate = 0.5,
  learning_rate_end = 0.01, decay = "exponential", max_iter = 20, init = "pca", trace = false,
  seed = options.NONE,
}, { radius = "float" })

local function trace_of(r, passes)
  local trace = {}
  for i = 1, passes + 1 do
    trace[i] = { weights = r.trace_weights[i], quantization_error = r.trace_error[i] }
  end
  return trace
end

--- Fit the map to the rows of x.
--- Example:
---     local som = la.models.SOM{rows = 4, cols = 6, topology = "hexagonal", training = "online", seed = 1}
---     som:fit(la.rand(200, 3)).labels:bincount()
---@param x tensor [n, d], finite
---@return models.SOM self
function SOM:fit(x)
  local o = self.options
  local radius = o.radius or math.max(o.rows / 2, o.cols / 2, o.radius_end)
  local r = self:run(core.models.SOM, self:check_rows(x), "quantisation error", self:with { radius = radius })
  self.weights, self.labels, self.positions = r.weights, r.labels, core.models.som_places(o)
  self.quantization_error, self.topographic_error = r.quantization_error, r.topographic_error
  self.trace = r.trace_weights and trace_of(r, o.max_iter) or nil
  return self
end

--- The nearest unit of each row.
--- Example:
---     local som = la.models.SOM{rows = 4, cols = 4, seed = 1}:fit(la.rand(200, 2))
---     local unit = som:predict(la.tensor{{0, 0}, {1, 1}})
---     return unit, som.positions[unit]
---@param x tensor [m, d]
---@return tensor units [m] int64, 1 to rows * cols
function SOM:predict(x)
  self:check_columns("weights", x)
  return core.models.codebook_predict(self.__name, self.weights, x)
end

--- Distances of the rows to the units.
--- Example:
---     local som = la.models.SOM{rows = 2, cols = 2, seed = 1}:fit(la.rand(200, 2))
---     som:transform(la.tensor{{0, 0}, {1, 1}})
---@param x tensor [m, d]
---@return tensor distances [m, rows * cols]
function SOM:transform(x)
  return core.cdist(self:queries("weights", x), self.weights:reshape(-1, self.n_features))
end

--- How well the map stands for rows.
--- Example:
---     local som = la.models.SOM{rows = 4, cols = 4, seed = 1}:fit(la.rand(200, 2))
---     som:errors(la.rand(100, 2))
---@param x tensor [m, d]
---@return number quantization mean distance to the nearest units
---@return number topographic share of the rows whose two nearest units are not neighbours (Kiviluoto 1996)
function SOM:errors(x)
  self:check_columns("weights", x)
  return core.models.som_errors(self.weights, x, self.options)
end

--- The U-matrix (Ultsch and Siemon 1990): the mean distance of each unit's weights to those of its
--- neighbours. Clusters are its valleys, the ridges between them their borders.
--- Example:
---     local x = la.cat({la.randn(50, 2), la.randn(50, 2) + 9}, 1)
---     la.models.SOM{rows = 3, cols = 6, seed = 1}:fit(x):u_matrix()
---@return tensor distances [rows, cols]
function SOM:u_matrix()
  self:check_fitted("weights")
  return core.models.som_u_matrix(self.weights, self.options)
end

return SOM
