--- Functions over a plane: z [h, w] with the coordinates of its columns and rows.
local data = require "latent.plot.data"
local errors = require "latent.errors"

local grid = {}

--- Sort out the arguments (z, opts) and (x, y, z, opts).
---@param where string
---@return any x float64 tensor [w], any y [h], any z [h, w], table|nil opts
function grid.arguments(where, x, y, z, opts)
  if not data.is_data(z) then x, y, z, opts = nil, nil, x, y end
  z = data.matrix(where, z)
  local h, w = z.shape[1], z.shape[2]
  if h < 2 or w < 2 then errors.raise(("%s: z must be 2 x 2 at least, got [%d, %d]"):format(where, h, w)) end
  x = x == nil and data.range_vector(w) or data.vector(where, x)
  y = y == nil and data.range_vector(h) or data.vector(where, y)
  if x:numel() ~= w or y:numel() ~= h then
    errors.raise(("%s: z is [%d, %d], x has %d numbers (columns), y has %d (rows)")
      :format(where, h, w, x:numel(), y:numel()))
  end
  return x, y, z, opts
end

return grid
