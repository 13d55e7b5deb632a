--- Point sets in two and three dimensions on which models of clusters, densities and embeddings show
--- what they can and cannot do.
---
--- All share the options `n`, how many points; `dtype`; `seed`, an integer, or `generator`: without them
--- the random numbers come from the common sequence. Those with `noise` add normal noise of that deviation
--- to each coordinate. Points are independent draws; classes take turns, 1 2 .. k 1 2 .., so that any stretch
--- of rows holds all of them.
local core = require "latent.core"
local errors = require "latent.errors"
local options = require "latent.options"

local shapes = {}

local COMMON = { n = 500, dtype = options.NONE, seed = options.NONE, generator = options.NONE }

local function is_number(v) return math.type(v) and v == v and math.abs(v) < math.huge end

--- Raise unless the option is an integer of at least `low`.
local function need_integer(where, name, value, low)
  if math.type(value) ~= "integer" or value < low then
    errors.raise(("%s: %s must be an integer from %d, not %s"):format(where, name, low, tostring(value)))
  end
end

--- Options with the common ones among them, and `o.draw`, the options of a draw.
local function read(where, given, own)
  local defaults = {}
  for name, value in pairs(COMMON) do defaults[name] = value end
  for name, value in pairs(own) do defaults[name] = value end
  local o = options.check(where, given, defaults)
  need_integer(where, "n", o.n, 1)
  if o.noise ~= nil and not (is_number(o.noise) and o.noise >= 0) then
    errors.raise(("%s: noise must be a number from 0, not %s"):format(where, tostring(o.noise)))
  elseif o.seed ~= nil and math.type(o.seed) ~= "integer" then
    errors.raise(("%s: seed must be an integer, not %s"):format(where, tostring(o.seed)))
  end
  o.draw = { dtype = o.dtype, generator = o.seed and core.Generator(o.seed) or o.generator }
  return o
end

--- Labels 1 2 .. k 1 2 .. of n points.
local function turns(n, k)
  return core.arange(0, n - 1, { dtype = "int64" }):remainder(k) + 1
end

--- Columns as points [n, columns], with the noise asked for.
local function points_of(columns, o)
  local points = core.stack(columns, 2)
  if o.noise == 0 then return points end
  return points + core.randn(points.shape, o.draw) * o.noise
end

--- Two half circles that reach into each other: no straight line parts them. The first is the upper half of
--- the unit circle around (0, 0), the second the lower half around (1, 0.5).
--- Options: `n` (500), `noise` (0.05), `dtype`, `seed`, `generator`.
--- Example:
---     local x, labels = la.data.moons{n = 300, noise = 0.05, seed = 1}
---     return la.plot.figure{width = 400, height = 260}:scatter(x, {c = labels, s = 4})
---@param given? { n: integer, noise: number, dtype: string, seed: integer, generator: Generator }
---@return tensor points [n, 2]
---@return tensor labels [n] int64, 1 or 2
function shapes.moons(given)
  local o = read("data.moons", given, { noise = 0.05 })
  local labels = turns(o.n, 2)
  local angle, upper = core.rand(o.n, o.draw) * math.pi, labels:eq(1)
  local x, y = angle:cos(), angle:sin()
  return points_of({ core.where(upper, x, 1 - x), core.where(upper, y, 0.5 - y) }, o), labels
end

--- A circle of radius 1 around the origin and a smaller one within it.
--- Options: `n` (500), `noise` (0.05), `factor`, the radius of the inner circle (0.5), `dtype`, `seed`,
--- `generator`.
--- Example:
---     local x, labels = la.data.circles{n = 300, seed = 1}
---     return la.plot.figure{width = 320, height = 300}:scatter(x, {c = labels, s = 4})
---@param given? { n: integer, noise: number, factor: number, dtype: string, seed: integer, generator: Generator }
---@return tensor points [n, 2]
---@return tensor labels [n] int64, 1 outside, 2 inside
function shapes.circles(given)
  local o = read("data.circles", given, { noise = 0.05, factor = 0.5 })
  if not is_number(o.factor) or o.factor < 0 or o.factor > 1 then
    errors.raise(("data.circles: factor must be in [0, 1], not %s"):format(tostring(o.factor)))
  end
  local labels = turns(o.n, 2)
  local angle = core.rand(o.n, o.draw) * (2 * math.pi)
  local x, y = angle:cos(), angle:sin()
  local outside = labels:eq(1)
  return points_of({ core.where(outside, x, x * o.factor), core.where(outside, y, y * o.factor) }, o), labels
end

