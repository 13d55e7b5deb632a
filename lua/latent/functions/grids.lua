--- Grids of coordinates, and the order of dimensions.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"
local check = require "latent.functions.check"

local grids = {}

--- Coordinates of the points of a grid whose axes are vectors: one tensor for each axis, all of the
--- shape of the grid. The first axis runs down the rows; with indexing = "xy" along them, as in plots.
--- Example: la.meshgrid(la.arange(1, 2), la.arange(1, 3))
---@param ... tensor|{indexing: string} vectors; then options, indexing = "ij"
---@return tensor ... views: clone before writing
function grids.meshgrid(...)
  local axes, count = { ... }, select("#", ...)
  local given = type(axes[count]) == "table" and table.remove(axes) or nil
  local indexing = options.check("meshgrid", given, { indexing = "ij" }).indexing
  if indexing ~= "ij" and indexing ~= "xy" then
    errors.raise(("meshgrid: indexing must be 'ij' or 'xy', not '%s'"):format(tostring(indexing)))
  end
  local shape, swap = {}, indexing == "xy" and #axes > 1
  for i, axis in ipairs(axes) do
    if check.tensor("meshgrid", axis, i).ndim ~= 1 then
      errors.raise(("meshgrid: axis %d must be a vector, not %s"):format(i, check.shape(axis)))
    end
    shape[i] = #axis
  end
  if swap then shape[1], shape[2] = shape[2], shape[1] end
  local results = {}
  for i, axis in ipairs(axes) do
    local place = swap and i <= 2 and 3 - i or i
    local own = {}
    for d = 1, #axes do own[d] = d == place and #axis or 1 end
    results[i] = axis:reshape(own):expand(shape)
  end
  return table.unpack(results)
end

--- Dimensions moved to other places, the rest in their order: a view.
--- Example: la.zeros(2, 3, 4):movedim(1, 3)
---@param x tensor
---@param from integer|integer[]
---@param to integer|integer[] as many
---@return tensor
function grids.movedim(x, from, to)
  check.tensor("movedim", x, 1)
  from = type(from) == "table" and from or { from }
  to = type(to) == "table" and to or { to }
  if #from ~= #to then errors.raise(("movedim: %d dimensions to %d places"):format(#from, #to)) end
  local order, moved, at = {}, {}, 1
  for i = 1, #from do
    local source, target = check.dim("movedim", x, from[i]), check.dim("movedim", x, to[i])
    if moved[source] or order[target] then errors.raise("movedim: a dimension is named twice") end
    order[target], moved[source] = source, true
  end
  for d = 1, x.ndim do
    while moved[at] do at = at + 1 end
    if not order[d] then order[d], at = at, at + 1 end
  end
  return core.permute(x, order)
end

return grids
