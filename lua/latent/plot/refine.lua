--- A finer grid over the same function: piecewise cubics through every value, monotone between neighbours
--- (Fritsch and Carlson, 1980), so that no hill, hollow or crossing appears that the values do not have.
local data = require "latent.plot.data"

local CELLS = 240 -- along a side, beyond which nobody sees the pieces

local function monotone(x)
  local steps = x[{ { 2, -1 } }] - x[{ { 1, -2 } }]
  return steps:gt(0):all() or steps:lt(0):all()
end

--- Slopes near a wish that keep a cubic between its ends: none at a peak or against the pieces beside it,
--- three times the gentler of them at most.
local function limited(wish, before, after)
  local most = before:abs():minimum(after:abs()) * 3
  local kept = wish:minimum(most):maximum(-most)
  local rising = before:gt(0):logical_and(after:gt(0)):logical_and(wish:gt(0))
  local falling = before:lt(0):logical_and(after:lt(0)):logical_and(wish:lt(0))
  return rising:logical_or(falling):where(kept, 0)
end

--- The slope at each column of z [h, w], steps [w - 1] apart; beside a hole that of the side that is there.
local function derivatives(z, steps)
  local w = z.shape[2]
  local slope = (z[{ {}, { 2, -1 } }] - z[{ {}, { 1, -2 } }]) / steps
  if w == 2 then return data.cat({ slope, slope }, 2) end
  local before, after = slope[{ {}, { 1, -2 } }], slope[{ {}, { 2, -1 } }]
  local h1, h2 = steps[{ { 1, -2 } }], steps[{ { 2, -1 } }]
  before, after = before:isfinite():where(before, after), after:isfinite():where(after, before)
  local middle = limited((before * h2 + after * h1) / (h1 + h2), before, after)
  local function ending(near, far, h, next_h) -- the parabola through the last three values
    far = far:isfinite():where(far, near)
    return limited(near + (near - far) * h / (h + next_h), near, near)
  end
  return data.cat({
    ending(slope[{ {}, { 1, 1 } }], slope[{ {}, { 2, 2 } }], steps[1], steps[2]), middle,
    ending(slope[{ {}, { -1, -1 } }], slope[{ {}, { -2, -2 } }], steps[-1], steps[-2]),
  }, 2)
end

--- The columns of z [h, w] with `parts` pieces for each step: [h, (w - 1) * parts + 1].
local function along(x, z, parts)
  local h, w = z.shape[1], z.shape[2]
  local steps = x[{ { 2, -1 } }] - x[{ { 1, -2 } }]
  local m = derivatives(z, steps)
  local z1, z2 = z[{ {}, { 1, -2 } }], z[{ {}, { 2, -1 } }]
  local m1, m2 = m[{ {}, { 1, -2 } }] * steps, m[{ {}, { 2, -1 } }] * steps
  local fine = { z1:reshape(h, w - 1, 1) } -- the values themselves, whatever stands beside them
  for k = 1, parts - 1 do
    local t = k / parts
    local piece = z1 + (z2 - z1) * (t * t * (3 - 2 * t)) + m1 * (t * (1 - t) ^ 2) - m2 * (t * t * (1 - t))
    fine[k + 1] = piece:reshape(h, w - 1, 1)
  end
  return data.cat({ data.cat(fine, 3):reshape(h, (w - 1) * parts), z[{ {}, { -1, -1 } }] }, 2)
end

local function places(x, parts)
  return along(x, x:reshape(1, -1), parts):reshape(-1)
end

local function parts_for(n) return math.max(1, math.ceil(CELLS / (n - 1))) end

--- Values between those of a coarse grid.
---@param x any float64 tensor [w]
---@param y any float64 tensor [h]
---@param z any float64 tensor [h, w]; a cell with a corner that is not finite stays empty
---@return any x, any y, any z of a grid that holds the given one
return function(x, y, z)
  if not monotone(x) or not monotone(y) then return x, y, z end
  local nx, ny = parts_for(x:numel()), parts_for(y:numel())
  z = z:isfinite():where(z, 0 / 0)
  z = along(x, z, nx)
  z = along(y, z:transpose(1, 2):contiguous(), ny):transpose(1, 2):contiguous()
  return places(x, nx), places(y, ny), z
end