--- Arms that wind around the origin, from the middle to radius 1; points are spread evenly along each.
--- Options: `n` (500), `noise` (0.02), `arms` (2), `turns`, how often an arm goes round (1.5), `dtype`,
--- `seed`, `generator`.
--- Example:
---     local x, labels = la.data.spiral{n = 300, arms = 3, turns = 1, seed = 1}
---     return la.plot.figure{width = 320, height = 300}:scatter(x, {c = labels, s = 4})
---@param given? { n: integer, noise: number, arms: integer, turns: number, dtype: string, seed: integer, generator: Generator }
---@return tensor points [n, 2]
---@return tensor labels [n] int64, 1 to arms
function shapes.spiral(given)
  local o = read("data.spiral", given, { noise = 0.02, arms = 2, turns = 1.5 })
  need_integer("data.spiral", "arms", o.arms, 1)
  if not is_number(o.turns) or o.turns <= 0 then
    errors.raise(("data.spiral: turns must be a number above 0, not %s"):format(tostring(o.turns)))
  end
  local labels = turns(o.n, o.arms)
  -- The length of an arm up to radius r grows nearly as r^2, so r is the root of a uniform number.
  local radius = core.rand(o.n, o.draw):sqrt()
  local angle = radius * (2 * math.pi * o.turns) + (labels - 1) * (2 * math.pi / o.arms)
  return points_of({ radius * angle:cos(), radius * angle:sin() }, o), labels
end

--- A sheet rolled up in space: what lies near on the sheet is near in space, but not the other way round.
--- At place t along the sheet, from 1.5 pi to 4.5 pi, a point is (t cos t, h, t sin t) with a height h from
--- 0 to 21 (Marsland 2009).
--- Options: `n` (500), `noise` (0), `dtype`, `seed`, `generator`.
--- Example:
---     local x, t = la.data.swiss_roll{n = 800, noise = 0.1, seed = 1}
---     return la.plot.figure{width = 360, height = 320}:scatter(x[{{}, 1}], x[{{}, 3}], {c = t, s = 4})
---@param given? { n: integer, noise: number, dtype: string, seed: integer, generator: Generator }
---@return tensor points [n, 3]
---@return tensor t [n] place along the sheet
function shapes.swiss_roll(given)
  local o = read("data.swiss_roll", given, { noise = 0 })
  local t = (core.rand(o.n, o.draw) * 2 + 1) * (1.5 * math.pi)
  return points_of({ t * t:cos(), core.rand(o.n, o.draw) * 21, t * t:sin() }, o), t
end

--- Centres [k, d] from the option: drawn in a box, or as given.
local function centers_of(o)
  if core.is_tensor(o.centers) or type(o.centers) == "table" then
    local centers = core.is_tensor(o.centers) and o.centers or core.tensor(o.centers)
    if centers.ndim ~= 2 or centers:numel() == 0 then
      errors.raise(("data.blobs: centers must be [k, d], not [%s]"):format(table.concat(centers.shape, ", ")))
    end
    return centers:to(o.dtype or core.get_default_dtype())
  end
  need_integer("data.blobs", "centers", o.centers, 1)
  need_integer("data.blobs", "dims", o.dims, 1)
  return core.rand(o.centers, o.dims, o.draw) * 20 - 10
end

--- A list with one number for each blob, as a tensor [k]; a number stands for k of them.
local function for_each_blob(name, value, k)
  local list = {}
  for i = 1, k do list[i] = type(value) == "table" and value[i] or value end
  if type(value) == "table" and #value ~= k then
    errors.raise(("data.blobs: %d blobs, and %d numbers in %s"):format(k, #value, name))
  end
  for _, v in ipairs(list) do
    if not is_number(v) or v < 0 then
      errors.raise(("data.blobs: %s must be of numbers from 0, not %s"):format(name, tostring(v)))
    end
  end
  return core.tensor(list)
end

--- Round normal clouds around centres.
--- Options: `n` (500); `centers`, how many (3), drawn evenly between -10 and 10 in each of `dims` (2)
--- dimensions, or the centres themselves; `std`, the deviation of all clouds (1) or a list with one for
--- each; `weights`, a list with the share of points of each cloud, by default equal; `dtype`, `seed`,
--- `generator`.
--- Example:
---     local x, labels = la.data.blobs{n = 300, centers = {{0, 0}, {4, 0}, {2, 3}}, std = {0.3, 0.5, 1}, seed = 1}
---     return la.plot.figure{width = 360, height = 300}:scatter(x, {c = labels, s = 4})
---@param given? { n: integer, centers: integer|tensor|number[][], dims: integer, std: number|number[], weights: number[], dtype: string, seed: integer, generator: Generator }
---@return tensor points [n, d]
---@return tensor labels [n] int64, 1 to k
---@return tensor centers [k, d]
function shapes.blobs(given)
  local o = read("data.blobs", given, { centers = 3, dims = 2, std = 1, weights = options.NONE })
  local centers = centers_of(o)
  local k, d = centers.shape[1], centers.shape[2]
  local std = for_each_blob("std", o.std, k):to(centers.dtype)
  local labels = turns(o.n, k)
  if o.weights then
    labels = core.multinomial(for_each_blob("weights", o.weights, k), o.n,
      { replacement = true, generator = o.draw.generator })
  end
  return centers[labels] + core.randn(o.n, d, o.draw) * std[labels]:reshape(-1, 1), labels, centers
end

return shapes
