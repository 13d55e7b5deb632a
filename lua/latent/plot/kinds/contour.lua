--- contour: lines of equal height, by marching squares (Lorensen and Cline, 1987, in the plane).
local color = require "latent.plot.color"
local colormap = require "latent.plot.colormap"
local data = require "latent.plot.data"
local errors = require "latent.errors"
local grid = require "latent.plot.grid"
local options = require "latent.options"
local style = require "latent.plot.style"
local ticks = require "latent.plot.ticks"

local NONE = options.NONE
local OPTIONS = { levels = 8, cmap = "viridis", color = NONE, linewidth = 1.5, linestyle = "-",
  alpha = 1, label = NONE, colorbar = false }

--- The edges that a contour joins in a cell, by which corners are above the level: bit 1 is corner
--- (i, j), then (i, j + 1), (i + 1, j + 1), (i + 1, j); edge 1 top, 2 right, 3 bottom, 4 left.
local CASES = { [0] = {}, { 4, 1 }, { 1, 2 }, { 4, 2 }, { 2, 3 }, { 4, 1, 2, 3 }, { 1, 3 }, { 4, 3 },
  { 3, 4 }, { 3, 1 }, { 1, 2, 3, 4 }, { 3, 2 }, { 2, 4 }, { 2, 1 }, { 1, 4 }, {} }

--- Pairs of crossed edges at one level; an edge's number is twice its first corner's, plus one if it
--- goes down.
local function segments(z, h, w, level)
  local pairs_ = {}
  for i = 1, h - 1 do
    local upper, lower = z[i], z[i + 1]
    for j = 1, w - 1 do
      local a, b, c, d = upper[j], upper[j + 1], lower[j + 1], lower[j]
      if a + b + c + d - (a + b + c + d) == 0 then
        local case = (a > level and 1 or 0) + (b > level and 2 or 0) + (c > level and 4 or 0)
          + (d > level and 8 or 0)
        local here = ((i - 1) * w + j) * 2
        local edge = { here, here + 3, here + 2 * w, here + 1 }
        local ends = CASES[case]
        for k = 1, #ends, 2 do pairs_[#pairs_ + 1] = { edge[ends[k]], edge[ends[k + 1]] } end
      end
    end
  end
  return pairs_
end

--- Where a level crosses an edge.
local function crossing(edge, x, y, z, w, level)
  local corner, down = edge // 2 - 1, edge % 2 == 1
  local i, j = corner // w + 1, corner % w + 1
  local a = z[i][j]
  local b = down and z[i + 1][j] or not down and z[i][j + 1]
  local t = (level - a) / (b - a)
  if down then return x[j], y[i] + (y[i + 1] - y[i]) * t end
  return x[j] + (x[j + 1] - x[j]) * t, y[i]
end

--- Join pairs of edges to chains.
local function chains(pairs_)
  local at, used, list = {}, {}, {}
  for k, pair in ipairs(pairs_) do
    for _, edge in ipairs(pair) do
      at[edge] = at[edge] or {}
      table.insert(at[edge], k)
    end
  end
  local function walk(start, edge)
    local chain, k = { edge }, start
    while k do
      used[k] = true
      edge = pairs_[k][1] == edge and pairs_[k][2] or pairs_[k][1]
      chain[#chain + 1] = edge
      local following
      for _, other in ipairs(at[edge]) do if not used[other] then following = other end end
      k = following
    end
    return chain
  end
  for k, pair in ipairs(pairs_) do -- open chains from their ends first
    for _, edge in ipairs(pair) do
      if not used[k] and #at[edge] == 1 then list[#list + 1] = walk(k, edge) end
    end
  end
  for k, pair in ipairs(pairs_) do
    if not used[k] then list[#list + 1] = walk(k, pair[1]) end
  end
  return list
end

--- The lines of one level as one path with gaps.
local function trace(x, y, z, h, w, level)
  local px, py = {}, {}
  for _, chain in ipairs(chains(segments(z, h, w, level))) do
    for _, edge in ipairs(chain) do
      px[#px + 1], py[#py + 1] = crossing(edge, x, y, z, w, level)
    end
    px[#px + 1], py[#py + 1] = 0 / 0, 0 / 0
  end
  return px, py
end

local function levels_of(where, levels, lo, hi)
  if data.is_data(levels) then return data.finite_list(data.vector(where, levels)) end
  if math.type(levels) ~= "integer" or levels < 1 or levels > 1000 then
    errors.raise(where .. ": levels must be a whole number or a list of heights")
  end
  return (ticks.linear(lo, hi, levels + 1))
end

--- Draw lines of equal height.
---
--- `contour(z)` takes column and row numbers for x and y.
--- Example:
---     local x = la.linspace(-2, 2, 40)
---     local z = -x:square():reshape(1, 40) - x:square():reshape(40, 1)
---     la.plot.figure{aspect = "equal"}:contour(x, x, z:exp())
---@param x number[]|any tensor [w]
---@param y number[]|any tensor [h]
---@param z any tensor [h, w]; cells with a NaN are left out
---@param opts? {levels: any, cmap: string, color: any, linewidth: number, linestyle: string, alpha: number, label: string, colorbar: boolean}
---  levels: about how many (8), or their heights; color: one colour for all lines
---@return latent.plot.Panel self
return function(panel, x, y, z, opts)
  local where = "plot.contour"
  x, y, z, opts = grid.arguments(where, x, y, z, opts)
  local o = style.options(where, opts, OPTIONS)
  local lo, hi = data.extent(z)
  if not lo then return panel:warn_empty(where) end
  local list = levels_of(where, o.levels, lo, hi > lo and hi or lo + 1)
  local colors = colormap.colors(where, o.cmap)
  local only = o.color ~= nil and color.parse(where, o.color) or nil
  local xs, ys, rows = x:totable(), y:totable(), z:totable()
  local first, last = list[1] or lo, list[#list] or hi
  for _, level in ipairs(list) do
    local t = last > first and (level - first) / (last - first) or 0.5
    o.color = nil
    local pen = { color = only or colors[1 + math.floor(t * (#colors - 1) + 0.5)],
      width = style.number(where, "linewidth", o.linewidth, 0, 100),
      dash = style.dash(where, o.linestyle, o.linewidth),
      alpha = style.number(where, "alpha", o.alpha, 0, 1) }
    local px, py = trace(xs, ys, rows, #rows, #xs, level)
    if #px > 0 then
      panel:add { kind = "path", x = data.from_list(px), y = data.from_list(py), pen = pen, xs = {}, ys = {} }
    end
  end
  -- The limits are those of the grid, whatever the levels cross.
  panel:add { kind = "room", xs = { x }, ys = { y }, sticky_x = { data.extent(x) }, sticky_y = { data.extent(y) } }
  panel:add_entry(o.label, { line = { color = only or colors[#colors // 2], width = o.linewidth, alpha = o.alpha } })
  if o.colorbar then panel.colorbar = { colors = colors, lo = first, hi = last } end
  return panel
end
